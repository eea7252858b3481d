"""Lines that fail in every way, and an uplink that stays calm."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from anjungan.appliance.storage.records import FailureReason, StorageError
from anjungan.appliance.storage.storage import Storage
from anjungan.appliance.uplink import conversation, mqtt_line
from anjungan.appliance.uplink.health import HealthReading
from anjungan.appliance.uplink.line import (
    Inbound,
    LineSetup,
    LineUp,
    NotOpened,
    OpenedLine,
    Publication,
)
from anjungan.appliance.uplink.line_state import Connected, LineState, Offline, OfflineReason
from anjungan.appliance.uplink.mqtt_line import MqttLine
from anjungan.appliance.uplink.settings import PlainMqttRefusedError
from anjungan.appliance.uplink.uplink import Uplink
from anjungan.protocol.contract import decode, encode
from anjungan.protocol.messages import (
    Ack,
    DeviceHealth,
    Health,
    Receipt,
    Status,
    TimeQuality,
)
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.topics import DownKind, DownTopic, UpKind, parse_topic
from tests.uplink.uplink_lab import (
    KIOSK,
    PATIENCE_S,
    Broker,
    eventually,
    make_draft,
    new_id,
    now,
    quick_settings,
)


class HandClock:
    """Time that passes only by waiting, and passes at once."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._monotonic_s = 1_000.0
        self.enough = asyncio.Event()
        self.most_waits = 10_000

    def now(self) -> datetime:
        return now()

    def time_quality(self) -> TimeQuality:
        return TimeQuality.RTC

    def monotonic_s(self) -> float:
        return self._monotonic_s

    async def wait(self, event: asyncio.Event, timeout_s: float) -> None:
        await asyncio.sleep(0)
        if event.is_set():
            return
        self.waits.append(timeout_s)
        self._monotonic_s += timeout_s
        if len(self.waits) >= self.most_waits:
            self.enough.set()
            await asyncio.Event().wait()


class HandLine:
    """A line whose fate is decided by the test."""

    def __init__(self, setup: LineSetup, opened: OpenedLine) -> None:
        self.setup = setup
        self.published: list[Publication] = []
        self.farewell: Publication | None = None
        self.closed = False
        self._opened = opened
        self.on_published: Callable[[HandLine], None] = lambda _line: None

    async def open(self) -> OpenedLine:
        return self._opened

    def publish(self, publication: Publication) -> None:
        self.published.append(publication)
        self.on_published(self)

    async def close(self, farewell: Publication | None) -> None:
        self.farewell = farewell
        self.closed = True

    def lose(self) -> None:
        self.closed = True
        self.setup.on_closed()

    def messages(self, kind: UpKind) -> list[object]:
        return [
            decode(kind, p.payload) for p in self.published if parse_topic(p.topic).kind is kind
        ]


class Desk:
    """An uplink on hand-made lines."""

    def __init__(self, storage: Storage, clock: HandClock) -> None:
        self.storage = storage
        self.clock = clock
        self.lines: list[HandLine] = []
        self.states: list[LineState] = []
        self.opened: Callable[[], OpenedLine] = LineUp
        self.on_made: Callable[[HandLine], None] = lambda _line: None
        self.on_published: Callable[[HandLine], None] = lambda _line: None
        self.uplink = Uplink(
            quick_settings(1883, backoff_base_s=1.0, backoff_cap_s=300.0, stable_after_s=60.0),
            storage,
            on_line=self.states.append,
            on_status=lambda *_: None,
            on_receipt=lambda *_: None,
            health=lambda: HealthReading(
                uptime_s=7, devices=(DeviceHealth(name="nfc", kind="card_reader", state="ready"),)
            ),
            clock=clock,
            rng=Random(11),  # noqa: S311 - seeded
            make_line=self._make_line,
        )

    def _make_line(self, setup: LineSetup) -> HandLine:
        line = HandLine(setup, self.opened())
        line.on_published = self.on_published
        self.lines.append(line)
        self.on_made(line)
        return line

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.uplink.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    report = await Storage.open(tmp_path / "kiosk.db", clock_now=now)
    yield Desk(report.storage, HandClock())
    await report.storage.close()


async def test_a_dead_broker_costs_one_attempt_a_wait_and_waits_grow(desk: Desk) -> None:
    desk.opened = lambda: NotOpened(OfflineReason.UNREACHABLE)
    desk.clock.most_waits = 200
    async with desk.running():
        await desk.clock.enough.wait()
        assert len(desk.lines) == 199, "one attempt a wait and nothing between"
        assert desk.states == [Offline(OfflineReason.UNREACHABLE)], "told once, not 199 times"
    assert all(wait <= min(300.0, 2.0**n) for n, wait in enumerate(desk.clock.waits))
    assert sum(desk.clock.waits[20:]) / 180 > 100, "a dead broker is asked every few minutes"
    assert desk.states[-1] == Offline(OfflineReason.STOPPED)


async def test_new_requests_do_not_shorten_the_wait_while_offline(desk: Desk) -> None:
    desk.opened = lambda: NotOpened(OfflineReason.UNREACHABLE)
    desk.clock.most_waits = 30
    desk.on_made = lambda _line: desk.uplink.wake()
    async with desk.running():
        await desk.clock.enough.wait()
    assert len(desk.lines) == 29


async def test_a_broker_that_accepts_and_kicks_is_left_alone_longer_and_longer(desk: Desk) -> None:
    desk.on_made = lambda line: setattr(line, "closed", True)
    desk.clock.most_waits = 60
    async with desk.running():
        await desk.clock.enough.wait()
    assert sum(desk.clock.waits[20:]) / 40 > 60


