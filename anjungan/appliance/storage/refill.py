"""Putting salvaged rows into a new database, each one checked before it is believed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from anjungan.appliance.storage.database import transaction
from anjungan.appliance.storage.records import Delivery, PrintKind, PrintState
from anjungan.appliance.storage.salvage import Row, Salvage
from anjungan.appliance.storage.ticket_rows import ticket_of_request
from anjungan.protocol.contract import decode
from anjungan.protocol.messages import Cancel, Event, Request
from anjungan.protocol.topics import UpKind

_TICKET_COLUMNS: Final = (
    "request_id, visit_nonce, token, code, queue_number, queue_day, queue_count, service,"
    " service_title, submitted_at, clock_sure, bring, card_link, delivery, refusal,"
    " cancellation, status, revision, note, changed_at, closed_unix_s"
)


@dataclass(frozen=True, slots=True)
class Refilled:
    """How much of the damaged database lives on; ``lost`` requests have a ticket and no message."""

    messages: int
    tickets: int
    lost: int


def refill(connection: sqlite3.Connection, found: Salvage, *, boot_when_lost: int) -> None:
    """Insert what is sound of ``found`` into the empty database behind ``connection``."""
    messages = _sound_messages(found)
    with transaction(connection):
        for row in found.ticket:
            _insert_ticket(connection, row)
        for message in messages.values():
            _insert_message(connection, message)
        connection.execute(
            "UPDATE ticket SET delivery = ? WHERE delivery = ? AND position IS NULL",
            (Delivery.LOST.value, Delivery.QUEUED.value),
        )
        # Nothing recovered prints by itself.
        connection.execute(
            "INSERT INTO print_job (request_id, kind, state) SELECT request_id, ?, ? FROM ticket",
            (PrintKind.TICKET.value, PrintState.ABANDONED.value),
        )
        _set_boot(connection, found, messages, boot_when_lost)


def count_refilled(connection: sqlite3.Connection) -> Refilled:
    """What a rebuilt database holds."""
    (messages,) = connection.execute("SELECT count(*) FROM outbox").fetchone()
    (tickets,) = connection.execute("SELECT count(*) FROM ticket").fetchone()
    (lost,) = connection.execute(
        "SELECT count(*) FROM ticket WHERE delivery = ?", (Delivery.LOST.value,)
    ).fetchone()
    return Refilled(messages=messages, tickets=tickets, lost=lost)


@dataclass(frozen=True, slots=True)
class _SoundMessage:
    message: Request | Cancel | Event
    payload: bytes


def _sound_messages(found: Salvage) -> dict[str, _SoundMessage]:
    """Every payload that is a whole message of ours, oldest first, each id once."""
    messages: dict[str, _SoundMessage] = {}
    for payload in [row.get("payload") for row in found.outbox] + list(found.loose_blobs):
        if not isinstance(payload, bytes):
            continue
        for kind in (UpKind.REQUEST, UpKind.CANCEL, UpKind.EVENT):
            message = decode(kind, payload)
            if isinstance(message, Request | Cancel | Event):
                messages.setdefault(message.id, _SoundMessage(message, payload))
                break
    by_order = sorted(messages.items(), key=lambda item: _order(item[1].message))
    return dict(by_order)


def _order(message: Request | Cancel | Event) -> tuple[int, int, int]:
    return message.enrolment, message.boot, message.counter


@contextmanager
def _tried(connection: sqlite3.Connection) -> Iterator[None]:
    """Undo one row when it turns out unsound."""
    connection.execute("SAVEPOINT row")
    try:
        yield
    except (sqlite3.IntegrityError, ValueError, msgspec.DecodeError):
        connection.execute("ROLLBACK TO row")
    finally:
        connection.execute("RELEASE row")


def _insert_ticket(connection: sqlite3.Connection, row: Row) -> None:
    names = [name.strip() for name in _TICKET_COLUMNS.split(",")]
    marks = ", ".join("?" for _ in names)
    with _tried(connection):
        connection.execute(
            f"INSERT INTO ticket ({_TICKET_COLUMNS}) VALUES ({marks})",  # noqa: S608 - constant
            [row.get(name) for name in names],
        )
        ticket_of_request(connection, str(row.get("request_id")))  # raises when unreadable


def _insert_message(connection: sqlite3.Connection, sound: _SoundMessage) -> None:
    message = sound.message
    request_id: str | None
    match message:
        case Request():
            kind, request_id = UpKind.REQUEST, message.id
            if ticket_of_request(connection, message.id) is None:
                _insert_ticket(connection, _ticket_from_request(message))
        case Cancel():
            kind, request_id = UpKind.CANCEL, message.request_id
        case Event():
            kind, request_id = UpKind.EVENT, None
    inserted = connection.execute(
        "INSERT INTO outbox (message_id, kind, request_id, boot, counter, queued_at, payload)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            message.id,
            kind.value,
            request_id,
            message.boot,
            message.counter,
            message.sent_at.isoformat(),
            sound.payload,
        ),
    )
    if kind is UpKind.REQUEST:
        connection.execute(
            "UPDATE ticket SET position = ? WHERE request_id = ?", (inserted.lastrowid, request_id)
        )


def _ticket_from_request(request: Request) -> Row:
    """The ticket of a request whose own row is lost: title and what to bring are not known."""
    day, count = _day_and_count(request.queue_number)
    return {
        "request_id": request.id,
        "visit_nonce": request.id,
        "token": request.ticket_token,
        "code": request.ticket_code,
        "queue_number": request.queue_number,
        "queue_day": day,
        "queue_count": count,
        "service": request.service,
        "service_title": request.service,
        "submitted_at": request.submitted_at.isoformat(),
        "clock_sure": 0,
        "bring": "[]",
        "card_link": request.card_link or None,
        "delivery": "queued",
        "cancellation": "none",
        "revision": 0,
        "note": "",
    }


def _set_boot(
    connection: sqlite3.Connection,
    found: Salvage,
    messages: dict[str, _SoundMessage],
    boot_when_lost: int,
) -> None:
    stored = [
        row["value"]
        for row in found.sequence
        if row.get("name") == "boot" and isinstance(row.get("value"), int)
    ]
    boots = [*(stored or [boot_when_lost]), *(sound.message.boot for sound in messages.values())]
    connection.execute("INSERT INTO sequence (name, value) VALUES ('boot', ?)", (max(boots),))


def _day_and_count(queue_number: str) -> tuple[int, int]:
    """The parts of a queue number; (0, 0) when it is none."""
    date_text, _, number = queue_number.partition("-")
    try:
        day = datetime.strptime(date_text, "%d%m%y").date()  # noqa: DTZ007 - a date only
        return day.toordinal(), int(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    except ValueError:
        return 0, 0
