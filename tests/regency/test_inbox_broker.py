"""The inbox through a real mosquitto, as a thread and as a process that is killed."""

import os
import queue
import random
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from anjungan.protocol import contract
from anjungan.protocol.messages import Presence, ReceiptOutcome
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.topics import (
    DownKind,
    SharedKind,
    UpKind,
    UpTopic,
    down_filter,
    parse_topic,
    shared_filter,
)
from anjungan.regency.fleet.reports import DROPPED_MESSAGES
from anjungan.regency.inbox import committing, loop
from anjungan.regency.inbox.beats import read_beat
from anjungan.regency.inbox.loop import Stop, utc_now
from anjungan.regency.inbox.process import serve
from anjungan.regency.requests.statuses import change_by_staff
from anjungan.regency.store.database import open_database
from anjungan.regency.store.tables import REQUESTS
from anjungan.regency.wake import wake_inbox


class KioskLine:
    """A kiosk's connection: publishes, and keeps what comes down."""

    def __init__(self, port, kiosk, topic_for):
        self.kiosk = kiosk
        self._topic_for = topic_for
        self.received = []
        self.subscribed = threading.Event()
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=kiosk.kiosk,
            protocol=MQTTProtocolVersion.MQTTv311,
        )
        self.client.on_message = self._on_message
        self.client.on_subscribe = lambda *args: self.subscribed.set()
        self.client.on_socket_open = lambda client, data, sock: sock.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.client.subscribe([(down_filter(kiosk.kiosk), 1), (shared_filter("3505"), 1)])
        assert self.subscribed.wait(10)

    def _on_message(self, client, userdata, message):
        kind = parse_topic(message.topic).kind
        self.received.append((kind, contract.decode(kind, message.payload), message.retain))

    def send(self, message):
        self.publish(self._topic_for(self.kiosk.kiosk, message), contract.encode(message))

    def publish(self, topic, payload, *, retain=False):
        self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

    def messages(self, kind):
        return [message for found, message, _ in list(self.received) if found is kind]

    def outcomes(self):
        return {
            item.message_id: item.outcome
            for receipt in self.messages(DownKind.RECEIPT)
            for item in receipt.items
        }

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


@contextmanager
def running(settings):
    """An inbox in a thread of this process."""
    database = open_database(settings.database_address)
    events = queue.Queue()
    thread = threading.Thread(target=serve, args=(settings, database, events))
    thread.start()
    try:
        yield database
    finally:
        events.put(Stop())
        thread.join(20)
        assert not thread.is_alive()
        database.close()


@pytest.fixture
def line(broker, kiosk, topic_for):
    line = KioskLine(broker.port, kiosk, topic_for)
    yield line
    line.close()


@pytest.fixture(autouse=True)
def quick_beats(monkeypatch):
    monkeypatch.setattr(loop, "BEAT_EVERY_S", 0.5)


def count_requests(database):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(REQUESTS)).scalar_one()


def online(line):
    return any(message.presence is Presence.ONLINE for message in line.messages(SharedKind.REGENCY))


def test_publish_commit_receipt(broker_settings, line, kiosk, wait_until):
    with running(broker_settings) as database:
        wait_until(lambda: online(line), "the inbox is there")
        request = kiosk.request()
        line.send(request)
        wait_until(lambda: request.id in line.outcomes(), "a receipt")
        assert line.outcomes() == {request.id: ReceiptOutcome.ACCEPTED}
        assert count_requests(database) == 1
        line.send(request)
        wait_until(
            lambda: line.outcomes()[request.id] is ReceiptOutcome.DUPLICATE, "a second receipt"
        )
        assert count_requests(database) == 1


def test_the_inbox_says_goodbye_and_a_late_kiosk_hears_it(
    *, broker_settings, broker, line, other_kiosk, topic_for, wait_until
):
    with running(broker_settings):
        wait_until(lambda: online(line), "the inbox is there")
    wait_until(
        lambda: line.messages(SharedKind.REGENCY)[-1].presence is Presence.OFFLINE, "a goodbye"
    )
    late = KioskLine(broker.port, other_kiosk, topic_for)
    wait_until(lambda: late.received, "the retained word")
    kind, message, retained = late.received[0]
    assert (kind, message.presence, retained) == (SharedKind.REGENCY, Presence.OFFLINE, True)
    late.close()


def test_hostile_messages_are_dropped_and_the_next_request_goes_through(
    broker_settings, line, kiosk, wait_until
):
    topic = str(UpTopic(kiosk.kiosk, UpKind.REQUEST))
    good = contract.encode(kiosk.request())
    with running(broker_settings) as database:
        wait_until(lambda: online(line), "the inbox is there")
        line.publish(topic, b"not json")
        line.publish(topic, b"\x00\xff" * 100)
        line.publish(topic, b"x" * 200_000)
        line.publish(topic, b"")
        line.publish(topic.replace("up/request", "up/nonsense"), good)
        line.publish("anjungan/1/3505/3505171001/3505102001-1/up/request", good)
        line.publish("anjungan/1/3505/all/up/request", good)
        line.publish(topic, b'{"id": "01930000-0000-7000-8000-000000000001"}')
        request = kiosk.request()
        line.send(request)
        wait_until(lambda: request.id in line.outcomes(), "a receipt")
        assert line.outcomes()[request.id] is ReceiptOutcome.ACCEPTED
        refused = line.outcomes()["01930000-0000-7000-8000-000000000001"]
        assert refused is ReceiptOutcome.REFUSED
        assert count_requests(database) == 1
        with database.reading() as connection:
            rows = connection.execute(select(DROPPED_MESSAGES)).all()
        counts = {(row.kiosk, row.reason): row.times for row in rows}
        assert counts[(kiosk.kiosk, "too_large")] == 1
        assert counts[(kiosk.kiosk, "malformed")] == 4
        assert counts[("", "foreign_topic")] >= 2


