import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from anjungan.appliance.drivers.device import Missing, Pacing, Ready
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.scanner.line_scanner import LineScanner
from anjungan.appliance.drivers.scanner.scan import Scanned, ScanRefusal, ScanRefused
from anjungan.simulation.scanner import ScannerSimulator

READY = Ready("listening")


@dataclass
class Desk:
    sim: ScannerSimulator
    scanner: LineScanner
    scans: Any
    states: Any
    now_s: float = 0.0


@pytest.fixture
async def desk(
    tmp_path: Path, recorder: Callable[[], Any], start: Callable[..., Any]
) -> AsyncIterator[Desk]:
    sim = ScannerSimulator(tmp_path / "scanner")
    sim.start()
    scans, states = recorder(), recorder()
    scanner = LineScanner(
        SerialLink(str(sim.line.path), 9600, raise_dtr=True),
        on_scan=scans,
        on_state=states,
        pacing=Pacing(base_s=0.02, cap_s=0.1),
        monotonic=lambda: desk.now_s,
    )
    desk = Desk(sim, scanner, scans, states)
    start(scanner.run())
    await states.last(READY)
    yield desk
    sim.stop()


@pytest.mark.parametrize("suffix", [b"\r", b"\n", b"\r\n", b"\t", b""])
async def test_a_scan_with_every_suffix_and_with_none(desk: Desk, suffix: bytes) -> None:
    desk.sim.scan("]Q1K7QM-2XPA-9", suffix)
    await desk.scans.last(Scanned("K7QM-2XPA-9", "]Q1"))
    desk.sim.scan("K7QM-2XPA-8", suffix)
    await desk.scans.last(Scanned("K7QM-2XPA-8"))
    assert len(desk.scans.told) == 2
    assert desk.scanner.state == READY
    assert (desk.scanner.name, desk.scanner.kind) == ("scanner", "scanner")


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(15.0):
        while not holds():  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(0.001)


async def test_a_code_that_stays_before_the_scanner_is_told_once(desk: Desk) -> None:
    desk.now_s = 100.0
    for _ in range(4):  # read again and again: each reading begins the time anew
        desk.sim.scan("STAYS")
        await until(lambda: desk.scanner._last_s == desk.now_s)
        desk.now_s += 1.4
    assert desk.scans.told == [Scanned("STAYS")]
    desk.now_s += 0.2
    desk.sim.scan("STAYS")
    await desk.scans.until(lambda told: len(told) == 2)


async def test_another_code_in_between_is_told_at_once(desk: Desk) -> None:
    for code in ("ONE", "TWO", "ONE"):
        desk.sim.scan(code)
    await desk.scans.until(lambda told: len(told) == 3)
    assert desk.scans.told == [Scanned("ONE"), Scanned("TWO"), Scanned("ONE")]


async def test_a_scanned_code_is_not_kept(desk: Desk) -> None:
    desk.sim.scan("SECRET")
    await desk.scans.last(Scanned("SECRET"))
    assert desk.scanner._last == Scanned("SECRET")
    desk.now_s += 2.0
    await until(lambda: desk.scanner._last is None)


async def test_no_code_outlives_its_line(desk: Desk) -> None:
    desk.sim.scan("SECRET")
    await desk.scans.last(Scanned("SECRET"))
    desk.sim.scan("HALF", b"")
    await until(lambda: desk.scanner._parser.in_a_code)
    desk.sim.unplug()
    await desk.states.last_of(Missing)
    assert desk.scanner._last is None
    assert not desk.scanner._parser.in_a_code


async def test_hostile_codes_are_refused_and_the_next_scan_works(desk: Desk) -> None:
    desk.sim.scan(b"\x1b]0;title\x07")
    await desk.scans.last(ScanRefused(ScanRefusal.CONTROL_CHARACTERS))
    desk.sim.scan(b"A" * 2953)
    await desk.scans.last(ScanRefused(ScanRefusal.TOO_LONG))
    desk.sim.inject(bytes(range(256)) * 3 + b"\r")
    desk.sim.scan("KODE")
    await desk.scans.last(Scanned("KODE"))
    assert desk.scanner.state == READY


async def test_unplugged_in_the_middle_of_a_code_and_plugged_again(desk: Desk) -> None:
    desk.sim.scan("HALF", b"")
    await until(lambda: desk.scanner._parser.in_a_code)
    desk.sim.unplug()
    await desk.states.last(Missing("absent"))
    desk.sim.plug()
    await desk.states.last(READY)
    desk.sim.scan("WHOLE")
    await desk.scans.last(Scanned("WHOLE"))


async def test_what_a_host_writes_to_the_scanner_is_dropped(tmp_path: Path) -> None:
    sim = ScannerSimulator(tmp_path / "scanner")
    sim.start()
    link = SerialLink(str(sim.line.path))
    await link.open()
    await link.write(b"\x16T\r", 1.0)
    assert await link.read(10, 0.05) == b""
    await link.close()
    sim.stop()
