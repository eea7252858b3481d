"""The byte line between a driver and its device.

Drivers speak to a :class:`ByteLink` and to nothing else, so the same protocol code runs over a
serial adapter, a pseudo-terminal of a simulator and a pair of buffers in a test.  Every wait has a
limit; a device that went away is told by :class:`LinkLost`, never by an endless wait.
"""

import asyncio
import errno
import os
import termios
from contextlib import suppress
from typing import Protocol

import serial

READ_CHUNK_BYTES = 4096


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


class SerialLink:
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
        self._waiting: set[asyncio.Future[bool]] = set()

    @property
    def path(self) -> str:
        """The path as configured, before symlinks are followed."""
        return self._path

    async def open(self) -> None:
        """See :meth:`ByteLink.open`."""
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
            raise LinkLost(_reason(error)) from error
        self._port = port

    async def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See :meth:`ByteLink.read`."""
        fd = self._fd()
        data = _read_now(fd, max_bytes)
        if data is None and await self._ready(fd, timeout_s, to_write=False):
            data = _read_now(fd, max_bytes)
        return data or b""

    async def write(self, data: bytes, timeout_s: float) -> None:
        """See :meth:`ByteLink.write`."""
        fd = self._fd()
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + timeout_s
        written_bytes = 0
        while True:
            try:
                written_bytes += os.write(fd, data[written_bytes:])
            except BlockingIOError:
                pass
            except OSError as error:
                raise LinkLost(_reason(error)) from error
            if written_bytes == len(data):
                return
            left_s = deadline_s - loop.time()
            if left_s <= 0 or not await self._ready(fd, left_s, to_write=True):
                raise LinkTimeout(written_bytes)

    async def discard_input(self) -> None:
        """See :meth:`ByteLink.discard_input`."""
        try:
            termios.tcflush(self._fd(), termios.TCIFLUSH)
        except (OSError, termios.error) as error:
            raise LinkLost(_reason(error)) from error

    async def close(self) -> None:
        """See :meth:`ByteLink.close`."""
        port, self._port = self._port, None
        if port is None:
            return
        for waiting in tuple(self._waiting):
            if not waiting.done():
                waiting.set_exception(LinkLost("closed"))
        fd = port.fileno()
        loop = asyncio.get_running_loop()
        loop.remove_reader(fd)
        loop.remove_writer(fd)
        with suppress(OSError, termios.error):
            # Unsent bytes would make the kernel wait in close() for a device that takes none.
            termios.tcflush(fd, termios.TCIOFLUSH)
        with suppress(OSError, termios.error):
            port.close()

    def _fd(self) -> int:
        if self._port is None:
            raise LinkLost("closed")
        fd: int = self._port.fileno()
        return fd

    async def _ready(self, fd: int, timeout_s: float, *, to_write: bool) -> bool:
        """Wait until the line can be read (or written); False after ``timeout_s``."""
        loop = asyncio.get_running_loop()
        port = self._port
        ready: asyncio.Future[bool] = loop.create_future()
        timer = loop.call_later(timeout_s, _resolve, ready, False)
        add, remove = (
            (loop.add_writer, loop.remove_writer)
            if to_write
            else (loop.add_reader, loop.remove_reader)
        )
        add(fd, _resolve, ready, True)
        self._waiting.add(ready)
        try:
            return await ready
        finally:
            timer.cancel()
            self._waiting.discard(ready)
            if self._port is port:  # otherwise close() did it, and the number may be in use again
                remove(fd)


def _resolve(ready: "asyncio.Future[bool]", value: bool) -> None:  # noqa: FBT001 - a loop callback takes positional arguments
    if not ready.done():
        ready.set_result(value)


def _wait_for_one_byte(fd: int) -> None:
    """Make an empty line read as EAGAIN, so that zero bytes mean hung up and nothing else.

    pyserial sets VMIN to 0, and then Linux answers 0 in both cases (termios(3), MIN == 0).
    """
    attributes = termios.tcgetattr(fd)
    attributes[6][termios.VMIN] = 1
    attributes[6][termios.VTIME] = 0
    termios.tcsetattr(fd, termios.TCSANOW, attributes)


def _read_now(fd: int, max_bytes: int) -> bytes | None:
    """Return what has arrived, or None when nothing has."""
    try:
        data = os.read(fd, min(max_bytes, READ_CHUNK_BYTES))
    except BlockingIOError:
        return None
    except OSError as error:
        raise LinkLost(_reason(error)) from error
    if not data:
        raise LinkLost("hung up")
    return data


def _reason(error: Exception) -> str:
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
