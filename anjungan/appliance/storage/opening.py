"""Opening with recovery: a damaged database is set aside and its messages are queued again."""

import logging
import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from anjungan.appliance.storage.database import DamagedError, open_database, transaction
from anjungan.appliance.storage.records import Clean, OpenOutcome, Recovered
from anjungan.appliance.storage.refill import count_refilled, refill
from anjungan.appliance.storage.salvage import salvage

log = logging.getLogger(__name__)

_LOST_BOOT_EPOCH: Final = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Opened:
    """The connection, this boot's number, and what opening found."""

    connection: sqlite3.Connection
    boot: int
    outcome: OpenOutcome


def open_or_recover(path: Path, now: datetime) -> Opened:
    """Open the database at ``path``, recovering it when damaged, and count this boot."""
    outcome: OpenOutcome = Clean()
    if _rebuilt(path).exists():  # power was lost in the middle of a recovery
        outcome = _finish_recovery(path, now)
    try:
        connection = open_database(path)
    except DamagedError:
        _rebuild(path, now)
        outcome = _finish_recovery(path, now)
        connection = open_database(path)
    try:
        return Opened(connection, _count_boot(connection), outcome)
    except sqlite3.Error:
        connection.close()
        raise


def _rebuilt(path: Path) -> Path:
    """The name of a recovered database that waits to take its place: complete when it exists."""
    return path.with_name(path.name + ".rebuilt")


def _rebuild(path: Path, now: datetime) -> None:
    log.error("the database is damaged; recovering what can be read")
    found = salvage(path)
    building = path.with_name(path.name + ".rebuilding")
    for leftover in (building, *_side_files(building)):
        leftover.unlink(missing_ok=True)
    connection = open_database(building)
    try:
        refill(connection, found, boot_when_lost=_boot_when_lost(now))
    finally:
        connection.close()  # the last connection folds the log in: one whole file remains
    building.rename(_rebuilt(path))
    _sync_folder(path)


def _finish_recovery(path: Path, now: datetime) -> Recovered:
    """Set the damaged database aside and put the rebuilt one in its place.

    The rebuilt file is renamed last, so that losing power anywhere in between comes back here.
    """
    aside = set_aside(path, now)
    rebuilt = _rebuilt(path)
    connection = open_database(rebuilt)
    try:
        counts = count_refilled(connection)
    finally:
        connection.close()
    rebuilt.rename(path)
    _sync_folder(path)
    log.error(
        "recovered %d unsent messages and %d tickets, %d of these without their request;"
        " what left no trace cannot be counted; the damaged database is %s",
        counts.messages,
        counts.tickets,
        counts.lost,
        aside.name,
    )
    return Recovered(
        rescued=counts.messages, tickets=counts.tickets, lost=counts.lost, set_aside=aside
    )


def _side_files(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def set_aside(path: Path, now: datetime) -> Path:
    """Rename the database and its log to a name with the time; nothing is ever deleted."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    attempt = 1
    while aside.exists():  # a wrong clock may repeat a second
        attempt += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{attempt}")
    for side, name in zip(_side_files(path), _side_files(aside), strict=True):
        if side.exists():
            side.rename(name)
    if path.exists():
        path.rename(aside)
    return aside


def _boot_when_lost(now: datetime) -> int:
    """A boot number past every earlier one: no kiosk boots once a minute for years."""
    return max(1, int((now - _LOST_BOOT_EPOCH).total_seconds() // 60))


def _count_boot(connection: sqlite3.Connection) -> int:
    with transaction(connection):
        connection.execute(
            "INSERT INTO sequence (name, value) VALUES ('boot', 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1"
        )
        (boot,) = connection.execute("SELECT value FROM sequence WHERE name = 'boot'").fetchone()
    return int(boot)
