"""The outbox: what the regency has not receipted yet."""

import sqlite3
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Final, assert_never

import msgspec

from anjungan.appliance.storage.database import transaction
from anjungan.appliance.storage.records import (
    Cancellation,
    CancelNotAllowed,
    CancelOutcome,
    CancelQueued,
    Delivery,
    Order,
    Outgoing,
    UnknownRequest,
)
from anjungan.appliance.storage.ticket_rows import ticket_of_request
from anjungan.protocol.contract import encode
from anjungan.protocol.message_id import MessageId, new_message_id
from anjungan.protocol.messages import (
    Cancel,
    Event,
    EventKind,
    QueueHealth,
    ReceiptItem,
    ReceiptOutcome,
    RefusalCode,
    TimeQuality,
)
from anjungan.protocol.status import RESIDENT_MAY_CANCEL
from anjungan.protocol.topics import UpKind

# A cancellation waits for its request's receipt: overtaking it, it would be refused as unknown.
_UNSENT: Final = """
    SELECT message_id, kind, payload FROM outbox
    WHERE (kind = 'event') = :events
      AND message_id NOT IN (SELECT value FROM json_each(:excluded))
      AND NOT (kind = 'cancel' AND EXISTS (
          SELECT 1 FROM ticket
          WHERE ticket.request_id = outbox.request_id AND ticket.position IS NOT NULL))
    ORDER BY position LIMIT :limit
"""


def unsent(
    connection: sqlite3.Connection,
    *,
    excluded: Collection[str],
    max_messages: int,
    max_bytes: int,
) -> tuple[Outgoing, ...]:
    """The next messages to send, oldest first, requests and cancellations before events.

    ``excluded`` are ids already on their way. The first message is given even when it alone is
    larger than ``max_bytes``, so that a large one never stops the queue.
    """
    names = {
        "excluded": msgspec.json.encode(list(excluded)).decode(),
        "limit": max_messages,
    }
    taken: list[Outgoing] = []
    total_bytes = 0
    for events in (False, True):
        for message_id, kind, payload in connection.execute(_UNSENT, {**names, "events": events}):
            total_bytes += len(payload)
            if len(taken) == max_messages or (taken and total_bytes > max_bytes):
                return tuple(taken)
            taken.append(
                Outgoing(message_id=MessageId(message_id), kind=UpKind(kind), payload=payload)
            )
    return tuple(taken)


def apply_receipt(
    connection: sqlite3.Connection, items: Iterable[ReceiptItem], now: datetime
) -> tuple[ReceiptItem, ...]:
    """Close the receipted messages and erase their payloads; returns the items that were ours."""
    with transaction(connection):
        return tuple(item for item in items if _close_message(connection, item, now))


def _close_message(connection: sqlite3.Connection, item: ReceiptItem, now: datetime) -> bool:
    accepted = _accepted(item.outcome)
    waiting = connection.execute(
        "SELECT position FROM ticket WHERE request_id = ? AND position IS NOT NULL",
        (item.message_id,),
    ).fetchone()
    if waiting is not None:
        connection.execute("DELETE FROM outbox WHERE position = ?", waiting)
        if accepted:
            _request_accepted(connection, item.message_id)
        else:
            _request_refused(connection, item, now)
        return True
    other = connection.execute(
        "DELETE FROM outbox WHERE message_id = ? AND kind <> 'request' RETURNING kind, request_id",
        (item.message_id,),
    ).fetchone()
    if other is None:
        return False
    kind, request_id = other
    if UpKind(kind) is UpKind.CANCEL:
        became = Cancellation.ACCEPTED if accepted else Cancellation.REFUSED
        _set_cancellation(connection, request_id, became)
    return True


def _accepted(outcome: ReceiptOutcome) -> bool:
    match outcome:
        case ReceiptOutcome.ACCEPTED | ReceiptOutcome.DUPLICATE:
            return True
        case ReceiptOutcome.REFUSED:
            return False
        case _:
            assert_never(outcome)


def _request_accepted(connection: sqlite3.Connection, request_id: str) -> None:
    connection.execute(
        "UPDATE ticket SET position = NULL, delivery = ? WHERE request_id = ?",
        (Delivery.RECEIPTED.value, request_id),
    )


def _request_refused(connection: sqlite3.Connection, item: ReceiptItem, now: datetime) -> None:
    code = item.code or RefusalCode.NOT_ALLOWED
    connection.execute(
        "UPDATE ticket SET position = NULL, delivery = ?, refusal = ?, closed_unix_s = ?"
        " WHERE request_id = ?",
        (Delivery.REFUSED.value, code.value, int(now.timestamp()), item.message_id),
    )


