"""The one thread that owns the database connection.

Work arrives as functions of the connection; results travel back to the asking event loop. One
owner means that no transaction ever waits for another of ours, and no lock is needed anywhere.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Final, TypeVar

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


class OwnerThread:
    """Runs functions of the connection, one after the other, in a thread of its own."""

    def __init__(self, path: Path) -> None:
        self._wal = path.with_name(path.name + "-wal")
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._changes_folded = 0
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

        def deliver(outcome: Future[T]) -> None:
            if answer.done():  # the asker was cancelled meanwhile
                return
            error = outcome.exception()
            if error is None:
                answer.set_result(outcome.result())
            else:
                answer.set_exception(error)

        def work() -> None:
            outcome = _outcome_of(call)
            try:
                loop.call_soon_threadsafe(deliver, outcome)
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
            if self._log_is_large():
                self._fold_log()
        if self._connection is not None:
            self._connection.close()  # closing the last connection folds the log in as well

    def _patience_s(self) -> float | None:
        connection = self._connection
        if connection is None or connection.total_changes == self._changes_folded:
            return None
        return IDLE_BEFORE_CHECKPOINT_S

    def _log_is_large(self) -> bool:
        if self._patience_s() is None:
            return False
        try:
            return self._wal.stat().st_size > MAX_WAL_BYTES
        except OSError:
            return False

    def _fold_log(self) -> None:
        """Move the log into the database and truncate it, so that erased answers are gone."""
        connection = self._connection
        if connection is None:
            return
        changes = connection.total_changes
        try:
            # A reader beside us (``anjungan outbox list``) must not hold up the next request.
            connection.execute("PRAGMA busy_timeout = 0").fetchall()
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}").fetchall()
        except sqlite3.Error as error:
            log.warning("the write-ahead log was not folded in: %s", as_storage_error(error))
            busy = False  # a failing disk is tried again after the next write, not for ever
        if not busy:
            self._changes_folded = changes


def _outcome_of(call: Callable[[], T]) -> Future[T]:
    outcome: Future[T] = Future()
    try:
        outcome.set_result(call())
    except (sqlite3.Error, OSError) as error:
        outcome.set_exception(as_storage_error(error))
    except Exception as error:  # noqa: BLE001 - the thread's boundary: the asker gets the error
        outcome.set_exception(error)
    return outcome
