"""Statuses on their way to kiosks: due ones, attempts with back-off, acknowledgements."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, update

from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import Status, TimeQuality
from anjungan.protocol.status import RequestStatus
from anjungan.regency.requests.statuses import split_fields
from anjungan.regency.store.tables import OUTGOING_STATUSES
from anjungan.regency.store.transactions import is_writing

FIRST_RETRY: Final = timedelta(seconds=30)
LAST_RETRY: Final = timedelta(hours=1)
BATCH: Final = 100

# one that was acknowledged meanwhile has no next attempt and gets none
_SET_ATTEMPTS: Final = (
    update(OUTGOING_STATUSES)
    .where(
        OUTGOING_STATUSES.c.message_id == bindparam("of_message"),
        OUTGOING_STATUSES.c.next_attempt_at.is_not(None),
    )
    .values(attempts=bindparam("attempts"), next_attempt_at=bindparam("next_attempt_at"))
)


@dataclass(frozen=True, slots=True)
class OutgoingStatus:
    """A status to publish to a kiosk, and how often that was tried before."""

    kiosk: KioskId
    message: Status
    attempts: int


def due_statuses(connection: Connection, now: datetime) -> Sequence[OutgoingStatus]:
    """Statuses whose time has come, oldest first, at most BATCH.

    In a writing transaction they are this worker's until its end: another one passes them over.
    """
    statement = (
        select(OUTGOING_STATUSES)
        .where(OUTGOING_STATUSES.c.next_attempt_at <= now)
        .order_by(OUTGOING_STATUSES.c.next_attempt_at)
        .limit(BATCH)
    )
    if is_writing(connection):
        statement = statement.with_for_update(skip_locked=True)
    rows = connection.execute(statement)
    return [
        OutgoingStatus(
            kiosk=KioskId(row.kiosk),
            attempts=row.attempts,
            message=Status(
                id=row.message_id,
                sent_at=now,
                time_quality=TimeQuality.NTP,
                request_id=row.request_id,
                revision=row.revision,
                status=RequestStatus(row.status),
                note=row.note,
                changed_at=row.changed_at,
                missing_fields=tuple(split_fields(row.missing_fields)),
            ),
        )
        for row in rows
    ]


def next_due(connection: Connection) -> datetime | None:
    """When the next status is due, or None when none is waiting."""
    return connection.execute(
        select(OUTGOING_STATUSES.c.next_attempt_at)
        .where(OUTGOING_STATUSES.c.next_attempt_at.is_not(None))
        .order_by(OUTGOING_STATUSES.c.next_attempt_at)
        .limit(1)
    ).scalar_one_or_none()


def attempted(connection: Connection, sent: Sequence[OutgoingStatus], now: datetime) -> None:
    """Note an attempt of each, and when to try again if the kiosk stays silent."""
    _set_attempts(
        connection,
        [(each, each.attempts + 1, now + retry_after(each.attempts)) for each in sent],
    )


def not_attempted(connection: Connection, unsent: Sequence[OutgoingStatus], now: datetime) -> None:
    """Take back what ``attempted`` noted: there was no line to send them on."""
    _set_attempts(connection, [(each, each.attempts, now) for each in unsent])


def _set_attempts(
    connection: Connection, attempts: Sequence[tuple[OutgoingStatus, int, datetime]]
) -> None:
    if attempts:
        connection.execute(
            _SET_ATTEMPTS,
            [
                {"of_message": each.message.id, "attempts": count, "next_attempt_at": next_at}
                for each, count, next_at in attempts
            ],
        )


def retry_after(attempts: int) -> timedelta:
    """How long to wait for an acknowledgement: doubled each time, spread by half."""
    longest_s = min(LAST_RETRY, FIRST_RETRY * (1 << min(attempts, 10))).total_seconds()
    return timedelta(seconds=longest_s) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing


def acknowledged(
    connection: Connection, kiosk: KioskId, message_ids: Sequence[str], now: datetime
) -> None:
    """The kiosk has these statuses; ids that were not sent to it are ignored."""
    connection.execute(
        update(OUTGOING_STATUSES)
        .where(
            OUTGOING_STATUSES.c.kiosk == kiosk,
            OUTGOING_STATUSES.c.message_id.in_(message_ids),
            OUTGOING_STATUSES.c.acknowledged_at.is_(None),
        )
        .values(acknowledged_at=now, next_attempt_at=None)
    )


def resend_to(connection: Connection, kiosk: KioskId, now: datetime) -> None:
    """A kiosk has come back: everything it has not acknowledged is due at once."""
    connection.execute(
        update(OUTGOING_STATUSES)
        .where(
            OUTGOING_STATUSES.c.kiosk == kiosk,
            OUTGOING_STATUSES.c.next_attempt_at.is_not(None),
        )
        .values(next_attempt_at=now, attempts=0)
    )


def count_waiting(connection: Connection, kiosk: KioskId) -> int:
    """How many statuses a kiosk has not acknowledged yet."""
    return connection.execute(
        select(func.count())
        .select_from(OUTGOING_STATUSES)
        .where(
            OUTGOING_STATUSES.c.kiosk == kiosk,
            OUTGOING_STATUSES.c.next_attempt_at.is_not(None),
        )
    ).scalar_one()
