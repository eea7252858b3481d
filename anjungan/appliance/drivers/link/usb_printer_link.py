"""A USB printer through the kernel's usblp driver as a line (``/dev/usb/lp0``, read and write).

usblp carries the bytes of the printer class's two bulk pipes.  Three things differ from a serial
line: a read may give zero bytes though the printer is there, a write blocks in the printer itself
while paper is out or the cover is open, and there is no terminal to configure.
"""

import os
from collections.abc import Callable
from contextlib import suppress

from anjungan.appliance.drivers.link.byte_link import LinkLost, reason_of
from anjungan.appliance.drivers.link.open_line import READ_CHUNK_BYTES, OpenLine
from anjungan.appliance.drivers.link.served_line import ServedLine


class UsbPrinterLink(ServedLine):
    """The printer at ``path``, usually a udev symlink to ``/dev/usb/lp*``.

    usblp lets one program open a printer at a time, so a second one is told that it is held.
    ``open_node`` gives a non-blocking descriptor, or raises OSError.
    """

    def __init__(self, path: str, *, open_node: Callable[[str], int] | None = None) -> None:
        self._path = path
        self._open_node = open_node or open_usb_printer
        self._fd: int | None = None
        self._line: OpenLine | None = None

    @property
    def path(self) -> str:
        """The path as configured, before symlinks are followed."""
        return self._path

    async def open(self) -> None:
        """See ``ByteLink.open``."""
        if self._fd is not None:
            raise RuntimeError("the line is open already")
        try:
            fd = self._open_node(self._path)
        except OSError as error:
            raise LinkLost(reason_of(error)) from error
        self._fd = fd
        self._line = OpenLine(fd, _read_some)

    async def close(self) -> None:
        """See ``ByteLink.close``."""
        fd, self._fd = self._fd, None
        line, self._line = self._line, None
        if line is not None:
            line.close()
        if fd is not None:
            with suppress(OSError):
                os.close(fd)


def open_usb_printer(path: str) -> int:
    """Open the node at ``path`` to read and write without ever blocking.

    Raises:
        OSError: the printer is absent, or another program has it.
    """
    return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)


def _read_some(fd: int) -> bytes:
    """Zero bytes are an empty packet of a printer that has nothing to say, and no hang-up."""
    return os.read(fd, READ_CHUNK_BYTES)
