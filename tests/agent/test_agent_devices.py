"""The kiosk's devices as the session and the health report see them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from gpiozero.pins.mock import MockFactory
from kiosk_lab import devices_in, no_devices

from anjungan.appliance.agent.devices import Devices
from anjungan.appliance.drivers.device import Fault, Missing, Ready, Starting
from anjungan.appliance.errors import ConfigError
from anjungan.appliance.session.surroundings import DeviceFacts, PrinterCondition
from anjungan.appliance.settings.site import ButtonSettings, DeviceSettings, PrinterSettings
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.scanner import ScannerSimulator


class Site:
    """Devices and what they told."""

    def __init__(self, settings: DeviceSettings) -> None:
        self.changed: asyncio.Queue[str] = asyncio.Queue()
        self.scans: asyncio.Queue[Any] = asyncio.Queue()
        self.pins = MockFactory()
        self.devices = Devices(
            settings,
            on_card=lambda _event: None,
            on_scan=self.scans.put_nowait,
            on_button=lambda _event: None,
            on_late_confirmation=lambda _job: None,
            on_change=self.changed.put_nowait,
            pin_factory=lambda: self.pins,
        )

    async def until(self, name: str, state: type[object]) -> None:
        async with asyncio.timeout(10):
            while not isinstance(self.devices.states.get(name), state):
                await self.changed.get()


@pytest.fixture
async def run() -> AsyncIterator[Any]:
    tasks: list[asyncio.Task[None]] = []

    def begin(settings: DeviceSettings) -> Site:
        site = Site(settings)
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
    settings = msgspec.structs.replace(devices_in(tmp_path), card_reader=None)
    site = run(settings)
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


async def test_buttons_have_lights(run: Any) -> None:
    settings = msgspec.structs.replace(no_devices(), buttons=ButtonSettings(help=None))
    site = run(settings)
    await site.until("buttons", Ready)
    assert site.devices.states["buttons"] == Ready("4 buttons")
    lights = ButtonSettings()
    site.devices.set_lights({"ok": True, "up": False})
    assert site.pins.pin(lights.ok_light).state
    assert not site.pins.pin(lights.up_light).state
    assert [each.kind for each in site.devices.health()] == ["buttons"]


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
    site = Site(DeviceSettings(card_reader=None, scanner=None, buttons=None))
    site.devices._changed("printer", state)
    assert site.devices.facts().printer is condition
    (health,) = site.devices.health()
    assert (health.state, health.code) == (word, code)
    assert site.changed.get_nowait() == "printer"


async def test_a_profile_that_there_is_not() -> None:
    settings = msgspec.structs.replace(no_devices(), printer=PrinterSettings(profile="matrix"))
    with pytest.raises(ConfigError, match=r"devices\.printer\.profile: 'matrix' is not one of"):
        Site(settings)


async def test_a_pin_that_is_used_twice() -> None:
    settings = msgspec.structs.replace(no_devices(), buttons=ButtonSettings(up=5, down=5))
    with pytest.raises(ConfigError, match=r"devices\.buttons: a pin is used twice"):
        Site(settings)
