"""A serial device or pseudo-terminal as a line."""

import termios
from contextlib import suppress

import serial

from anjungan.appliance.drivers.link.byte_link import LinkLost, reason_of
from anjungan.appliance.drivers.link.open_line import OpenLine
from anjungan.appliance.drivers.link.served_line import ServedLine


class SerialLink(ServedLine):
    """A serial device or pseudo-terminal, 8N1 without flow control, read on the event loop.

    pyserial opens and configures the port; the bytes then flow through its non-blocking file
    descriptor, so no thread is needed and a full line cannot block the program.  ``path`` is
    resolved at every :meth:`open`, so a udev symlink finds the device again after it was unplugged.

    DTR is low from the start, because adapters with an auto-reset circuit restart the device when
    it rises; ``raise_dtr`` is for USB-CDC devices that send only while a terminal is ready.  Modem
    lines are never read: a pseudo-terminal has none (ENOTTY).
    """

    def __init__(self, path: str, baud: int = 115_200, *, raise_dtr: bool = False) -> None:
        self._path = path
        self._baud = baud
        self._raise_dtr = raise_dtr
        self._port: serial.Serial | None = None
        self._line: OpenLine | None = None

    @property
    def path(self) -> str:
        """The path as configured, before symlinks are followed."""
        return self._path

    async def open(self) -> None:
        """See ``ByteLink.open``."""
        if self._port is not None:
            raise RuntimeError("the line is open already")
        port = serial.Serial()
        port.port = self._path
        port.baudrate = self._baud
        port.exclusive = True
        port.timeout = 0
        port.dsrdtr = False
        port.rtscts = False
        port.xonxoff = False
        port.dtr = self._raise_dtr
        try:
            port.open()
            _wait_for_one_byte(port.fileno())
        except (OSError, termios.error) as error:
            with suppress(OSError, termios.error):
                port.close()
            raise LinkLost(reason_of(error)) from error
        self._port = port
        self._line = OpenLine(port.fileno())

    async def discard_input(self) -> None:
        """See ``ByteLink.discard_input``."""
        line = self._opened()
        if self._port is not None:
            try:
                termios.tcflush(self._port.fileno(), termios.TCIFLUSH)
            except (OSError, termios.error) as error:
                raise LinkLost(reason_of(error)) from error
        line.discard_input()

    async def close(self) -> None:
        """See ``ByteLink.close``."""
        port, self._port = self._port, None
        line, self._line = self._line, None
        if line is not None:
            line.close()
        if port is None:
            return
        with suppress(OSError, termios.error):
            # Unsent bytes would make the kernel wait in close() for a device that takes none.
            termios.tcflush(port.fileno(), termios.TCIOFLUSH)
        with suppress(OSError, termios.error):
            port.close()


def _wait_for_one_byte(fd: int) -> None:
    """Make an empty line read as EAGAIN, so that zero bytes mean hung up and nothing else.

    pyserial sets VMIN to 0, and then Linux answers 0 in both cases (termios(3), MIN == 0).
    """
    attributes = termios.tcgetattr(fd)
    attributes[6][termios.VMIN] = 1
    attributes[6][termios.VTIME] = 0
    termios.tcsetattr(fd, termios.TCSANOW, attributes)
