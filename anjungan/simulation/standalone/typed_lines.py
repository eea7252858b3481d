"""Whole lines from standard input on the event loop, whatever standard input is."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

READ_CHUNK_BYTES: Final = 4096
MAX_LINE_BYTES: Final = 8192


@asynccontextmanager
async def typed_lines(fd: int, on_line: Callable[[str], None]) -> AsyncIterator[None]:
    """Give every line that comes in at ``fd`` to ``on_line`` while the context lasts.

    A missing, closed or ended input is no error: there is simply nothing to hear.
    """
    loop = asyncio.get_running_loop()
    heard = bytearray()

    def hear() -> None:
        try:
            data = os.read(fd, READ_CHUNK_BYTES)
        except OSError:  # EIO: in the background, where a terminal gives nothing
            data = b""
        if not data:
            loop.remove_reader(fd)
            return
        heard.extend(data)
        *lines, rest = bytes(heard).split(b"\n")
        heard[:] = rest[:MAX_LINE_BYTES]
        for line in lines:
            on_line(line.decode(errors="replace"))

    # Reading a terminal from the background would stop the whole process instead.
    before = signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    try:
        loop.add_reader(fd, hear)
    except OSError:  # /dev/null, a file or nothing at all: not to be waited for
        _read_file(fd, on_line)
    try:
        yield
    finally:
        loop.remove_reader(fd)
        signal.signal(signal.SIGTTIN, before)


def _read_file(fd: int, on_line: Callable[[str], None]) -> None:
    try:
        with os.fdopen(os.dup(fd), errors="replace") as file:
            lines = file.readlines()
    except OSError:
        return
    for line in lines:
        on_line(line)