async def test_each_connection_has_a_session_of_its_own(desk: Desk) -> None:
    desk.on_made = lambda line: setattr(line, "closed", True)
    desk.clock.most_waits = 4
    async with desk.running():
        await desk.clock.enough.wait()
    wills = [decode(UpKind.STATE, line.setup.will.payload) for line in desk.lines]
    assert [will.session for will in wills] == [1, 2, 3]  # type: ignore[union-attr]
    assert all(line.setup.will.retain for line in desk.lines)


def inbound(kind: DownKind, message: Receipt | Status) -> Inbound:
    return Inbound(str(DownTopic(KIOSK, kind)), encode(message), retained=False)


def status(request_id: str) -> Status:
    return Status(
        id=new_id(),
        sent_at=now(),
        request_id=request_id,
        revision=1,
        status=RequestStatus.READY,
        changed_at=now(),
    )


async def test_many_statuses_are_acknowledged_in_batches(desk: Desk) -> None:
    def flood(line: HandLine) -> None:
        for _ in range(1_003):
            line.setup.on_message(inbound(DownKind.STATUS, status(new_id())))

    desk.on_made = flood
    desk.clock.most_waits = 3
    async with desk.running():
        await desk.clock.enough.wait()
        acks = [
            len(a.message_ids) for a in desk.lines[0].messages(UpKind.ACK) if isinstance(a, Ack)
        ]
        assert acks == [100] * 10
        assert desk.uplink.dropped_messages == 3, "a flood beyond a thousand is dropped and counted"


async def test_health_tells_the_queue_and_the_devices(desk: Desk) -> None:
    await desk.storage.submit(make_draft())
    desk.clock.most_waits = 3
    async with desk.running():
        await desk.clock.enough.wait()
        report = desk.lines[0].messages(UpKind.HEALTH)[0]
    assert isinstance(report, Health)
    assert report.queue.depth == 1
    assert report.devices[0].name == "nfc"
    assert (report.version, report.uptime_s, report.time_quality) == ("1.2.3", 7, TimeQuality.RTC)


async def test_an_idle_line_wakes_for_health_and_little_else(desk: Desk) -> None:
    desk.clock.most_waits = 602
    async with desk.running():
        await desk.clock.enough.wait()
        reports = desk.lines[0].messages(UpKind.HEALTH)
        assert len(desk.lines[0].published) == 1 + len(reports), "birth and health, nothing else"
    hours_s = sum(desk.clock.waits[1:])
    assert 300 * (len(reports) - 1) <= hours_s <= 300 * (len(reports) + 1)
    assert min(desk.clock.waits[1:]) > 59.9


async def test_a_failing_storage_leaves_the_line_up_and_is_asked_again_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    await desk.storage.submit(make_draft())
    asked: list[float] = []

    async def fail(**_: object) -> None:
        asked.append(desk.clock.monotonic_s())
        raise StorageError(FailureReason.IO_ERROR)

    unsent = desk.storage.unsent
    monkeypatch.setattr(desk.storage, "unsent", fail)
    monkeypatch.setattr(desk.storage, "queue_health", fail)
    desk.clock.most_waits = 30
    async with desk.running():
        await desk.clock.enough.wait()
        line = desk.lines[0]
        assert desk.states == [Connected(regency_present=False)], "the line stays up"
        assert line.messages(UpKind.HEALTH), "health is told all the same"
        assert line.messages(UpKind.REQUEST) == []
    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert min(g for g in gaps if g) >= conversation._STORAGE_REST_S
    assert "io_error" in caplog.text
    monkeypatch.setattr(desk.storage, "unsent", unsent)


async def test_a_lost_line_is_told_and_the_next_one_sends_everything_again(desk: Desk) -> None:
    await desk.storage.submit(make_draft())

    def lose_after_request(line: HandLine) -> None:
        if line.messages(UpKind.REQUEST):
            line.lose()

    desk.on_published = lose_after_request
    desk.clock.most_waits = 3
    async with desk.running():
        await desk.clock.enough.wait()
        assert desk.states[:2] == [Connected(regency_present=False), Offline(OfflineReason.LOST)]
        first, second = (line.messages(UpKind.REQUEST) for line in desk.lines[:2])
        assert len(first) == 1
        assert first == second
        assert desk.lines[0].farewell is not None


async def test_plain_mqtt_elsewhere_is_refused_before_anything_is_opened(desk: Desk) -> None:
    with pytest.raises(PlainMqttRefusedError):
        Uplink(
            quick_settings(1883, host="192.0.2.1"),
            desk.storage,
            on_line=lambda _: None,
            on_status=lambda *_: None,
            on_receipt=lambda _: None,
            health=lambda: HealthReading(uptime_s=0),
            clock=desk.clock,
            rng=Random(1),  # noqa: S311 - seeded
        )


# --- the real line --------------------------------------------------------------------------


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
    ],
    ids=["not authorised", "hangs up", "kicks", "no subscription", "garbage"],
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

        def slow(*arguments: object) -> object:
            time.sleep(0.2)  # the worker thread is in the name lookup
            return real(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(line._client, "connect", slow)
        task = asyncio.create_task(line.open())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await line.close(None)
        await asyncio.sleep(0.3)
        assert line._socket is None
        assert line.closed


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
        await eventually(lambda: told.messages or line.closed)
        assert [m.topic for m in told.messages] in ([""], [])
        await line.close(None)
