"""Storing a request: outbox row, ticket, queue number and print job in ONE transaction."""

import os
import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from anjungan.appliance.storage.database import PAGE_BYTES, transaction
from anjungan.appliance.storage.failures import reason_of
from anjungan.appliance.storage.records import (
    Cancellation,
    Delivery,
    Draft,
    FullBecause,
    Order,
    PrintJobId,
    PrintKind,
    PrintState,
    StorageFailed,
    StorageFull,
    StorageLimits,
    Stored,
    SubmitOutcome,
    Ticket,
)
from anjungan.appliance.storage.ticket_rows import ticket_by_nonce
from anjungan.protocol.contract import encode
from anjungan.protocol.messages import MAX_PAYLOAD_BYTES, Request
from anjungan.protocol.tickets import QueueNumber, TicketCode, format_queue_number
from anjungan.protocol.topics import UpKind

_CODE_TRIES: Final = 20
"""Codes have 40 random bits: a second try is rare, twenty mean a broken generator."""


class _DayNumber(NamedTuple):
    """The day of a queue number (as date ordinal) and the number within it."""

    day: int
    number: int


class Submission:
    """Stores drafts; its methods run in the owner thread."""

    def __init__(
        self,
        path: Path,
        *,
        limits: StorageLimits,
        queue_letter: str,
        clock_now: Callable[[], datetime],
        next_order: Callable[[], Order],
        new_code: Callable[[], TicketCode],
    ) -> None:
        self._folder = path.parent
        self._limits = limits
        self._max_pages = limits.max_database_bytes // PAGE_BYTES
        self._last_number: _DayNumber | None = None
        self._queue_letter = queue_letter
        self._clock_now = clock_now
        self._next_order = next_order
        self._new_code = new_code

    def submit(self, connection: sqlite3.Connection, draft: Draft) -> SubmitOutcome:
        """Store ``draft``; expected failures are values, and then nothing is stored.

        Raises:
            ValueError: the draft's time has no zone, or its answers exceed a message.
        """
        if draft.submitted_at.tzinfo is None:
            raise ValueError("the time of submission needs a zone")
        try:
            with transaction(connection):
                full = self.limit_reached(connection)
                if full is not None:
                    return _stored_before(connection, draft) or full
                number = self._next_number(connection, draft.submitted_at.date())
                stored = self._insert(connection, draft, number)
                if stored.repeated:
                    return stored
        except (sqlite3.Error, OSError) as error:
            return StorageFailed(reason_of(error))
        self._last_number = number  # only what is committed counts
        return stored

    def limit_reached(self, connection: sqlite3.Connection) -> StorageFull | None:
        """The limit that keeps a new request out now, or None; only reads."""
        # Cancellations and events are few and counted with the requests: counting all is fast.
        (unsent,) = connection.execute("SELECT count(*) FROM outbox").fetchone()
        if unsent >= self._limits.max_unsent_requests:
            return StorageFull(FullBecause.UNSENT_REQUESTS)
        if _used_pages(connection, self._max_pages) > self._max_pages:
            return StorageFull(FullBecause.DATABASE_BYTES)
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize < self._limits.min_free_disk_bytes:
            return StorageFull(FullBecause.FREE_DISK_BYTES)
        return None

    def _insert(self, connection: sqlite3.Connection, draft: Draft, number: _DayNumber) -> Stored:
        queue_number = format_queue_number(
            date.fromordinal(number.day), number.number, letter=self._queue_letter
        )
        (position,) = connection.execute(
            "SELECT coalesce(max(position), 0) + 1 FROM outbox"
        ).fetchone()
        for _ in range(_CODE_TRIES):
            code = self._new_code()
            if _insert_ticket(connection, draft, code, position, (queue_number, *number)):
                break
            stored = _stored_before(connection, draft)
            if stored is not None:
                return stored
        else:
            raise RuntimeError("the generator of ticket codes repeats itself")
        self._insert_message(connection, draft, position, code, queue_number)
        job = connection.execute(
            "INSERT INTO print_job (request_id, kind, state) VALUES (?, ?, ?)",
            (draft.request_id, PrintKind.TICKET.value, PrintState.QUEUED.value),
        )
        return Stored(
            ticket=_new_ticket(draft, code, queue_number),
            print_job=PrintJobId(job.lastrowid or 0),
            repeated=False,
        )

    def _insert_message(
        self,
        connection: sqlite3.Connection,
        draft: Draft,
        position: int,
        code: TicketCode,
        queue_number: QueueNumber,
    ) -> None:
        order = self._next_order()
        now = self._clock_now()
        payload = encode(
            Request(
                id=draft.request_id,
                sent_at=now,
                time_quality=draft.time_quality,
                enrolment=order.enrolment,
                boot=order.boot,
                counter=order.counter,
                service=draft.service,
                form_version=draft.form_version,
                ticket_token=draft.token,
                ticket_code=code,
                queue_number=queue_number,
                submitted_at=draft.submitted_at,
                card_link=draft.card_link or "",
                kid=draft.kid,
                sealed=draft.sealed,
            )
        )
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise ValueError("the request exceeds the contract's largest message")
        connection.execute(
            "INSERT INTO outbox (position, message_id, kind, request_id, boot, counter, queued_at,"
            " payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                position,
                draft.request_id,
                UpKind.REQUEST.value,
                draft.request_id,
                order.boot,
                order.counter,
                now.isoformat(),
                payload,
            ),
        )

    def _next_number(self, connection: sqlite3.Connection, today: date) -> _DayNumber:
        last = self._last_number or _stored_number(connection)
        # A clock that went back must not give a date's numbers a second time.
        if today.toordinal() > last.day:
            return _DayNumber(today.toordinal(), 1)
        return _DayNumber(last.day, last.number + 1)


