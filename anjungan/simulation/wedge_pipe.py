"""A pipe that stands where ``/dev/input/event*`` would.

As with a real node, what is sent while nobody has it open is lost, and who has it open sees it go
when the plug is pulled.
"""

import os
import secrets
from pathlib import Path

from anjungan.simulation.line_path import PIPE_MODE, make_room
from anjungan.simulation.simulated_line import ByteLog, Direction


class WedgePipe:
    """The node at ``path``; see ``SimulatedLine``.  A keyboard takes nothing from its host."""

    def __init__(self, path: Path, *, byte_log: ByteLog | None = None) -> None:
        self._path = path
        self._byte_log = byte_log
        self._fd: int | None = None
        self.overflowed = False
        """Whether something was dropped because who has it open does not read."""

    @property
    def address(self) -> str:
        """See ``SimulatedLine``."""
        return str(self._path)

    @property
    def is_plugged(self) -> bool:
        """See ``SimulatedLine``."""
        return self._fd is not None

    @property
    def unsent_bytes(self) -> int:
        """See ``SimulatedLine``; a keyboard keeps nothing."""
        return 0

    def plug(self) -> None:
        """See ``SimulatedLine``; the node appears in one step."""
        if self._fd is not None:
            return
        staged = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        make_room(self._path)
        os.mkfifo(staged, PIPE_MODE)
        # A pipe can be opened for writing only while a reader is there; the first is ourselves.
        reader_fd = os.open(staged, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fd = os.open(staged, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        finally:
            os.close(reader_fd)
        try:
            self._path.hardlink_to(staged)  # unlike a renaming, it replaces nothing
        except OSError:
            os.close(fd)
            raise
        finally:
            staged.unlink()
        self._fd = fd

    def unplug(self) -> None:
        """See ``SimulatedLine``."""
        fd, self._fd = self._fd, None
        if fd is None:
            return
        try:
            if os.path.lexists(self._path) and os.path.samestat(self._path.lstat(), os.fstat(fd)):
                self._path.unlink(missing_ok=True)  # else it is another's
        finally:
            os.close(fd)

    def send(self, data: bytes) -> None:
        """See ``SimulatedLine``; dropped where nobody reads."""
        if self._fd is None or not data:
            return
        if self._byte_log is not None:
            self._byte_log(Direction.TO_HOST, data)
        try:
            os.write(self._fd, data)
        except BrokenPipeError:
            return  # nobody has it open
        except BlockingIOError:
            self.overflowed = True

    def inject(self, noise: bytes) -> None:
        """See ``SimulatedLine``."""
        self.send(noise)

    def forget_unsent(self) -> None:
        """See ``SimulatedLine``."""

    def pause_reading(self) -> None:
        """See ``SimulatedLine``."""

    def resume_reading(self) -> None:
        """See ``SimulatedLine``."""
