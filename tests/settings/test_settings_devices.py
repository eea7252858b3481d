"""Devices are declared by name and kind; what is usual need not be said."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from anjungan.appliance.errors import ConfigError
from anjungan.appliance.settings import devices as kinds
from anjungan.appliance.settings.device_conflicts import check_conflicts
from anjungan.appliance.settings.device_tables import WrongDeviceError, device_settings
from anjungan.appliance.settings.devices import (
    ButtonSettings,
    ContactSettings,
    NetworkPrinterSettings,
    PanelSettings,
    Pn532Settings,
    Rdm6300Settings,
    family_of,
    kind_of,
    known_values,
    place_of,
    usual_devices,
)


def declared(**tables: Any) -> Mapping[str, kinds.DeviceSettings | None]:
    return device_settings(tables)


def test_nothing_said_is_the_usual_kiosk() -> None:
    assert declared() == usual_devices()
    assert [family_of(each) for each in usual_devices().values() if each] == [
        "card_reader",
        "scanner",
        "printer",
        "buttons",
    ]


def test_a_table_without_a_kind_adds_to_the_usual_device() -> None:
    assert declared(card_reader={"path": "/dev/x"})["card_reader"] == Pn532Settings(path="/dev/x")


def test_another_kind_takes_the_place_as_a_whole() -> None:
    assert declared(card_reader={"kind": "rdm6300"})["card_reader"] == Rdm6300Settings()


def test_more_devices_than_usual_have_names_of_their_own() -> None:
    devices = declared(
        kedua={"kind": "rdm6300", "path": "/dev/b"},
        struk={"kind": "escpos-tcp", "host": "10.0.0.9"},
    )
    assert devices["card_reader"] == Pn532Settings()
    assert devices["kedua"] == Rdm6300Settings(path="/dev/b")
    assert devices["struk"] == NetworkPrinterSettings(host="10.0.0.9")


@pytest.mark.parametrize(
    ("tables", "gone"),
    [({"scanner": False}, "scanner"), ({"buttons": False}, "buttons"), ({"x": False}, "x")],
)
def test_false_says_that_there_is_none(tables: dict[str, Any], gone: str) -> None:
    assert device_settings(tables)[gone] is None


def test_of_the_panel_single_buttons_and_lights_can_be_left_out() -> None:
    panel = declared(
        buttons={
            "buttons": {
                "help": False,
                "ok": {"light": False},
                "bahasa": {"pin": 4, "does": "language"},
            },
            "contacts": {"pintu": {"pin": 17}},
            "buzzer": 18,
        }
    )["buttons"]
    assert isinstance(panel, PanelSettings)
    assert list(panel.buttons) == ["up", "down", "ok", "back", "bahasa"]
    assert panel.buttons["ok"] == ButtonSettings(pin=13, light=None, does="ok")
    assert panel.contacts == {"pintu": ContactSettings(pin=17)}
    assert panel.buzzer == 18


@pytest.mark.parametrize(
    ("tables", "place", "problem"),
    [
        ({"x": {"kind": "rc522"}}, "devices.x", "Invalid value 'rc522'"),
        ({"x": {"path": "/dev/x"}}, "devices.x", "missing required field `kind`"),
        ({"x": 3}, "devices.x", "got `int`"),
        ({"Pintu 1": {"kind": "pn532"}}, "devices.Pintu 1", "matching regex"),
        (
            {"buttons": {"buttons": {"up": {"pin": 99}}}},
            "devices.buttons.buttons.up",
            "`int` <= 27",
        ),
        (
            {"buttons": {"contacts": {"pintu": {}}}},
            "devices.buttons.contacts.pintu",
            "field `pin`",
        ),
        ({"buttons": {"buttons": 5}}, "devices.buttons", "got `int`"),
        ({"sound": {"kind": "espeak", "volume_percent": 101}}, "devices.sound", "<= 100"),
    ],
)
def test_a_mistake_names_its_place(tables: dict[str, Any], place: str, problem: str) -> None:
    with pytest.raises(WrongDeviceError, match=r".") as raised:
        device_settings(tables)
    assert raised.value.place == place
    assert problem in raised.value.problem


def test_devices_are_a_table() -> None:
    with pytest.raises(WrongDeviceError, match="Expected `object`, got `list`"):
        device_settings([])


@pytest.mark.parametrize("kind", known_values("kind").split(", "))
def test_every_kind_has_a_family_and_defaults_that_are_valid(kind: str) -> None:
    needed = {"host": "10.0.0.9"} if kind == "escpos-tcp" else {}
    settings = device_settings({"x": {"kind": kind, **needed}})["x"]
    assert settings is not None
    assert kind_of(settings) == kind
    assert family_of(settings)
    again = device_settings({"x": msgspec.to_builtins(settings)})["x"]
    assert again == settings
    if "path" in settings.__struct_fields__:
        assert place_of(settings).startswith("/dev/anjungan/")


def test_where_a_network_printer_is() -> None:
    assert place_of(NetworkPrinterSettings(host="10.0.0.9")) == "10.0.0.9:9100"


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        (
            {"buttons": {"buttons": {"a": {"pin": 5, "does": "ok"}}}},
            "site.toml: devices.buttons: a pin is used twice: 5",
        ),
        (
            {"kedua": {"kind": "gpio-panel", "buttons": {}, "buzzer": 13}},
            "site.toml: devices.buttons, kedua: a pin is used twice: 13",
        ),
        (
            {"buttons": {"contacts": {"up": {"pin": 4}}}},
            "site.toml: devices.buttons: a button and a contact are both called up",
        ),
        (
            {"x": {"kind": "escpos-usb"}},
            "site.toml: devices.printer, x: /dev/anjungan/printer is used twice",
        ),
    ],
)
def test_devices_that_cannot_be_together(tables: dict[str, Any], problem: str) -> None:
    (name,) = tables
    with pytest.raises(ConfigError) as raised:
        check_conflicts(device_settings(tables), {f"devices.{name}.kind": "site.toml"})
    assert str(raised.value) == problem


def test_devices_on_no_node_may_be_many() -> None:
    readers = {name: {"kind": "pcsc"} for name in ("a", "b")}
    check_conflicts(device_settings(readers), {})
