"""What several workers of the inbox must not do to each other."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import func, select, text

from anjungan.protocol import contract
from anjungan.protocol.messages import ReceiptOutcome
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.topics import UpKind
from anjungan.regency.fleet.listening import deaf_times
from anjungan.regency.fleet.presence import PresenceRule
from anjungan.regency.fleet.spans import Span
from anjungan.regency.inbox import committing
from anjungan.regency.inbox.beats import InboxBeat, read_beat, read_beats, store_beat
from anjungan.regency.inbox.committing import Committer
from anjungan.regency.inbox.loop import Inbox, Stop
from anjungan.regency.inbox.reading import read
from anjungan.regency.inbox.subscriptions import session_of
from anjungan.regency.link.events import Connected, Disconnected
from anjungan.regency.requests.outgoing import attempted, due_statuses
from anjungan.regency.requests.statuses import change_by_staff
from anjungan.regency.store.database import open_database
from anjungan.regency.store.tables import (
    DROPPED_MESSAGES,
    EVENTS,
    KIOSKS,
    RECEIVED_MESSAGES,
    REQUESTS,
)

DATABASES = ("sqlite", "postgresql")
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"])


@pytest.fixture
def other(settings, database):
    """The same database, opened by another worker."""
    other = open_database(settings.database_address)
    yield other
    other.close()


@pytest.fixture
def committer(database, clock):
    return Committer(database, PresenceRule(timedelta(seconds=300), None), clock)


def reading(topic_for, kiosk, message):
    topic = topic_for(kiosk.kiosk, message)
    return read(topic, contract.encode(message), retained=False, regency="3505")


def outcomes(taken):
    return [(item.outcome, item.code) for items in taken.receipts.values() for item in items]


def count(database, table):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


# --- at the same time ---------------------------------------------------------------------------


@ON_POSTGRESQL
def test_what_one_worker_is_sending_another_passes_over(database, other, intake, kiosk, clock):
    requests = [kiosk.request() for _ in range(2)]
    intake(*requests)
    for request in requests:
        with database.writing() as connection:
            change_by_staff(
                connection,
                request.id,
                seen_revision=1,
                status=RequestStatus.AWAITING_SIGNATURE,
                note="",
                staff_name="Ratna W.",
                now=clock(),
            )
    with database.writing_beside_others() as first:
        due = due_statuses(first, clock())
        with other.writing_beside_others() as second:
            assert due_statuses(second, clock()) == []
        attempted(first, due, clock())
    assert len(due) == 2
    with other.writing_beside_others() as second:
        assert due_statuses(second, clock()) == [], "sent, and not due again yet"


@ON_POSTGRESQL
@pytest.mark.parametrize("earlier", ["known kiosk", "new kiosk"])
def test_a_request_that_two_workers_take_at_once_is_stored_once(
    *, earlier, database, other, intake, committer, kiosk, clock, topic_for
):
    if earlier == "known kiosk":
        intake(kiosk.health())
    request = kiosk.request()
    rule = PresenceRule(timedelta(seconds=300), None)
    arrived = [reading(topic_for, kiosk, request)]
    with ThreadPoolExecutor(1) as pool:
        with other.writing_beside_others() as connection:
            first = committing.take(connection, arrived, rule, clock())
            second = pool.submit(committer.commit, arrived)
            with pytest.raises(TimeoutError):
                second.result(0.2)  # it waits for the row the first one has written
        (taken,) = second.result(20)
    assert outcomes(first) == [(ReceiptOutcome.ACCEPTED, None)]
    assert outcomes(taken) == [(ReceiptOutcome.DUPLICATE, None)]
    assert (count(database, REQUESTS), count(database, RECEIVED_MESSAGES)) == (1, 1)


@ON_POSTGRESQL
def test_a_deadlock_is_done_again(
    *, database, other, intake, committer, kiosk, other_kiosk, topic_for, wait_until
):
    intake(kiosk.health())
    intake(other_kiosk.health(), kiosk=other_kiosk.kiosk)
    first, second = sorted((kiosk, other_kiosk), key=lambda each: each.kiosk)

    def lock(connection, locked):
        connection.execute(
            select(KIOSKS.c.kiosk).where(KIOSKS.c.kiosk == locked.kiosk).with_for_update()
        )

    def batch_waits():
        with database.reading() as connection:
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return connection.execute(waiting).scalar_one() > 0

    messages = [reading(topic_for, each, each.request()) for each in (first, second)]
    with ThreadPoolExecutor(1) as pool:
        with other.writing_beside_others() as connection:
            # the batch finds the circle, not this one
            connection.execute(text("SET LOCAL deadlock_timeout = '30s'"))
            lock(connection, second)
            committing_now = pool.submit(committer.commit, messages)
            wait_until(batch_waits, "the batch has the first row and waits for the second")
            lock(connection, first)
        (taken,) = committing_now.result(20)
    assert outcomes(taken) == [(ReceiptOutcome.ACCEPTED, None)] * 2


@ON_POSTGRESQL
def test_workers_that_take_the_same_kiosks_end_without_failure(
    *, database, other, kiosk, other_kiosk, clock, topic_for, monkeypatch
):
    """Two workers, overlapping batches in opposite orders, many times: deadlocks are done again."""
    monkeypatch.setattr(committing, "TRIES", 20)
    batches = []
    for _ in range(12):
        messages = [
            reading(topic_for, each, message)
            for each in (kiosk, other_kiosk)
            for message in (each.request(), each.health(), each.event(), each.request())
        ]
        batches.append((messages, messages[::-1]))

    def work(mine, which):
        rule = PresenceRule(timedelta(seconds=300), None)
        worker = Committer(mine, rule, clock)
        return [taken for batch in batches for taken in worker.commit(batch[which])]

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(work, mine, n) for n, mine in enumerate((database, other))]
        answered = [outcomes(taken) for done in running for taken in done.result(60)]
    flat = [outcome for answers in answered for outcome, _ in answers]
    assert flat.count(ReceiptOutcome.ACCEPTED) == flat.count(ReceiptOutcome.DUPLICATE) == 72
    assert count(database, REQUESTS) == 48
    assert count(database, DROPPED_MESSAGES) == 0


def test_a_birth_that_every_worker_hears_counts_once(database, intake, kiosk, clock):
    intake(kiosk.state(session=1))
    clock.pass_time(hours=1)
    intake(kiosk.state(session=2))
    intake(kiosk.state(session=2))
    with database.reading() as connection:
        assert connection.execute(select(KIOSKS.c.reports_since_silence)).scalar_one() == 1


def test_alone_it_keeps_its_session_and_as_one_of_several_it_does_not():
    alone = session_of("3505", "")
    assert (alone.client_id, alone.kept) == ("regency-3505-inbox", True)
    assert alone.subscriptions == ("anjungan/1/3505/+/+/up/+", "anjungan/1/3505/all/regency")
    a, b = session_of("3505", "a"), session_of("3505", "b")
    assert a.client_id != b.client_id
    assert not a.kept
    assert a.subscriptions == b.subscriptions
    kinds = {each.rpartition("/")[2] for each in a.subscriptions if each.startswith("$share/")}
    assert kinds == {kind.value for kind in UpKind} - {"state"}
    assert "anjungan/1/3505/+/+/up/state" in a.subscriptions


# --- signs of life ------------------------------------------------------------------------------


def beat(clock, *, connected=True, age_s=0, running_s=100):
    now = clock()
    return InboxBeat(now - timedelta(seconds=running_s), now - timedelta(seconds=age_s), connected)


def test_the_inbox_is_there_while_one_worker_is(database, clock):
    with database.writing() as connection:
        store_beat(connection, beat(clock, age_s=300, running_s=9000), "a")
        store_beat(connection, beat(clock, connected=False, running_s=600), "b")
        store_beat(connection, beat(clock, age_s=10, running_s=500), "c")
    with database.reading() as connection:
        assert set(read_beats(connection)) == {"a", "b", "c"}
        whole = read_beat(connection)
    assert whole.connected
    assert whole.is_alive(clock())
    assert whole.started_at == clock() - timedelta(seconds=600), "of those alive"


def test_the_only_worker_has_no_name(database, clock):
    with database.writing() as connection:
        store_beat(connection, beat(clock))
    with database.reading() as connection:
        assert read_beats(connection) == {"": beat(clock)}
        assert read_beat(connection) == beat(clock)


@pytest.fixture
def run_worker(database, clock):
    def run(worker, *events):
        waiting = queue.Queue()
        inbox = Inbox(
            regency="3505",
            database=database,
            publish=lambda publication: True,
            reconnect=lambda: None,
            events=waiting,
            report_interval=timedelta(seconds=300),
            worker=worker,
            now=clock,
        )
        for event in (*events, Stop()):
            waiting.put(event)
        inbox.run()

    return run


@pytest.fixture
def deaf(database, clock):
    def deaf():
        with database.reading() as connection:
            return deaf_times(connection, Span(clock() - timedelta(hours=1), clock()))

    return deaf


def test_nobody_is_deaf_while_another_worker_listens(run_worker, deaf, clock):
    run_worker("a", Connected())
    clock.pass_time(seconds=20)
    run_worker("b", Connected(), Disconnected())
    clock.pass_time(seconds=5)
    assert deaf() == []


def test_the_last_worker_without_a_connection_is_deaf(run_worker, deaf, clock):
    run_worker("a", Connected(), Disconnected())
    lost_at = clock()
    clock.pass_time(seconds=5)
    assert deaf() == [Span(lost_at, clock())]


# --- what no database keeps ---------------------------------------------------------------------


def test_the_largest_and_strangest_of_the_contract_blocks_nobody(
    *, database, committer, kiosk, topic_for
):
    """Each is stored or refused; none fails on one database and not on the other."""
    most = 2**53
    strange = [
        kiosk.request(form_version=most),
        kiosk.request(service="s" * 64, kid="k" * 64, card_link="c" * 64),
        kiosk.event("a\x00b"),
        kiosk.event("\U0010ffff" * 500),
        kiosk.health(uptime_s=most, version="v" * 64, disk_free_bytes=most, counter=most),
        kiosk.state(boot=most, session=most),
    ]
    good = kiosk.request()
    messages = [reading(topic_for, kiosk, each) for each in (*strange, good)]
    (taken,) = committer.commit(messages)
    answers = {item.message_id: item.outcome for item in taken.receipts[kiosk.kiosk]}
    assert answers == {
        strange[0].id: ReceiptOutcome.REFUSED,
        strange[1].id: ReceiptOutcome.ACCEPTED,
        strange[2].id: ReceiptOutcome.REFUSED,
        strange[3].id: ReceiptOutcome.ACCEPTED,
        good.id: ReceiptOutcome.ACCEPTED,
    }
    with database.reading() as connection:
        reasons = set(connection.execute(select(DROPPED_MESSAGES.c.reason)).scalars())
    assert reasons == {"malformed"}


@ON_POSTGRESQL
def test_a_message_the_database_refuses_is_taken_out_and_the_rest_stored(
    *, database, committer, kiosk, topic_for, monkeypatch
):
    """As if the contract let through what a column cannot hold."""
    good, bad, also_good = (kiosk.request() for _ in range(3))
    real_take = committing.take

    def take(connection, readings, rule, now):
        readings = [
            changed(each, service="x" * 65) if each.message.id == bad.id else each
            for each in readings
        ]
        return real_take(connection, readings, rule, now)

    monkeypatch.setattr(committing, "take", take)
    answers = committer.commit([reading(topic_for, kiosk, each) for each in (good, bad, also_good)])
    accepted = [pair for taken in answers for pair in outcomes(taken)]
    assert accepted == [(ReceiptOutcome.ACCEPTED, None)] * 2
    with database.reading() as connection:
        dropped = connection.execute(select(DROPPED_MESSAGES)).one()
    assert (dropped.kiosk, dropped.reason) == (kiosk.kiosk, "failed")


def changed(incoming, **changes):
    """The reading with another message, as no kiosk could have sent it."""
    return replace(incoming, message=msgspec.structs.replace(incoming.message, **changes))


def test_threads_of_one_worker_are_no_worker_of_their_own(database, committer, kiosk, topic_for):
    """One connection a thread: nothing of a transaction leaks into another's."""
    failures = []

    def work():
        try:
            committer.commit([reading(topic_for, kiosk, kiosk.event())])
        except Exception as error:  # noqa: BLE001 - reported below
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert count(database, EVENTS) == 4
