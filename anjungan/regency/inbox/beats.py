"""Signs of life of the inbox, for the web process to show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, insert, select, update

from anjungan.regency.store.tables import PROCESS_BEATS

_INBOX: Final = "inbox"
DEAD_AFTER: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class InboxBeat:
    """Since when the inbox runs, when it last said so, and whether it reaches the broker."""

    started_at: datetime
    beat_at: datetime
    connected: bool

    def is_alive(self, now: datetime) -> bool:
        """Whether the sign of life is fresh."""
        return now - self.beat_at < DEAD_AFTER


def store_beat(connection: Connection, beat: InboxBeat) -> None:
    """Replace the inbox's sign of life."""
    values = {
        "started_at": beat.started_at,
        "beat_at": beat.beat_at,
        "connected": beat.connected,
    }
    updated = connection.execute(
        update(PROCESS_BEATS).where(PROCESS_BEATS.c.process == _INBOX).values(values)
    )
    if updated.rowcount == 0:
        connection.execute(insert(PROCESS_BEATS).values(process=_INBOX, **values))


def read_beat(connection: Connection) -> InboxBeat | None:
    """The inbox's last sign of life."""
    row = connection.execute(
        select(PROCESS_BEATS).where(PROCESS_BEATS.c.process == _INBOX)
    ).one_or_none()
    return None if row is None else InboxBeat(row.started_at, row.beat_at, row.connected)
