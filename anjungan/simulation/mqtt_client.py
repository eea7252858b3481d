"""A light MQTT 3.1.1 client for simulated kiosks: one socket, no thread, QoS 0 and 1.

Only what the simulated fleet needs (OASIS MQTT 3.1.1, sections 3.1 to 3.14): connect with a will,
subscribe, publish, ping. Thousands fit into one process, which paho's threads do not allow.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

_CONNECT: Final = 0x10
_CONNACK: Final = 0x20
_PUBLISH: Final = 0x30
_PUBACK: Final = 0x40
_SUBSCRIBE: Final = 0x82
_SUBACK: Final = 0x90
_PINGREQ: Final = b"\xc0\x00"
_DISCONNECT: Final = b"\xe0\x00"
_MAX_PACKET_BYTES: Final = 256 * 1024
_ANSWER_TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker publishes, retained, when the client goes without a farewell."""

    topic: str
    payload: bytes


OnMessage = Callable[[str, bytes], None]


class MqttLostError(ConnectionError):
    """The broker refused, went away, or broke the protocol."""


class MqttClient:
    """One connection; a lost one is not mended, make a new client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._packet_id = 0
        self._answers: dict[tuple[int, int], asyncio.Future[None]] = {}

    @classmethod
    async def connect(
        cls, port: int, client_id: str, *, keep_alive_s: int = 60, will: Will | None = None
    ) -> "MqttClient":
        """Connect to a broker on loopback; raise MqttLostError when it refuses."""
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except (OSError, TimeoutError) as error:
            raise MqttLostError("no broker") from error
        client = cls(reader, writer)
        accepted = False
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                writer.write(_connect_packet(client_id, keep_alive_s, will))
                kind, body = await client._packet()
            accepted = kind == _CONNACK and body[1:2] == b"\x00"
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise MqttLostError("the broker did not answer") from error
        finally:
            if not accepted:
                client.abort()
        if not accepted:
            raise MqttLostError("the broker refused the connection")
        return client

    async def run(self, on_message: OnMessage, *, ping_every_s: float = 25.0) -> None:
        """Receive until the connection is lost, which raises MqttLostError."""
        pinging = asyncio.create_task(self._ping(ping_every_s))
        try:
            while True:
                kind, body = await self._packet()
                self._received(kind, body, on_message)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise MqttLostError("the connection was lost") from error
        finally:
            pinging.cancel()
            self.abort()

    async def subscribe(self, *filters: str) -> None:
        """Subscribe with QoS 1 and wait for the answer; ``run`` must be running."""
        packet_id = self._next_id()
        wanted = b"".join(_text(name) + b"\x01" for name in filters)
        body = packet_id.to_bytes(2, "big") + wanted
        await self._answered(_packet(_SUBSCRIBE, body), _SUBACK, packet_id)

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish with QoS 1 and wait for the broker's answer, which proves no delivery."""
        packet_id = self._next_id()
        flags = 0x02 | int(retain)
        body = _text(topic) + packet_id.to_bytes(2, "big") + payload
        await self._answered(_packet(_PUBLISH | flags, body), _PUBACK, packet_id)

    async def close(self) -> None:
        """Say farewell, so that the will is not published."""
        with suppress(OSError):
            self._writer.write(_DISCONNECT)
            await self._writer.drain()
        self._writer.close()

    def abort(self) -> None:
        """Break the connection as a power cut does."""
        self._writer.transport.abort()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(MqttLostError("the connection was lost"))

    async def _answered(self, packet: bytes, answer_kind: int, packet_id: int) -> None:
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answers[answer_kind, packet_id] = answer
        try:
            self._writer.write(packet)
            await self._writer.drain()
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                await answer
        except (OSError, TimeoutError) as error:
            raise MqttLostError("the broker did not answer") from error
        finally:
            del self._answers[answer_kind, packet_id]

    def _next_id(self) -> int:
        self._packet_id = self._packet_id % 0xFFFF + 1
        return self._packet_id

    async def _ping(self, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            self._writer.write(_PINGREQ)

    async def _packet(self) -> tuple[int, bytes]:
        kind = (await self._reader.readexactly(1))[0]
        length, shift = 0, 0
        while True:
            digit = (await self._reader.readexactly(1))[0]
            length |= (digit & 0x7F) << shift
            if not digit & 0x80:
                break
            shift += 7
        if length > _MAX_PACKET_BYTES:
            raise ConnectionResetError("a packet is too large")
        return kind, await self._reader.readexactly(length)

    def _received(self, kind: int, body: bytes, on_message: OnMessage) -> None:
        if kind & 0xF0 == _PUBLISH:
            qos = kind >> 1 & 3
            topic_end = 2 + int.from_bytes(body[:2], "big")
            topic = body[2:topic_end].decode("utf-8", "replace")
            on_message(topic, body[topic_end + 2 if qos else topic_end :])
            if qos:
                self._writer.write(_packet(_PUBACK, body[topic_end : topic_end + 2]))
        elif kind in (_PUBACK, _SUBACK):
            answer = self._answers.get((kind, int.from_bytes(body[:2], "big")))
            if answer is not None and not answer.done():
                answer.set_result(None)


def _text(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2, "big") + data


def _packet(kind: int, body: bytes) -> bytes:
    length = len(body)
    digits = bytearray()
    while True:
        length, digit = length >> 7, length & 0x7F
        digits.append(digit | 0x80 if length else digit)
        if not length:
            return bytes([kind]) + bytes(digits) + body


def _connect_packet(client_id: str, keep_alive_s: int, will: Will | None) -> bytes:
    clean_session = 0x02
    will_retained_qos_1 = 0x04 | 0x08 | 0x20 if will else 0
    flags = clean_session | will_retained_qos_1
    body = _text("MQTT") + bytes([4, flags]) + keep_alive_s.to_bytes(2, "big") + _text(client_id)
    if will is not None:
        body += _text(will.topic) + len(will.payload).to_bytes(2, "big") + will.payload
    return _packet(_CONNECT, body)
