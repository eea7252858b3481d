"""The chip of the 40-pin header is found by its label, and its absence has a reason."""

import os
import sys
from types import SimpleNamespace

import pytest

from anjungan.appliance.drivers.buttons import gpio_chip
from anjungan.appliance.drivers.buttons.gpio_chip import (
    NoHeaderChipError,
    find_header_chip,
    open_pi_factory,
)
from anjungan.appliance.drivers.buttons.open_pins import reason_why_not


class FakeLgpio:
    """Stands for the lgpio module on a machine with the given chips in its ``/dev``."""

    error = type("error", (Exception,), {})

    def __init__(self, dev, labels, *, refused=()):
        self._labels = labels
        self._refused = refused
        self.asked = []
        self.open_handles = set()
        for number in (*labels, *refused):
            (dev / f"gpiochip{number}").touch()

    def gpiochip_open(self, number):
        self.asked.append(number)
        if number not in self._labels:
            raise self.error("can not open gpiochip")
        self.open_handles.add(number)
        return number

    def gpio_get_chip_info(self, handle):
        return [0, 54, f"gpiochip{handle}", self._labels[handle]]

    def gpiochip_close(self, handle):
        self.open_handles.remove(handle)


@pytest.mark.parametrize(
    ("labels", "number"),
    [
        ({0: "pinctrl-bcm2711", 1: "raspberrypi-exp-gpio"}, 0),  # Pi 4
        ({0: "gpio-brcmstb@107d508500", 4: "pinctrl-rp1"}, 4),  # Pi 5, kernel 6.1
        ({0: "pinctrl-rp1", 10: "gpio-brcmstb@107d508500"}, 0),  # Pi 5, kernel 6.6
        ({11: "gpio-brcmstb@107d508500", 15: "pinctrl-rp1"}, 15),  # Pi 5, kernel 6.12
        ({0: "gpio-expander", 512: "pinctrl-rp1"}, 512),
        ({1: "pinctrl-bcm2835"}, 1),  # Pi 3, Zero 2 W
    ],
)
def test_the_headers_chip_is_found_by_its_label(tmp_path, labels, number):
    lgpio = FakeLgpio(tmp_path, labels)
    assert find_header_chip(lgpio, tmp_path) == number
    assert lgpio.open_handles == set()


def test_the_link_that_keeps_an_old_number_alive_is_not_followed(tmp_path):
    lgpio = FakeLgpio(tmp_path, {0: "some-expander", 5: "pinctrl-rp1"})
    (tmp_path / "gpiochip4").symlink_to("gpiochip0")
    assert find_header_chip(lgpio, tmp_path) == 5
    assert lgpio.asked == [0, 5]


@pytest.mark.parametrize("labels", [{}, {0: "some-expander"}, {0: "INT34C6:00"}])
def test_a_machine_without_a_header_says_so(tmp_path, labels):
    (tmp_path / "gpiochip-tool").touch()
    with pytest.raises(NoHeaderChipError) as caught:
        find_header_chip(FakeLgpio(tmp_path, labels), tmp_path)
    assert "no gpiochip of a Raspberry Pi header" in reason_why_not(caught.value)


def test_a_chip_that_may_not_be_opened_is_told_apart(tmp_path, monkeypatch):
    lgpio = FakeLgpio(tmp_path, {0: "some-expander"}, refused=(4,))
    with pytest.raises(NoHeaderChipError):  # it may be opened, but is broken
        find_header_chip(lgpio, tmp_path)
    refused = tmp_path / "gpiochip4"
    monkeypatch.setattr(gpio_chip.os, "access", lambda path, mode: path != refused)
    with pytest.raises(PermissionError) as caught:
        find_header_chip(lgpio, tmp_path)
    assert reason_why_not(caught.value) == "Permission denied"


def test_a_refused_chip_beside_the_headers_own_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setattr(gpio_chip.os, "access", lambda path, mode: False)
    lgpio = FakeLgpio(tmp_path, {4: "pinctrl-rp1"}, refused=(0,))
    assert find_header_chip(lgpio, tmp_path) == 4


def test_a_chip_that_fails_when_asked_is_closed_again(tmp_path):
    lgpio = FakeLgpio(tmp_path, {0: "pinctrl-rp1"})
    lgpio.gpio_get_chip_info = lambda handle: []
    with pytest.raises(IndexError):
        find_header_chip(lgpio, tmp_path)
    assert lgpio.open_handles == set()


def test_the_factory_is_opened_on_the_chip_that_was_found(monkeypatch):
    opened = SimpleNamespace(LGPIOFactory=lambda chip: ("factory", chip))
    monkeypatch.setitem(sys.modules, "lgpio", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "gpiozero.pins.lgpio", opened)
    monkeypatch.setattr(gpio_chip, "find_header_chip", lambda _lgpio: 4)
    assert open_pi_factory() == ("factory", 4)


def test_without_the_library_the_reason_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "lgpio", None)
    with pytest.raises(ImportError) as caught:
        open_pi_factory()
    assert "lgpio" in reason_why_not(caught.value)


class LgpioError(Exception):
    """As lgpio's own: the message is in ``value``."""

    def __init__(self, value):
        super().__init__()
        self.value = value


class GPIOPinInUse(Exception):  # noqa: N818 - gpiozero's name
    """As gpiozero's own, for a pin taken twice within a program."""


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (LgpioError("GPIO busy"), "held by another program"),
        (GPIOPinInUse("pin GPIO5 is already in use"), "held by another program"),
        (LgpioError("bad GPIO number"), "LgpioError: bad GPIO number"),
        (PermissionError(13, os.strerror(13)), "Permission denied"),
        (OSError("no gpiochip"), "OSError: no gpiochip"),
    ],
)
def test_what_the_pin_libraries_say_becomes_a_reason(error, reason):
    assert reason_why_not(error) == reason
