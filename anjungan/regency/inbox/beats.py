"""Signs of life of the inbox's workers, for the other processes to see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, select

from anjungan.regency.store.tables import PROCESS_BEATS
from anjungan.regency.store.upserts import replacing_insert

_INBOX: Final = "inbox"
DEAD_AFTER: Final = timedelta(seconds=60)
FORGOTTEN_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class InboxBeat:
    """Since when the inbox runs, when it last said so, and whether it reaches the broker."""

    started_at: datetime
    beat_at: datetime
    connected: bool

    def is_alive(self, now: datetime) -> bool:
        """Whether the sign of life is fresh."""
        return now - self.beat_at < DEAD_AFTER


def store_beat(connection: Connection, beat: InboxBeat, worker: str = "") -> None:
    """Replace a worker's sign of life."""
    connection.execute(
        replacing_insert(connection, PROCESS_BEATS, ("started_at", "beat_at", "connected")),
        {
            "process": _process(worker),
            "started_at": beat.started_at,
            "beat_at": beat.beat_at,
            "connected": beat.connected,
        },
    )


def read_beats(connection: Connection) -> Mapping[str, InboxBeat]:
    """Every worker's last sign of life, by its name; the only worker has none."""
    rows = connection.execute(
        select(PROCESS_BEATS)
        .where(PROCESS_BEATS.c.process.startswith(_INBOX, autoescape=True))
        .order_by(PROCESS_BEATS.c.process)
    )
    return {
        row.process.removeprefix(_INBOX).removeprefix("-"): InboxBeat(
            row.started_at, row.beat_at, row.connected
        )
        for row in rows
    }


def read_beat(connection: Connection) -> InboxBeat | None:
    """The inbox as a whole: it is there while one of its workers is.

    Workers that were alive when the last of them spoke count as one: it runs since the first of
    them began, and reaches the broker if one of them does.
    """
    beats = read_beats(connection).values()
    if not beats:
        return None
    last = max(beat.beat_at for beat in beats)
    living = [beat for beat in beats if beat.is_alive(last)]
    return InboxBeat(
        started_at=min(beat.started_at for beat in living),
        beat_at=last,
        connected=any(beat.connected for beat in living),
    )


def another_listens(connection: Connection, worker: str, now: datetime) -> bool:
    """Whether another worker hears the kiosks."""
    return any(
        name != worker and beat.connected and beat.is_alive(now)
        for name, beat in read_beats(connection).items()
    )


def forget_old_beats(connection: Connection, now: datetime) -> None:
    """Workers that were taken out of service are not shown for ever."""
    connection.execute(delete(PROCESS_BEATS).where(PROCESS_BEATS.c.beat_at < now - FORGOTTEN_AFTER))


def _process(worker: str) -> str:
    return f"{_INBOX}-{worker}" if worker else _INBOX
