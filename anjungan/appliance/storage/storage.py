"""The door to everything a kiosk keeps.

All methods are coroutines that run in the one owner thread. While nothing happens, nothing is
written.
"""

import itertools
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Self

from anjungan.appliance.storage import outbox, print_jobs, ticket_rows
from anjungan.appliance.storage.opening import Opened, open_or_recover
from anjungan.appliance.storage.outbox import MessageStamps
from anjungan.appliance.storage.owner_thread import OwnerThread
from anjungan.appliance.storage.records import (
    CancelOutcome,
    Draft,
    OpenOutcome,
    Order,
    Outgoing,
    PrintJob,
    PrintJobId,
    PrintState,
    Recovered,
    StatusOutcome,
    StorageFull,
    StorageLimits,
    SubmitOutcome,
    Ticket,
)
from anjungan.appliance.storage.submission import Submission
from anjungan.protocol.card_link import CardLink
from anjungan.protocol.messages import EventKind, QueueHealth, ReceiptItem, Status, TimeQuality
from anjungan.protocol.tickets import TicketCode, TicketToken, new_code

ClockNow = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class OpenReport:
    """An open storage, and whether its database had to be recovered."""

    storage: "Storage"
    outcome: OpenOutcome


class _Counter:
    """Numbers the messages of one boot from 1; asked by the event loop and the owner thread."""

    def __init__(self, enrolment: int, boot: int) -> None:
        self._enrolment = enrolment
        self._boot = boot
        self._numbers = itertools.count(1)
        self._lock = Lock()

    @property
    def boot(self) -> int:
        return self._boot

    def next(self) -> Order:
        with self._lock:
            return Order(self._enrolment, self._boot, next(self._numbers))


