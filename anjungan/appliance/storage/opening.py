"""Opening with recovery: a damaged database is set aside and its messages are queued again."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from anjungan.appliance.storage.database import DamagedError, open_database, transaction
from anjungan.appliance.storage.records import Clean, OpenOutcome


@dataclass(frozen=True, slots=True)
class Opened:
    """The connection, this boot's number, and what opening found."""

    connection: sqlite3.Connection
    boot: int
    outcome: OpenOutcome


def open_or_recover(path: Path, now: datetime) -> Opened:
    """Open the database at ``path``, recovering it when damaged, and count this boot."""
    try:
        connection = open_database(path)
        outcome: OpenOutcome = Clean()
    except DamagedError:
        raise NotImplementedError from None
    return Opened(connection, _count_boot(connection), outcome)


def _count_boot(connection: sqlite3.Connection) -> int:
    with transaction(connection):
        connection.execute(
            "INSERT INTO sequence (name, value) VALUES ('boot', 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1"
        )
        (boot,) = connection.execute("SELECT value FROM sequence WHERE name = 'boot'").fetchone()
    return int(boot)
