"""The real line, against brokers and servers that fail in every way."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from anjungan.appliance.uplink import mqtt_line
from anjungan.appliance.uplink.line import (
    Inbound,
    LineSetup,
    LineUp,
    NotOpened,
    Publication,
)
from anjungan.appliance.uplink.line_state import OfflineReason
from anjungan.appliance.uplink.mqtt_line import MqttLine
from tests.uplink.uplink_lab import (
    KIOSK,
    PATIENCE_S,
    Broker,
    eventually,
)


class Setup:
    """A line's set-up that collects what the line tells."""

    def __init__(self, port: int, **changes: object) -> None:
        self.messages: list[Inbound] = []
        self.closings = 0
        values: dict[str, object] = {
            "host": "127.0.0.1",
            "port": port,
            "client_id": KIOSK,
            "keepalive_s": 120,
            "timeout_s": PATIENCE_S,
            "answer_timeout_s": PATIENCE_S,
            "will": Publication("will", b"gone", retain=False),
            "subscriptions": ("to/me/+",),
            "on_message": self.messages.append,
            "on_closed": self._closed,
            **changes,
        }
        self.setup = LineSetup(**values)  # type: ignore[arg-type]

    def _closed(self) -> None:
        self.closings += 1


@asynccontextmanager
async def server(answer: bytes, *, close: bool = False) -> AsyncIterator[int]:
    """A server that answers the first bytes with ``answer`` and then is silent, or hangs up."""
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.read(100)
        writer.write(answer)
        await writer.drain()
        if close:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for writer in writers:
            writer.close()
        await listening.wait_closed()


CONNACK = b"\x20\x02\x00\x00"


async def test_a_port_nobody_listens_on() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        told = Setup(free.getsockname()[1])
        line = MqttLine(told.setup)
        assert await line.open() == NotOpened(OfflineReason.UNREACHABLE)
        await line.close(None)
    assert told.closings == 1


@pytest.mark.parametrize(
    ("answer", "close", "reason"),
    [
        (b"\x20\x02\x00\x05", False, OfflineReason.REFUSED),
        (b"", True, OfflineReason.REFUSED),
        (CONNACK, True, OfflineReason.REFUSED),
        (CONNACK + b"\x90\x03\x00\x01\x80", False, OfflineReason.REFUSED),
        (CONNACK + b"\xff" * 50, False, OfflineReason.REFUSED),
        (CONNACK + b"\x30\x02\x00\x05", False, OfflineReason.REFUSED),
        (CONNACK + b"\x90\x00", False, OfflineReason.REFUSED),
    ],
    ids=[
        "not authorised",
        "hangs up",
        "kicks",
        "no subscription",
        "garbage",
        "short topic",
        "empty",
    ],
)
async def test_a_server_that_does_not_want_us(
    answer: bytes, close: bool, reason: OfflineReason
) -> None:
    async with server(answer, close=close) as port:
        told = Setup(port)
        line = MqttLine(told.setup)
        assert await line.open() == NotOpened(reason)
        await line.close(None)
        assert line.closed
        assert told.closings == 1


