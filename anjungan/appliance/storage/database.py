"""Opening the database: settings, migrations and the check of its pages."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Final

from anjungan.appliance.storage import migrations
from anjungan.appliance.storage.records import FailureReason, StorageError

PAGE_BYTES: Final = 1024
"""Small pages: storing a request touches about ten of them, and each is written to the log whole
(measured: 15 KB a request instead of 43 KB with SQLite's 4096)."""
BUSY_TIMEOUT_S: Final = 5.0
_JOURNAL_LIMIT_BYTES: Final = 4 * 1024 * 1024


class DamagedError(Exception):
    """The file is not a whole SQLite database."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open or create the database and bring its schema up to date.

    Raises:
        DamagedError: the file is no database, or its pages contradict each other.
        sqlite3.Error: anything else that SQLite reports.
        StorageError: the schema is of a newer program.
    """
    _create_private(path)
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        _configure(connection)
        _check_pages(connection)
        migrate(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        if _is_damage(error):
            raise DamagedError("SQLite cannot read the file") from None
        raise
    except (DamagedError, StorageError):
        connection.close()
        raise
    return connection


def _create_private(path: Path) -> None:
    # SQLite gives its log the permissions of the database, so this covers all three files.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _configure(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # counts for a new database only
    # WAL with FULL: one fsync a commit, and a commit survives the loss of power.
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # Erased answers are overwritten, in the database and in freed pages.
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    # The owner thread folds the log in when idle; a commit never pays for it.
    connection.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
    connection.execute(f"PRAGMA journal_size_limit = {_JOURNAL_LIMIT_BYTES}").fetchall()
    connection.execute("PRAGMA temp_store = MEMORY")


def _check_pages(connection: sqlite3.Connection) -> None:
    if [row[0] for row in connection.execute("PRAGMA quick_check(1)")] != ["ok"]:
        raise DamagedError("quick_check failed")


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the migrations that ``user_version`` says are missing, each in one transaction."""
    steps = _migration_files()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(steps):
        raise StorageError(FailureReason.NEWER_SCHEMA)
    for number, script in enumerate(steps[version:], start=version + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;"
        )


def _migration_files() -> list[str]:
    files = [f for f in resources.files(migrations).iterdir() if f.name.endswith(".sql")]
    return [f.read_text(encoding="utf-8") for f in sorted(files, key=lambda f: f.name)]


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: committed at the end, rolled back when anything is raised."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After some I/O errors SQLite has rolled back by itself (sqlite.org/lang_transaction).
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
