"""The link: what waits is bounded, what is not acknowledged comes again, and who rings is heard."""

import queue
import socket
import threading

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from anjungan.regency.link import connection
from anjungan.regency.link.connection import Connection
from anjungan.regency.link.events import (
    Connected,
    Deliveries,
    Disconnected,
    Publication,
    Session,
)
from anjungan.regency.link.mqtt import MqttLink
from anjungan.regency.link.settings import BrokerAddress
from anjungan.regency.link.sockets import Corked, Doorbell, Readable

SESSION = Session("inbox", ("test/#",))


class Ears:
    """A link, and what it has told."""

    def __init__(self, port, session=SESSION, admits=lambda topic, size_bytes: True):
        self.events = queue.Queue()
        self.deliveries = []
        self.link = MqttLink(
            broker=BrokerAddress("127.0.0.1", port, None),
            keep_alive_s=30,
            session=session,
            will=lambda: Publication("gone/inbox", b"gone", retained=True),
            tell=self._hear,
            admits=admits,
        )

    def _hear(self, event):
        if isinstance(event, Deliveries):
            self.deliveries.append(event)
        else:
            self.events.put(event)

    def payloads(self):
        return [message.payload for each in list(self.deliveries) for message in each.messages]

    def __enter__(self):
        self.link.start()
        assert self.events.get(timeout=30) == Connected()
        return self

    def __exit__(self, *error):
        self.link.stop(last_words=Publication("gone/inbox", b"farewell"))
        assert not self.link._thread.is_alive()


@pytest.fixture
def publish(broker):
    client = Client(
        CallbackAPIVersion.VERSION2, client_id="kiosk", protocol=MQTTProtocolVersion.MQTTv311
    )
    client.connect("127.0.0.1", broker.port)
    client.loop_start()

    def publish(*payloads, topic="test/x", qos=1):
        for payload in payloads:
            client.publish(topic, payload, qos=qos).wait_for_publish(10)

    yield publish
    client.disconnect()
    client.loop_stop()


def numbers(count):
    return [str(number).encode() for number in range(count)]


def test_while_too_much_waits_the_socket_is_left_unread(
    *, broker, publish, wait_until, monkeypatch
):
    """The broker would have twenty on their way; the link wants ten and what one look brings."""
    monkeypatch.setattr(connection, "MOST_WAITING", 10)
    monkeypatch.setattr(connection, "BURST", 3)
    with Ears(broker.port) as ears:
        publish(*numbers(60))
        wait_until(lambda: len(ears.payloads()) >= 10, "as many as it wants")
        publish(b"one more")  # a round trip through the broker, and some
        assert 10 <= len(ears.payloads()) < 10 + 3
        acknowledged = 0

        def all_came():
            nonlocal acknowledged
            for each in ears.deliveries[acknowledged:]:
                each.acknowledge()
                acknowledged += 1
            return len(ears.payloads()) == 61

        wait_until(all_came, "everything, once it is taken")
        assert ears.payloads() == [*numbers(60), b"one more"], "in order, and each once"


def test_what_is_not_acknowledged_comes_again_and_what_is_does_not(broker, publish, wait_until):
    with Ears(broker.port) as ears:
        publish(*numbers(5))
        wait_until(lambda: len(ears.payloads()) == 5, "five")
        taken = ears.payloads()[: len(ears.deliveries[0].messages)]
        ears.deliveries[0].acknowledge()
        rest = [each for each in numbers(5) if each not in taken]
        publish(b"last")
        wait_until(lambda: b"last" in ears.payloads(), "one more")
        ears.deliveries[-1].acknowledge()
        seen = len(ears.payloads())
        ears.link.reconnect()
        assert ears.events.get(timeout=30) == Disconnected()
        assert ears.events.get(timeout=30) == Connected()
        if rest:
            wait_until(lambda: len(ears.payloads()) == seen + len(rest), "what was not taken")
        publish(b"after")
        wait_until(lambda: ears.payloads()[-1] == b"after", "what comes after")
        assert ears.payloads()[seen:] == [*rest, b"after"]


def test_a_session_that_is_not_kept_gets_nothing_that_came_meanwhile(broker, publish, wait_until):
    session = Session("worker", ("test/#",), kept=False)
    with Ears(broker.port, session):
        pass
    publish(b"meanwhile")
    with Ears(broker.port, session) as ears:
        publish(b"now")
        wait_until(ears.payloads, "what comes now")
        assert ears.payloads() == [b"now"]
    with Ears(broker.port):
        pass
    publish(b"kept")
    with Ears(broker.port) as ears:
        wait_until(lambda: ears.payloads() == [b"kept"], "what the broker has kept")


