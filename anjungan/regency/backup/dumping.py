"""Copying a database that is in use: one state of it, while others go on writing."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from anjungan.regency.backup.manifest import BackupError, DatabaseKind
from anjungan.regency.backup.programs import run_client
from anjungan.regency.store.address import DatabaseAddress, PostgresUrl
from anjungan.regency.store.database import Database, revision_of
from anjungan.regency.store.postgres import no_time_limits
from anjungan.regency.store.tables import METADATA


@dataclass(frozen=True, slots=True)
class Dump:
    """A copy in a file, and what is in it."""

    kind: DatabaseKind
    migration: str
    rows: dict[str, int]


def dump_database(database: Database, target: Path) -> Dump:
    """Copy the database into a new file; raise BackupError when it cannot be."""
    address = database.address
    match address:
        case Path():
            return _dump_sqlite(address, target)
        case PostgresUrl():
            return _dump_postgres(database, address, target)


def kind_of(address: DatabaseAddress) -> DatabaseKind:
    """Which database this is."""
    return "sqlite" if isinstance(address, Path) else "postgresql"


def _dump_sqlite(source: Path, target: Path) -> Dump:
    # VACUUM INTO reads one state of the database; in WAL mode writers do not wait for it
    with closing(sqlite3.connect(source, timeout=30.0)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    with closing(sqlite3.connect(target)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError("the database is damaged: its copy fails the check of SQLite")
        (migration,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        rows = {
            table.name: copy.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]  # noqa: S608 - names of our own tables
            for table in METADATA.sorted_tables
        }
    return Dump("sqlite", migration, rows)


def _dump_postgres(database: Database, address: PostgresUrl, target: Path) -> Dump:
    with database.reading() as connection:
        no_time_limits(connection)
        migration = revision_of(connection)
        if migration is None:
            raise BackupError("the database has no tables")
        # counted and copied in the same state
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        rows = count_rows(connection)
        target.touch(mode=0o600)
        run_client(
            "pg_dump",
            address,
            [
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={target}",
            ],
        )
    return Dump("postgresql", migration, rows)


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each of our tables has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in METADATA.sorted_tables
    }
