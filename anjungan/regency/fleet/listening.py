"""When no inbox heard the kiosks: kept by the inbox, so that its own silence is not theirs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from anjungan.regency.fleet.spans import Span, merged
from anjungan.regency.inbox.beats import InboxBeat, read_beat
from anjungan.regency.store.tables.fleet_history import DEAF_TIMES


def inbox_starts(connection: Connection, beat: InboxBeat | None) -> None:
    """An inbox begins, before its own first beat: the one before was last there at ``beat``."""
    if beat is not None:
        listening_ends(connection, beat.beat_at)


def listening_ends(connection: Connection, since: datetime) -> None:
    """Nobody listens from ``since``; a deaf time that lasts already goes on."""
    lasting = select(DEAF_TIMES.c.began_at).where(
        or_(DEAF_TIMES.c.ended_at.is_(None), DEAF_TIMES.c.began_at == since)
    )
    if connection.execute(lasting).first() is None:
        connection.execute(insert(DEAF_TIMES).values(began_at=since, ended_at=None))


def listening_begins(connection: Connection, now: datetime) -> None:
    """An inbox is connected to the broker."""
    connection.execute(
        update(DEAF_TIMES).where(DEAF_TIMES.c.ended_at.is_(None)).values(ended_at=now)
    )


def deaf_times(connection: Connection, window: Span) -> Sequence[Span]:
    """When nobody listened in ``window``, in order; what lasts is told until its end."""
    rows = connection.execute(
        select(DEAF_TIMES).where(
            DEAF_TIMES.c.began_at < window.end,
            or_(DEAF_TIMES.c.ended_at.is_(None), DEAF_TIMES.c.ended_at > window.begin),
        )
    )
    spans = [Span(row.began_at, max(row.began_at, row.ended_at or window.end)) for row in rows]
    beat = read_beat(connection)
    if beat is not None and beat.beat_at < window.end and not beat.is_alive(window.end):
        spans.append(Span(beat.beat_at, window.end))  # it ended without a word
    return merged(spans)


def delete_old_deaf_times(connection: Connection, before: datetime) -> None:
    """Forget those that ended before then."""
    connection.execute(delete(DEAF_TIMES).where(DEAF_TIMES.c.ended_at < before))
