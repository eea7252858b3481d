"""An uplink on lines whose fate is decided by hand, with time that passes at once."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from anjungan.appliance.storage.records import FailureReason, StorageError
from anjungan.appliance.storage.storage import Storage
from anjungan.appliance.uplink import conversation
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
        self.round_trip_s: float | None = None
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


async def test_a_status_that_could_not_be_stored_is_taken_when_it_comes_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = make_draft()
    await desk.storage.submit(draft)
    message = inbound(DownKind.STATUS, status(draft.request_id))
    apply_status = desk.storage.apply_status
    tried: list[str] = []

    async def fail_once(told: Status) -> object:
        tried.append(told.id)
        if len(tried) == 1:
            raise StorageError(FailureReason.BUSY)
        return await apply_status(told)

    monkeypatch.setattr(desk.storage, "apply_status", fail_once)

    def send_with_health(line: HandLine) -> None:
        # the first report goes out while the storage rests, the second when it has rested
        if parse_topic(line.published[-1].topic).kind is UpKind.HEALTH:
            line.setup.on_message(message)

    desk.on_published = send_with_health
    desk.on_made = lambda line: line.setup.on_message(message)
    desk.clock.most_waits = 12
    async with desk.running():
        await desk.clock.enough.wait()
        assert desk.lines[0].messages(UpKind.ACK), "acknowledged once it is stored"
    assert len(tried) == 2
    ticket = await desk.storage.ticket_of_request(draft.request_id)
    assert ticket is not None
    assert ticket.status is RequestStatus.READY


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
