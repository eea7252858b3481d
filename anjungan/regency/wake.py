"""Waking the inbox when the web process has changed something.

A datagram without content on a UNIX socket in the data folder. It is only a hint: what is to be
done stands in the database, and the inbox looks there by itself from time to time.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_NAME: Final = "inbox.wake"


def wake_inbox(data_dir: Path) -> None:
    """Wake the inbox if it is listening; never waits, never fails."""
    with (
        suppress(OSError),
        _short_path(data_dir) as path,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sock,
    ):
        sock.sendto(b"", str(path))


class WakeListener:
    """Calls ``woken`` for each datagram, from a thread of its own."""

    def __init__(self, data_dir: Path, woken: Callable[[], None]) -> None:
        self._data_dir = data_dir
        self._woken = woken
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with _short_path(data_dir) as path:
            path.unlink(missing_ok=True)
            self._socket.bind(str(path))
            path.chmod(0o600)
        self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
        self._stopping = False

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and end the thread."""
        self._stopping = True
        wake_inbox(self._data_dir)
        self._thread.join(2.0)
        self._socket.close()
        (self._data_dir / _NAME).unlink(missing_ok=True)

    def _run(self) -> None:
        while True:
            self._socket.recv(16)
            if self._stopping:
                return
            self._woken()


@contextmanager
def _short_path(data_dir: Path) -> Iterator[Path]:
    # a socket's address holds 107 bytes; through the open folder it is always short enough
    folder = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield Path(f"/proc/self/fd/{folder}", _NAME)
    finally:
        os.close(folder)
