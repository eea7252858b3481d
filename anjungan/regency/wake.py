"""Waking the inbox when another process has changed something.

On one machine a datagram without content, to the UNIX socket that each of the inbox's workers has
in the data folder; across machines PostgreSQL's own word (store/notices.py). Both are only hints:
what is to be done stands in the database, and the inbox looks there by itself from time to time.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from anjungan.regency.store.address import DatabaseAddress, PostgresUrl
from anjungan.regency.store.notices import STATUSES

_PATTERN: Final = "inbox*.wake"


def wake_inbox(data_dir: Path) -> None:
    """Wake the inbox's workers that are listening on this machine; never waits, never fails."""
    with (
        suppress(OSError),
        _short_path(data_dir) as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sock,
    ):
        for path in folder.glob(_PATTERN):
            with suppress(OSError):
                sock.sendto(b"", str(path))


@contextmanager
def listening_for_wakes(
    data_dir: Path, address: DatabaseAddress, worker: str, woken: Callable[[], None]
) -> Iterator[None]:
    """Call ``woken`` for each word from anywhere while it lasts."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)  # with PostgreSQL nobody made it yet
    listener = WakeListener(data_dir, woken, worker)
    listener.start()
    try:
        if isinstance(address, PostgresUrl):
            with _listening_to_database(address, woken):
                yield
        else:
            yield
    finally:
        listener.stop()


class WakeListener:
    """Calls ``woken`` for each datagram, from a thread of its own."""

    def __init__(self, data_dir: Path, woken: Callable[[], None], worker: str = "") -> None:
        self._data_dir = data_dir
        self._name = f"inbox-{worker}.wake" if worker else "inbox.wake"
        self._woken = woken
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with _short_path(data_dir) as folder:
            path = folder / self._name
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
        (self._data_dir / self._name).unlink(missing_ok=True)

    def _run(self) -> None:
        while True:
            self._socket.recv(16)
            if self._stopping:
                return
            self._woken()


@contextmanager
def _listening_to_database(address: PostgresUrl, woken: Callable[[], None]) -> Iterator[None]:
    from anjungan.regency.store.notice_listener import NoticeListener  # noqa: PLC0415 - psycopg is only needed here

    listener = NoticeListener(address, STATUSES, woken)
    listener.start()
    try:
        yield
    finally:
        listener.stop()


@contextmanager
def _short_path(data_dir: Path) -> Iterator[Path]:
    # a socket's address holds 107 bytes; through the open folder it is always short enough
    folder = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield Path(f"/proc/self/fd/{folder}")
    finally:
        os.close(folder)
