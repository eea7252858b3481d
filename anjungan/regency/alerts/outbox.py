"""Messages on their way: put here in the transaction of what they tell of, delivered later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from anjungan.regency.alerts.message_texts import MessageText
from anjungan.regency.alerts.reading import IncidentView
from anjungan.regency.alerts.settings import Route
from anjungan.regency.alerts.telling import Occasion
from anjungan.regency.store.tables import ALERT_MESSAGES

GIVEN_UP_AFTER: Final = timedelta(hours=24)
CLAIM: Final = timedelta(minutes=2)
"""How long an attempt may take before it is thought lost with its process."""
KEPT_FOR: Final = timedelta(days=90)

NO_ROUTE: Final = "no_route"
"""The settings do not name this route any more."""
BAD_ROUTE: Final = "bad_route"
"""Its address is none."""
NOT_TAKEN: Final = "not_taken"
"""It was tried and not taken."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message for one route."""

    id: int
    incident_id: int | None
    occasion: Occasion
    route: str
    text: MessageText
    created_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    given_up_at: datetime | None
    problem: str


def routes_for(routes: Iterable[Route], incident: IncidentView) -> Sequence[Route]:
    """The routes an incident's messages take."""
    return [route for route in routes if _passes(route, incident)]


def enqueue(
    connection: Connection,
    *,
    incident_id: int | None,
    occasion: Occasion,
    routes: Iterable[Route],
    text: MessageText,
    now: datetime,
) -> int:
    """Put a message into the outbox for each route; return for how many.

    The database refuses the same occasion of an incident on one route twice.
    """
    rows = [
        {
            "incident_id": incident_id,
            "occasion": occasion.value,
            "route": route.name,
            "title": text.title[:200],
            "body": text.body,
            "created_at": now,
            "attempts": 0,
            "next_attempt_at": now,
            "problem": "",
        }
        for route in routes
    ]
    if rows:
        connection.execute(insert(ALERT_MESSAGES), rows)
    return len(rows)


def claim_next(
    connection: Connection, skipped_routes: Iterable[str], now: datetime
) -> Message | None:
    """The next message that is due, kept from others for ``CLAIM``; None where nothing is."""
    row = connection.execute(
        select(ALERT_MESSAGES)
        .where(
            ALERT_MESSAGES.c.next_attempt_at <= now,
            ALERT_MESSAGES.c.route.not_in(list(skipped_routes)),
        )
        .order_by(ALERT_MESSAGES.c.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    claimed = connection.execute(
        update(ALERT_MESSAGES)
        .where(ALERT_MESSAGES.c.id == row.id, ALERT_MESSAGES.c.attempts == row.attempts)
        .values(attempts=row.attempts + 1, next_attempt_at=now + CLAIM)
    )
    return _message(row) if claimed.rowcount else None


def mark_delivered(connection: Connection, message_id: int, now: datetime) -> None:
    """It has been taken; it is never sent again."""
    connection.execute(
        update(ALERT_MESSAGES)
        .where(ALERT_MESSAGES.c.id == message_id)
        .values(delivered_at=now, next_attempt_at=None, problem="")
    )


def mark_failed(
    connection: Connection, message: Message, *, problem: str, retry_at: datetime, now: datetime
) -> None:
    """It was not taken: again at ``retry_at``, or never when a day has passed."""
    is_over = now - message.created_at >= GIVEN_UP_AFTER
    connection.execute(
        update(ALERT_MESSAGES)
        .where(ALERT_MESSAGES.c.id == message.id)
        .values(
            next_attempt_at=None if is_over else retry_at,
            given_up_at=now if is_over else None,
            problem=problem,
        )
    )


def messages_of(connection: Connection, incident_id: int) -> Sequence[Message]:
    """The messages about an incident, in the order they were put here."""
    rows = connection.execute(
        select(ALERT_MESSAGES)
        .where(ALERT_MESSAGES.c.incident_id == incident_id)
        .order_by(ALERT_MESSAGES.c.id)
    )
    return [_message(row) for row in rows]


def newest_messages(connection: Connection, limit: int = 10) -> Sequence[Message]:
    """The messages put here last, newest first."""
    rows = connection.execute(
        select(ALERT_MESSAGES).order_by(ALERT_MESSAGES.c.id.desc()).limit(limit)
    )
    return [_message(row) for row in rows]


def delete_old_messages(connection: Connection, now: datetime) -> None:
    """Forget what was settled long ago."""
    before = now - KEPT_FOR
    connection.execute(
        delete(ALERT_MESSAGES).where(
            or_(ALERT_MESSAGES.c.delivered_at < before, ALERT_MESSAGES.c.given_up_at < before)
        )
    )


def _passes(route: Route, incident: IncidentView) -> bool:
    if route.severities and incident.severity not in route.severities:
        return False
    if route.kinds and incident.kind not in route.kinds:
        return False
    return not route.districts or incident.district is None or incident.district in route.districts


def _message(row: "Row[tuple[object, ...]]") -> Message:
    return Message(
        id=row.id,
        incident_id=row.incident_id,
        occasion=Occasion(row.occasion),
        route=row.route,
        text=MessageText(row.title, row.body),
        created_at=row.created_at,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        delivered_at=row.delivered_at,
        given_up_at=row.given_up_at,
        problem=row.problem,
    )
