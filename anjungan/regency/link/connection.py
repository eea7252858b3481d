"""One connection to the broker: paho, driven by whoever calls ``work``.

With paho's ``loop_read``, ``loop_write`` and ``loop_misc`` messages are handed over and
acknowledged by the hundred, where its own thread does every single one alone.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from anjungan.regency.link.events import Deliveries, Delivery, Publication, Session
from anjungan.regency.link.settings import BrokerAddress
from anjungan.regency.link.sockets import Corked, Doorbell, Readable, set_options
from anjungan.regency.link.tls import client_context

LOG: Final = logging.getLogger(__name__)

CONNECT_TIMEOUT_S: Final = 10.0
CONNECTED_WITHIN_S: Final = 15.0
UNSENT_PACKETS: Final = 2000
MOST_WAITING: Final = 2000
"""Messages handed over and not acknowledged yet; while there are so many, nothing is read."""
BURST: Final = 100
_MISC_EVERY_S: Final = 2.0


class Connection:
    """One connection. ``work`` and paho's callbacks run in the link's thread."""

    def __init__(
        self,
        session: Session,
        doorbell: Doorbell,
        admits: Callable[[str, int], bool],
        hand_over: Callable[[Deliveries], None],
    ) -> None:
        self.subscribed = False
        self._session = session
        self._doorbell = doorbell
        self._admits = admits
        self._hand_over = hand_over
        self._over = False
        self._lock = threading.Lock()
        self._to_acknowledge: list[int] = []
        self._waiting = 0
        self._arrived: list[Delivery] = []
        self._arrived_mids: list[int] = []
        self._misc_due_s = 0.0
        self._subscribed_by_s = time.monotonic() + CONNECTED_WITHIN_S
        self._client = self._new_client()

    def open(self, broker: BrokerAddress, keep_alive_s: int, will: Publication) -> None:
        """Connect; raise OSError or ValueError when it cannot be tried."""
        client = self._client
        if broker.tls is not None:
            client.tls_set_context(client_context(broker.tls))
        client.will_set(will.topic, will.payload, qos=1, retain=will.retained)
        client.connect(broker.host, broker.port, keepalive=keep_alive_s)

    def close(self) -> None:
        """Disconnect; what is not acknowledged will be delivered again."""
        self._over = True
        self._client.disconnect()
        self._client.loop_write()
        sock = self._client.socket()
        if sock is not None:  # the farewell was not taken
            sock.close()

    def end(self) -> None:
        """Let ``work`` return False."""
        self._over = True
        self._doorbell.ring()

    def publish(self, publication: Publication) -> bool:
        """Queue a message for the broker; False when it cannot be."""
        info = self._client.publish(
            publication.topic, publication.payload, qos=1, retain=publication.retained
        )
        self._doorbell.ring()
        return info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def say_and_wait(self, publication: Publication, timeout_s: float) -> None:
        """Publish and wait until the broker has it."""
        sent = self._client.publish(
            publication.topic, publication.payload, qos=1, retain=publication.retained
        )
        self._doorbell.ring()
        try:
            sent.wait_for_publish(timeout_s)
        except (RuntimeError, ValueError):
            LOG.debug("the last words were not taken")

    def work(self) -> bool:
        """Wait for something to do and do it; False once the connection is over."""
        client = self._client
        sock = client.socket()
        if sock is None or self._over:
            return False
        now_s = time.monotonic()
        if not self.subscribed and now_s > self._subscribed_by_s:
            LOG.warning("the broker does not answer")
            return False
        reads = self._waiting < MOST_WAITING
        wait_s = max(0.0, self._misc_due_s - now_s)
        readable = self._doorbell.wait(
            sock, reads=reads, writes=client.want_write(), timeout_s=wait_s
        )
        self._acknowledge()
        if readable:
            self._read_burst(sock)
        if client.want_write():
            with Corked(sock):
                client.loop_write()
        if time.monotonic() >= self._misc_due_s:
            self._misc_due_s = time.monotonic() + _MISC_EVERY_S
            client.loop_misc()
        return not self._over

    def _read_burst(self, sock: Any) -> None:
        readable, read = Readable(sock), self._client.loop_read
        try:
            for _ in range(BURST):
                if read() != MQTTErrorCode.MQTT_ERR_SUCCESS or not readable():
                    break
        finally:
            if self._arrived:
                self._pass_on()

    def _pass_on(self) -> None:
        mids, messages = tuple(self._arrived_mids), tuple(self._arrived)
        self._arrived.clear()
        self._arrived_mids.clear()
        with self._lock:
            self._waiting += len(messages)

        def acknowledge() -> None:
            with self._lock:
                self._to_acknowledge.extend(mids)
                self._waiting -= len(messages)
            self._doorbell.ring()

        self._hand_over(Deliveries(messages, acknowledge))

    def _acknowledge(self) -> None:
        with self._lock:
            mids, self._to_acknowledge = self._to_acknowledge, []
        for mid in mids:
            if mid:  # QoS 0 has none
                self._client.ack(mid, 1)

    def _new_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._session.client_id,
            clean_session=not self._session.kept,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_queued_messages_set(UNSENT_PACKETS)
        client.max_inflight_messages_set(UNSENT_PACKETS)
        client.on_socket_open = set_options
        # with it paho leaves writing to us
        client.on_socket_register_write = _nothing
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        return client

    # --- called by paho -------------------------------------------------------------------

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
            self._over = True
            return
        client.subscribe([(each, 1) for each in self._session.subscriptions])

    def _on_subscribe(
        self,
        client: Client,
        userdata: Any,
        mid: int,
        reasons: list[ReasonCode],
        properties: Properties | None,
    ) -> None:
        del client, userdata, mid, properties
        if any(reason.is_failure for reason in reasons):
            LOG.error("the broker refused the subscription")
            self._over = True
            return
        self.subscribed = True

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        del userdata
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        if not self._admits(topic, len(message.payload)):
            if message.qos:
                client.ack(message.mid, message.qos)
            return
        self._arrived.append(Delivery(topic, bytes(message.payload), message.retain))
        self._arrived_mids.append(message.mid if message.qos else 0)

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
        self._over = True


def _nothing(client: Client, userdata: Any, sock: Any) -> None:
    del client, userdata, sock
