"""What the contract's scenarios play on: a driver, its simulator, a line, and a record of all told.

A scenario is played twice: over the memory fake and over a real pseudo-terminal or socket.  What
the driver told, states and events in their order, must be the same.  The reason in ``Missing`` is
the line's own word ("hung up", "connection refused") and is left out; so are repetitions by it.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from anjungan.appliance.drivers.device import DeviceState, Missing, Pacing
from anjungan.appliance.drivers.link.byte_link import ByteLink, LinkTimeout
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.link.tcp_link import TcpLink
from anjungan.appliance.drivers.link.usb_printer_link import UsbPrinterLink
from anjungan.simulation.line_place import MemoryPlace, Place, TcpPlace
from anjungan.simulation.memory_link import MemoryLink
from anjungan.simulation.ports import free_port
from anjungan.simulation.simulated_line import SimulatedLine

PATIENCE_S = 30.0
FULL_TIMES = 4
Kind = Literal["memory", "serial", "usb", "tcp", "node"]
"""``node``: the driver opens a path by itself, not through a link."""
ANY_MISSING = Missing("for whatever reason")


class Record:
    """States and events as they were told, and a way to wait for them."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.attempts = 0
        self._changed = asyncio.Event()

    def state(self, _name: str, state: DeviceState) -> None:
        """Take a state: what a driver's ``on_state`` is."""
        told = ANY_MISSING if isinstance(state, Missing) else state
        if not (told is ANY_MISSING and self.states[-1:] == [ANY_MISSING]):
            self._add(told)

    def event(self, event: object) -> None:
        """Take an event: a card, a scan, the outcome of a job."""
        self._add(event)

    def stir(self) -> None:
        """Let whoever waits look again."""
        self._changed.set()

    @property
    def states(self) -> list[DeviceState]:
        """The states alone."""
        return [told for told in self.told if isinstance(told, DeviceState)]

    @property
    def events(self) -> list[object]:
        """The events alone."""
        return [told for told in self.told if not isinstance(told, DeviceState)]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until ``holds``, which is asked whenever something was told; give up after long."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"it did not come to it; told so far: {self.told}") from None

    async def until_state(self, kind: type[DeviceState]) -> None:
        """Wait until the state told last is of ``kind``."""
        await self.until(lambda: isinstance(self.states[-1] if self.states else None, kind))

    async def until_event(self, kind: type, number: int = 1) -> None:
        """Wait until ``number`` events of ``kind`` were told."""
        await self.until(lambda: sum(isinstance(each, kind) for each in self.events) >= number)

    async def until_tried(self, times: int) -> None:
        """Wait until the driver has tried that often more to open its line."""
        wanted = self.attempts + times
        await self.until(lambda: self.attempts >= wanted)

    def pacing(self) -> Pacing:
        """A short back-off that counts the attempts."""

        async def sleep(delay_s: float) -> None:
            self.attempts += 1
            self.stir()
            await asyncio.sleep(delay_s)

        return Pacing(base_s=0.01, cap_s=0.03, floor_s=0.01, sleep=sleep)

    def _add(self, told: object) -> None:
        self.told.append(told)
        self.stir()


async def until(holds: Callable[[], bool]) -> None:
    """Wait until ``holds`` of something that tells no changes."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.001)


class StuffedLink:
    """A link whose line can be full from the start: the device takes nothing (a pty: 14 kB)."""

    def __init__(self, link: ByteLink) -> None:
        self._link = link
        self.is_stuffed = False
        self.read = link.read
        self.write = link.write
        self.discard_input = link.discard_input
        self.close = link.close

    async def open(self) -> None:
        """Open, and fill with zeros, which neither chip nor printer minds, to the last byte."""
        await self._link.open()
        full_times = 0
        while self.is_stuffed and full_times < FULL_TIMES:
            try:
                await self._link.write(bytes(1 if full_times else 4096), 0.02)
            except LinkTimeout:
                full_times += 1


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a member's device stands and how its driver reaches it."""

    kind: Kind
    place: Place
    link: StuffedLink
    folder: Path
    name: str
    record: Record


def make_stage(kind: Kind, folder: Path, name: str = "device") -> Stage:
    """Set up a line of ``kind``; nothing is plugged yet."""
    folder.mkdir(parents=True, exist_ok=True)
    place: Place
    link: ByteLink
    match kind:
        case "memory":
            link = MemoryLink(14_336)
            place = MemoryPlace(link)
        case "serial":
            place = folder / name
            link = SerialLink(str(place))
        case "node":
            place = folder / name
            link = UsbPrinterLink(str(place))  # not used
        case "usb":
            place = folder / name
            link = UsbPrinterLink(str(place))
        case "tcp":
            place = TcpPlace(free_port())
            link = TcpLink(place.host, place.port)
    return Stage(kind, place, StuffedLink(link), folder, name, Record())


class Tampered:
    """What the device sends on ``line``, tampered with on its way."""

    def __init__(self, line: SimulatedLine) -> None:
        self._line = line
        self._send = line.send
        self._waiting: deque[bytes] = deque()

    def in_pieces(self) -> None:
        """Deliver every byte alone."""
        loop = asyncio.get_running_loop()

        def deliver() -> None:
            self._send(self._waiting.popleft())
            if self._waiting:
                loop.call_soon(deliver)

        def send(data: bytes) -> None:
            is_idle = not self._waiting
            self._waiting += (bytes((byte,)) for byte in data)
            if is_idle and self._waiting:
                loop.call_soon(deliver)

        self._line.send = send  # type: ignore[method-assign]  # that is the tampering

    def later(self, delay_s: float) -> None:
        """Deliver everything late."""
        loop = asyncio.get_running_loop()
        self._line.send = (  # type: ignore[method-assign]  # that is the tampering
            lambda data: loop.call_later(delay_s, self._send, data)
        )

    def held(self) -> None:
        """Deliver nothing, and keep it."""
        self._line.send = self._waiting.append  # type: ignore[method-assign]  # see above

    def as_before(self) -> None:
        """Deliver what was kept, all at once, and from now on everything in time."""
        self._line.send = self._send  # type: ignore[method-assign]  # see above
        self._send(b"".join(self._waiting))
        self._waiting.clear()