def _set_cancellation(
    connection: sqlite3.Connection, request_id: str, cancellation: Cancellation
) -> None:
    connection.execute(
        "UPDATE ticket SET cancellation = ? WHERE request_id = ?",
        (cancellation.value, request_id),
    )


class MessageStamps:
    """What every queued message is stamped with: time, its quality, and order."""

    def __init__(self, clock_now: Callable[[], datetime], next_order: Callable[[], Order]) -> None:
        self._clock_now = clock_now
        self._next_order = next_order

    def stamp(self) -> tuple[MessageId, datetime, Order]:
        """A new message id, the time now, and the next order."""
        now = self._clock_now()
        return new_message_id(int(now.timestamp() * 1000)), now, self._next_order()


def queue_cancel(
    connection: sqlite3.Connection,
    stamps: MessageStamps,
    request_id: str,
    time_quality: TimeQuality,
) -> CancelOutcome:
    """Queue the resident's cancellation of a request made here; twice is once."""
    with transaction(connection):
        ticket = ticket_of_request(connection, request_id)
        if ticket is None:
            return UnknownRequest()
        if ticket.cancellation in {Cancellation.QUEUED, Cancellation.ACCEPTED}:
            return CancelQueued(ticket)
        too_late = ticket.status is not None and ticket.status not in RESIDENT_MAY_CANCEL
        if too_late or ticket.delivery in {Delivery.REFUSED, Delivery.LOST}:
            return CancelNotAllowed(ticket)
        message_id, now, order = stamps.stamp()
        message = Cancel(
            id=message_id,
            sent_at=now,
            time_quality=time_quality,
            enrolment=order.enrolment,
            boot=order.boot,
            counter=order.counter,
            request_id=request_id,
        )
        _insert(connection, message, order, request_id)
        _set_cancellation(connection, request_id, Cancellation.QUEUED)
    changed = msgspec.structs.replace(ticket, cancellation=Cancellation.QUEUED)
    return CancelQueued(changed)


def queue_event(
    connection: sqlite3.Connection,
    stamps: MessageStamps,
    event: tuple[EventKind, str, TimeQuality],
    max_events: int,
) -> None:
    """Queue an event; of more than ``max_events`` the oldest are dropped."""
    kind, detail, time_quality = event
    message_id, now, order = stamps.stamp()
    message = Event(
        id=message_id,
        sent_at=now,
        time_quality=time_quality,
        enrolment=order.enrolment,
        boot=order.boot,
        counter=order.counter,
        kind=kind,
        detail=detail,
    )
    with transaction(connection):
        _insert(connection, message, order, None)
        connection.execute(
            "DELETE FROM outbox WHERE kind = 'event' AND position NOT IN"
            " (SELECT position FROM outbox WHERE kind = 'event' ORDER BY position DESC LIMIT ?)",
            (max_events,),
        )


def _insert(
    connection: sqlite3.Connection, message: Cancel | Event, order: Order, request_id: str | None
) -> None:
    kind = UpKind.CANCEL if isinstance(message, Cancel) else UpKind.EVENT
    connection.execute(
        "INSERT INTO outbox (message_id, kind, request_id, boot, counter, queued_at, payload)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            message.id,
            kind.value,
            request_id,
            order.boot,
            order.counter,
            message.sent_at.isoformat(),
            encode(message),
        ),
    )


def queue_health(connection: sqlite3.Connection, now: datetime) -> QueueHealth:
    """The unsent requests as the health report tells them."""
    waiting = "FROM outbox WHERE kind = 'request'"
    (depth,) = connection.execute(f"SELECT count(*) {waiting}").fetchone()
    (refused,) = connection.execute(
        "SELECT count(*) FROM ticket WHERE delivery = 'refused'"
    ).fetchone()
    if depth == 0:
        return QueueHealth(depth=0, refused=refused)
    ends = f"SELECT boot, counter, queued_at {waiting} ORDER BY position"
    oldest = connection.execute(f"{ends} ASC LIMIT 1").fetchone()
    newest = connection.execute(f"{ends} DESC LIMIT 1").fetchone()
    age_s = (now - datetime.fromisoformat(oldest[2])).total_seconds()
    return QueueHealth(
        depth=depth,
        oldest_boot=oldest[0],
        oldest_counter=oldest[1],
        newest_boot=newest[0],
        newest_counter=newest[1],
        oldest_age_s=max(0, int(age_s)),
        refused=refused,
    )
