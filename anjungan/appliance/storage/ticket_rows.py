"""Tickets in the database: reading them, taking statuses, letting links expire."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from anjungan.appliance.storage.database import transaction
from anjungan.appliance.storage.records import (
    Applied,
    Cancellation,
    Delivery,
    Older,
    StatusOutcome,
    Ticket,
    UnknownRequest,
)
from anjungan.protocol.card_link import CardLink
from anjungan.protocol.message_id import MessageId
from anjungan.protocol.messages import RefusalCode, Status
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import QueueNumber, TicketCode, TicketToken

LINK_DAYS_AFTER_CLOSING: Final = 90
"""A card can find its tickets this long after they were closed."""
TICKET_DAYS_AFTER_CLOSING: Final = 730
"""Then the kiosk forgets the ticket itself, so that the database does not grow for ever."""
NEWEST_OF_CARD: Final = 20

CLOSED_STATUSES: Final = frozenset({RequestStatus.COLLECTED, RequestStatus.CANCELLED})

_COLUMNS: Final = (
    "request_id, token, code, queue_number, service, service_title, submitted_at, clock_sure,"
    " bring, card_link IS NOT NULL, delivery, refusal, cancellation, status, revision, note,"
    " changed_at"
)


def ticket_of_request(connection: sqlite3.Connection, request_id: str) -> Ticket | None:
    """The ticket of one request."""
    return _one(connection, "request_id = ?", request_id)


def ticket_by_code(connection: sqlite3.Connection, code: TicketCode) -> Ticket | None:
    """The ticket with that typed code."""
    return _one(connection, "code = ?", code)


def ticket_by_token(connection: sqlite3.Connection, token: TicketToken) -> Ticket | None:
    """The ticket with that QR token."""
    return _one(connection, "token = ?", token)


def ticket_by_nonce(connection: sqlite3.Connection, visit_nonce: str) -> Ticket | None:
    """The ticket that a visit has stored."""
    return _one(connection, "visit_nonce = ?", visit_nonce)


def tickets_by_card(connection: sqlite3.Connection, link: CardLink) -> tuple[Ticket, ...]:
    """The newest tickets made with a card, newest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ticket WHERE card_link = ? ORDER BY number DESC LIMIT ?",  # noqa: S608 - constant columns
        (link, NEWEST_OF_CARD),
    )
    return tuple(map(_ticket, rows))


def _one(connection: sqlite3.Connection, condition: str, value: str) -> Ticket | None:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ticket WHERE {condition}",  # noqa: S608 - constant condition
        (value,),
    ).fetchone()
    return None if row is None else _ticket(row)


def _ticket(row: Iterable[object]) -> Ticket:
    (
        request_id,
        token,
        code,
        queue_number,
        service,
        service_title,
        submitted_at,
        clock_sure,
        bring,
        linked,
        delivery,
        refusal,
        cancellation,
        status,
        revision,
        note,
        changed_at,
    ) = row
    return Ticket(
        request_id=MessageId(str(request_id)),
        token=TicketToken(str(token)),
        code=TicketCode(str(code)),
        queue_number=QueueNumber(str(queue_number)),
        service=str(service),
        service_title=str(service_title),
        submitted_at=datetime.fromisoformat(str(submitted_at)),
        clock_sure=bool(clock_sure),
        bring=msgspec.json.decode(str(bring), type=tuple[str, ...]),
        linked_to_card=bool(linked),
        delivery=Delivery(delivery),
        refusal=None if refusal is None else RefusalCode(refusal),
        cancellation=Cancellation(cancellation),
        status=None if status is None else RequestStatus(int(str(status))),
        revision=int(str(revision)),
        note=str(note),
        changed_at=None if changed_at is None else datetime.fromisoformat(str(changed_at)),
    )


def apply_status(connection: sqlite3.Connection, status: Status) -> StatusOutcome:
    """Take a status unless one of its revision or a later one is stored already."""
    with transaction(connection):
        row = connection.execute(
            "SELECT revision FROM ticket WHERE request_id = ?", (status.request_id,)
        ).fetchone()
        if row is None:
            return UnknownRequest()
        if status.revision <= row[0]:
            return Older()
        closed = status.status in CLOSED_STATUSES
        # A status proves that a request which seemed lost had arrived.
        connection.execute(
            "UPDATE ticket SET status = ?, revision = ?, note = ?, changed_at = ?,"
            " closed_unix_s = ?,"
            " delivery = CASE delivery WHEN 'lost' THEN 'receipted' ELSE delivery END,"
            # staff have taken up again what the resident had cancelled: it may be cancelled anew
            " cancellation = CASE WHEN cancellation = 'accepted' AND ? THEN 'none'"
            " ELSE cancellation END"
            " WHERE request_id = ?",
            (
                int(status.status),
                status.revision,
                status.note,
                status.changed_at.isoformat(),
                int(status.changed_at.timestamp()) if closed else None,
                status.status is not RequestStatus.CANCELLED,
                status.request_id,
            ),
        )
    ticket = ticket_of_request(connection, status.request_id)
    return UnknownRequest() if ticket is None else Applied(ticket)


class Expired(msgspec.Struct, frozen=True):
    """How many card links and whole tickets were let go."""

    links: int
    tickets: int


def expire(connection: sqlite3.Connection, now: datetime) -> Expired:
    """Delete card links 90 days, and tickets two years, after their closing."""
    links_before = int((now - timedelta(days=LINK_DAYS_AFTER_CLOSING)).timestamp())
    tickets_before = int((now - timedelta(days=TICKET_DAYS_AFTER_CLOSING)).timestamp())
    with transaction(connection):
        links = connection.execute(
            "UPDATE ticket SET card_link = NULL WHERE closed_unix_s < ? AND card_link IS NOT NULL",
            (links_before,),
        ).rowcount
        tickets = connection.execute(
            # The newest ticket stays: it holds the last queue number.
            "DELETE FROM ticket WHERE closed_unix_s < ? AND position IS NULL AND number <>"
            " (SELECT number FROM ticket ORDER BY queue_day DESC, queue_count DESC LIMIT 1)",
            (tickets_before,),
        ).rowcount
    return Expired(links=links, tickets=tickets)
