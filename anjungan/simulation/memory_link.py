"""Two ends of a line held in memory, for tests that need neither a device nor a terminal."""

import asyncio
from collections.abc import Callable

from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout


class MemoryLink:
    """One end of a :func:`memory_line`; it satisfies ``drivers.link.ByteLink``.

    ``capacity_bytes`` is what the line holds unread, as the buffer of a terminal does: a write
    waits beyond it.  :meth:`unplug` loses both ends until :meth:`plug`.  Like a serial port, an end
    that is opened finds no bytes of the time before.
    """

    def __init__(self, capacity_bytes: int) -> None:
        self._capacity_bytes = capacity_bytes
        self._arrived = bytearray()
        self._changed = asyncio.Event()
        self._peer: MemoryLink = self
        self._plugged = True
        self._open = False
        self._on_change: Callable[[], None] | None = None
        self.opened_count = 0

    def connect(self, peer: "MemoryLink") -> None:
        """Make ``peer`` the other end."""
        self._peer = peer

    @property
    def is_open(self) -> bool:
        """Whether this end is open now."""
        return self._open

    @property
    def room_bytes(self) -> int:
        """How many bytes the other end can still send here before it must wait."""
        return max(0, self._capacity_bytes - len(self._arrived))

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever bytes have arrived here, or were taken at the other end."""
        self._on_change = listener

    async def open(self) -> None:
        """See ``ByteLink.open``."""
        if self._open:
            raise RuntimeError("the line is open already")
        if not self._plugged:
            raise LinkLost("absent")
        self._open = True
        self._arrived.clear()
        self._peer.stir()
        self.opened_count += 1

    async def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See ``ByteLink.read``."""
        try:
            async with asyncio.timeout(timeout_s):
                while not self._arrived:
                    self._check()
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return b""
        self._check()
        return self.take(max_bytes)

    async def write(self, data: bytes, timeout_s: float) -> None:
        """See ``ByteLink.write``."""
        written_bytes = 0
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    self._check()
                    self._changed.clear()
                    written_bytes += self._peer.put(data[written_bytes:])
                    if written_bytes == len(data):
                        return
                    await self._changed.wait()
        except TimeoutError:
            raise LinkTimeout(written_bytes) from None

    async def discard_input(self) -> None:
        """See ``ByteLink.discard_input``."""
        self._check()
        self.take(len(self._arrived))

    async def close(self) -> None:
        """See ``ByteLink.close``."""
        self._open = False
        self.stir()

    def put(self, data: bytes) -> int:
        """Let as much of ``data`` arrive here as there is room for; return how much."""
        part = data[: self.room_bytes]
        if part:
            self._arrived += part
            self.stir()
        return len(part)

    def take(self, max_bytes: int) -> bytes:
        """Take what has arrived, at most ``max_bytes``, without waiting."""
        data = bytes(self._arrived[:max_bytes])
        del self._arrived[:max_bytes]
        self._peer.stir()
        return data

    def stir(self) -> None:
        """Let whoever waits at this end look again."""
        self._changed.set()
        if self._on_change is not None:
            self._on_change()

    def unplug(self) -> None:
        """Lose the line: reads and writes of both ends raise LinkLost, and open fails."""
        for end in (self, self._peer):
            end._plugged = False  # noqa: SLF001 - the two ends are one object in two halves
            end._arrived.clear()  # noqa: SLF001 - see above
            end.stir()

    def plug(self) -> None:
        """Undo :meth:`unplug`; the ends must be opened again."""
        for end in (self, self._peer):
            end._plugged = True  # noqa: SLF001 - see unplug
            end._open = False  # noqa: SLF001 - see unplug

    def _check(self) -> None:
        if not self._plugged:
            raise LinkLost("unplugged")
        if not self._open:
            raise LinkLost("closed")


def memory_line(capacity_bytes: int = 14_336) -> tuple[MemoryLink, MemoryLink]:
    """Return the two ends of a line; by default it holds what a Linux pseudo-terminal does."""
    ends = MemoryLink(capacity_bytes), MemoryLink(capacity_bytes)
    ends[0].connect(ends[1])
    ends[1].connect(ends[0])
    return ends