async def test_a_step_of_paho_that_fails_ends_the_connection(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = Setup(broker.port)
    line = MqttLine(told.setup)
    assert await line.open() == LineUp()

    def fail() -> None:
        raise ValueError("a byte of 3505")

    monkeypatch.setattr(line._client, "loop_read", fail)
    line.publish(Publication("to/me/now", b"x"))  # its PUBACK is something to read
    await eventually(lambda: line.closed)
    assert told.closings == 1
    assert "unreadable packet" in caplog.text
    assert "3505" not in caplog.text


async def test_a_publication_that_paho_refuses_ends_the_connection(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Setup(broker.port)
    line = MqttLine(told.setup)
    assert await line.open() == LineUp()
    # What it does when its queue is full.
    monkeypatch.setattr(line._client, "_max_queued_messages", 1)
    monkeypatch.setattr(line._client, "_max_inflight_messages", 1)
    broker.freeze()
    try:
        for _ in range(5):
            line.publish(Publication("to/me/now", b"x"))
    finally:
        broker.thaw()
    assert line.closed
    assert told.closings == 1


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
async def test_a_silent_server_is_given_up_after_the_time_out(answer: bytes) -> None:
    async with server(answer) as port:
        line = MqttLine(Setup(port, timeout_s=0.2).setup)
        assert await line.open() == NotOpened(OfflineReason.UNREACHABLE)
        await line.close(None)


async def test_a_cancelled_connecting_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    async with server(CONNACK) as port:
        told = Setup(port)
        line = MqttLine(told.setup)
        real = line._client.connect

        go_on, came_back = threading.Event(), threading.Event()

        def slow(*arguments: object) -> object:
            assert go_on.wait(PATIENCE_S)  # the worker thread is in the name lookup
            outcome = real(*arguments)  # type: ignore[arg-type]
            assert line._socket is not None
            came_back.set()
            return outcome

        monkeypatch.setattr(line._client, "connect", slow)
        task = asyncio.create_task(line.open())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await line.close(None)
        go_on.set()
        await eventually(came_back.is_set)
        await eventually(lambda: line._socket is None)
        assert line.closed
        assert told.closings == 1


async def test_messages_arrive_and_a_killed_broker_is_noticed(broker: Broker) -> None:
    told = Setup(broker.port)
    line = MqttLine(told.setup)
    assert await line.open() == LineUp()
    line.publish(Publication("to/me/now", b"hello"))
    await eventually(lambda: told.messages)
    assert told.messages == [Inbound("to/me/now", b"hello", retained=False)]
    broker.kill()
    await eventually(lambda: line.closed)
    line.publish(Publication("to/me/now", b"too late"))
    assert told.closings == 1
    await line.close(Publication("bye", b""))


async def test_paho_may_close_once_more_what_was_dropped(broker: Broker) -> None:
    """It does so when its client is collected, long after the socket was closed."""
    line = MqttLine(Setup(broker.port).setup)
    assert await line.open() == LineUp()
    line._drop()
    line._client._reset_sockets()


async def test_the_will_of_a_line_that_died_is_retained(broker: Broker) -> None:
    will = Publication("to/me/will", b"gone", retain=True)
    dying = MqttLine(Setup(broker.port, will=will, subscriptions=("none",)).setup)
    assert await dying.open() == LineUp()
    dying._drop()
    told = Setup(broker.port, client_id="somebody-else")
    line = MqttLine(told.setup)
    assert await line.open() == LineUp()
    await eventually(lambda: told.messages)
    await line.close(None)
    again = Setup(broker.port, client_id="somebody-else")
    line = MqttLine(again.setup)
    assert await line.open() == LineUp()
    await eventually(lambda: again.messages)
    assert again.messages == [Inbound("to/me/will", b"gone", retained=True)]
    await line.close(None)


async def test_both_ends_send_at_once_and_dead_peers_are_noticed(broker: Broker) -> None:
    line = MqttLine(Setup(broker.port).setup)
    assert await line.open() == LineUp()
    sock = line._socket
    assert sock is not None
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000
    await line.close(None)


async def test_a_frozen_broker_does_not_hold_up_the_farewell(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt_line, "_FAREWELL_S", 0.1)
    line = MqttLine(Setup(broker.port).setup)
    assert await line.open() == LineUp()
    broker.freeze()
    try:
        async with asyncio.timeout(PATIENCE_S):
            await line.close(Publication("bye", b""))
    finally:
        broker.thaw()
    assert line.closed


async def test_a_full_socket_is_written_later(broker: Broker) -> None:
    told = Setup(broker.port)
    line = MqttLine(told.setup)
    assert await line.open() == LineUp()
    broker.freeze()
    try:
        for _ in range(90):
            line.publish(Publication("to/me/now", bytes(100_000)))
        await asyncio.sleep(0.05)  # the socket fills up meanwhile
    finally:
        broker.thaw()
    await eventually(lambda: len(told.messages) == 90)
    await line.close(None)


async def test_paho_ticks_while_connected(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_line, "_TICK_S", 0.01)
    line = MqttLine(Setup(broker.port).setup)
    assert await line.open() == LineUp()
    ticks: list[int] = []
    monkeypatch.setattr(line._client, "loop_misc", lambda: ticks.append(1))
    await eventually(lambda: len(ticks) >= 3)
    await line.close(None)
    count = len(ticks)
    await asyncio.sleep(0.05)
    assert len(ticks) == count, "a closed line does nothing"


async def test_a_topic_that_is_no_text_is_foreign(monkeypatch: pytest.MonkeyPatch) -> None:
    publish = b"\x30\x06\x00\x02\xff\xfehi"
    async with server(CONNACK + b"\x90\x03\x00\x01\x00" + publish) as port:
        told = Setup(port)
        line = MqttLine(told.setup)
        assert await line.open() == LineUp()
        await eventually(lambda: told.messages)
        assert told.messages == [Inbound("", b"hi", retained=False)]
        await line.close(None)
