"""Two ends of a line held in memory, for tests that need neither a device nor a terminal."""

import asyncio

from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout


class MemoryLink:
    """One end of a :func:`memory_line`; it satisfies ``drivers.link.ByteLink``.

    ``capacity_bytes`` is what the line holds unread, as the buffer of a terminal does: a write
    waits beyond it.  :meth:`unplug` loses both ends until :meth:`plug`.
    """

    def __init__(self, capacity_bytes: int) -> None:
        self._capacity_bytes = capacity_bytes
        self._arrived = bytearray()
        self._changed = asyncio.Event()
        self._peer: MemoryLink = self
        self._plugged = True
        self._open = False
        self.opened_count = 0

    def connect(self, peer: "MemoryLink") -> None:
        """Make ``peer`` the other end."""
        self._peer = peer

    @property
    def is_open(self) -> bool:
        """Whether this end is open now."""
        return self._open

    async def open(self) -> None:
        """See ``ByteLink.open``."""
        if self._open:
            raise RuntimeError("the line is open already")
        if not self._plugged:
            raise LinkLost("absent")
        self._open = True
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
        data = bytes(self._arrived[:max_bytes])
        del self._arrived[:max_bytes]
        self._peer._changed.set()  # noqa: SLF001 - the two ends are one object in two halves
        return data

    async def write(self, data: bytes, timeout_s: float) -> None:
        """See ``ByteLink.write``."""
        written_bytes = 0
        peer = self._peer
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    self._check()
                    room_bytes = self._capacity_bytes - len(peer._arrived)  # noqa: SLF001 - see read
                    part = data[written_bytes : written_bytes + room_bytes]
                    peer._arrived += part  # noqa: SLF001 - see read
                    peer._changed.set()  # noqa: SLF001 - see read
                    written_bytes += len(part)
                    if written_bytes == len(data):
                        return
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise LinkTimeout(written_bytes) from None

    async def discard_input(self) -> None:
        """See ``ByteLink.discard_input``."""
        self._check()
        self._arrived.clear()

    async def close(self) -> None:
        """See ``ByteLink.close``."""
        self._open = False
        self._changed.set()

    def unplug(self) -> None:
        """Lose the line: reads and writes of both ends raise LinkLost, and open fails."""
        for end in (self, self._peer):
            end._plugged = False  # noqa: SLF001 - see read
            end._arrived.clear()  # noqa: SLF001 - see read
            end._changed.set()  # noqa: SLF001 - see read

    def plug(self) -> None:
        """Undo :meth:`unplug`; the ends must be opened again."""
        for end in (self, self._peer):
            end._plugged = True  # noqa: SLF001 - see read
            end._open = False  # noqa: SLF001 - see read

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
