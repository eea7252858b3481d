"""Tickets: finding them, statuses, links that expire, print jobs."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.storage.records import (
    Applied,
    Cancellation,
    CancelQueued,
    Delivery,
    Older,
    PrintJobId,
    PrintKind,
    PrintState,
    Stored,
    Ticket,
    UnknownRequest,
)
from anjungan.appliance.storage.storage import Storage
from anjungan.appliance.storage.ticket_rows import Expired
from anjungan.protocol.card_link import CardLink
from anjungan.protocol.messages import ReceiptItem, ReceiptOutcome, RefusalCode, Status
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import TicketCode, new_token
from tests.storage.storage_lab import NOON, SteppedClock, make_draft, unknown_id

CARD = CardLink("cd" * 32)


async def stored(storage: Storage, card: str | None = None) -> Stored:
    outcome = await storage.submit(make_draft(card=card))
    assert isinstance(outcome, Stored)
    return outcome


async def ticket(storage: Storage, card: str | None = None) -> Ticket:
    return (await stored(storage, card)).ticket


def status(request_id: str, revision: int, value: RequestStatus, *, days: int = 0) -> Status:
    return Status(
        id=unknown_id(),
        sent_at=NOON,
        request_id=request_id,
        revision=revision,
        status=value,
        note=f"catatan {revision}",
        changed_at=NOON + timedelta(days=days),
    )


async def test_a_ticket_is_found_by_code_token_and_card(storage: Storage) -> None:
    mine, _other = await ticket(storage, CARD), await ticket(storage)
    assert await storage.ticket_by_code(mine.code) == mine
    assert await storage.ticket_by_token(mine.token) == mine
    assert await storage.ticket_of_request(mine.request_id) == mine
    assert await storage.tickets_by_card(CARD) == (mine,)
    assert await storage.ticket_by_code(TicketCode("AAAAAAAAA")) is None
    assert await storage.ticket_by_token(new_token()) is None
    assert await storage.tickets_by_card(CardLink("00" * 32)) == ()


async def test_a_card_lists_its_newest_twenty(storage: Storage) -> None:
    made = [await ticket(storage, CARD) for _ in range(23)]
    assert await storage.tickets_by_card(CARD) == tuple(reversed(made[3:]))


async def test_a_status_is_applied_and_an_older_one_is_not(storage: Storage) -> None:
    mine = await ticket(storage)
    outcome = await storage.apply_status(status(mine.request_id, 2, RequestStatus.READY))
    assert isinstance(outcome, Applied)
    assert (outcome.ticket.status, outcome.ticket.revision) == (RequestStatus.READY, 2)
    assert outcome.ticket.note == "catatan 2"
    assert outcome.ticket.changed_at == NOON
    for revision in (1, 2):
        late = status(mine.request_id, revision, RequestStatus.CANCELLED)
        assert await storage.apply_status(late) == Older()
    assert await storage.ticket_of_request(mine.request_id) == outcome.ticket
    assert await storage.apply_status(status(unknown_id(), 1, RequestStatus.READY)) == (
        UnknownRequest()
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from(RequestStatus)), max_size=8))
async def test_the_highest_revision_wins_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, RequestStatus]]
) -> None:
    path = tmp_path_factory.mktemp("statuses") / "kiosk.db"
    async with (await Storage.open(path, clock_now=SteppedClock())).storage as storage:
        mine = await ticket(storage)
        expected: tuple[int, RequestStatus | None] = (0, None)
        for revision, value in told:
            outcome = await storage.apply_status(status(mine.request_id, revision, value))
            assert isinstance(outcome, Applied) == (revision > expected[0])
            if revision > expected[0]:
                expected = (revision, value)
        now = await storage.ticket_of_request(mine.request_id)
        assert now is not None
        assert (now.revision, now.status) == expected


async def test_a_cancelled_request_that_staff_take_up_again_can_be_cancelled_again(
    storage: Storage,
) -> None:
    mine = await ticket(storage)
    await storage.apply_receipt(
        [ReceiptItem(message_id=mine.request_id, outcome=ReceiptOutcome.ACCEPTED)]
    )
    assert isinstance(await storage.queue_cancel(mine.request_id), CancelQueued)
    (cancel,) = await storage.unsent(max_messages=9, max_bytes=9999)
    await storage.apply_receipt(
        [ReceiptItem(message_id=cancel.message_id, outcome=ReceiptOutcome.ACCEPTED)]
    )
    cancelled = await storage.apply_status(status(mine.request_id, 2, RequestStatus.CANCELLED))
    assert isinstance(cancelled, Applied)
    assert cancelled.ticket.cancellation is Cancellation.ACCEPTED
    again = await storage.apply_status(status(mine.request_id, 3, RequestStatus.UNDER_REVIEW))
    assert isinstance(again, Applied)
    assert again.ticket.cancellation is Cancellation.NONE
    assert isinstance(await storage.queue_cancel(mine.request_id), CancelQueued)
    assert len(await storage.unsent(max_messages=9, max_bytes=9999)) == 1


async def test_links_go_90_days_and_tickets_two_years_after_closing(storage: Storage) -> None:
    closed, reopened, waiting = [await ticket(storage, CARD) for _ in range(3)]
    for request in (closed, reopened):
        await storage.apply_status(status(request.request_id, 1, RequestStatus.COLLECTED))
    await storage.apply_status(status(reopened.request_id, 2, RequestStatus.UNDER_REVIEW))
    accepted = ReceiptOutcome.ACCEPTED
    await storage.apply_receipt(
        [
            ReceiptItem(message_id=t.request_id, outcome=accepted)
            for t in (closed, reopened, waiting)
        ]
    )

    assert await storage.expire(NOON + timedelta(days=89)) == Expired(links=0, tickets=0)
    assert len(await storage.tickets_by_card(CARD)) == 3
    assert await storage.expire(NOON + timedelta(days=91)) == Expired(links=1, tickets=0)
    listed = [t.request_id for t in await storage.tickets_by_card(CARD)]
    assert listed == [waiting.request_id, reopened.request_id]
    by_code = await storage.ticket_by_code(closed.code)
    assert by_code is not None
    assert not by_code.linked_to_card

    assert await storage.expire(NOON + timedelta(days=731)) == Expired(links=0, tickets=1)
    assert await storage.ticket_by_code(closed.code) is None
    assert await storage.ticket_by_code(waiting.code) is not None


async def test_a_refused_request_is_closed_and_expires(
    storage: Storage, clock: SteppedClock
) -> None:
    refused = await ticket(storage, CARD)
    await ticket(storage)
    await storage.apply_receipt(
        [
            ReceiptItem(
                message_id=refused.request_id,
                outcome=ReceiptOutcome.REFUSED,
                code=RefusalCode.MALFORMED,
            )
        ]
    )
    assert await storage.expire(NOON + timedelta(days=800)) == Expired(links=1, tickets=1)
    assert (await storage.queue_health()).refused == 0


async def test_the_last_queue_number_outlives_its_ticket(
    database: Path, clock: SteppedClock
) -> None:
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        for _ in range(2):
            last = await ticket(storage)
            accepted = ReceiptItem(message_id=last.request_id, outcome=ReceiptOutcome.ACCEPTED)
            await storage.apply_receipt([accepted])
            await storage.apply_status(status(last.request_id, 1, RequestStatus.COLLECTED))
        assert await storage.expire(NOON + timedelta(days=731)) == Expired(links=0, tickets=1)
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        assert (await ticket(storage)).queue_number == "020326-003"


async def test_a_closed_request_without_a_receipt_is_never_let_go(storage: Storage) -> None:
    unsent = await ticket(storage)
    await storage.apply_status(status(unsent.request_id, 1, RequestStatus.CANCELLED))
    assert await storage.expire(NOON + timedelta(days=9_999)) == Expired(links=0, tickets=0)
    assert len(await storage.unsent(max_messages=5, max_bytes=99_999)) == 1


async def test_a_restart_abandons_open_print_jobs_only(storage: Storage) -> None:
    jobs = [(await stored(storage)).print_job for _ in PrintState]
    for job, state in zip(jobs, PrintState, strict=True):
        await storage.mark_print(job, state)
    assert await storage.abandon_print_jobs() == 2
    after = [await storage.print_job(job) for job in jobs]
    assert [job.state for job in after if job is not None] == [
        PrintState.ABANDONED,
        PrintState.ABANDONED,
        PrintState.CONFIRMED,
        PrintState.UNCERTAIN,
        PrintState.FAILED,
        PrintState.ABANDONED,
    ]
    assert await storage.abandon_print_jobs() == 0


async def test_a_copy_is_a_job_of_its_own(storage: Storage) -> None:
    first = await stored(storage)
    copy = await storage.queue_copy(first.ticket.request_id)
    assert copy is not None
    assert copy != first.print_job
    job = await storage.print_job(copy)
    assert job is not None
    assert (job.kind, job.state) == (PrintKind.COPY, PrintState.QUEUED)
    assert await storage.queue_copy(unknown_id()) is None
    assert await storage.print_job(PrintJobId(999)) is None


async def test_reprs_keep_code_and_token_out_of_logs(storage: Storage) -> None:
    mine = await ticket(storage)
    assert mine.code not in repr(mine)
    assert mine.token not in repr(mine)
    assert mine.delivery is Delivery.QUEUED
