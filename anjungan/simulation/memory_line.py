"""The line of a simulated device in memory: the same simulator without terminal or socket."""

import asyncio

from anjungan.simulation.memory_link import MemoryLink
from anjungan.simulation.simulated_line import ByteLog, Direction, OnBytes

PTY_CAPACITY_BYTES = 14_336  # what a Linux pseudo-terminal holds unread


class MemoryLine:
    """The device's side of ``link``, which is what the driver is given; see ``SimulatedLine``."""

    def __init__(
        self, link: MemoryLink, on_bytes: OnBytes, *, byte_log: ByteLog | None = None
    ) -> None:
        self._link = link
        self._far = MemoryLink(PTY_CAPACITY_BYTES)
        self._far.connect(link)
        link.connect(self._far)
        link.unplug()
        self._far.on_change(self._changed)
        self._on_bytes = on_bytes
        self._byte_log = byte_log
        self._unsent = bytearray()
        self._is_plugged = False
        self._reading_paused = False
        self._scheduled: asyncio.Handle | None = None

    @property
    def address(self) -> str:
        """See ``SimulatedLine``."""
        return "memory"

    @property
    def is_plugged(self) -> bool:
        """See ``SimulatedLine``."""
        return self._is_plugged

    @property
    def unsent_bytes(self) -> int:
        """See ``SimulatedLine``."""
        return len(self._unsent)

    def plug(self) -> None:
        """See ``SimulatedLine``."""
        if not self._is_plugged:
            self._is_plugged = True
            self._reading_paused = False
            self._link.plug()

    def unplug(self) -> None:
        """See ``SimulatedLine``."""
        if self._is_plugged:
            self._is_plugged = False
            self._unsent.clear()
            self._link.unplug()

    def send(self, data: bytes) -> None:
        """See ``SimulatedLine``."""
        if not self._is_plugged or not data:
            return
        if self._byte_log is not None:
            self._byte_log(Direction.TO_HOST, data)
        self._unsent += data
        self._write_some()

    def inject(self, noise: bytes) -> None:
        """See ``SimulatedLine``."""
        self.send(noise)

    def forget_unsent(self) -> None:
        """See ``SimulatedLine``."""
        self._unsent.clear()
        self._link.take(PTY_CAPACITY_BYTES)

    def pause_reading(self) -> None:
        """See ``SimulatedLine``."""
        self._reading_paused = True

    def resume_reading(self) -> None:
        """See ``SimulatedLine``."""
        self._reading_paused = False
        self._changed()

    def _changed(self) -> None:
        """Look on the loop's next turn, as an event of a descriptor would come."""
        if self._is_plugged and self._scheduled is None:
            self._scheduled = asyncio.get_running_loop().call_soon(self._work)

    def _work(self) -> None:
        self._scheduled = None
        if not self._is_plugged:
            return
        self._write_some()
        if self._reading_paused:
            return
        data = self._far.take(PTY_CAPACITY_BYTES)
        if not data:
            return
        if self._byte_log is not None:
            self._byte_log(Direction.FROM_HOST, data)
        self._on_bytes(data)

    def _write_some(self) -> None:
        if self._unsent:
            sent = self._link.put(bytes(self._unsent))
            del self._unsent[:sent]
