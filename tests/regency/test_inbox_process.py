"""The inbox's loop, with a link that is only a list."""

import queue
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from anjungan.protocol import contract
from anjungan.protocol.messages import MAX_PAYLOAD_BYTES, Presence, ReceiptOutcome
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.topics import DownKind, SharedKind, parse_topic
from anjungan.regency.inbox import committing, loop
from anjungan.regency.inbox.arrivals import arrivals_of
from anjungan.regency.inbox.beats import read_beat
from anjungan.regency.inbox.loop import Inbox, Stop, Woken
from anjungan.regency.link.events import Connected, Deliveries, Delivery, Disconnected
from anjungan.regency.requests.statuses import change_by_staff
from anjungan.regency.store.tables import DROPPED_MESSAGES, REQUESTS

DATABASES = ("sqlite", "postgresql")


class Killed(BaseException):
    """The process was killed here."""


class Line:
    """Takes what the inbox publishes; may be down, or kill the process."""

    def __init__(self):
        self.published = []
        self.up = True
        self.kills = False
        self.reconnects = 0

    def publish(self, publication):
        if self.kills:
            raise Killed
        if self.up:
            self.published.append(publication)
        return self.up

    def reconnect(self):
        self.reconnects += 1

    def messages(self, kind):
        found = []
        for each in self.published:
            topic = parse_topic(each.topic)
            if topic.kind is kind:
                found.append(contract.decode(kind, each.payload))
        return found

    def outcomes(self):
        receipts = self.messages(DownKind.RECEIPT)
        return [item.outcome for receipt in receipts for item in receipt.items]


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def run(database, clock, line, topic_for):
    """Give events to a fresh inbox and let it end."""
    acknowledged = []

    def delivery(kiosk, message):
        payload = contract.encode(message)
        topic = topic_for(kiosk.kiosk, message)
        published = Deliveries(
            (Delivery(topic, payload, False),), lambda: acknowledged.append(message)
        )
        return arrivals_of(published, "3505")

    def run(*events):
        waiting = queue.Queue()
        inbox = Inbox(
            regency="3505",
            database=database,
            publish=line.publish,
            reconnect=line.reconnect,
            events=waiting,
            report_interval=timedelta(seconds=300),
            now=clock,
        )
        for event in (*events, Stop()):
            waiting.put(event if not isinstance(event, tuple) else delivery(*event))
        inbox.run()
        return inbox

    run.acknowledged = acknowledged
    return run


def stored(database):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(REQUESTS)).scalar_one()


def test_commit_then_receipt_then_acknowledgement(run, line, database, kiosk):
    request = kiosk.request()
    run(Connected(), (kiosk, request))
    assert line.outcomes() == [ReceiptOutcome.ACCEPTED]
    assert stored(database) == 1
    assert run.acknowledged == [request]


def test_what_is_waiting_gets_one_receipt_for_each_kiosk(run, line, kiosk, other_kiosk):
    run(
        *[(kiosk, kiosk.request()) for _ in range(5)],
        *[(other_kiosk, other_kiosk.request()) for _ in range(3)],
    )
    receipts = line.messages(DownKind.RECEIPT)
    assert sorted(len(receipt.items) for receipt in receipts) == [3, 5]


def test_receipts_of_a_flood_fit_their_payload(run, line, kiosk):
    refused = [kiosk.request(ticket_token="none") for _ in range(190)]
    run(*[(kiosk, request) for request in refused])
    receipts = line.messages(DownKind.RECEIPT)
    assert [len(receipt.items) for receipt in receipts] == [100, 90]
    assert max(len(each.payload) for each in line.published) <= MAX_PAYLOAD_BYTES


def test_killed_between_commit_and_receipt_the_request_is_receipted_when_sent_again(
    run, line, database, kiosk
):
    request = kiosk.request()
    line.kills = True
    with pytest.raises(Killed):
        run((kiosk, request))
    assert stored(database) == 1
    assert run.acknowledged == []
    line.kills = False
    run((kiosk, request))
    assert line.outcomes() == [ReceiptOutcome.DUPLICATE]
    assert stored(database) == 1


