"""The kiosk's devices as the session and the health report see them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory
from kiosk_lab import devices_in, no_devices
from uplink_lab import eventually

from anjungan.appliance.agent import devices as devices_module
from anjungan.appliance.agent.device_making import Listeners, Machine
from anjungan.appliance.agent.devices import DeclaredDevices, Devices
from anjungan.appliance.drivers.buttons.events import ButtonPressed
from anjungan.appliance.drivers.device import Fault, Missing, Ready, Starting
from anjungan.appliance.drivers.scanner.line_scanner import LineScanner
from anjungan.appliance.errors import ConfigError
from anjungan.appliance.session.surroundings import DeviceFacts, PrinterCondition
from anjungan.appliance.settings.devices import (
    BacklightSettings,
    ButtonSettings,
    CardReaderSettings,
    PanelSettings,
    PcscSettings,
    Pn532Settings,
    Rdm6300Settings,
    SerialPrinterSettings,
    WedgeSettings,
)
from anjungan.simulation.backlight import BacklightSimulator
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.scanner import ScannerSimulator


class Site:
    """Devices and what they told."""

    def __init__(self, settings: DeclaredDevices, folder: Path = Path("/nowhere")) -> None:
        self.changed: asyncio.Queue[str] = asyncio.Queue()
        self.scans: asyncio.Queue[Any] = asyncio.Queue()
        self.buttons: asyncio.Queue[Any] = asyncio.Queue()
        self.pins = MockFactory()
        self.devices = Devices(
            settings,
            Listeners(
                on_card=lambda _event: None,
                on_scan=self.scans.put_nowait,
                on_button=lambda role, event: self.buttons.put_nowait((role, event)),
                on_contact=lambda _event: None,
                on_late_confirmation=lambda _job: None,
            ),
            on_change=self.changed.put_nowait,
            machine=Machine(
                open_pins=lambda: self.pins,
                backlights_dir=folder / "lights",
                local_time=lambda: time(23, 0),
            ),
        )

    async def until(self, name: str, state: type[object]) -> None:
        async with asyncio.timeout(10):
            while not isinstance(self.devices.states.get(name), state):
                await self.changed.get()


@pytest.fixture
async def run() -> AsyncIterator[Any]:
    tasks: list[asyncio.Task[None]] = []

    def begin(settings: DeclaredDevices, folder: Path = Path("/nowhere")) -> Site:
        site = Site(settings, folder)
        tasks.append(asyncio.create_task(site.devices.run()))
        return site

    yield begin
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_kiosk_without_devices(run: Any) -> None:
    site = run(no_devices())
    assert site.devices.names == frozenset()
    assert site.devices.health() == ()
    assert site.devices.facts() == DeviceFacts(
        card_reader=False, scanner=False, printer=PrinterCondition.NONE
    )
    site.devices.set_lights({"ok": True})


async def test_absent_devices_are_missing(run: Any, tmp_path: Path) -> None:
    site = run(devices_in(tmp_path))
    assert {each.state for each in site.devices.health()} == {"starting"}
    for name in ("card_reader", "scanner", "printer"):
        await site.until(name, Missing)
    assert site.devices.facts() == DeviceFacts(
        card_reader=False, scanner=False, printer=PrinterCondition.MISSING
    )
    assert {each.state for each in site.devices.health()} == {"missing"}


async def test_a_scanner_and_a_printer_that_work(run: Any, tmp_path: Path) -> None:
    printer, scanner = (
        PrinterSimulator(tmp_path / "printer"),
        ScannerSimulator(tmp_path / "scanner"),
    )
    printer.start()
    scanner.start()
    site = run({**devices_in(tmp_path), "card_reader": None})
    await site.until("printer", Ready)
    await site.until("scanner", Ready)
    assert site.devices.facts() == DeviceFacts(
        card_reader=False, scanner=True, printer=PrinterCondition.READY
    )
    scanner.scan("halo")
    async with asyncio.timeout(5):
        assert (await site.scans.get()).text == "halo"
    scanner.stop()
    await printer.stop()


async def test_buttons_and_lights_by_what_they_do(run: Any) -> None:
    """A panel may have any buttons by any names; two may do the same."""
    panel = PanelSettings(
        buttons={
            "hijau-kiri": ButtonSettings(pin=5, light=12, does="ok"),
            "hijau-kanan": ButtonSettings(pin=6, light=16, does="ok"),
            "merah": ButtonSettings(pin=13, does="back"),
        }
    )
    site = run(no_devices(panel=panel))
    await site.until("panel", Ready)
    assert [each.kind for each in site.devices.health()] == ["buttons"]
    site.devices.set_lights({"ok": True, "up": False, "back": True})
    assert site.pins.pin(12).state
    assert site.pins.pin(16).state
    site.devices.set_lights({"ok": False})
    assert not site.pins.pin(16).state
    site.pins.pin(6).drive_low()
    async with asyncio.timeout(5):
        role, event = await site.buttons.get()
    assert (role, event) == ("ok", ButtonPressed("hijau-kanan"))


async def test_a_dark_screen_is_lit_for_whoever_comes(run: Any, tmp_path: Path) -> None:
    kernel = BacklightSimulator(tmp_path / "lights")
    # shorter than a settings file may say: nobody waits in a test
    site = run(no_devices(backlight=BacklightSettings(relight_s=0)), tmp_path)
    await site.until("backlight", Ready)
    site.devices.set_visit(runs=False)
    await eventually(lambda: not kernel.is_lit)
    site.devices.set_visit(runs=True)
    await eventually(lambda: kernel.is_lit)
    site.devices.set_visit(runs=False)
    await eventually(lambda: not kernel.is_lit)
    stirs = []
    site.devices._backlights[0].stirred = lambda: stirs.append(1)
    site.devices.stirred()
    assert stirs == [1]


@pytest.mark.parametrize(
    ("state", "condition", "word", "code"),
    [
        (Missing("absent"), PrinterCondition.MISSING, "missing", ""),
        (Starting(), PrinterCondition.MISSING, "starting", ""),
        (Ready("ready"), PrinterCondition.READY, "ready", ""),
        (Ready("paper near end"), PrinterCondition.READY, "ready", "near_end"),
        (Fault("paper_out", ""), PrinterCondition.PAPER_OUT, "fault", "paper_out"),
        (Fault("cover_open", ""), PrinterCondition.COVER_OPEN, "fault", "cover_open"),
        (Fault("silent", ""), PrinterCondition.FAULT, "fault", "silent"),
    ],
)
async def test_what_every_state_of_the_printer_means(
    tmp_path: Path, state: Any, condition: PrinterCondition, word: str, code: str
) -> None:
    site = Site(no_devices(printer=SerialPrinterSettings()))
    site.devices._changed("printer", state)
    assert site.devices.facts().printer is condition
    (health,) = site.devices.health()
    assert (health.state, health.code) == (word, code)
    assert site.changed.get_nowait() == "printer"


async def test_a_profile_that_there_is_not() -> None:
    settings = no_devices(printer=SerialPrinterSettings(profile="matrix"))
    with pytest.raises(ConfigError, match=r"devices\.printer\.profile: 'matrix' is not one of"):
        Site(settings)


async def test_a_bug_in_one_driver_ends_no_other(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(devices_module, "AFTER_A_BUG_S", 0.0)
    failed = []

    async def fail(_self: LineScanner) -> None:
        failed.append(1)
        raise ZeroDivisionError("rahasia")

    monkeypatch.setattr(LineScanner, "run", fail)
    site = run({**devices_in(tmp_path), "card_reader": None})
    await site.until("scanner", Fault)
    await site.until("printer", Missing)
    await eventually(lambda: len(failed) > 2)
    assert site.devices.states["scanner"] == Fault("internal_error", "ZeroDivisionError")
    assert "rahasia" not in caplog.text


@pytest.mark.parametrize(
    ("reader", "reads_ktp"),
    [
        (Pn532Settings(), True),
        (PcscSettings(), True),
        (WedgeSettings(), True),
        (Rdm6300Settings(), False),
    ],
)
async def test_a_ktp_is_asked_for_only_where_one_can_be_read(
    reader: CardReaderSettings, *, reads_ktp: bool
) -> None:
    site = Site(no_devices(reader=reader))
    assert not site.devices.facts().card_reader
    site.devices._changed("reader", Ready("listening"))
    assert site.devices.facts().card_reader is reads_ktp


async def test_of_two_readers_the_one_for_the_ktp_counts() -> None:
    site = Site(no_devices(ktp=Pn532Settings(), tags=Rdm6300Settings()))
    site.devices._changed("tags", Ready("listening"))
    site.devices._changed("ktp", Ready("listening"))
    assert site.devices.facts().card_reader
    site.devices._changed("ktp", Missing("unplugged"))
    assert not site.devices.facts().card_reader


async def test_the_buttons_are_told_of_while_the_panel_works() -> None:
    site = Site(no_devices(panel=PanelSettings()))
    assert not site.devices.facts().buttons
    site.devices._changed("panel", Ready("buttons: 5"))
    assert site.devices.facts().buttons
    site.devices._changed("panel", Missing("no pins"))
    assert not site.devices.facts().buttons


async def test_a_stuck_button_is_told_to_the_regency() -> None:
    site = Site(no_devices(buttons=PanelSettings()))
    site.devices._changed("buttons", Ready("buttons: 5; stuck: help"))
    (health,) = site.devices.health()
    assert (health.state, health.code) == ("ready", "button_stuck")
