"""The connection to the broker.

MQTT 3.1.1, QoS 1. Every connection gets a fresh paho client: paho would send its own queue again
after a reconnect, and the database alone decides what is sent again. Messages are acknowledged to
the broker after our commit, so the broker's window bounds what waits in memory.
"""

import logging
import queue
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from anjungan.regency.link.backoff import Backoff
from anjungan.regency.link.settings import BrokerAddress
from anjungan.regency.link.tls import client_context, trouble_of

LOG: Final = logging.getLogger(__name__)

CONNECT_TIMEOUT_S: Final = 10.0
HELD_LONG_ENOUGH_S: Final = 30.0
UNSENT_PACKETS: Final = 2000
TCP_USER_TIMEOUT_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """A published message, to be acknowledged once it is committed."""

    topic: str
    payload: bytes
    retained: bool
    acknowledge: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Connected:
    """Connected and subscribed."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection is gone; the link is trying again by itself."""


LinkEvent = Delivery | Connected | Disconnected


@dataclass(frozen=True, slots=True)
class Publication:
    """A message to publish."""

    topic: str
    payload: bytes
    retained: bool = False


class MqttLink:
    """Keeps one connection up from a thread of its own and puts what happens into a queue."""

    def __init__(
        self,
        *,
        broker: BrokerAddress,
        keep_alive_s: int,
        client_id: str,
        subscription: str,
        will: Callable[[], Publication],
        events: "queue.Queue[Any]",
        admits: Callable[[str, int], bool] = lambda _topic, _size_bytes: True,
    ) -> None:
        self._broker = broker
        self._keep_alive_s = keep_alive_s
        self._client_id = client_id
        self._subscription = subscription
        self._will = will
        self._events = events
        self._admits = admits
        self._client: Client | None = None
        self._stopping = threading.Event()
        self._gone = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mqtt-link", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def stop(self, *, last_words: Publication | None = None, timeout_s: float = 5.0) -> None:
        """Publish ``last_words`` if connected, disconnect and end the thread."""
        client = self._client
        if client is not None and last_words is not None:
            sent = client.publish(
                last_words.topic, last_words.payload, qos=1, retain=last_words.retained
            )
            try:
                sent.wait_for_publish(timeout_s)
            except (RuntimeError, ValueError):
                LOG.debug("the last words were not taken")
        self._stopping.set()
        self._gone.set()
        self._thread.join(timeout_s)

    def publish(self, publication: Publication) -> bool:
        """Hand a message to the broker; False when there is no connection to do it on."""
        client = self._client
        if client is None:
            return False
        info = client.publish(
            publication.topic, publication.payload, qos=1, retain=publication.retained
        )
        return info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def reconnect(self) -> None:
        """Drop the connection and make a new one: the broker sends again what was not taken."""
        self._gone.set()

    def _run(self) -> None:
        backoff = Backoff()
        while not self._stopping.is_set():
            began_s = time.monotonic()
            try:
                self._hold_one_connection()
            except (OSError, ValueError) as error:
                LOG.warning("broker not reached: %s", trouble_of(error))
            if time.monotonic() - began_s >= HELD_LONG_ENOUGH_S:
                backoff.succeeded()
            self._stopping.wait(backoff.next_delay_s())

    def _hold_one_connection(self) -> None:
        client = self._new_client()
        self._gone.clear()
        try:
            client.connect(self._broker.host, self._broker.port, keepalive=self._keep_alive_s)
            client.loop_start()
            self._gone.wait()
        finally:
            was_connected = self._client is not None
            self._client = None
            client.disconnect()
            client.loop_stop()
            if was_connected and not self._stopping.is_set():
                self._events.put(Disconnected())

    def _new_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=False,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        if self._broker.tls is not None:
            client.tls_set_context(client_context(self._broker.tls))
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_queued_messages_set(UNSENT_PACKETS)
        will = self._will()
        client.will_set(will.topic, will.payload, qos=1, retain=will.retained)
        client.on_socket_open = _set_socket_options
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        return client

    # --- paho's thread --------------------------------------------------------------------

    def _on_connect(
        self,
        client: Client,
        userdata: Any,
        flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        del userdata, flags, properties
        if reason.is_failure:
            LOG.warning("the broker refused the connection: %s", reason)
            self._gone.set()
            return
        client.subscribe(self._subscription, qos=1)

    def _on_subscribe(
        self,
        client: Client,
        userdata: Any,
        mid: int,
        reasons: list[ReasonCode],
        properties: Properties | None,
    ) -> None:
        del userdata, mid, properties
        if any(reason.is_failure for reason in reasons):
            LOG.error("the broker refused the subscription")
            self._gone.set()
            return
        self._client = client
        self._events.put(Connected())

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        del userdata
        mid, qos = message.mid, message.qos

        def acknowledge() -> None:
            if qos and client is self._client:
                client.ack(mid, qos)

        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        if not self._admits(topic, len(message.payload)):
            acknowledge()
            return
        delivery = Delivery(topic, bytes(message.payload), message.retain, acknowledge)
        # waiting here holds the broker back when more waits than the inbox can take
        while not self._gone.is_set():
            try:
                self._events.put(delivery, timeout=1.0)
            except queue.Full:
                continue
            return

    def _on_disconnect(
        self,
        client: Client,
        userdata: Any,
        flags: DisconnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        del client, userdata, flags, properties
        LOG.info("disconnected from the broker: %s", reason)
        self._gone.set()


def _set_socket_options(client: Client, userdata: Any, sock: Any) -> None:
    del client, userdata
    # without it a round trip takes 40 to 90 ms: Nagle waits for the delayed acknowledgement
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MS)
