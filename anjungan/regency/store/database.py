"""Opening the database, and its kinds of transaction; the same on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from anjungan.regency.failures import DatabaseUnreachableError
from anjungan.regency.store.address import DatabaseAddress, PostgresUrl
from anjungan.regency.store.postgres import isolation_of, no_time_limits, postgres_engine
from anjungan.regency.store.sqlite import migration_lock, sqlite_engine
from anjungan.regency.store.transactions import Kind, options_of

DATABASE_FAILURES: Final = (DBAPIError, PoolTimeoutError)
"""What transactions raise when the database fails: full, locked, gone, or asked by too many."""


class Database:
    """One database: short reading and writing transactions."""

    def __init__(self, engine: Engine, address: DatabaseAddress) -> None:
        self.address = address
        self._engine = engine
        self._reader = _of_kind(engine, Kind.READING)
        self._writer = _of_kind(engine, Kind.WRITING)
        self._writer_beside_others = _of_kind(engine, Kind.WRITING_BESIDE_OTHERS)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and may change nothing."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits at the end, or leaves nothing when an exception ends it.

        No other writes meanwhile, on either database: what was read stays true until the commit.
        Keep it short, and wait for nothing in it.
        """
        with self._writer.begin() as connection:
            yield connection

    @contextmanager
    def writing_beside_others(self) -> Iterator[Connection]:
        """On PostgreSQL, others of this kind write at the same time; never beside ``writing``.

        For statements that bear it: upserts, and rows locked in one order. A deadlock or a broken
        constraint ends it with a DBAPIError, and it may be done again.
        """
        with self._writer_beside_others.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def open_database(address: DatabaseAddress) -> Database:
    """Open, creating the SQLite file and migrating as needed; raise OSError when impossible."""
    match address:
        case Path():
            engine = sqlite_engine(address)
            lock: AbstractContextManager[None] = migration_lock(address)
        case PostgresUrl():
            engine = postgres_engine(address)
            lock = nullcontext()  # every writing transaction takes one
    try:
        with lock:
            migrate(engine)
    except OperationalError as error:
        if isinstance(address, PostgresUrl):
            # not chained: only libpq's first line is known to hold no password
            raise DatabaseUnreachableError(_first_line(error)) from None
        raise
    return Database(engine, address)


def migrate(engine: Engine) -> None:
    """Bring the tables to this version; a no-op when they are."""
    with _of_kind(engine, Kind.READING).begin() as connection:
        if revision_of(connection) == newest_revision():
            return
    with _of_kind(engine, Kind.WRITING).begin() as connection:
        if connection.dialect.name == "postgresql":
            no_time_limits(connection)
        command.upgrade(migration_config(connection), "head")


def revision_of(connection: Connection) -> str | None:
    """The migration this database stands at, or None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The migration of this version of the program."""
    return ScriptDirectory.from_config(migration_config(None)).get_current_head()


def known_revisions() -> frozenset[str]:
    """All migrations this version of the program knows."""
    scripts = ScriptDirectory.from_config(migration_config(None))
    return frozenset(script.revision for script in scripts.walk_revisions())


def migration_config(connection: Connection | None) -> Config:
    """Alembic's configuration for an open connection."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "anjungan.regency.store:migrations")
    return config


def _of_kind(engine: Engine, kind: Kind) -> Engine:
    levels = isolation_of(kind) if engine.dialect.name == "postgresql" else {}
    return engine.execution_options(**options_of(kind), **levels)


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]
