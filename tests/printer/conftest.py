"""A real driver on a real pseudo-terminal with a simulated printer at its other end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from anjungan.appliance.drivers.device import DeviceState, Pacing, Ready
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.printer.document import Cut, Document, Feed, Qr, Rule, Text
from anjungan.appliance.drivers.printer.printer import EscposPrinter
from anjungan.appliance.drivers.printer.profile import CLONE_58, EPSON_58, PrinterProfile
from anjungan.appliance.drivers.printer.timings import Timings
from anjungan.simulation.printer import model as models
from anjungan.simulation.printer.model import PrinterModel
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.simulated_line import Direction

# Waits that must not run out are long, because the machine may be busy; those that a test wants to
# see run out are shortened by that test.
PATIENT = Timings(
    status_timeout_s=5.0,
    write_timeout_s=5.0,
    confirm_grace_s=10.0,
    check_interval_s=0.1,
    poll_interval_s=0.05,
)
BRISK = replace(PATIENT, status_timeout_s=1.0, confirm_grace_s=2.0)
HASTY = replace(PATIENT, status_timeout_s=0.3, write_timeout_s=0.5, confirm_grace_s=0.5)
PACING = Pacing(base_s=0.05, cap_s=0.1)

SHORT = Document((Text("SATU"), Text("DUA"), Cut()))
LONG = Document(
    (
        Rule("kawung"),
        *(Text(f"BARIS {number:03}") for number in range(400)),
        Qr("https://example.id/t/abcdefghijklmnopqrstuv", 6),
        Feed(2),
        Text("SELESAI"),
        Cut(),
    )
)


def at_full_speed(model: PrinterModel) -> PrinterModel:
    return replace(model, bytes_per_s=None, dots_per_s=None)


def on_a_fast_line(profile: PrinterProfile) -> PrinterProfile:
    return replace(profile, bytes_per_s=100_000, dots_per_s=10_000)


class CountingLink(SerialLink):
    """A serial line that knows how much was written to it."""

    written_bytes = 0

    async def write(self, data: bytes, timeout_s: float) -> None:
        self.written_bytes += len(data)
        await super().write(data, timeout_s)


@dataclass
class Bench:
    printer: EscposPrinter
    simulator: PrinterSimulator
    link: CountingLink
    states: list[DeviceState] = field(default_factory=list)
    confirmed_late: list[str] = field(default_factory=list)
    heard: bytearray = field(default_factory=bytearray)
    on_host_bytes: list[tuple[int, Callable[[], None]]] = field(default_factory=list)

    @property
    def host_bytes(self) -> int:
        """How many bytes the printer's line has carried from the host."""
        return len(self.heard)

    def after_host_bytes(self, count: int, action: Callable[[], None]) -> None:
        """Do ``action`` once the printer's line has carried ``count`` more bytes from the host."""
        self.on_host_bytes.append((self.host_bytes + count, action))

    def saw(self, direction: Direction, data: bytes) -> None:
        if direction is not Direction.FROM_HOST:
            return
        self.heard += data
        due = [entry for entry in self.on_host_bytes if entry[0] <= self.host_bytes]
        for entry in due:
            self.on_host_bytes.remove(entry)
            asyncio.get_running_loop().call_soon(entry[1])

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - several objects may fulfil it
                await asyncio.sleep(0.01)

    async def until_ready(self) -> None:
        """Wait until the driver has found the printer and left nothing on the line."""
        await self.until_state(Ready)
        await self.until(lambda: not self.printer._flush_first and not self.simulator.waiting_bytes)

    async def until_arrived(self) -> None:
        """Wait until nothing that the driver wrote is still in the kernel."""
        await self.until(lambda: self.host_bytes == self.link.written_bytes)

    async def until_state(self, kind: type, code: str | None = None) -> None:
        def reached() -> bool:
            state = self.printer.state
            return isinstance(state, kind) and (code is None or getattr(state, "code", "") == code)

        await self.until(reached)


BenchMaker = Callable[..., Awaitable[Bench]]


@asynccontextmanager
async def _bench(
    path: Path, model: PrinterModel, profile: PrinterProfile, timings: Timings
) -> AsyncIterator[Bench]:
    box: list[Bench] = []

    def saw(direction: Direction, data: bytes) -> None:
        box[0].saw(direction, data)

    simulator = PrinterSimulator(path, model, byte_log=saw)
    states: list[DeviceState] = []
    late: list[str] = []
    link = CountingLink(str(path))
    printer = EscposPrinter(
        link,
        profile,
        name="printer",
        on_state=lambda _name, state: states.append(state),
        on_late_confirmation=late.append,
        timings=timings,
        pacing=PACING,
    )
    box.append(Bench(printer, simulator, link, states, late))
    simulator.start()
    running = asyncio.create_task(printer.run())
    try:
        yield box[0]
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await simulator.stop()


@pytest.fixture
async def make_bench(tmp_path: Path) -> AsyncIterator[BenchMaker]:
    async with AsyncExitStack() as stack:

        async def make(
            model: PrinterModel = models.EPSON_58,
            profile: PrinterProfile = EPSON_58,
            timings: Timings = PATIENT,
            *,
            real_speed: bool = False,
        ) -> Bench:
            if not real_speed:
                model, profile = at_full_speed(model), on_a_fast_line(profile)
            path = tmp_path / "printer"
            return await stack.enter_async_context(_bench(path, model, profile, timings))

        yield make


@pytest.fixture
async def epson(make_bench: BenchMaker) -> Bench:
    return await make_bench()


@pytest.fixture
async def clone(make_bench: BenchMaker) -> Bench:
    return await make_bench(models.CLONE_58, CLONE_58, BRISK)


@pytest.fixture(params=["epson", "clone"])
async def either(request: pytest.FixtureRequest, make_bench: BenchMaker) -> Bench:
    if request.param == "epson":
        return await make_bench()
    return await make_bench(models.CLONE_58, CLONE_58, BRISK)


@dataclass(frozen=True)
class Documents:
    short: Document = SHORT
    long: Document = LONG
    patient: Timings = PATIENT
    brisk: Timings = BRISK
    hasty: Timings = HASTY


@pytest.fixture
def given() -> Documents:
    return Documents()
