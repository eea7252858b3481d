"""One MQTT connection, driven by the event loop: the only file on the kiosk that imports paho.

paho has no thread here. Connecting (name lookup, TCP) is the one thing that blocks; it is done in
a worker thread before anything else touches the client, and from then on the loop reads, writes
and ticks. A line serves one connection and is thrown away, so that paho's own queue never resends.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from typing import Any, Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from anjungan.appliance.uplink.identity import tls_context
from anjungan.appliance.uplink.line import (
    Inbound,
    LineSetup,
    LineUp,
    NotOpened,
    OpenedLine,
    Publication,
)
from anjungan.appliance.uplink.line_state import OfflineReason
from anjungan.appliance.uplink.tls_trouble import (
    AlertHearingSocket,
    ended_unheard,
    handshake_trouble,
)

log = logging.getLogger(__name__)

_TICK_S: Final = 1.0
_TCP_USER_TIMEOUT_MS: Final = 60_000
"""A connection whose bytes stay unacknowledged this long is dead (tcp(7))."""
_FAREWELL_S: Final = 2.0
_PAHO_INFLIGHT: Final = 100
"""More than the window ever holds: the window decides, not paho's own limit."""


class MqttLine:
    """MQTT 3.1.1, clean session, QoS 1."""

    def __init__(self, setup: LineSetup) -> None:
        self._setup = setup
        self._loop = asyncio.get_running_loop()
        self._connected: asyncio.Future[bool] = self._loop.create_future()
        self._subscribed: asyncio.Future[bool] = self._loop.create_future()
        self._farewell_done = asyncio.Event()
        self._farewell_mid: int | None = None
        self._socket: socket.socket | None = None
        self._answered = False
        self._ended_socket: socket.socket | None = None
        self._attached = False
        self._closed = False
        self._tick: asyncio.TimerHandle | None = None
        self._ticking = False
        self._answer_owed = False
        self._silent_s = 0.0
        self._timed: tuple[int, float] | None = None
        self._round_trip_s: float | None = None
        self._client = self._make_client()

    @property
    def closed(self) -> bool:
        """Whether the connection is lost or closed."""
        return self._closed

    @property
    def round_trip_s(self) -> float | None:
        """How long the broker took to acknowledge the last message that was timed."""
        return self._round_trip_s

    async def open(self) -> OpenedLine:
        """Connect, subscribe, and wait for the broker's word on both."""
        try:
            async with asyncio.timeout(self._setup.timeout_s):
                await self._connect()
                self._attach()
                if not await self._connected:
                    return NotOpened(await self._why_not_connected())
                self._client.subscribe([(name, 1) for name in self._setup.subscriptions])
                if not await self._subscribed:
                    return NotOpened(OfflineReason.REFUSED)
        except ssl.SSLError as error:
            log.warning("no TLS with the broker: %s", error.reason)
            return NotOpened(handshake_trouble(error))
        except (OSError, TimeoutError) as error:
            log.info("the broker is not reached: %s", type(error).__name__)
            return NotOpened(OfflineReason.UNREACHABLE)
        return LineUp()

    def publish(self, publication: Publication) -> None:
        """Hand a message to the broker; nothing tells whether it arrives but a receipt."""
        if self._closed:
            return
        info = self._client.publish(
            publication.topic, publication.payload, qos=1, retain=publication.retain
        )
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            log.warning("publishing failed: %s", mqtt.error_string(info.rc))
            self._drop()
            return
        self._answer_owed = True
        if self._timed is None:
            self._timed = (info.mid, self._loop.time())
        # Written at once, without a turn of the loop; what the socket does not take waits.
        self._writable()

    async def close(self, farewell: Publication | None) -> None:
        """Say farewell where there still is a line, and close it."""
        if not self._closed and farewell is not None and self._client.is_connected():
            info = self._client.publish(
                farewell.topic, farewell.payload, qos=1, retain=farewell.retain
            )
            self._farewell_mid = info.mid
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_FAREWELL_S):
                    await self._farewell_done.wait()
            if not self._closed:
                # Without DISCONNECT the broker would publish the will beside the farewell.
                self._client.disconnect()
                self._client.loop_write()
        self._drop()

    # --- connecting -------------------------------------------------------------------------

    def _make_client(self) -> mqtt.Client:
        setup = self._setup
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=setup.client_id,
            clean_session=True,
            protocol=mqtt.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = setup.timeout_s
        client.max_inflight_messages_set(_PAHO_INFLIGHT)
        client.will_set(setup.will.topic, setup.will.payload, qos=1, retain=setup.will.retain)
        client.on_socket_open = self._on_socket_open
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = self._on_socket_register_write
        client.on_socket_unregister_write = self._on_socket_unregister_write
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        return client

    async def _connect(self) -> None:
        attempt = asyncio.ensure_future(asyncio.to_thread(self._connect_blocking))
        try:
            await asyncio.shield(attempt)
        except asyncio.CancelledError:
            # The worker thread cannot be stopped: its socket is closed when it comes back.
            attempt.add_done_callback(self._discard)
            raise

    def _connect_blocking(self) -> None:
        """Name lookup, TCP and TLS; a certificate that was renewed meanwhile is read now."""
        setup = self._setup
        if setup.tls is not None:
            context = tls_context(setup.tls)
            context.sslsocket_class = AlertHearingSocket
            self._client.tls_set_context(context)
        self._client.connect(setup.host, setup.port, setup.keepalive_s)

    async def _why_not_connected(self) -> OfflineReason:
        if self._answered or self._setup.tls is None:
            return OfflineReason.REFUSED
        return await asyncio.to_thread(
            ended_unheard, self._ended_socket, self._setup.tls.certificate
        )

    def _discard(self, attempt: asyncio.Future[Any]) -> None:
        if not attempt.cancelled():
            attempt.exception()
        self._drop()

    def _attach(self) -> None:
        if self._socket is None:
            raise ConnectionError("the connection was lost at once")
        self._attached = True
        self._loop.add_reader(self._socket, self._readable)
        if self._client.want_write():
            self._loop.add_writer(self._socket, self._writable)
        self._tick = self._loop.call_later(_TICK_S, self._ticked)

    # --- what the event loop calls ----------------------------------------------------------

    def _readable(self) -> None:
        self._guarded(self._client.loop_read)
        # What TLS has decrypted beyond one packet does not make the socket readable again.
        while isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            self._guarded(self._client.loop_read)
        # Anything at all is a sign of life, be it a part of a packet.
        self._answer_owed = False
        self._silent_s = 0.0

    def _writable(self) -> None:
        self._guarded(self._client.loop_write)

    def _ticked(self) -> None:
        self._ticking = True
        self._guarded(self._client.loop_misc)
        self._ticking = False
        self._count_silence()
        if not self._closed:
            self._tick = self._loop.call_later(_TICK_S, self._ticked)

    def _count_silence(self) -> None:
        """Give up a broker that answers nothing; TCP alone does not notice a line without end.

        All that is sent here is answered (MQTT 3.1.1, 3.3.4 PUBACK and 3.12.4 PINGRESP). Ticks
        are counted, not a clock read: a process that slept has not waited for an answer.
        """
        if not self._answer_owed or self._closed:
            return
        self._silent_s += _TICK_S
        if self._silent_s >= self._setup.answer_timeout_s:
            log.info("the broker is silent: the connection is given up")
            self._drop()

    def _guarded(self, step: Any) -> None:
        try:
            step()
        except Exception:  # noqa: BLE001 - callback boundary: a broken packet ends the connection
            log.warning("the connection is given up after an unreadable packet")
            self._drop()

    # --- what paho calls --------------------------------------------------------------------

    def _on_socket_open(self, _client: mqtt.Client, _data: Any, sock: Any) -> None:
        # Runs in the connecting thread: it touches nothing but the socket.
        # Without TCP_NODELAY on both ends a receipt takes 88 ms instead of 0.4 ms (measured).
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _TCP_USER_TIMEOUT_MS)
        self._socket = sock

    def _on_socket_close(self, _client: mqtt.Client, _data: Any, sock: Any) -> None:
        # paho calls this once more when its client is collected, with a socket we closed long ago
        if self._attached:
            self._attached = False
            self._loop.remove_reader(sock)
            self._loop.remove_writer(sock)
        if self._socket is not None:
            self._ended_socket, self._socket = self._socket, None

    def _on_socket_register_write(self, _client: mqtt.Client, _data: Any, sock: Any) -> None:
        if self._ticking:
            self._answer_owed = True  # the only thing paho sends of itself is PINGREQ
        if self._attached:
            self._loop.add_writer(sock, self._writable)

    def _on_socket_unregister_write(self, _client: mqtt.Client, _data: Any, sock: Any) -> None:
        if self._attached:
            self._loop.remove_writer(sock)

    def _on_connect(
        self,
        _client: mqtt.Client,
        _data: Any,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._answered = True
        if reason.is_failure:
            log.warning("the broker refuses this kiosk: %s", reason)
        _settle(self._connected, answer=not reason.is_failure)

    def _on_subscribe(
        self,
        _client: mqtt.Client,
        _data: Any,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        _settle(self._subscribed, answer=not any(reason.is_failure for reason in reasons))

    def _on_publish(
        self,
        _client: mqtt.Client,
        _data: Any,
        mid: int,
        _reason: ReasonCode,
        _properties: Properties,
    ) -> None:
        if mid == self._farewell_mid:
            self._farewell_done.set()
        if self._timed is not None and mid == self._timed[0]:
            self._round_trip_s = self._loop.time() - self._timed[1]
            self._timed = None

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""  # foreign to every contract, and counted as such
        self._setup.on_message(Inbound(topic, bytes(message.payload), message.retain))

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _data: Any,
        _flags: mqtt.DisconnectFlags,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._mark_closed()

    # --- ending -----------------------------------------------------------------------------

    def _drop(self) -> None:
        """Close whatever is open; safe at any time and more than once."""
        sock = self._socket
        if sock is not None:
            self._on_socket_close(self._client, None, sock)
            sock.close()
        self._mark_closed()

    def _mark_closed(self) -> None:
        if self._tick is not None:
            self._tick.cancel()
        _settle(self._connected, answer=False)
        _settle(self._subscribed, answer=False)
        self._farewell_done.set()
        if not self._closed:
            self._closed = True
            self._setup.on_closed()


def _settle(future: asyncio.Future[bool], *, answer: bool) -> None:
    if not future.done():
        future.set_result(answer)
