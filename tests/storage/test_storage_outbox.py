"""The outbox: order of sending, receipts, cancellations, events."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.storage.listing import list_outbox
from anjungan.appliance.storage.records import (
    Cancellation,
    CancelNotAllowed,
    CancelQueued,
    Delivery,
    StorageError,
    StorageLimits,
    Stored,
    UnknownRequest,
)
from anjungan.appliance.storage.storage import Storage
from anjungan.appliance.uplink.window import MAX_BYTES
from anjungan.protocol.contract import decode
from anjungan.protocol.messages import (
    Cancel,
    Event,
    EventKind,
    QueueHealth,
    ReceiptItem,
    ReceiptOutcome,
    RefusalCode,
    Status,
    TimeQuality,
)
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.topics import UpKind
from tests.storage.storage_lab import NOON, SteppedClock, make_draft, unknown_id

ALL = {"max_messages": 1_000, "max_bytes": 10_000_000}


def item(message_id: str, outcome: ReceiptOutcome, code: RefusalCode | None = None) -> ReceiptItem:
    return ReceiptItem(message_id=message_id, outcome=outcome, code=code)


async def submit(storage: Storage, sealed: bytes = b"sealed") -> str:
    outcome = await storage.submit(make_draft(sealed=sealed))
    assert isinstance(outcome, Stored)
    return outcome.ticket.request_id


async def waiting(storage: Storage, **limits: object) -> list[str]:
    return [o.message_id for o in await storage.unsent(**{**ALL, **limits})]  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", [ReceiptOutcome.ACCEPTED, ReceiptOutcome.DUPLICATE])
async def test_a_receipt_takes_the_request_out_of_the_outbox(
    storage: Storage, outcome: ReceiptOutcome
) -> None:
    first, second = await submit(storage), await submit(storage)
    ours = item(first, outcome)
    assert await storage.apply_receipt([ours, item(unknown_id(), outcome)]) == (ours,)
    assert await waiting(storage) == [second]
    ticket = await storage.ticket_of_request(first)
    assert ticket is not None
    assert ticket.delivery is Delivery.RECEIPTED
    assert await storage.apply_receipt([ours]) == (), "a receipt counts once"


async def test_a_refusal_is_final_and_seen(storage: Storage, database: Path) -> None:
    request_id = await submit(storage)
    other = await submit(storage)
    refusal = item(request_id, ReceiptOutcome.REFUSED, RefusalCode.TICKET_TAKEN)
    assert await storage.apply_receipt([refusal]) == (refusal,)
    assert await waiting(storage) == [other]
    ticket = await storage.ticket_of_request(request_id)
    assert ticket is not None
    assert (ticket.delivery, ticket.refusal) == (Delivery.REFUSED, RefusalCode.TICKET_TAKEN)
    health = await storage.queue_health()
    assert (health.depth, health.refused) == (1, 1)
    rows = {row.message_id: row for row in list_outbox(database)}
    assert rows[ticket.request_id].refusal is RefusalCode.TICKET_TAKEN
    assert rows[ticket.request_id].payload_bytes == 0
    assert await storage.apply_receipt([item(request_id, ReceiptOutcome.ACCEPTED)]) == ()
    assert isinstance(await storage.queue_cancel(request_id), CancelNotAllowed)


async def test_a_refusal_without_a_code_is_not_allowed(storage: Storage) -> None:
    request_id = await submit(storage)
    await storage.apply_receipt([item(request_id, ReceiptOutcome.REFUSED)])
    ticket = await storage.ticket_of_request(request_id)
    assert ticket is not None
    assert ticket.refusal is RefusalCode.NOT_ALLOWED


async def test_requests_go_before_events_and_cancellations_after_their_request(
    storage: Storage,
) -> None:
    await storage.queue_event(EventKind.STARTED, "boot=1", TimeQuality.RTC)
    first, second = await submit(storage), await submit(storage)
    assert isinstance(await storage.queue_cancel(first, TimeQuality.NTP), CancelQueued)
    third = await submit(storage)

    sending = await storage.unsent(**ALL)
    assert [o.message_id for o in sending[:3]] == [first, second, third]
    assert sending[3].kind is UpKind.EVENT
    event = decode(UpKind.EVENT, sending[3].payload)
    assert isinstance(event, Event)
    assert (event.kind, event.detail, event.time_quality) == (
        EventKind.STARTED,
        "boot=1",
        TimeQuality.RTC,
    )

    await storage.apply_receipt([item(first, ReceiptOutcome.ACCEPTED)])
    sending = await storage.unsent(**ALL)
    assert [o.kind for o in sending] == [
        UpKind.REQUEST,
        UpKind.CANCEL,
        UpKind.REQUEST,
        UpKind.EVENT,
    ]
    cancel = decode(UpKind.CANCEL, sending[1].payload)
    assert isinstance(cancel, Cancel)
    assert (cancel.request_id, cancel.time_quality) == (first, TimeQuality.NTP)


@pytest.mark.parametrize(
    ("outcome", "became"),
    [
        (ReceiptOutcome.ACCEPTED, Cancellation.ACCEPTED),
        (ReceiptOutcome.REFUSED, Cancellation.REFUSED),
    ],
)
async def test_a_cancellation_is_sent_once_and_answered(
    storage: Storage, outcome: ReceiptOutcome, became: Cancellation
) -> None:
    request_id = await submit(storage)
    await storage.apply_receipt([item(request_id, ReceiptOutcome.ACCEPTED)])
    once = await storage.queue_cancel(request_id)
    assert isinstance(once, CancelQueued)
    assert once.ticket.cancellation is Cancellation.QUEUED
    assert await storage.queue_cancel(request_id) == once
    (cancel_id,) = await waiting(storage)
    await storage.apply_receipt([item(cancel_id, outcome, RefusalCode.NOT_ALLOWED)])
    ticket = await storage.ticket_of_request(request_id)
    assert ticket is not None
    assert ticket.cancellation is became
    assert ticket.delivery is Delivery.RECEIPTED
    assert await waiting(storage) == []


async def test_a_request_far_along_cannot_be_cancelled(storage: Storage) -> None:
    request_id = await submit(storage)
    await storage.apply_status(
        Status(
            id=unknown_id(),
            sent_at=NOON,
            request_id=request_id,
            revision=1,
            status=RequestStatus.READY,
            changed_at=NOON,
        )
    )
    outcome = await storage.queue_cancel(request_id)
    assert isinstance(outcome, CancelNotAllowed)
    assert outcome.ticket.status is RequestStatus.READY
    assert await storage.queue_cancel(unknown_id()) == UnknownRequest()
    assert await waiting(storage) == [request_id]


async def test_of_too_many_events_the_oldest_are_dropped(
    database: Path, clock: SteppedClock
) -> None:
    limits = StorageLimits(max_unsent_events=3, min_free_disk_bytes=0)
    async with (await Storage.open(database, clock_now=clock, limits=limits)).storage as storage:
        request_id = await submit(storage)
        for number in range(5):
            await storage.queue_event(EventKind.PRINT_UNCERTAIN, str(number))
        sending = await storage.unsent(**ALL)
        assert sending[0].message_id == request_id
        details = [decode(UpKind.EVENT, o.payload).detail for o in sending[1:]]  # type: ignore[union-attr]
        assert details == ["2", "3", "4"]
        receipt = [item(sending[1].message_id, ReceiptOutcome.ACCEPTED)]
        receipt += [item(sending[2].message_id, ReceiptOutcome.REFUSED)]
        assert len(await storage.apply_receipt(receipt)) == 2
        assert await waiting(storage) == [request_id, sending[3].message_id]


async def test_queue_health_names_the_ends_of_the_queue(
    database: Path, clock: SteppedClock
) -> None:
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        assert await storage.queue_health() == QueueHealth(depth=0)
        await submit(storage)
        clock.forward(seconds=90)
        await submit(storage)
        clock.forward(seconds=10)
        assert await storage.queue_health() == QueueHealth(
            depth=2,
            oldest_boot=1,
            oldest_counter=1,
            newest_boot=1,
            newest_counter=2,
            oldest_age_s=100,
        )
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        await submit(storage)
        clock.forward(days=-3)
        health = await storage.queue_health()
        assert (health.newest_boot, health.newest_counter) == (2, 1)
        assert health.oldest_age_s == 0, "a clock that went back makes no negative age"


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 9_000), min_size=1, max_size=12),
    max_messages=st.integers(1, 8),
    max_bytes=st.integers(1, MAX_BYTES),
    taken=st.sets(st.integers(0, 11)),
)
async def test_unsent_keeps_order_and_both_limits(
    tmp_path_factory: pytest.TempPathFactory,
    sizes: list[int],
    max_messages: int,
    max_bytes: int,
    taken: set[int],
) -> None:
    path = tmp_path_factory.mktemp("outbox") / "kiosk.db"
    async with (await Storage.open(path, clock_now=SteppedClock())).storage as storage:
        ids = [await submit(storage, bytes(size)) for size in sizes]
        excluded = {ids[index] for index in taken if index < len(ids)}
        sending = await storage.unsent(
            excluded=excluded, max_messages=max_messages, max_bytes=max_bytes
        )
    free = [name for name in ids if name not in excluded]
    assert [o.message_id for o in sending] == free[: len(sending)]
    assert len(sending) <= max_messages
    assert bool(sending) == bool(free), "a large message never stops the queue"
    if len(sending) > 1:
        assert sum(len(o.payload) for o in sending) <= max_bytes


async def test_the_outbox_is_listed_beside_a_running_agent(
    storage: Storage, database: Path
) -> None:
    request_id = await submit(storage)
    await storage.queue_event(EventKind.STARTED)
    rows = list_outbox(database)
    assert [row.kind for row in rows] == [UpKind.REQUEST, UpKind.EVENT]
    assert rows[0].message_id == request_id
    assert rows[0].queued_at == NOON
    assert rows[0].payload_bytes > 0


def test_a_missing_or_foreign_file_has_no_outbox(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        list_outbox(tmp_path / "absent.db")
    (tmp_path / "text.db").write_text("not a database at all, but long enough" * 50)
    with pytest.raises(StorageError):
        list_outbox(tmp_path / "text.db")
