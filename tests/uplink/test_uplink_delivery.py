"""Requests reach the regency through a real broker, whatever happens on the way."""

import asyncio
from pathlib import Path

import msgspec

from anjungan.appliance.storage.records import Cancellation, Delivery
from anjungan.appliance.uplink.line_state import Connected, Offline, OfflineReason
from anjungan.appliance.uplink.window import MAX_MESSAGES
from anjungan.protocol.messages import (
    Ack,
    EventKind,
    Presence,
    ReceiptItem,
    ReceiptOutcome,
    RefusalCode,
    Request,
    State,
)
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.topics import DownKind, DownTopic, UpKind
from tests.uplink.uplink_lab import (
    KIOSK,
    Broker,
    Kiosk,
    SmallRegency,
    eventually,
    make_draft,
    quick_settings,
    running_kiosk,
)


async def delivery(kiosk: Kiosk, request_id: str) -> Delivery:
    ticket = await kiosk.storage.ticket_of_request(request_id)
    assert ticket is not None
    return ticket.delivery


async def test_a_request_is_delivered_and_receipted(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    async with running_kiosk(tmp_path / "k.db", quick_settings(broker.port)) as kiosk:
        ticket = await kiosk.submit()
        await eventually(lambda: kiosk.told.receipts)
        assert await delivery(kiosk, ticket.request_id) is Delivery.RECEIPTED
        assert kiosk.told.receipts == [
            ReceiptItem(message_id=ticket.request_id, outcome=ReceiptOutcome.ACCEPTED)
        ]
        assert kiosk.told.lines == [
            Connected(regency_present=False),
            Connected(regency_present=True),
        ]
        assert regency.copies == {ticket.request_id: 1}
    assert kiosk.told.lines[-1] == Offline(OfflineReason.STOPPED)


async def test_two_hundred_waiting_requests_drain_in_order_within_the_window(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    held: list[str] = []
    most = 0

    def hold(_kind: UpKind, message: object) -> None:
        nonlocal most
        assert isinstance(message, Request)
        held.append(message.id)
        most = max(most, len(held))

    regency.answer = hold
    async with running_kiosk(
        tmp_path / "k.db", quick_settings(broker.port, receipt_timeout_s=3_600.0)
    ) as kiosk:
        await eventually(lambda: kiosk.told.lines[-1:] == [Connected(regency_present=True)])
        ids = [(await kiosk.submit()).request_id for _ in range(200)]
        answered = 0
        while answered < 200:
            await eventually(lambda: held)
            batch = [held.pop(0) for _ in range(len(held))]
            answered += len(batch)
            regency.send_receipt(
                *(ReceiptItem(message_id=i, outcome=ReceiptOutcome.ACCEPTED) for i in batch)
            )
        await eventually(lambda: len(kiosk.told.receipts) == 200)
        assert regency.request_ids() == ids
        assert set(regency.copies.values()) == {1}
        assert most <= MAX_MESSAGES
        assert most > 1, "the window is more than one message"
        assert await kiosk.storage.unsent(max_messages=1, max_bytes=1) == ()


async def test_a_lost_receipt_is_asked_for_again_and_nothing_doubles(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    regency.answer = lambda _kind, message: (
        None if regency.copies[message.id] == 1 else ReceiptOutcome.ACCEPTED  # type: ignore[attr-defined]
    )
    settings = quick_settings(broker.port, receipt_timeout_s=0.2, receipt_timeout_cap_s=0.4)
    async with running_kiosk(tmp_path / "k.db", settings) as kiosk:
        tickets = [await kiosk.submit() for _ in range(5)]
        await eventually(lambda: len(kiosk.told.receipts) == 5)
        for ticket in tickets:
            assert await delivery(kiosk, ticket.request_id) is Delivery.RECEIPTED
        assert set(regency.bodies) == {t.request_id for t in tickets}
        assert min(regency.copies.values()) >= 2
        assert regency.conflicts == 0, "a resent message has the same bytes"


async def test_a_refused_request_does_not_stop_the_queue(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    bad = make_draft()
    regency.answer = lambda _kind, message: (
        ReceiptOutcome.REFUSED if message.id == bad.request_id else ReceiptOutcome.ACCEPTED  # type: ignore[attr-defined]
    )
    async with running_kiosk(tmp_path / "k.db", quick_settings(broker.port)) as kiosk:
        refused = await kiosk.submit(bad)
        good = await kiosk.submit()
        await eventually(lambda: len(kiosk.told.receipts) == 2)
        assert await delivery(kiosk, good.request_id) is Delivery.RECEIPTED
        ticket = await kiosk.storage.ticket_of_request(refused.request_id)
        assert ticket is not None
        assert (ticket.delivery, ticket.refusal) == (Delivery.REFUSED, RefusalCode.NOT_ALLOWED)
        assert (await kiosk.storage.queue_health()).refused == 1


async def test_a_request_nobody_answers_does_not_stop_the_queue(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    unanswered = [make_draft() for _ in range(MAX_MESSAGES)]
    mute = {draft.request_id for draft in unanswered}
    regency.answer = lambda _kind, message: (
        None if message.id in mute else ReceiptOutcome.ACCEPTED  # type: ignore[attr-defined]
    )
    settings = quick_settings(broker.port, receipt_timeout_s=0.2, receipt_timeout_cap_s=60.0)
    async with running_kiosk(tmp_path / "k.db", settings) as kiosk:
        for draft in unanswered:
            await kiosk.submit(draft)
        good = await kiosk.submit()
        await eventually(lambda: kiosk.told.receipts)
        assert kiosk.told.receipts[0].message_id == good.request_id


async def test_a_broker_that_dies_and_comes_back_empty_loses_nothing(
    broker: Broker, tmp_path: Path
) -> None:
    first_regency = SmallRegency(broker.port)
    first_regency.start()
    first_regency.answer = lambda _kind, _message: None
    async with running_kiosk(tmp_path / "k.db", quick_settings(broker.port)) as kiosk:
        ids = [(await kiosk.submit()).request_id for _ in range(3)]
        await eventually(first_regency.request_ids)
        broker.kill()
        first_regency.stop()
        await eventually(lambda: isinstance(kiosk.told.lines[-1], Offline))
        ids += [(await kiosk.submit()).request_id for _ in range(3)]
        broker.start()
        second_regency = SmallRegency(broker.port)
        second_regency.start()
        await eventually(lambda: len(kiosk.told.receipts) == 6)
        assert second_regency.request_ids() == ids
        second_regency.stop()


async def test_without_a_regency_one_request_at_a_time_is_tried(
    broker: Broker, tmp_path: Path
) -> None:
    settings = quick_settings(broker.port, receipt_timeout_s=3_600.0)
    listener = SmallRegency(broker.port, presence=False)
    listener.start()
    listener.answer = lambda _kind, _message: None
    async with running_kiosk(tmp_path / "k.db", settings) as kiosk:
        ids = [(await kiosk.submit()).request_id for _ in range(6)]
        await eventually(listener.request_ids)
        await kiosk.storage.queue_event(EventKind.STARTED)
        kiosk.uplink.wake()
        kiosk.uplink.health_changed("printer")
        await eventually(lambda: listener.of(UpKind.HEALTH))
        assert listener.request_ids() == ids[:1]
        assert kiosk.uplink.state == Connected(regency_present=False)
        # A receipt is the surest sign of a regency, whatever the broker retains.
        listener.answer = lambda _kind, _message: ReceiptOutcome.ACCEPTED
        listener.send_receipt(ReceiptItem(message_id=ids[0], outcome=ReceiptOutcome.ACCEPTED))
        await eventually(lambda: len(kiosk.told.receipts) == 7)
        assert listener.request_ids() == ids
        assert kiosk.uplink.state == Connected(regency_present=True)
    listener.stop()


async def test_a_regency_that_comes_back_gets_everything_again_at_once(
    broker: Broker, tmp_path: Path
) -> None:
    settings = quick_settings(broker.port, receipt_timeout_s=3_600.0)
    async with running_kiosk(tmp_path / "k.db", settings) as kiosk:
        await eventually(lambda: kiosk.told.connected)
        # Published to nobody: without the return of the regency it would wait an hour.
        ids = [(await kiosk.submit()).request_id for _ in range(4)]
        regency = SmallRegency(broker.port)
        regency.start()
        await eventually(lambda: len(kiosk.told.receipts) == 4)
        assert regency.request_ids() == ids
        regency.tell_presence(Presence.OFFLINE)
        await eventually(lambda: kiosk.uplink.state == Connected(regency_present=False))
        regency.stop()


async def test_a_cancellation_follows_its_request(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    async with running_kiosk(tmp_path / "k.db", quick_settings(broker.port)) as kiosk:
        ticket = await kiosk.submit()
        await kiosk.storage.queue_cancel(ticket.request_id)
        kiosk.uplink.wake()
        await eventually(lambda: len(kiosk.told.receipts) == 2)
        kinds = [kind for kind, _ in regency.seen if kind in {UpKind.REQUEST, UpKind.CANCEL}]
        assert kinds == [UpKind.REQUEST, UpKind.CANCEL]
        after = await kiosk.storage.ticket_of_request(ticket.request_id)
        assert after is not None
        assert after.cancellation is Cancellation.ACCEPTED


async def test_a_status_is_stored_told_and_acknowledged(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    async with running_kiosk(tmp_path / "k.db", quick_settings(broker.port)) as kiosk:
        ticket = await kiosk.submit()
        await eventually(lambda: kiosk.told.receipts)
        sent = [
            regency.send_status(ticket.request_id, 2, RequestStatus.READY),
            regency.send_status(ticket.request_id, 1, RequestStatus.UNDER_REVIEW),
            regency.send_status(make_draft().request_id, 1, RequestStatus.READY),
        ]
        regency.send_status(ticket.request_id, 2, RequestStatus.READY, message_id=sent[0])

        def acked() -> list[str]:
            return [i for ack in regency.of(UpKind.ACK) for i in ack.message_ids]  # type: ignore[attr-defined]

        await eventually(lambda: len(acked()) == 4)
        assert sorted(acked()) == sorted([*sent, sent[0]]), "older, unknown and repeated ones too"
        assert [(s.revision, t.status) for s, t in kiosk.told.statuses] == [
            (2, RequestStatus.READY)
        ]
        ack = regency.of(UpKind.ACK)[0]
        assert isinstance(ack, Ack)
        assert (ack.enrolment, ack.boot) == (1, 1)
        assert ack.counter > 1


async def test_birth_and_will_carry_the_same_session(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    def states() -> list[State]:
        return [s for s in regency.of(UpKind.STATE) if isinstance(s, State)]

    settings = quick_settings(broker.port)
    async with running_kiosk(tmp_path / "k.db", settings):
        await eventually(lambda: len(states()) == 1)
        # Another client with the same identity throws the first one out: its will is published.
        async with running_kiosk(tmp_path / "clone.db", settings):
            await eventually(lambda: len(states()) >= 3)
    await eventually(lambda: states()[-1].presence is Presence.OFFLINE)
    first, *later = states()
    assert (first.presence, first.boot, first.session) == (Presence.ONLINE, 1, 1)
    assert first.version == "1.2.3"
    assert msgspec.structs.replace(first, presence=Presence.OFFLINE) in later


async def test_a_farewell_replaces_the_will(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    async with running_kiosk(tmp_path / "k.db", quick_settings(broker.port)) as kiosk:
        await eventually(lambda: kiosk.told.connected and regency.of(UpKind.STATE))
    await eventually(lambda: len(regency.of(UpKind.STATE)) == 2)
    await kiosk_free_round_trip(regency)
    told = [(s.presence, s.session) for s in regency.of(UpKind.STATE)]  # type: ignore[attr-defined]
    assert told == [(Presence.ONLINE, 1), (Presence.OFFLINE, 1)]


async def kiosk_free_round_trip(regency: SmallRegency) -> None:
    """Wait until everything the broker had to tell the regency so far has arrived."""
    seen = len(regency.seen)
    regency.publish_raw(
        f"anjungan/1/{KIOSK[:4]}/{KIOSK[:10]}/{KIOSK}/up/state",
        b'{"presence":"offline","boot":9,"session":9,"version":"end"}',
    )
    await eventually(lambda: len(regency.seen) > seen)
    regency.seen.pop()


async def test_hostile_down_messages_are_counted_and_change_nothing(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    async with running_kiosk(tmp_path / "k.db", quick_settings(broker.port)) as kiosk:
        regency.answer = lambda _kind, _message: None
        ticket = await kiosk.submit()
        await eventually(regency.request_ids)
        status, receipt = (
            str(DownTopic(KIOSK, kind)) for kind in (DownKind.STATUS, DownKind.RECEIPT)
        )
        shared = f"anjungan/1/{KIOSK[:4]}/all/"
        hostile = [
            (status, b""),
            (status, b"\xff\xfe not json"),
            (status, b'{"id": 5}'),
            (status, b"[" * 5_000),
            (receipt, b'{"id":"x","items":[]}'),
            (receipt, bytes(20_000)),
            (status.replace("/status", "/command"), b"{}"),
            (shared + "content", b"{}"),
            (shared + "regency", b'{"presence":"maybe"}'),
        ]
        for topic, payload in hostile:
            regency.publish_raw(topic, payload)
        await eventually(lambda: kiosk.uplink.dropped_messages == len(hostile))

        accepted = ReceiptItem(message_id=ticket.request_id, outcome=ReceiptOutcome.ACCEPTED)
        payload = regency.send_receipt(accepted)
        regency.publish_raw(receipt, payload)
        await eventually(lambda: kiosk.uplink.dropped_messages == len(hostile) + 1)
        assert kiosk.told.receipts == [accepted], "a replayed receipt counts once"
        assert kiosk.told.statuses == []
        assert await delivery(kiosk, ticket.request_id) is Delivery.RECEIPTED


async def test_a_retained_receipt_is_not_believed(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    topic = str(DownTopic(KIOSK, DownKind.STATUS))
    regency.publish_raw(topic, b'{"retained":"by a stranger"}', retain=True)
    async with running_kiosk(tmp_path / "k.db", quick_settings(broker.port)) as kiosk:
        await eventually(lambda: kiosk.uplink.dropped_messages == 1)


async def test_a_receipt_for_somebody_else_is_ignored(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    async with running_kiosk(tmp_path / "k.db", quick_settings(broker.port)) as kiosk:
        await eventually(lambda: kiosk.told.connected)
        foreign = make_draft().request_id
        regency.send_receipt(ReceiptItem(message_id=foreign, outcome=ReceiptOutcome.REFUSED))
        ticket = await kiosk.submit()
        await eventually(lambda: kiosk.told.receipts)
        assert [item.message_id for item in kiosk.told.receipts] == [ticket.request_id]


async def test_two_uplinks_may_follow_each_other_in_one_process(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    for _ in range(3):
        async with running_kiosk(tmp_path / "k.db", quick_settings(broker.port)) as kiosk:
            await kiosk.submit()
            await eventually(lambda: kiosk.told.receipts)
        await asyncio.sleep(0)
    boots = [m.boot for m in regency.of(UpKind.REQUEST)]  # type: ignore[attr-defined]
    assert boots == [1, 2, 3]