def _stored_number(connection: sqlite3.Connection) -> _DayNumber:
    row = connection.execute(
        "SELECT queue_day, queue_count FROM ticket"
        " ORDER BY queue_day DESC, queue_count DESC LIMIT 1"
    ).fetchone()
    return _DayNumber(0, 0) if row is None else _DayNumber(*row)


def _insert_ticket(
    connection: sqlite3.Connection,
    draft: Draft,
    code: TicketCode,
    position: int,
    numbers: tuple[QueueNumber, int, int],
) -> bool:
    """Whether the ticket was inserted: not when its code is taken or its visit is known.

    Any other conflict (a request id or a token twice) is an error of SQLite's.
    """
    inserted = connection.execute(
        "INSERT INTO ticket (request_id, visit_nonce, token, code, position, queue_number,"
        " queue_day, queue_count, service, service_title, submitted_at, clock_sure, bring,"
        " card_link) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (visit_nonce) DO NOTHING ON CONFLICT (code) DO NOTHING",
        (
            draft.request_id,
            draft.visit_nonce,
            draft.token,
            code,
            position,
            *numbers,
            draft.service,
            draft.service_title,
            draft.submitted_at.isoformat(),
            int(draft.clock_sure),
            msgspec.json.encode(draft.bring).decode(),
            draft.card_link,
        ),
    )
    return inserted.rowcount == 1


def _used_pages(connection: sqlite3.Connection, enough: int) -> int:
    """Pages that hold something; the free ones are asked for only where it matters."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    if pages <= enough:
        return int(pages)
    (free_pages,) = connection.execute("PRAGMA freelist_count").fetchone()
    return int(pages - free_pages)


def _new_ticket(draft: Draft, code: TicketCode, queue_number: QueueNumber) -> Ticket:
    return Ticket(
        request_id=draft.request_id,
        token=draft.token,
        code=code,
        queue_number=queue_number,
        service=draft.service,
        service_title=draft.service_title,
        submitted_at=draft.submitted_at,
        clock_sure=draft.clock_sure,
        bring=draft.bring,
        linked_to_card=draft.card_link is not None,
        delivery=Delivery.QUEUED,
        refusal=None,
        cancellation=Cancellation.NONE,
        status=None,
        revision=0,
        note="",
        changed_at=None,
    )


def _stored_before(connection: sqlite3.Connection, draft: Draft) -> Stored | None:
    """What the same visit has stored already."""
    ticket = ticket_by_nonce(connection, draft.visit_nonce)
    if ticket is None:
        return None
    (job,) = connection.execute(
        "SELECT min(job_id) FROM print_job WHERE request_id = ?", (ticket.request_id,)
    ).fetchone()
    return Stored(ticket=ticket, print_job=PrintJobId(job), repeated=True)