def test_a_failed_commit_sends_no_receipt_and_asks_for_everything_again(
    run, line, database, kiosk, monkeypatch
):
    def full(*args):
        raise OperationalError("insert", {}, OSError("disk full"))

    monkeypatch.setattr(loop, "AFTER_FAILURE_S", 0.0)
    monkeypatch.setattr(committing, "take", full)
    run((kiosk, kiosk.request()))
    assert line.outcomes() == []
    assert run.acknowledged == []
    assert line.reconnects >= 1
    assert stored(database) == 0


def test_one_message_that_cannot_be_stored_does_not_block_the_others(
    run, line, database, kiosk, monkeypatch
):
    good, bad, also_good = kiosk.request(), kiosk.request(), kiosk.request()
    real_take = committing.take

    def take(connection, readings, rule, now):
        if any(reading.message == bad for reading in readings):
            raise ZeroDivisionError
        return real_take(connection, readings, rule, now)

    monkeypatch.setattr(committing, "take", take)
    run((kiosk, good), (kiosk, bad), (kiosk, also_good))
    assert line.outcomes() == [ReceiptOutcome.ACCEPTED, ReceiptOutcome.ACCEPTED]
    with database.reading() as connection:
        dropped = connection.execute(select(DROPPED_MESSAGES)).one()
    assert (dropped.kiosk, dropped.reason, dropped.times) == (kiosk.kiosk, "failed", 1)


def change(database, request, clock):
    with database.writing() as connection:
        change_by_staff(
            connection,
            request.id,
            seen_revision=1,
            status=RequestStatus.AWAITING_SIGNATURE,
            note="Silakan tunggu",
            staff_name="Ratna W.",
            now=clock(),
        )


def test_a_status_goes_down_until_it_is_acknowledged(*, run, line, database, intake, kiosk, clock):
    request = kiosk.request()
    intake(request)
    change(database, request, clock)
    run(Connected(), Woken())
    (status,) = line.messages(DownKind.STATUS)
    assert (status.request_id, status.revision) == (request.id, 2)
    assert (status.status, status.note) == (RequestStatus.AWAITING_SIGNATURE, "Silakan tunggu")

    run(Connected())
    assert len(line.messages(DownKind.STATUS)) == 1, "its time has not come yet"
    clock.pass_time(seconds=31)
    run(Connected())
    again = line.messages(DownKind.STATUS)
    assert [each.id for each in again] == [status.id, status.id]

    run(Connected(), (kiosk, kiosk.ack(status.id)))
    clock.pass_time(days=1)
    run(Connected())
    assert len(line.messages(DownKind.STATUS)) == 2


def test_the_birth_of_a_kiosk_brings_its_statuses_at_once(
    *, run, line, database, intake, kiosk, clock
):
    request = kiosk.request()
    intake(request)
    change(database, request, clock)
    run(Connected())
    run(Connected(), (kiosk, kiosk.state(session=8)))
    assert len(line.messages(DownKind.STATUS)) == 2


def test_without_a_connection_no_attempt_is_counted(*, run, line, database, intake, kiosk, clock):
    request = kiosk.request()
    intake(request)
    change(database, request, clock)
    run(Woken())
    line.up = False
    run(Connected())
    line.up = True
    run(Connected())
    assert len(line.messages(DownKind.STATUS)) == 1


def test_presence_is_retained_and_tells_the_time(run, line, clock):
    run(Connected())
    (publication,) = line.published
    assert publication.retained
    (presence,) = line.messages(SharedKind.REGENCY)
    assert presence.presence is Presence.ONLINE
    assert presence.sent_at == clock()


def test_the_beat_says_whether_the_broker_is_reached(run, database, clock):
    run(Connected())
    with database.reading() as connection:
        assert read_beat(connection).connected
    run(Connected(), Disconnected())
    with database.reading() as connection:
        beat = read_beat(connection)
    assert not beat.connected
    assert beat.is_alive(clock())
    clock.pass_time(seconds=61)
    assert not beat.is_alive(clock())
