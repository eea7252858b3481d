"""A look at the database from outside, beside a running agent; nothing is written."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import msgspec

from anjungan.appliance.storage.database import BUSY_TIMEOUT_S
from anjungan.appliance.storage.failures import as_storage_error
from anjungan.appliance.storage.records import FailureReason, StorageError


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """A database that is whole: its size without the log, and how many messages wait in it.

    ``last_queue_day`` is the date of the last queue number, None before the first: later numbers
    never have an earlier date.
    """

    size_bytes: int
    waiting_messages: int
    last_queue_day: date | None


def inspect_database(path: Path) -> Inspection:
    """Check the pages of the database at ``path`` and count what waits.

    Raises:
        StorageError: there is no readable database (DAMAGED: its pages contradict each other).
    """
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S
        )
        with closing(connection):
            if [row[0] for row in connection.execute("PRAGMA quick_check(1)")] != ["ok"]:
                raise StorageError(FailureReason.DAMAGED)
            (waiting,) = connection.execute("SELECT count(*) FROM outbox").fetchone()
            (last_day,) = connection.execute("SELECT max(queue_day) FROM ticket").fetchone()
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
    except sqlite3.Error as error:
        raise as_storage_error(error) from None
    return Inspection(
        size_bytes=pages * page_bytes,
        waiting_messages=waiting,
        last_queue_day=None if last_day is None else date.fromordinal(last_day),
    )
