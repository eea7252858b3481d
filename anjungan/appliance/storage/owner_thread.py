"""The one thread that owns the database connection.

Work arrives as functions of the connection; results travel back to the asking event loop. One
owner means that no transaction ever waits for another of ours, and no lock is needed anywhere.
"""

import asyncio
import logging
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from anjungan.appliance.storage.database import BUSY_TIMEOUT_S
from anjungan.appliance.storage.failures import as_storage_error
from anjungan.appliance.storage.records import StorageClosedError

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[], None]

IDLE_BEFORE_CHECKPOINT_S: Final = 2.0
"""Quiet time before the write-ahead log is folded into the database and truncated."""
MAX_WAL_BYTES: Final = 4 * 1024 * 1024
"""A log this large is folded in even when the storage is never idle."""
PREPARED_LOG_BYTES: Final = 128 * 1024
"""Zeros written ahead of the log's end: about eight requests."""


class OwnerThread:
    """Runs functions of the connection, one after the other, in a thread of its own."""

    def __init__(self, path: Path) -> None:
        self._wal = path.with_name(path.name + "-wal")
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._changes_folded = 0
        self._log_prepared_bytes = 0
        self._closing = False
        self._closing_lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="storage", daemon=True)
        self._thread.start()

    async def start(self, open_connection: Callable[[], tuple[sqlite3.Connection, T]]) -> T:
        """Open the connection in the thread; returns what ``open_connection`` tells beside it."""

        def adopt() -> T:
            self._connection, told = open_connection()
            return told

        return await self._ask(adopt)

    async def run(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``function`` and return its result.

        Raises:
            StorageError: SQLite or the disk failed; the transaction was rolled back.
            StorageClosedError: the storage was closed before.
        """

        def call() -> T:
            if self._connection is None:
                raise StorageClosedError("the storage is not open")
            return function(self._connection)

        return await self._ask(call)

    async def close(self) -> None:
        """Finish the work already asked for, close the connection and end the thread."""
        with self._closing_lock:
            if not self._closing:
                self._closing = True
                self._work.put(None)
        await asyncio.to_thread(self._thread.join)

    async def _ask(self, call: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def deliver(outcome: _Done[T] | _Raised) -> None:
            if answer.done():  # the asker was cancelled meanwhile
                return
            match outcome:
                case _Done(result):
                    answer.set_result(result)
                case _Raised(error):
                    answer.set_exception(error)

        def work() -> None:
            try:
                loop.call_soon_threadsafe(deliver, _outcome_of(call))
            except RuntimeError:
                log.warning("a storage result arrived after its event loop had ended")

        with self._closing_lock:
            if self._closing:
                raise StorageClosedError("the storage is closed")
            self._work.put(work)
        return await answer

    def _run(self) -> None:
        while True:
            try:
                work = self._work.get(timeout=self._patience_s())
            except queue.Empty:
                self._fold_log()
                continue
            if work is None:
                break
            work()
            self._tend_log()
        if self._connection is not None:
            self._connection.close()  # closing the last connection folds the log in as well

    def _patience_s(self) -> float | None:
        connection = self._connection
        if connection is None or connection.total_changes == self._changes_folded:
            return None
        return IDLE_BEFORE_CHECKPOINT_S

    def _tend_log(self) -> None:
        """After a change: fold a large log in, prepare the next stretch of a growing one."""
        if self._patience_s() is None:
            return
        size_bytes = self._log_size_bytes()
        if size_bytes > MAX_WAL_BYTES:
            self._fold_log()
        elif size_bytes > self._log_prepared_bytes:
            self._prepare_log()

    def _fold_log(self) -> None:
        """Move the log into the database and truncate it, so that erased answers are gone."""
        connection = self._connection
        if connection is None:
            return
        changes = connection.total_changes
        try:
            is_busy = _checkpoint(connection)
        except sqlite3.Error as error:
            log.warning("the write-ahead log was not folded in: %s", as_storage_error(error))
            # a failing disk is tried again after the next write, not for ever
            self._changes_folded = changes
            return
        if not is_busy:
            self._changes_folded = changes
            self._prepare_log()

    def _log_size_bytes(self) -> int:
        try:
            return self._wal.stat().st_size
        except OSError:
            return 0

    def _prepare_log(self) -> None:
        """Write zeros past the end of the log, so that the next commits only overwrite.

        A commit that lengthens the file makes the file system commit its own journal as well:
        twice the time (measured), and more writing on a card. SQLite takes zeros for the end of
        the log (sqlite.org/walformat section 2), and locks the other files, never this one.

        The file is opened for appending: whatever else goes wrong, no byte that is there can be
        written over, and what is there may be the only copy of a request.
        """
        try:
            fd = os.open(self._wal, os.O_WRONLY | os.O_APPEND)  # no log is made where there is none
            try:
                self._log_prepared_bytes = os.fstat(fd).st_size + PREPARED_LOG_BYTES
                os.write(fd, bytes(PREPARED_LOG_BYTES))
                # by now the asker has its answer; otherwise the next commit would pay for this
                os.fsync(fd)
            finally:
                os.close(fd)
        except OSError as error:
            log.warning("the write-ahead log was not prepared: %s", as_storage_error(error))


def _checkpoint(connection: sqlite3.Connection) -> bool:
    """Fold the log in and truncate it; whether a reader was in the way.

    A reader beside us (``anjungan outbox list``) must not hold up the next request.
    """
    connection.execute("PRAGMA busy_timeout = 0").fetchall()
    try:
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}").fetchall()
    return bool(busy)


@dataclass(frozen=True, slots=True)
class _Done(Generic[T]):
    result: T


@dataclass(frozen=True, slots=True)
class _Raised:
    error: Exception


def _outcome_of(call: Callable[[], T]) -> _Done[T] | _Raised:
    try:
        return _Done(call())
    except (sqlite3.Error, OSError) as error:
        return _Raised(as_storage_error(error))
    except Exception as error:  # noqa: BLE001 - the thread's boundary: the asker gets the error
        return _Raised(error)
