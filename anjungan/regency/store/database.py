"""Opening the database, and the two kinds of transaction.

SQLite in WAL mode with ``synchronous=FULL``: what is committed survives a power cut. Writers take
the lock at the begin (``BEGIN IMMEDIATE``), so that two processes never meet half-way.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS: Final = 10_000
_WRITING: Final = "anjungan_writing"


class Database:
    """One database: short reading and writing transactions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{_WRITING: True})

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits at the end, or leaves nothing when an exception ends it."""
        with self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def open_database(path: Path) -> Database:
    """Open the SQLite file, creating and migrating it as needed; raise OSError when impossible."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    with _migration_lock(path.with_suffix(".lock")):
        migrate(engine)
    return Database(engine)


def migrate(engine: Engine) -> None:
    """Bring the tables to this version; a no-op when they are."""
    with engine.execution_options(**{_WRITING: True}).begin() as connection:
        command.upgrade(migration_config(connection), "head")


def migration_config(connection: Connection) -> Config:
    """Alembic's configuration for an open connection."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "anjungan.regency.store:migrations")
    return config


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
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _migration_lock(path: Path) -> Iterator[None]:
    # inbox and web start at the same time; Alembic has no lock of its own
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
