"""Scanners as they are set up and sold, over a real pseudo-terminal and over TCP."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from anjungan.appliance.drivers.device import Pacing, Ready
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.link.tcp_link import TcpLink
from anjungan.appliance.drivers.scanner.line_scanner import LineScanner
from anjungan.appliance.drivers.scanner.scan import (
    MAX_CODE_BYTES,
    Scanned,
    ScanRefusal,
    ScanRefused,
)
from anjungan.simulation.line_place import TcpPlace
from anjungan.simulation.scanner import SERIAL_9600, USB_CDC, ScannerHabits, ScannerSimulator
from anjungan.simulation.tcp_line import TcpLine

TICKET = "https://desa.example/t/" + "abcdefghijklmnopqrstuv" * 4
FAST_SERIAL = ScannerHabits(burst_bytes=16, bytes_per_s=11_520)


class Desk:
    def __init__(self, simulator: ScannerSimulator, scans: Any, states: Any) -> None:
        self.simulator = simulator
        self.scans = scans
        self.states = states


@pytest.fixture
async def make_desk(tmp_path: Path, recorder: Callable[[], Any], start: Callable[..., Any]) -> Any:
    simulators: list[ScannerSimulator] = []

    async def make(habits: ScannerHabits, *, tcp: bool = False, idle_gap_s: float = 0.08) -> Desk:
        simulator = ScannerSimulator(TcpPlace(0) if tcp else tmp_path / "scanner", habits)
        simulator.start()
        simulators.append(simulator)
        scans, states = recorder(), recorder()
        line = simulator.line
        scanner = LineScanner(
            TcpLink("127.0.0.1", line.port)
            if isinstance(line, TcpLine)
            else SerialLink(line.address, 9600, raise_dtr=True),
            on_scan=scans,
            on_state=states,
            idle_gap_s=idle_gap_s,
            pacing=Pacing(base_s=0.02, cap_s=0.1),
        )
        start(scanner.run())
        await states.last(Ready("listening"))
        if isinstance(line, TcpLine):
            async with asyncio.timeout(15):
                while not line.has_client:  # noqa: ASYNC110 - has no event
                    await asyncio.sleep(0.001)
        return Desk(simulator, scans, states)

    yield make
    for simulator in simulators:
        simulator.stop()


@pytest.mark.parametrize("suffix", [b"\r", b"\n", b"\r\n", b"\t", b""])
@pytest.mark.parametrize("pace", [SERIAL_9600, FAST_SERIAL, USB_CDC, ScannerHabits()])
async def test_one_code_is_one_scan_at_any_pace_and_with_any_end(
    make_desk: Any, pace: ScannerHabits, suffix: bytes
) -> None:
    habits = ScannerHabits(b"]Q1", suffix, pace.burst_bytes, pace.bytes_per_s)
    # The gap is long, so that a busy machine does not cut a code that comes slowly.
    desk = await make_desk(habits, idle_gap_s=0.08 if suffix else 0.6)
    desk.simulator.scan(TICKET)
    await desk.scans.last(Scanned(TICKET, "]Q1"))
    desk.simulator.scan("K7QM-2XPA-9")
    await desk.scans.last(Scanned("K7QM-2XPA-9", "]Q1"))
    assert len(desk.scans.told) == 2


async def test_the_longest_code_in_packets_of_usb_and_over_tcp(make_desk: Any) -> None:
    code = "0123456789abcdef" * (MAX_CODE_BYTES // 16)
    for tcp in (False, True):
        desk = await make_desk(ScannerHabits(b"]Q1", burst_bytes=64), tcp=tcp)
        desk.simulator.scan(code)
        await desk.scans.last(Scanned(code, "]Q1"))
        desk.simulator.scan(code + "x")
        await desk.scans.last(ScanRefused(ScanRefusal.TOO_LONG))
        desk.simulator.scan("NEXT")
        await desk.scans.last(Scanned("NEXT", "]Q1"))
        assert len(desk.scans.told) == 3


async def test_noise_before_a_code_spoils_it_and_no_more(make_desk: Any) -> None:
    desk = await make_desk(ScannerHabits(noise=b"\xff\x00\x9b\x07"))
    desk.simulator.scan("KODE")
    await desk.scans.last(ScanRefused(ScanRefusal.CONTROL_CHARACTERS))
    desk.simulator.inject(b"\r")
    desk.simulator.line.send(b"KODE\r")
    await desk.scans.last(Scanned("KODE"))


async def test_a_plug_pulled_in_the_middle_of_a_slow_code_loses_its_rest(make_desk: Any) -> None:
    desk = await make_desk(ScannerHabits(burst_bytes=1, bytes_per_s=100))
    desk.simulator.scan("SLOWLY-TYPED")
    desk.simulator.unplug()
    desk.simulator.plug()
    await desk.states.until(lambda told: sum(state == Ready("listening") for state in told) == 2)
    desk.simulator.scan("NEW")
    await desk.scans.last(Scanned("NEW"))
    assert desk.scans.told == [Scanned("NEW")]


async def test_codes_follow_each_other_whole_and_in_order(tmp_path: Path) -> None:
    sent: list[bytes] = []
    simulator = ScannerSimulator(
        tmp_path / "scanner", USB_CDC, byte_log=lambda _, data: sent.append(data)
    )
    simulator.start()
    simulator.scan("A" * 100)
    simulator.scan(b"", suffix=b"")
    simulator.scan("B", suffix=b"\t")
    async with asyncio.timeout(15):
        while len(sent) < 3:  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.001)
    assert sent == [b"A" * 64, b"A" * 36 + b"\r", b"B\t"]
    simulator.stop()