def test_what_is_not_admitted_is_acknowledged_and_told_to_nobody(broker, publish, wait_until):
    def admits(topic, size_bytes):
        return topic == "test/x" and size_bytes < 5

    with Ears(broker.port, admits=admits) as ears:
        publish(*[b"far too large"] * 30)  # more than the broker has on their way at once
        publish(b"ok")
        publish(b"ok", topic="test/y")
        publish(b"end")
        wait_until(lambda: b"end" in ears.payloads(), "what is admitted")
        assert ears.payloads() == [b"ok", b"end"]


def test_messages_without_a_promise_come_as_well(broker, publish, wait_until):
    with Ears(broker.port) as ears:
        publish(b"zero", qos=0)
        wait_until(lambda: ears.payloads() == [b"zero"], "a message of QoS 0")
        ears.deliveries[0].acknowledge()
        publish(b"one")
        wait_until(lambda: ears.payloads()[-1] == b"one", "one of QoS 1")


def test_publishing_says_whether_it_could(broker, wait_until):
    ears = Ears(broker.port)
    assert not ears.link.publish(Publication("test/echo", b"x"))
    with ears:
        assert ears.link.publish(Publication("test/echo", b"x"))
        wait_until(lambda: ears.payloads() == [b"x"], "our own word")
        broker.stop()
        assert ears.events.get(timeout=30) == Disconnected()
        assert not ears.link.publish(Publication("test/echo", b"x"))
        broker.start()
        assert ears.events.get(timeout=60) == Connected()
    assert not ears.link.publish(Publication("test/echo", b"x"))


def test_a_port_that_never_answers_is_given_up(monkeypatch, caplog):
    monkeypatch.setattr(connection, "CONNECTED_WITHIN_S", 0.2)
    monkeypatch.setattr(connection, "_MISC_EVERY_S", 0.1)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(8)
        ears = Ears(mute.getsockname()[1])
        ears.link.start()
        mute.settimeout(30)
        for _ in range(2):  # it hangs up, and comes again
            line, _address = mute.accept()
            line.settimeout(30)
            while line.recv(4096):
                pass
            line.close()
        ears.link.stop()
    assert not ears.link._thread.is_alive()
    assert ears.events.empty()
    assert "the broker does not answer" in caplog.text


def test_a_refused_subscription_ends_the_connection():
    bell = Doorbell()
    held = Connection(SESSION, bell, lambda topic, size_bytes: True, lambda deliveries: None)
    failure = ReasonCode(9, identifier=0x80)
    held._on_subscribe(held._client, None, 1, [failure], None)
    assert not held.subscribed
    assert not held.work()
    bell.close()


# --- sockets ------------------------------------------------------------------------------------


def test_a_ring_is_heard_before_and_while_somebody_waits():
    bell = Doorbell()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        bell.ring()
        bell.ring()
        assert not bell.wait(ours, reads=True, writes=False, timeout_s=30)
        assert not bell.wait(ours, reads=True, writes=False, timeout_s=0)
        threading.Timer(0.05, bell.ring).start()
        assert not bell.wait(ours, reads=True, writes=False, timeout_s=30)
        theirs.send(b"x")
        assert not bell.wait(ours, reads=False, writes=False, timeout_s=0), "not wanted"
        assert bell.wait(ours, reads=True, writes=False, timeout_s=30)
        ours.recv(1)
        assert not bell.wait(ours, reads=True, writes=True, timeout_s=30), "only to write"
        theirs.close()
        assert bell.wait(ours, reads=False, writes=False, timeout_s=30), "broken is always told"
    bell.close()
    bell.ring()  # nobody waits any more


def test_what_tls_has_decrypted_counts_as_readable():
    class Tls:
        def __init__(self, fileno):
            self._fileno = fileno

        def fileno(self):
            return self._fileno

        def pending(self):
            return 5

    ours, theirs = socket.socketpair()
    bell = Doorbell()
    with ours, theirs:
        assert not Readable(ours)()
        assert Readable(Tls(ours.fileno()))()
        assert bell.wait(Tls(ours.fileno()), reads=True, writes=False, timeout_s=30)
    bell.close()


def test_a_cork_bears_that_its_socket_is_closed():
    sock = socket.socket()
    with Corked(sock):
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CORK) == 1
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CORK) == 0
    with Corked(sock):
        sock.close()
