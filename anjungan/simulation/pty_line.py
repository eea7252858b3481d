"""A pseudo-terminal that stands for the serial line of a simulated device.

The simulator holds the master side on the event loop; a program opens the slave side through a
link at a chosen path, as it would open ``/dev/anjungan/nfc``.  Both sides are raw, so no byte is
echoed or changed.  The simulator also keeps the slave side open itself, otherwise the master reads
EIO whenever the last client closes (pty(7)).
"""

import asyncio
import os
import pty
import termios
import tty
from pathlib import Path

from anjungan.simulation.line_path import make_room
from anjungan.simulation.simulated_line import ByteLog, Direction, OnBytes

READ_CHUNK_BYTES = 4096


class PtyLine:
    """A line at ``path``; see ``SimulatedLine``."""

    def __init__(
        self,
        path: Path,
        on_bytes: OnBytes,
        *,
        byte_log: ByteLog | None = None,
    ) -> None:
        self._path = path
        self._on_bytes = on_bytes
        self._byte_log = byte_log
        self._unsent = bytearray()
        self._master_fd: int | None = None
        self._slave_fd: int | None = None
        self._reading_paused = False

    @property
    def path(self) -> Path:
        """Where a client opens the line."""
        return self._path

    @property
    def address(self) -> str:
        """See ``SimulatedLine``."""
        return str(self._path)

    @property
    def is_plugged(self) -> bool:
        """Whether the line exists now."""
        return self._master_fd is not None

    @property
    def unsent_bytes(self) -> int:
        """How many bytes for the host wait because the host does not read."""
        return len(self._unsent)

    def plug(self) -> None:
        """Make a new pseudo-terminal and link it at the path; no-op when plugged.

        Raises:
            OSError: the path cannot be written, or something else stands there (``line_path``).
        """
        if self._master_fd is not None:
            return
        make_room(self._path)  # before the new terminal, which may get the number of the old one
        master_fd, slave_fd = pty.openpty()
        try:
            tty.setraw(slave_fd)  # master and slave share their settings
            os.set_blocking(master_fd, False)
            self._path.symlink_to(os.ttyname(slave_fd))
        except OSError:
            os.close(master_fd)
            os.close(slave_fd)
            raise
        self._master_fd, self._slave_fd = master_fd, slave_fd
        self._reading_paused = True
        self.resume_reading()

    def unplug(self) -> None:
        """Remove the link and hang up: clients see their line go away; no-op when unplugged.

        What another has put at the path meanwhile stays.
        """
        master_fd, slave_fd = self._master_fd, self._slave_fd
        if master_fd is None or slave_fd is None:
            return
        self._master_fd = self._slave_fd = None
        loop = asyncio.get_running_loop()
        loop.remove_reader(master_fd)
        loop.remove_writer(master_fd)
        self._unsent.clear()
        try:
            if self._path.is_symlink() and str(self._path.readlink()) == os.ttyname(slave_fd):
                self._path.unlink(missing_ok=True)
        finally:
            os.close(slave_fd)
            os.close(master_fd)

    def send(self, data: bytes) -> None:
        """Send ``data`` to the host; lost when unplugged, kept while the host does not read."""
        if self._master_fd is None or not data:
            return
        if self._byte_log is not None:
            self._byte_log(Direction.TO_HOST, data)
        was_waiting = bool(self._unsent)
        self._unsent += data
        if not was_waiting:
            self._write_some()

    def inject(self, noise: bytes) -> None:
        """Put bytes on the line that the device never sent, as interference does."""
        self.send(noise)

    def pause_reading(self) -> None:
        """Take no more bytes from the host, so that its line fills up (at about 14 kB)."""
        if self._master_fd is not None and not self._reading_paused:
            self._reading_paused = True
            asyncio.get_running_loop().remove_reader(self._master_fd)

    def resume_reading(self) -> None:
        """Undo :meth:`pause_reading`."""
        if self._master_fd is not None and self._reading_paused:
            self._reading_paused = False
            asyncio.get_running_loop().add_reader(self._master_fd, self._read_some)

    def _read_some(self) -> None:
        if self._master_fd is None:
            return
        try:
            data = os.read(self._master_fd, READ_CHUNK_BYTES)
        except BlockingIOError:
            return
        if self._byte_log is not None:
            self._byte_log(Direction.FROM_HOST, data)
        self._on_bytes(data)

    def _write_some(self) -> None:
        if self._master_fd is None:
            return
        loop = asyncio.get_running_loop()
        try:
            sent = os.write(self._master_fd, self._unsent)
        except BlockingIOError:
            sent = 0
        del self._unsent[:sent]
        if self._unsent:
            loop.add_writer(self._master_fd, self._write_some)
        else:
            loop.remove_writer(self._master_fd)

    def forget_unsent(self) -> None:
        """Drop what the host has not read yet, in our buffer and in the terminal's."""
        self._unsent.clear()
        if self._master_fd is not None:
            asyncio.get_running_loop().remove_writer(self._master_fd)
            termios.tcflush(self._master_fd, termios.TCOFLUSH)