def test_a_retained_request_is_not_taken_again(broker_settings, line, kiosk, wait_until):
    request = kiosk.request()
    topic = str(UpTopic(kiosk.kiosk, UpKind.REQUEST))
    line.publish(topic, contract.encode(request), retain=True)
    with running(broker_settings) as database:
        other = kiosk.request()
        wait_until(lambda: online(line), "the inbox is there")
        line.send(other)
        wait_until(lambda: other.id in line.outcomes(), "a receipt")
        assert request.id not in line.outcomes()
        assert count_requests(database) == 1


def test_a_status_reaches_the_kiosk_and_its_acknowledgement_ends_it(
    broker_settings, line, kiosk, clock, wait_until
):
    with running(broker_settings) as database:
        wait_until(lambda: online(line), "the inbox is there")
        request = kiosk.request()
        line.send(request)
        wait_until(lambda: request.id in line.outcomes(), "a receipt")
        with database.writing() as connection:
            change_by_staff(
                connection,
                request.id,
                seen_revision=1,
                status=RequestStatus.AWAITING_SIGNATURE,
                note="",
                staff_name="Ratna W.",
                now=utc_now(),
            )
        wake_inbox(broker_settings.data_dir)
        wait_until(lambda: line.messages(DownKind.STATUS), "the status")
        status = line.messages(DownKind.STATUS)[0]
        assert (status.request_id, status.revision) == (request.id, 2)

        # no acknowledgement yet: a birth brings it again
        line.send(kiosk.state(session=2))
        wait_until(lambda: len(line.messages(DownKind.STATUS)) == 2, "the status again")
        line.send(kiosk.ack(status.id))
        last = kiosk.event()
        line.send(last)
        wait_until(lambda: last.id in line.outcomes(), "the receipt of the event")
        line.send(kiosk.state(session=3))
        last = kiosk.event()
        line.send(last)
        wait_until(lambda: last.id in line.outcomes(), "the receipt of the event")
        assert len(line.messages(DownKind.STATUS)) == 2


def test_the_broker_restarts_empty(*, broker_settings, broker, line, kiosk, topic_for, wait_until):
    with running(broker_settings) as database:
        wait_until(lambda: online(line), "the inbox is there")
        line.close()
        broker.stop()
        broker.start()
        again = KioskLine(broker.port, kiosk, topic_for)
        # what the kiosk sends before the inbox is back is lost with an empty broker: it sends again
        wait_until(lambda: online(again), "the inbox is back", 40.0)
        request = kiosk.request()
        again.send(request)
        wait_until(lambda: request.id in again.outcomes(), "a receipt")
        assert count_requests(database) == 1
        again.close()


def test_a_broker_that_comes_later_is_found(broker_settings, broker, kiosk, topic_for, wait_until):
    broker.stop()
    with running(broker_settings) as database:
        wait_until(lambda: beat_of(database) is not None, "a sign of life")
        assert not beat_of(database).connected
        broker.start()
        wait_until(lambda: beat_of(database).connected, "connected", 40.0)
        line = KioskLine(broker.port, kiosk, topic_for)
        request = kiosk.request()
        line.send(request)
        wait_until(lambda: request.id in line.outcomes(), "a receipt")
        line.close()


def beat_of(database):
    with database.reading() as connection:
        return read_beat(connection)


def test_a_failed_commit_brings_the_message_again(
    *, broker_settings, line, kiosk, wait_until, monkeypatch
):
    """The broker was not told that the message is taken, so it comes with the next connection."""
    real_take, failures = committing.take, iter([OperationalError("insert", {}, OSError())])

    def take(*args):
        for error in failures:
            raise error
        return real_take(*args)

    with running(broker_settings) as database:
        wait_until(lambda: online(line), "the inbox is there")
        monkeypatch.setattr(committing, "take", take)
        request = kiosk.request()
        line.send(request)
        wait_until(lambda: request.id in line.outcomes(), "a receipt", 40.0)
        assert count_requests(database) == 1


class InboxProcess:
    """The real command in a process of its own."""

    def __init__(self, settings):
        environment = {
            **os.environ,
            "ANJUNGAN_REGENCY_DATA_DIR": str(settings.data_dir),
            "ANJUNGAN_REGENCY_MQTT_PORT": str(settings.mqtt.port),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "anjungan.cli", "regency", "inbox"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def test_killed_again_and_again_no_request_is_lost_or_doubled(
    broker_settings, line, kiosk, wait_until
):
    """The kiosk sends what has no receipt; the inbox is killed at random moments in between."""
    chance = random.Random(7)  # noqa: S311 - chooses moments to kill at
    requests = [kiosk.request() for _ in range(120)]
    for _ in range(6):
        inbox = InboxProcess(broker_settings)
        seen = len(line.received)
        wait_until(lambda seen=seen: online_since(line, seen), "the inbox is there")
        waiting = [each for each in requests if each.id not in line.outcomes()]
        for request in waiting[: chance.randrange(1, 30)]:
            line.send(request)
        inbox.kill()
    inbox = InboxProcess(broker_settings)
    seen = len(line.received)
    wait_until(lambda: online_since(line, seen), "the inbox is there")
    for request in requests:
        line.send(request)
    wait_until(lambda: len(line.outcomes()) == len(requests), "all receipts")
    assert inbox.stop() == 0
    assert ReceiptOutcome.REFUSED not in line.outcomes().values()
    database = open_database(broker_settings.database_address)
    assert count_requests(database) == len(requests)
    database.close()


def online_since(line, count):
    return any(
        kind is SharedKind.REGENCY and message.presence is Presence.ONLINE and not retained
        for kind, message, retained in line.received[count:]
    )
