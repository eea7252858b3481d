"""The outbox: what the regency has not receipted yet, and what it refused."""

import sqlite3
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, assert_never

import msgspec

from anjungan.appliance.storage.database import BUSY_TIMEOUT_S, transaction
from anjungan.appliance.storage.failures import as_storage_error
from anjungan.appliance.storage.records import (
    Cancellation,
    CancelNotAllowed,
    CancelOutcome,
    CancelQueued,
    Delivery,
    Order,
    OutboxRow,
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
    SELECT message_id, kind, payload FROM outbox AS message
    WHERE payload IS NOT NULL
      AND (kind = 'event') = :events
      AND message_id NOT IN (SELECT value FROM json_each(:excluded))
      AND NOT (kind = 'cancel' AND EXISTS (
          SELECT 1 FROM outbox AS request
          WHERE request.message_id = message.request_id AND request.payload IS NOT NULL))
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
    row = connection.execute(
        "SELECT kind, request_id FROM outbox WHERE message_id = ? AND payload IS NOT NULL",
        (item.message_id,),
    ).fetchone()
    if row is None:
        return False
    kind, request_id = UpKind(row[0]), row[1]
    match item.outcome:
        case ReceiptOutcome.ACCEPTED | ReceiptOutcome.DUPLICATE:
            _accepted(connection, item.message_id, kind, request_id)
        case ReceiptOutcome.REFUSED:
            _refused(connection, item, kind, request_id, now)
        case _:
            assert_never(item.outcome)
    return True


def _accepted(
    connection: sqlite3.Connection, message_id: str, kind: UpKind, request_id: str | None
) -> None:
    connection.execute("DELETE FROM outbox WHERE message_id = ?", (message_id,))
    if kind is UpKind.REQUEST:
        _set_delivery(connection, request_id, Delivery.RECEIPTED)
    elif kind is UpKind.CANCEL:
        _set_cancellation(connection, request_id, Cancellation.ACCEPTED)


def _refused(
    connection: sqlite3.Connection,
    item: ReceiptItem,
    kind: UpKind,
    request_id: str | None,
    now: datetime,
) -> None:
    if kind is not UpKind.REQUEST:
        connection.execute("DELETE FROM outbox WHERE message_id = ?", (item.message_id,))
        if kind is UpKind.CANCEL:
            _set_cancellation(connection, request_id, Cancellation.REFUSED)
        return
    code = item.code or RefusalCode.NOT_ALLOWED
    connection.execute(
        "UPDATE outbox SET payload = NULL, refusal = ? WHERE message_id = ?",
        (code.value, item.message_id),
    )
    connection.execute(
        "UPDATE ticket SET delivery = ?, refusal = ?, closed_unix_s = ? WHERE request_id = ?",
        (Delivery.REFUSED.value, code.value, int(now.timestamp()), request_id),
    )


def _set_delivery(
    connection: sqlite3.Connection, request_id: str | None, delivery: Delivery
) -> None:
    connection.execute(
        "UPDATE ticket SET delivery = ? WHERE request_id = ?", (delivery.value, request_id)
    )


def _set_cancellation(
    connection: sqlite3.Connection, request_id: str | None, cancellation: Cancellation
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
    waiting = "FROM outbox WHERE kind = 'request' AND payload IS NOT NULL"
    (depth,) = connection.execute(f"SELECT count(*) {waiting}").fetchone()
    (refused,) = connection.execute(
        "SELECT count(*) FROM outbox WHERE kind = 'request' AND refusal IS NOT NULL"
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


def list_outbox(path: Path) -> tuple[OutboxRow, ...]:
    """What waits in the outbox at ``path``, read beside a running agent; nothing personal.

    Raises:
        StorageError: there is no readable database.
    """
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S
        )
        try:
            return tuple(
                OutboxRow(
                    message_id=MessageId(row[0]),
                    kind=UpKind(row[1]),
                    boot=row[2],
                    counter=row[3],
                    queued_at=datetime.fromisoformat(row[4]),
                    payload_bytes=row[5],
                    refusal=None if row[6] is None else RefusalCode(row[6]),
                )
                for row in connection.execute(
                    "SELECT message_id, kind, boot, counter, queued_at,"
                    " coalesce(length(payload), 0), refusal FROM outbox ORDER BY position"
                )
            )
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise as_storage_error(error) from None
