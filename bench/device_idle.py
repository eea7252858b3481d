"""What devices cost while nobody is there: one of each family, all together, in one process.

Their simulators run in this process and are not weighed. What goes over the card reader's line is
counted as well: a poll is three commands (type A, type B, field off), and the chip needs no more.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from anjungan.appliance.drivers.card_reader.pn532_frame import CommandFrame, FrameParser
from anjungan.appliance.drivers.card_reader.pn532_reader import POLL_INTERVAL_S
from anjungan.simulation.pn532.simulator import Pn532Simulator
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.scanner import ScannerSimulator
from anjungan.simulation.simulated_line import Direction
from bench.figures import Limit, Row
from bench.idle_devices import PRINTER, READER, READY, SCANNER
from bench.processes import cpu_s
from bench.quiet import wait_until_quiet
from bench.scratch import scratch

COMMANDS_A_POLL: Final = 3
CPU: Final = Limit(name="devices idle, processor time of one core", unit="%", limit=1.0)
COMMANDS: Final = Limit(
    name="devices idle, commands to the card reader",
    unit="a second",
    limit=COMMANDS_A_POLL / POLL_INTERVAL_S,
)
GOALS: Final = (CPU, COMMANDS)
SETTLE_S: Final = 5.0
WINDOW_S: Final = 30.0
WINDOWS: Final = 3
_WITHIN_S: Final = 60.0


class _Counted:
    """What went over one line."""

    def __init__(self) -> None:
        self.to_device_bytes = self.to_host_bytes = self.commands = 0
        self._parser = FrameParser()

    def log(self, direction: Direction, data: bytes) -> None:
        if direction is Direction.TO_HOST:
            self.to_host_bytes += len(data)
            return
        self.to_device_bytes += len(data)
        frames = self._parser.feed(data)
        self.commands += sum(isinstance(frame, CommandFrame) for frame in frames)

    def reset(self) -> None:
        self.to_device_bytes = self.to_host_bytes = self.commands = 0


def measure() -> Sequence[Row]:
    """Both rows."""
    quiet = wait_until_quiet()
    with scratch() as folder:
        shares, reader, printer = asyncio.run(_run(folder))
    seconds = WINDOW_S * WINDOWS
    note = (
        f"a second: to the reader {reader.to_device_bytes / seconds:.0f} bytes and from it "
        f"{reader.to_host_bytes / seconds:.0f}; to the printer "
        f"{printer.to_device_bytes / seconds:.1f} and from it {printer.to_host_bytes / seconds:.1f}"
    )
    return (
        CPU.measured(shares, "" if quiet else "the machine was not quiet"),
        COMMANDS.measured([reader.commands / seconds], note),
    )


async def _run(folder: Path) -> tuple[list[float], _Counted, _Counted]:
    loop = asyncio.get_running_loop()
    reader, printer = _Counted(), _Counted()
    shares = []
    async with _simulators(folder, reader, printer), _drivers(folder) as pid:
        await asyncio.sleep(SETTLE_S)
        reader.reset()
        printer.reset()
        for _ in range(WINDOWS):
            began_s, cpu_before_s = loop.time(), cpu_s([pid])
            await asyncio.sleep(WINDOW_S)
            shares.append(100.0 * (cpu_s([pid]) - cpu_before_s) / (loop.time() - began_s))
    return shares, reader, printer


@asynccontextmanager
async def _simulators(folder: Path, reader: _Counted, printer: _Counted) -> AsyncIterator[None]:
    pn532 = Pn532Simulator(folder / READER, byte_log=reader.log)
    scanner = ScannerSimulator(folder / SCANNER)
    escpos = PrinterSimulator(folder / PRINTER, byte_log=printer.log)
    pn532.start()
    scanner.start()
    escpos.start()
    try:
        yield
    finally:
        await escpos.stop()
        scanner.stop()
        pn532.stop()


@asynccontextmanager
async def _drivers(folder: Path) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.idle_devices", "--folder", str(folder)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_WITHIN_S):
            line = await process.stdout.readline()
        assert line == f"{READY}\n".encode()
        yield process.pid
    finally:
        process.stdin.close()
        await process.wait()
