"""An open file descriptor as a line, read and written on the event loop without a thread.

Serial ports, sockets and the kernel's USB printers are all served alike: what arrives is taken at
once, up to ``INPUT_LIMIT_BYTES``, and a full line never blocks the program.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Final

from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout, reason_of

READ_CHUNK_BYTES: Final = 4096
INPUT_LIMIT_BYTES: Final = 65_536
"""Beyond it bytes wait in the kernel, and then at the device."""


def read_hung_up(fd: int) -> bytes:
    """Read what has arrived; an end of file is a line that was hung up.

    Raises:
        LinkLost: the device went away.
        BlockingIOError: nothing has arrived.
    """
    data = os.read(fd, READ_CHUNK_BYTES)
    if not data:
        raise LinkLost("hung up")
    return data


class OpenLine:
    """One open line.  ``read_some`` takes from the descriptor, see :func:`read_hung_up`.

    ``rest_s`` is how long to look away when a device is ready to read and has nothing: USB printers
    answer so, again and again.
    """

    def __init__(
        self,
        fd: int,
        read_some: Callable[[int], bytes] = read_hung_up,
        *,
        rest_s: float = 0.05,
    ) -> None:
        self._fd = fd
        self._read_some = read_some
        self._rest_s = rest_s
        self._loop = asyncio.get_running_loop()
        self._arrived = bytearray()
        self._lost: LinkLost | None = None
        self._closed = False
        self._reader: asyncio.Future[bool] | None = None
        self._writing = False
        self._writer: asyncio.Future[bool] | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._listen()

    async def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See ``ByteLink.read``."""
        self._check_open()
        if not self._arrived:
            if self._lost is not None:
                raise LinkLost(self._lost.reason)
            if self._reader is not None:
                raise RuntimeError("another task is reading")
            self._reader = self._loop.create_future()
            try:
                await _within(self._reader, timeout_s)
            finally:
                self._reader = None
        data = bytes(self._arrived[:max_bytes])
        was_full = len(self._arrived) >= INPUT_LIMIT_BYTES
        del self._arrived[:max_bytes]
        if was_full:
            self._listen()
        return data

    async def write(self, data: bytes, timeout_s: float) -> None:
        """See ``ByteLink.write``."""
        self._check_open()
        if self._writing:  # its bytes must not come between those of the other
            raise RuntimeError("another task is writing")
        self._writing = True
        try:
            await self._write_all(data, timeout_s)
        finally:
            self._writing = False

    def discard_input(self) -> None:
        """Drop what has arrived and was not read yet."""
        was_full = len(self._arrived) >= INPUT_LIMIT_BYTES
        self._arrived.clear()
        if was_full:
            self._listen()

    def lose(self, reason: str) -> None:
        """Count the line as lost; what arrived can still be read."""
        if self._lost is None and not self._closed:
            self._lost = LinkLost(reason)
            self._loop.remove_reader(self._fd)
            for waiting in (self._reader, self._writer):
                if waiting is not None and not waiting.done():
                    waiting.set_exception(LinkLost(reason))

    def close(self) -> None:
        """End all waiting; the descriptor itself is closed by whoever opened it."""
        self._closed = True
        for waiting in (self._reader, self._writer):
            if waiting is not None and not waiting.done():
                waiting.set_exception(LinkLost("closed"))
        if self._resting is not None:
            self._resting.cancel()
        self._arrived.clear()
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)

    def _check_open(self) -> None:
        if self._closed:
            raise LinkLost("closed")

    def _listen(self) -> None:
        """Stay registered between reads: half the system calls of registering for each."""
        self._resting = None
        if self._lost is None and not self._closed:
            self._loop.add_reader(self._fd, self._receive)

    def _receive(self) -> None:
        try:
            data = self._read_some(self._fd)
        except BlockingIOError:
            return
        except LinkLost as lost:
            self.lose(lost.reason)
            return
        except OSError as error:
            self.lose(reason_of(error))
            return
        self._arrived += data
        if not data:
            self._loop.remove_reader(self._fd)
            self._resting = self._loop.call_later(self._rest_s, self._listen)
        elif len(self._arrived) >= INPUT_LIMIT_BYTES:
            self._loop.remove_reader(self._fd)
        if data and self._reader is not None and not self._reader.done():
            self._reader.set_result(True)

    async def _write_all(self, data: bytes, timeout_s: float) -> None:
        deadline_s = self._loop.time() + timeout_s
        written_bytes = 0
        waited = False
        while True:
            took_bytes = self._write_some(data[written_bytes:])
            written_bytes += took_bytes
            if written_bytes == len(data):
                return
            left_s = deadline_s - self._loop.time()
            if left_s <= 0:
                raise LinkTimeout(written_bytes)
            if waited and not took_bytes:
                # It said that it was ready and takes nothing, as usblp does without paper.
                await asyncio.sleep(min(self._rest_s, left_s))
                waited = False
            elif await self._writable(left_s):
                waited = True
            else:
                raise LinkTimeout(written_bytes)

    def _write_some(self, data: bytes) -> int:
        """Write what the line takes now; return how many bytes."""
        self._check_open()
        if self._lost is not None:
            raise LinkLost(self._lost.reason)
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise LinkLost(reason_of(error)) from error

    async def _writable(self, timeout_s: float) -> bool:
        """Wait until the line takes bytes; False after ``timeout_s``."""
        self._writer = self._loop.create_future()
        self._loop.add_writer(self._fd, _resolve, self._writer)
        try:
            return await _within(self._writer, timeout_s)
        finally:
            self._writer = None
            if not self._closed:  # otherwise close() did it, and the number may be in use again
                self._loop.remove_writer(self._fd)


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
