"""SQLite: one file, one machine.

WAL mode with ``synchronous=FULL``: what is committed survives a power cut. Writers take the lock
at the begin (``BEGIN IMMEDIATE``), so that two processes never meet half-way.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from anjungan.regency.store.transactions import is_writing

BUSY_TIMEOUT_MS: Final = 10_000
CACHE_KIB: Final = 16 * 1024
"""Of each connection: the pages a burst of the inbox changes in one commit fit into it."""
CHECKPOINT_PAGES: Final = 4000
"""The log is brought home every 16 MB: a page that bursts change again and again is then written
to its place once."""

_MAY_WRITE: Final = "anjungan_may_write"


def sqlite_engine(path: Path) -> Engine:
    """Make the file where it is missing, readable by this user alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def migration_lock(path: Path) -> Iterator[None]:
    """Hold off other processes that start now; Alembic has no lock of its own."""
    descriptor = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _prepare_connection(dbapi_connection: Any, entry: ConnectionPoolEntry) -> None:
    del entry
    # transactions are begun by _begin alone; the driver's own begin comes too late for readers
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{CACHE_KIB}",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = is_writing(connection)
    if connection.info.get(_MAY_WRITE) is not writes:
        # as PostgreSQL's READ ONLY: a reader that writes fails in every test, not by chance later
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        connection.info[_MAY_WRITE] = writes
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
