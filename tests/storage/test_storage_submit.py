"""One transaction for request, ticket, queue number and print job."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from anjungan.appliance.storage.records import (
    Delivery,
    FailureReason,
    FullBecause,
    PrintKind,
    PrintState,
    StorageFailed,
    StorageFull,
    StorageLimits,
    Stored,
)
from anjungan.appliance.storage.storage import Storage
from anjungan.protocol.contract import decode
from anjungan.protocol.messages import Request
from anjungan.protocol.tickets import TicketCode, parse_code
from anjungan.protocol.topics import UpKind
from tests.storage.storage_lab import NOON, SteppedClock, make_draft


async def stored(storage: Storage, **draft: object) -> Stored:
    outcome = await storage.submit(make_draft(**draft))  # type: ignore[arg-type]
    assert isinstance(outcome, Stored)
    return outcome


async def test_a_submit_stores_request_ticket_number_and_print_job(storage: Storage) -> None:
    draft = make_draft(card="ab" * 32)
    outcome = await storage.submit(draft)
    assert isinstance(outcome, Stored)
    ticket = outcome.ticket
    assert (ticket.request_id, ticket.token) == (draft.request_id, draft.token)
    assert parse_code(ticket.code) == ticket.code
    assert ticket.queue_number == "020326-001"
    assert ticket.bring == ("KTP asli", "KK asli")
    assert ticket.delivery is Delivery.QUEUED
    assert ticket.status is None
    assert ticket.submitted_at == draft.submitted_at
    assert ticket.linked_to_card
    assert not outcome.repeated

    (outgoing,) = await storage.unsent(max_messages=9, max_bytes=99_999)
    request = decode(UpKind.REQUEST, outgoing.payload)
    assert isinstance(request, Request)
    assert request.sealed == draft.sealed
    assert request.ticket_code == ticket.code
    assert request.queue_number == ticket.queue_number
    assert (request.enrolment, request.boot, request.counter) == (1, 1, 1)
    assert request.card_link == "ab" * 32

    job = await storage.print_job(outcome.print_job)
    assert job is not None
    assert (job.request_id, job.kind, job.state) == (
        draft.request_id,
        PrintKind.TICKET,
        PrintState.QUEUED,
    )


async def test_the_same_visit_again_gives_the_first_ticket(storage: Storage) -> None:
    first = await stored(storage, nonce="visit-7")
    again = await stored(storage, nonce="visit-7")
    assert again.repeated
    assert (again.ticket, again.print_job) == (first.ticket, first.print_job)
    assert len(await storage.unsent(max_messages=9, max_bytes=99_999)) == 1


async def test_a_stored_request_survives_closing_and_a_new_boot(
    database: Path, clock: SteppedClock
) -> None:
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        first = await stored(storage, nonce="visit-7")
        assert storage.boot == 1
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        assert storage.boot == 2
        assert (await stored(storage, nonce="visit-7")).ticket == first.ticket
        assert storage.next_order().counter == 1
        assert len(await storage.unsent(max_messages=9, max_bytes=99_999)) == 1


async def test_queue_numbers_count_within_a_day_and_begin_anew(storage: Storage) -> None:
    numbers = [
        (await stored(storage, at=NOON + timedelta(days=days))).ticket.queue_number
        for days in (0, 0, 1, 0, -400, 2)
    ]
    # A clock that went back goes on with the last day's numbers.
    assert numbers == [
        "020326-001",
        "020326-002",
        "030326-001",
        "030326-002",
        "030326-003",
        "040326-001",
    ]


async def test_a_second_kiosk_has_a_letter(database: Path, clock: SteppedClock) -> None:
    report = await Storage.open(database, clock_now=clock, queue_letter="B")
    async with report.storage as storage:
        assert (await stored(storage)).ticket.queue_number == "020326-B001"


async def test_a_taken_ticket_code_is_made_again(database: Path, clock: SteppedClock) -> None:
    codes = iter(["22222222Z", "22222222Z", "22222222Z", "33333333Y"])
    report = await Storage.open(
        database, clock_now=clock, code_source=lambda: TicketCode(next(codes))
    )
    async with report.storage as storage:
        assert (await stored(storage)).ticket.code == "22222222Z"
        assert (await stored(storage)).ticket.code == "33333333Y"


async def test_a_code_source_that_repeats_itself_is_a_fault_and_stores_nothing(
    database: Path, clock: SteppedClock
) -> None:
    report = await Storage.open(
        database, clock_now=clock, code_source=lambda: TicketCode("22222222Z")
    )
    async with report.storage as storage:
        await stored(storage)
        with pytest.raises(RuntimeError, match="repeats itself"):
            await storage.submit(make_draft(nonce="second"))
        assert len(await storage.unsent(max_messages=9, max_bytes=99_999)) == 1
        assert (await storage.queue_health()).depth == 1


async def test_a_naive_time_and_oversized_answers_are_faults(storage: Storage) -> None:
    with pytest.raises(ValueError, match="zone"):
        await storage.submit(make_draft(at=NOON.replace(tzinfo=None)))
    with pytest.raises(ValueError, match="largest message"):
        await storage.submit(make_draft(sealed=bytes(16 * 1024)))
    assert await storage.unsent(max_messages=9, max_bytes=99_999) == ()


async def test_another_request_of_the_same_id_is_refused_without_a_trace(
    storage: Storage,
) -> None:
    first = await stored(storage)
    outcome = await storage.submit(make_draft(request_id=first.ticket.request_id))
    assert outcome == StorageFailed(FailureReason.INTERNAL)
    assert (await stored(storage)).ticket.queue_number == "020326-002"


@pytest.mark.parametrize(
    ("limits", "because"),
    [
        (StorageLimits(max_unsent_requests=1, min_free_disk_bytes=0), FullBecause.UNSENT_REQUESTS),
        (
            StorageLimits(max_database_bytes=4096, min_free_disk_bytes=0),
            FullBecause.DATABASE_BYTES,
        ),
        (StorageLimits(min_free_disk_bytes=2**62), FullBecause.FREE_DISK_BYTES),
    ],
)
async def test_a_reached_limit_is_said_and_nothing_is_stored(
    database: Path, clock: SteppedClock, limits: StorageLimits, because: FullBecause
) -> None:
    report = await Storage.open(database, clock_now=clock, limits=limits)
    async with report.storage as storage:
        if because is FullBecause.UNSENT_REQUESTS:
            await stored(storage, nonce="fits")
        before = await storage.queue_health()
        assert await storage.submit(make_draft()) == StorageFull(because)
        assert await storage.queue_health() == before
        if because is FullBecause.UNSENT_REQUESTS:
            assert (await stored(storage, nonce="fits")).repeated, "what is stored stays stored"


@pytest.mark.parametrize(
    ("pragma", "undo", "reason"),
    [
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF", FailureReason.READ_ONLY),
        (
            "PRAGMA max_page_count = 1",
            "PRAGMA max_page_count = 1000000",
            FailureReason.DISK_FULL,
        ),
    ],
)
async def test_a_failing_disk_is_said_and_the_storage_goes_on(
    storage: Storage, pragma: str, undo: str, reason: FailureReason
) -> None:
    await stored(storage)

    await storage._owner.run(lambda c: c.execute(pragma).fetchall())
    # Large answers need new pages, which a full disk does not give.
    assert await storage.submit(make_draft(sealed=bytes(9_000))) == StorageFailed(reason)
    await storage._owner.run(lambda c: c.execute(undo).fetchall())
    assert (await stored(storage)).ticket.queue_number == "020326-002"
    assert (await storage.queue_health()).depth == 2


async def test_a_locked_database_is_said_to_be_busy(storage: Storage, database: Path) -> None:
    await storage._owner.run(lambda c: c.execute("PRAGMA busy_timeout = 1").fetchall())
    other = sqlite3.connect(database, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        assert await storage.submit(make_draft()) == StorageFailed(FailureReason.BUSY)
        other.execute("ROLLBACK")
    finally:
        other.close()
    assert isinstance(await storage.submit(make_draft()), Stored)


def test_neither_answers_nor_codes_show_in_reprs() -> None:
    assert "sealed answers" not in repr(make_draft())
