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
INPUT_LIMIT_BYTES = 65_536  # beyond it bytes wait in the kernel, and then at the device


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
    descriptor, so no thread is needed and a full line cannot block the program.  What arrives is
    taken at once, up to ``INPUT_LIMIT_BYTES``.  ``path`` is resolved at every :meth:`open`, so a
    udev symlink finds the device again after it was unplugged.

    DTR is low from the start, because adapters with an auto-reset circuit restart the device when
    it rises; ``raise_dtr`` is for USB-CDC devices that send only while a terminal is ready.  Modem
    lines are never read: a pseudo-terminal has none (ENOTTY).
    """

    def __init__(self, path: str, baud: int = 115_200, *, raise_dtr: bool = False) -> None:
        self._path = path
        self._baud = baud
        self._raise_dtr = raise_dtr
        self._port: serial.Serial | None = None
        self._arrived = bytearray()
        self._lost: LinkLost | None = None
        self._reader: asyncio.Future[bool] | None = None
        self._writer: asyncio.Future[bool] | None = None

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
        self._arrived.clear()
        self._lost = None
        self._listen(port.fileno())

    async def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See :meth:`ByteLink.read`."""
        fd = self._fd()
        if not self._arrived:
            if self._lost is not None:
                raise LinkLost(self._lost.reason)
            if self._reader is not None:
                raise RuntimeError("another task is reading")
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await _within(self._reader, timeout_s)
            finally:
                self._reader = None
        data = bytes(self._arrived[:max_bytes])
        was_full = len(self._arrived) >= INPUT_LIMIT_BYTES
        del self._arrived[:max_bytes]
        if was_full and self._lost is None:
            self._listen(fd)
        return data

    async def write(self, data: bytes, timeout_s: float) -> None:
        """See :meth:`ByteLink.write`."""
        loop = asyncio.get_running_loop()
        fd = self._fd()
        if self._writer is not None:  # its bytes must not come between those of the other
            raise RuntimeError("another task is writing")
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
            if left_s <= 0 or not await self._writable(fd, left_s):
                raise LinkTimeout(written_bytes)

    async def discard_input(self) -> None:
        """See :meth:`ByteLink.discard_input`."""
        try:
            termios.tcflush(self._fd(), termios.TCIFLUSH)
        except (OSError, termios.error) as error:
            raise LinkLost(_reason(error)) from error
        was_full = len(self._arrived) >= INPUT_LIMIT_BYTES
        self._arrived.clear()
        if was_full and self._lost is None:
            self._listen(self._fd())

    async def close(self) -> None:
        """See :meth:`ByteLink.close`."""
        port, self._port = self._port, None
        if port is None:
            return
        for waiting in (self._reader, self._writer):
            if waiting is not None and not waiting.done():
                waiting.set_exception(LinkLost("closed"))
        self._arrived.clear()
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

    def _listen(self, fd: int) -> None:
        """Stay registered between reads: half the system calls of registering for each."""
        asyncio.get_running_loop().add_reader(fd, self._receive, fd)

    def _receive(self, fd: int) -> None:
        try:
            self._arrived += _read_now(fd)
        except LinkLost as lost:
            self._lost = lost
        if self._lost is not None or len(self._arrived) >= INPUT_LIMIT_BYTES:
            asyncio.get_running_loop().remove_reader(fd)
        if self._reader is None or self._reader.done():
            return
        if self._arrived:
            self._reader.set_result(True)
        elif self._lost is not None:
            self._reader.set_exception(LinkLost(self._lost.reason))

    async def _writable(self, fd: int, timeout_s: float) -> bool:
        """Wait until the line takes bytes; False after ``timeout_s``."""
        loop = asyncio.get_running_loop()
        port = self._port
        self._writer = loop.create_future()
        loop.add_writer(fd, _resolve, self._writer)
        try:
            return await _within(self._writer, timeout_s)
        finally:
            self._writer = None
            if self._port is port:  # otherwise close() did it, and the number may be in use again
                loop.remove_writer(fd)


async def _within(ready: "asyncio.Future[bool]", timeout_s: float) -> bool:
    """Wait for ``ready``, but no longer than ``timeout_s``; whether it came true."""
    timer = asyncio.get_running_loop().call_later(timeout_s, _give_up, ready)
    try:
        return await ready
    finally:
        timer.cancel()


def _give_up(ready: "asyncio.Future[bool]") -> None:
    if not ready.done():
        ready.set_result(False)


def _resolve(ready: "asyncio.Future[bool]") -> None:
    if not ready.done():
        ready.set_result(True)


def _wait_for_one_byte(fd: int) -> None:
    """Make an empty line read as EAGAIN, so that zero bytes mean hung up and nothing else.

    pyserial sets VMIN to 0, and then Linux answers 0 in both cases (termios(3), MIN == 0).
    """
    attributes = termios.tcgetattr(fd)
    attributes[6][termios.VMIN] = 1
    attributes[6][termios.VTIME] = 0
    termios.tcsetattr(fd, termios.TCSANOW, attributes)


def _read_now(fd: int) -> bytes:
    """Return what has arrived; nothing when it was taken or flushed in between."""
    try:
        data = os.read(fd, READ_CHUNK_BYTES)
    except BlockingIOError:
        return b""
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