class Storage:
    """Tickets, outbox and print jobs. Made by ``await Storage.open(…)``.

    Methods raise StorageError when SQLite or the disk fails (``submit`` returns it as a value)
    and StorageClosedError after ``close``.
    """

    def __init__(
        self,
        owner: OwnerThread,
        counter: _Counter,
        submission: Submission,
        *,
        clock_now: ClockNow,
        limits: StorageLimits,
    ) -> None:
        self._owner = owner
        self._counter = counter
        self._submission = submission
        self._clock_now = clock_now
        self._limits = limits
        self._stamps = MessageStamps(clock_now, counter.next)

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        clock_now: ClockNow,
        limits: StorageLimits | None = None,
        enrolment: int = 1,
        queue_letter: str = "",
        code_source: Callable[[], TicketCode] = new_code,
    ) -> OpenReport:
        """Open or create the database at ``path`` and number this boot.

        A damaged database is set aside, and what can be read of it is queued again.

        Args:
            path: the database file; its folder must exist and belong to the agent alone.
            clock_now: the time now, with a zone.
            limits: how much may pile up.
            enrolment: which enrolment of this kiosk this is; part of every message's order.
            queue_letter: the letter in queue numbers, where a village has two kiosks.
            code_source: makes ticket codes; a taken one is asked for again.

        Raises:
            StorageError: the file cannot be opened, or is of a newer program.
        """
        limits = limits or StorageLimits()
        owner = OwnerThread(path)

        def open_connection() -> tuple[sqlite3.Connection, Opened]:
            opened = open_or_recover(path, clock_now())
            return opened.connection, opened

        try:
            opened = await owner.start(open_connection)
        except BaseException:
            await owner.close()
            raise
        counter = _Counter(enrolment, opened.boot)
        submission = Submission(
            path,
            limits=limits,
            queue_letter=queue_letter,
            clock_now=clock_now,
            next_order=counter.next,
            new_code=code_source,
        )
        storage = cls(owner, counter, submission, clock_now=clock_now, limits=limits)
        if isinstance(opened.outcome, Recovered):
            found = opened.outcome
            await storage.queue_event(
                EventKind.STORAGE_RECOVERED,
                f"rescued={found.rescued} tickets={found.tickets} lost={found.lost}",
            )
        return OpenReport(storage, opened.outcome)

    async def close(self) -> None:
        """Finish what was asked for and close the database."""
        await self._owner.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def boot(self) -> int:
        """How often this storage was opened; part of every message's order."""
        return self._counter.boot

    def next_order(self) -> Order:
        """The order of the next message that does not go through the outbox."""
        return self._counter.next()

    # --- requests ---------------------------------------------------------------------------

    async def submit(self, draft: Draft) -> SubmitOutcome:
        """Store a request; only ``Stored`` may be called "tersimpan"."""
        return await self._owner.run(lambda c: self._submission.submit(c, draft))

    async def limit_reached(self) -> StorageFull | None:
        """The limit for which ``submit`` would refuse a new request now, or None; only reads."""
        return await self._owner.run(self._submission.limit_reached)

    async def queue_cancel(
        self, request_id: str, time_quality: TimeQuality = TimeQuality.UNSYNCED
    ) -> CancelOutcome:
        """Queue the resident's own cancellation."""
        return await self._owner.run(
            lambda c: outbox.queue_cancel(c, self._stamps, request_id, time_quality)
        )

    async def queue_event(
        self,
        kind: EventKind,
        detail: str = "",
        time_quality: TimeQuality = TimeQuality.UNSYNCED,
    ) -> None:
        """Queue something staff should know; ``detail`` holds nothing personal."""
        event = (kind, detail, time_quality)
        maximum = self._limits.max_unsent_events
        await self._owner.run(lambda c: outbox.queue_event(c, self._stamps, event, maximum))

    # --- the line ---------------------------------------------------------------------------

    async def unsent(
        self, *, excluded: Collection[str] = (), max_messages: int, max_bytes: int
    ) -> tuple[Outgoing, ...]:
        """The next messages to send, without those ``excluded`` as already on their way."""
        return await self._owner.run(
            lambda c: outbox.unsent(
                c, excluded=excluded, max_messages=max_messages, max_bytes=max_bytes
            )
        )

    async def apply_receipt(self, items: Sequence[ReceiptItem]) -> tuple[ReceiptItem, ...]:
        """Close receipted messages; returns the items that named a waiting message of ours."""
        return await self._owner.run(lambda c: outbox.apply_receipt(c, items, self._clock_now()))

    async def apply_status(self, status: Status) -> StatusOutcome:
        """Take a status of one request; every outcome is to be acknowledged."""
        return await self._owner.run(lambda c: ticket_rows.apply_status(c, status))

    async def queue_health(self) -> QueueHealth:
        """Depth, ends and age of the queue of unsent requests."""
        return await self._owner.run(lambda c: outbox.queue_health(c, self._clock_now()))

    # --- tickets ----------------------------------------------------------------------------

    async def ticket_of_request(self, request_id: str) -> Ticket | None:
        """The ticket of one request."""
        return await self._owner.run(lambda c: ticket_rows.ticket_of_request(c, request_id))

    async def ticket_by_code(self, code: TicketCode) -> Ticket | None:
        """The ticket with that typed code."""
        return await self._owner.run(lambda c: ticket_rows.ticket_by_code(c, code))

    async def ticket_by_token(self, token: TicketToken) -> Ticket | None:
        """The ticket with that QR token."""
        return await self._owner.run(lambda c: ticket_rows.ticket_by_token(c, token))

    async def tickets_by_card(self, link: CardLink) -> tuple[Ticket, ...]:
        """The newest twenty tickets made with a card, newest first."""
        return await self._owner.run(lambda c: ticket_rows.tickets_by_card(c, link))

    async def expire(self, now: datetime) -> ticket_rows.Expired:
        """Let old links and tickets go. Call it only with a trusted clock."""
        return await self._owner.run(lambda c: ticket_rows.expire(c, now))

    # --- print jobs -------------------------------------------------------------------------

    async def print_job(self, job_id: PrintJobId) -> PrintJob | None:
        """One print job, or None."""
        return await self._owner.run(lambda c: print_jobs.print_job(c, job_id))

    async def queue_copy(self, request_id: str) -> PrintJobId | None:
        """Queue a copy of a ticket ("salinan"); None when there is no such ticket."""
        return await self._owner.run(lambda c: print_jobs.queue_copy(c, request_id))

    async def mark_print(self, job_id: PrintJobId, state: PrintState) -> None:
        """Note where a print job stands."""
        await self._owner.run(lambda c: print_jobs.mark_print(c, job_id, state))

    async def abandon_print_jobs(self) -> int:
        """At start: close the jobs that the last run left open. Returns how many."""
        return await self._owner.run(print_jobs.abandon_print_jobs)
