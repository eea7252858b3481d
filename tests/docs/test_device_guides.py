"""The guides for villages and technicians say what the program does."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree as ET

import msgspec
import pytest
from gpiozero.pins.mock import MockFactory

from anjungan.appliance.drivers.printer.logo import (
    MAX_LOGO_BYTES,
    MAX_LOGO_HEIGHT_DOTS,
    MAX_LOGO_WIDTH_DOTS,
)
from anjungan.appliance.drivers.printer.profile import PROFILES, PrinterProfile
from anjungan.appliance.settings.devices import ButtonRole, DeviceSettings, PanelSettings
from anjungan.appliance.settings.load import load_settings

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "perangkat"
SETTINGS = GUIDES / "pengaturan-perangkat.md"
WORDS = ROOT / "anjungan" / "appliance" / "text" / "words.toml"
NAMES = {"up": "Atas", "down": "Bawah", "ok": "OK", "back": "Kembali", "help": "Bantuan"}
KINDS = {msgspec.inspect.type_info(kind).tag for kind in get_args(DeviceSettings)}  # type: ignore[union-attr]  # each kind is a tagged struct


def text_of(name: str) -> str:
    return (GUIDES / name).read_text(encoding="utf-8")


def table(name: str, mark: str) -> list[list[str]]:
    """The rows of a marked table, without its head."""
    body = re.search(rf"<!-- {mark}:.*?-->\n(.*?)<!-- akhir {mark} -->", text_of(name), re.DOTALL)
    assert body is not None
    return rows_of(body[1])[1:]


def rows_of(markdown: str) -> list[list[str]]:
    lines = [line for line in markdown.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def examples() -> list[str]:
    return re.findall(
        r"^```toml\n(.*?)^```", SETTINGS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def header_pins() -> dict[int, int]:
    """GPIO number to the number on the header, as gpiozero knows the board."""
    header = MockFactory().board_info.headers["J8"]
    names = {number: pin.name for number, pin in header.pins.items()}
    return {int(name[4:]): number for number, name in names.items() if name.startswith("GPIO")}


@pytest.mark.parametrize("number", range(len(examples())))
def test_every_example_of_settings_loads(number: int, tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text(examples()[number], encoding="utf-8")
    declared = tomllib.loads(examples()[number])["devices"]
    loaded = load_settings(file, environment={}).settings.devices
    for name, wanted in declared.items():
        if wanted is False:
            assert loaded[name] is None
        else:
            got = msgspec.to_builtins(loaded[name])
            assert got == joined(got, wanted)


def joined(usual: object, wanted: object) -> object:
    """``usual`` with what the example says; the same when the example was taken whole."""
    if not isinstance(usual, dict) or not isinstance(wanted, dict):
        return wanted
    return {**usual, **{key: joined(usual.get(key), value) for key, value in wanted.items()}}


def test_there_is_an_example_of_every_kind() -> None:
    tables = [tomllib.loads(example)["devices"] for example in examples()]
    kinds = {device.get("kind") for devices in tables for device in devices.values() if device}
    assert kinds == KINDS


def test_the_shops_table_names_kinds_that_exist() -> None:
    named = set(re.findall(r"\| `([a-z0-9-]+)` \|", text_of("membeli.md").split("<!--")[0]))
    assert named
    assert named <= KINDS


def test_every_printer_profile_is_told_as_it_is() -> None:
    told = {row[0].strip("`"): row[2:] for row in table("membeli.md", "tabel-profil")}
    assert told == {
        name: [
            "58 mm" if profile.dots == 384 else "80 mm",
            str(profile.dots),
            "ada" if profile.cutter else "tidak",
            "asli" if profile.native_qr else "gambar",
            certainty(profile),
            "ya" if profile.evidence.tried else "belum",
        ]
        for name, profile in PROFILES.items()
    }


def certainty(profile: PrinterProfile) -> str:
    if profile.process_id:
        return "pasti"
    asks_in_order = profile.queued_status and profile.status != "none"
    return "cukup" if asks_in_order else "tidak pasti"


def test_the_guide_says_honestly_that_nothing_was_tried() -> None:
    if any(profile.evidence.tried for profile in PROFILES.values()):
        assert "semua perangkat di halaman ini belum dicoba" not in text_of("membeli.md")
    else:
        assert "semua perangkat di halaman ini belum dicoba" in text_of("membeli.md")


def test_the_profiles_in_texts_exist() -> None:
    for name in ("membeli.md", "pengaturan-perangkat.md"):
        for profile in re.findall(r'profile = "([^"]*)"', text_of(name)):
            assert profile in PROFILES, profile


def test_the_limits_of_a_logo_are_told() -> None:
    text = SETTINGS.read_text(encoding="utf-8")
    assert f"{MAX_LOGO_WIDTH_DOTS} x {MAX_LOGO_HEIGHT_DOTS} titik dan {MAX_LOGO_BYTES} bita" in text


def test_the_pins_are_those_of_the_usual_panel() -> None:
    header = header_pins()
    expected = [
        [
            f"{NAMES[name]} (`{name}`)",
            f"GPIO{button.pin}",
            str(header[button.pin]),
            f"GPIO{button.light}",
            str(header[button.light or 0]),
        ]
        for name, button in PanelSettings().buttons.items()
    ]
    assert table("memasang-kabel.md", "tabel-pin") == expected


def drawn_pins() -> Iterator[tuple[int, int | None, str, str]]:
    picture = ET.parse(GUIDES / "gambar" / "pin.svg")  # noqa: S314 - our own file
    for group in picture.iter("{http://www.w3.org/2000/svg}g"):
        bcm = group.get("data-bcm")
        text = " ".join("".join(group.itertext()).split())
        kind = group.get("data-kind", "")
        yield int(group.get("data-pin", "0")), int(bcm) if bcm else None, kind, text


def test_the_picture_shows_the_header_as_it_is() -> None:
    drawn = {pin: bcm for pin, bcm, _kind, _text in drawn_pins()}
    header = MockFactory().board_info.headers["J8"]
    assert set(drawn) == set(header.pins)
    by_bcm = {bcm: pin for pin, bcm in drawn.items() if bcm is not None}
    assert by_bcm == header_pins()
    powers = {pin: kind for pin, bcm, kind, _text in drawn_pins() if bcm is None}
    names = {"3V3": "3V3", "5V": "5V", "GND": "GND"}
    assert powers == {pin: names[header.pins[pin].name] for pin in powers}


def test_the_picture_shows_the_usual_panel() -> None:
    drawn = {bcm: (kind, text) for _pin, bcm, kind, text in drawn_pins() if bcm is not None}
    for name, button in PanelSettings().buttons.items():
        kind, text = drawn[button.pin]
        assert kind == "button"
        assert f"Tombol {NAMES[name]}" in text
        kind, text = drawn[button.light or 0]
        assert kind == "light"
        assert f"Lampu {NAMES[name]}" in text
    assert sum(kind in {"button", "light"} for kind, _text in drawn.values()) == 10


def test_every_light_is_explained() -> None:
    rows = table("arti-lampu.md", "tabel-lampu")
    named = [name for row in rows for name in re.findall(r"`([a-z]+)`", row[0])]
    assert sorted(named) == sorted(get_args(ButtonRole))


def test_messages_are_those_of_the_screen() -> None:
    part = text_of("arti-lampu.md").split("## Pesan di layar")[1]
    told = [row[0] for row in rows_of(part)[1:]]
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    shown = {each["id"] for section in words.values() for each in section.values()}
    assert told
    assert [message for message in told if message not in shown] == []


@pytest.mark.parametrize("file", sorted(GUIDES.glob("*.md")), ids=lambda file: file.name)
def test_links_lead_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", file.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        there = (file.parent / path).resolve() if path else file
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


def anchors(file: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_the_names_of_devices_are_those_of_the_rules() -> None:
    rules = "".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "systemd" / "udev.rules.d").iterdir()
    )
    roles = set(re.findall(r'ENV\{ANJUNGAN_ROLE\}="([a-z-]+)"', rules))
    told = set(re.findall(r"(?m)^\| `/dev/anjungan/([a-z-]+)`", text_of("memasang-kabel.md")))
    assert told == roles


def test_what_the_guide_installs_goes_where_the_units_readme_says() -> None:
    told = re.findall(
        r"sudo (?:install -m 644|cp -n) systemd/(\S+) (\S+)", text_of("memasang-kabel.md")
    )
    readme = (ROOT / "systemd" / "README.md").read_text(encoding="utf-8")
    places = dict(re.findall(r"(?m)^\| `([^`]+)` \| `([^`]+)` \|", readme))
    rules = {f"udev.rules.d/{file.name}" for file in (ROOT / "systemd" / "udev.rules.d").iterdir()}
    assert rules <= {file for file, _place in told}
    assert [(file, place) for file, place in told if places.get(file) != place] == []
    assert [file for file, _place in told if not (ROOT / "systemd" / file).is_file()] == []
