"""The byte line between a driver and its device.

Drivers speak to a :class:`ByteLink` and to nothing else, so the same protocol code runs over a
serial adapter, a USB printer, a socket, a pseudo-terminal of a simulator and a pair of buffers in a
test.  Every wait has a limit; a device that went away is told by :class:`LinkLost`, never by an
endless wait.
"""

import errno
import os
from typing import Protocol


class LinkLost(OSError):  # noqa: N818 - named after what happened, as events are
    """The device is absent, went away, or the line was closed.  ``reason`` is fit for a log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LinkTimeout(TimeoutError):  # noqa: N818 - see LinkLost
    """A write could not be finished in time, because the device does not take bytes.

    ``written_bytes`` were handed to the operating system before the limit; whether the device has
    seen them is unknown.
    """

    def __init__(self, written_bytes: int) -> None:
        super().__init__(f"write timed out after {written_bytes} bytes")
        self.written_bytes = written_bytes


class ByteLink(Protocol):
    """A line that carries bytes both ways.  One reader and one writer may wait at the same time."""

    async def open(self) -> None:
        """Open the line.  Opening an open line is a bug (RuntimeError).

        Raises:
            LinkLost: the device is absent, or another program holds it.
        """
        ...

    async def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """Return the bytes that have arrived, at most ``max_bytes``; ``b""`` after ``timeout_s``.

        Raises:
            LinkLost: the device went away.
        """
        ...

    async def write(self, data: bytes, timeout_s: float) -> None:
        """Hand all of ``data`` to the line.  That says nothing about the device having read it.

        Raises:
            LinkTimeout: the line did not take everything within ``timeout_s``.
            LinkLost: the device went away.
        """
        ...

    async def discard_input(self) -> None:
        """Drop what has arrived and was not read yet.

        Raises:
            LinkLost: the device went away.
        """
        ...

    async def close(self) -> None:
        """Close the line.  Never raises, never waits for the device; closing twice is allowed."""
        ...


def reason_of(error: Exception) -> str:
    """Why a line does not open or was lost; fit for a log, and known to the doctor."""
    number = error.args[0] if error.args else None
    match number:
        case errno.ENOENT | errno.ENXIO | errno.ENODEV:
            return "absent"
        case errno.EAGAIN | errno.EBUSY:
            return "held by another program"
        case int():
            return os.strerror(number)
        case _:
            return type(error).__name__
