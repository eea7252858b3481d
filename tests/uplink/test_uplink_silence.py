"""A regency or a broker that says nothing: told calmly, tried rarely, and opened anew in time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import paho.mqtt.client as paho_client
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.uplink import mqtt_line
from anjungan.appliance.uplink.line import Inbound, LineSetup, LineUp, Publication
from anjungan.appliance.uplink.line_state import Connected, Offline, OfflineReason
from anjungan.appliance.uplink.mqtt_line import MqttLine
from anjungan.appliance.uplink.silence import Silence
from anjungan.protocol.messages import ReceiptItem, ReceiptOutcome
from anjungan.protocol.status import RequestStatus
from anjungan.simulation.bad_line import BadLine, LineMode, LineQuality
from tests.uplink.uplink_lab import (
    KIOSK,
    PATIENCE_S,
    Broker,
    SmallRegency,
    eventually,
    quick_settings,
    running_kiosk,
)

# --- the verdict ------------------------------------------------------------------------------


def test_the_patience_begins_with_the_oldest_unanswered_message() -> None:
    silence = Silence(patience_s=10.0)
    assert silence.due_s() is None
    silence.sent("a", 0.0)
    silence.sent("b", 4.0)
    silence.judge(9.9)
    assert not silence.lasting
    assert silence.due_s() == 10.0
    silence.judge(10.0)
    assert silence.lasting
    assert silence.due_s() is None, "nothing to wake for once it is known"


def test_a_late_answer_ends_the_silence_and_leaves_what_is_younger() -> None:
    silence = Silence(patience_s=10.0)
    for name, sent_s in (("a", 1.0), ("b", 2.0), ("c", 5.0)):
        silence.sent(name, sent_s)
    silence.judge(12.0)
    silence.answered("b", 12.0)
    assert not silence.lasting
    assert silence.due_s() == 22.0, "a was passed over, c is still owed"
    silence.answered("c", 13.0)
    assert silence.due_s() is None


def test_a_full_window_on_a_slow_line_is_no_silence_while_answers_come() -> None:
    silence = Silence(patience_s=10.0)
    for number in range(32):
        silence.sent(str(number), 0.0 + number / 100)
    for number in range(32):  # the last one waits for 32 s
        silence.judge(number + 1.0)
        assert not silence.lasting
        silence.answered(str(number), number + 1.0)


def test_a_message_that_is_passed_over_is_no_silence() -> None:
    silence = Silence(patience_s=10.0)
    silence.sent("mute", 1.0)
    silence.sent("good", 2.0)
    silence.answered("good", 3.0)
    silence.judge(1_000.0)
    assert not silence.lasting


def test_another_word_of_the_regency_renews_the_patience() -> None:
    silence = Silence(patience_s=10.0)
    silence.sent("a", 0.0)
    silence.judge(10.0)
    silence.heard(11.0)
    assert not silence.lasting
    assert silence.due_s() == 21.0


@given(
    st.lists(
        st.tuples(st.sampled_from(["sent", "answered", "heard", "judge"]), st.floats(0.0, 30.0)),
        max_size=40,
    )
)
@settings(max_examples=100, deadline=None)
def test_it_is_never_called_silent_within_the_patience(steps: list[tuple[str, float]]) -> None:
    silence = Silence(patience_s=10.0)
    now_s, last_word_s, owed = 0.0, 0.0, []
    for number, (what, passed_s) in enumerate(steps):
        now_s += passed_s
        match what:
            case "sent":
                owed.append(str(number))
                silence.sent(str(number), now_s)
            case "answered":
                if owed:
                    silence.answered(owed.pop(0), now_s)
                    last_word_s = now_s
            case "heard":
                silence.heard(now_s)
                last_word_s = now_s
            case _:
                silence.judge(now_s)
        if silence.lasting:
            assert owed
            assert now_s - last_word_s >= 10.0
        elif what == "judge":
            due_s = silence.due_s()
            assert due_s is None or due_s > now_s, "a busy loop"


# --- a regency that says nothing behind a broker that answers -----------------------------------

PRESENT, ABSENT = Connected(regency_present=True), Connected(regency_present=False)


async def test_a_silent_regency_is_told_and_tried_with_one_message_at_a_time(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    regency.answer = lambda _kind, _message: None
    patient = quick_settings(broker.port, receipt_timeout_s=1.5)
    async with running_kiosk(tmp_path / "k.db", patient) as kiosk:
        await eventually(lambda: kiosk.uplink.state == PRESENT)
        first = await kiosk.submit()
        await eventually(lambda: kiosk.uplink.state == ABSENT)
        assert regency.copies == {first.request_id: 1}, "nothing is sent again for the verdict"
        later = [(await kiosk.submit()).request_id for _ in range(3)]
        await eventually(lambda: len(regency.copies) == 2)
        assert kiosk.uplink.state == ABSENT
        assert later[1] not in regency.copies, "one at a time"
        # Its answer, however late, is the best sign there is.
        regency.answer = lambda _kind, _message: ReceiptOutcome.ACCEPTED
        regency.send_receipt(
            ReceiptItem(message_id=first.request_id, outcome=ReceiptOutcome.ACCEPTED)
        )
        await eventually(lambda: len(kiosk.told.receipts) == 4)
        assert kiosk.uplink.state == PRESENT
        assert not any(isinstance(state, Offline) for state in kiosk.told.lines)


async def test_a_new_request_does_not_wait_behind_those_that_nobody_answers(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    regency.answer = lambda _kind, _message: None
    async with running_kiosk(
        tmp_path / "k.db", quick_settings(broker.port, receipt_timeout_s=1.0)
    ) as kiosk:
        await eventually(lambda: kiosk.uplink.state == PRESENT)
        for _ in range(2):
            await kiosk.submit()
        await eventually(lambda: sum(regency.copies.values()) == 3)  # one of the two is the probe
        new = await kiosk.submit()
        await eventually(lambda: new.request_id in regency.copies)
        assert sum(regency.copies.values()) == 4, "it is the very next probe"


@pytest.mark.parametrize("word", ["presence", "status"])
async def test_any_word_of_the_regency_ends_its_silence(
    broker: Broker, regency: SmallRegency, tmp_path: Path, word: str
) -> None:
    regency.answer = lambda _kind, _message: None
    async with running_kiosk(
        tmp_path / "k.db", quick_settings(broker.port, receipt_timeout_s=0.3)
    ) as kiosk:
        await eventually(lambda: kiosk.uplink.state == PRESENT)
        ticket = await kiosk.submit()
        await eventually(lambda: kiosk.uplink.state == ABSENT)
        if word == "presence":
            regency.tell_presence()
        else:
            regency.send_status(ticket.request_id, 1, RequestStatus.UNDER_REVIEW)
        await eventually(lambda: kiosk.told.lines[-2:] == [ABSENT, PRESENT])


# --- a line that swallows everything ------------------------------------------------------------


@asynccontextmanager
async def bad_line(broker: Broker, quality: LineQuality | None = None) -> AsyncIterator[BadLine]:
    qualities = {LineMode.SLOW: quality or LineQuality()}
    line = BadLine(broker.port, random=Random(5), qualities=qualities)  # noqa: S311 - seeded
    try:
        yield line
    finally:
        await line.close()


async def test_a_black_hole_is_told_and_the_line_opened_anew(
    broker: Broker,
    regency: SmallRegency,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mqtt_line, "_TICK_S", 0.1)
    async with bad_line(broker) as line:
        port = await line.start()
        patient = quick_settings(port, receipt_timeout_s=0.5, connect_timeout_s=0.5)
        async with running_kiosk(tmp_path / "k.db", patient) as kiosk:
            await eventually(lambda: kiosk.uplink.state == PRESENT)
            line.set_mode(LineMode.BLACKHOLE)
            ids = {(await kiosk.submit()).request_id for _ in range(3)}
            await eventually(lambda: kiosk.told.lines[-1] == Offline(OfflineReason.UNREACHABLE))
            assert kiosk.told.lines[-4:] == [
                PRESENT,
                ABSENT,
                Offline(OfflineReason.LOST),
                Offline(OfflineReason.UNREACHABLE),
            ]
            line.set_mode(LineMode.OK)
            await eventually(lambda: len(kiosk.told.receipts) == 3)
            await eventually(lambda: kiosk.uplink.state == PRESENT)
            assert set(regency.copies) == ids


async def test_a_slow_line_with_a_burst_is_never_called_silent(
    broker: Broker, regency: SmallRegency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line ten times quicker than the slow one of the demo, with a third of its time-out."""
    monkeypatch.setattr(mqtt_line, "_TICK_S", 0.1)
    quality = LineQuality(
        latency_s=0.06, rate_bytes_per_s=80_000, stall_probability=0.02, stall_s=0.3
    )
    async with bad_line(broker, quality) as line:
        port = await line.start()
        line.set_mode(LineMode.SLOW)
        async with running_kiosk(
            tmp_path / "k.db", quick_settings(port, receipt_timeout_s=3.0)
        ) as kiosk:
            await eventually(lambda: kiosk.uplink.state == PRESENT)
            for _ in range(96):
                await kiosk.submit()
            await eventually(lambda: len(kiosk.told.receipts) == 96)
            assert kiosk.told.lines == [ABSENT, PRESENT]
            assert set(regency.copies.values()) == {1}


# --- the connection itself ----------------------------------------------------------------------

CONNACK = b"\x20\x02\x00\x00"
SUBACK = b"\x90\x03\x00\x01\x00"
PINGRESP = b"\xd0\x00"


class SilentBroker:
    """Lets a client in and then says only what the test says."""

    def __init__(self) -> None:
        self.received = b""
        self.writer: asyncio.StreamWriter | None = None
        self.gone = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        await reader.read(100)
        writer.write(CONNACK + SUBACK)
        while chunk := await reader.read(1_000):
            self.received += chunk
        writer.close()
        self.gone.set()

    def say(self, words: bytes) -> None:
        assert self.writer is not None
        self.writer.write(words)


class Opened:
    def __init__(self, line: MqttLine, broker: SilentBroker, closings: list[int]) -> None:
        self.line = line
        self.broker = broker
        self.closings = closings

    def ticks(self, count: int) -> None:
        for _ in range(count):
            self.line._ticked()
            self.stop_the_clock()

    def stop_the_clock(self) -> None:
        assert self.line._tick is not None
        self.line._tick.cancel()


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    """A line whose ticks of one second are made by the test."""
    broker = SilentBroker()
    listening = await asyncio.start_server(broker.serve, "127.0.0.1", 0)
    closings: list[int] = []
    messages: list[Inbound] = []
    line = MqttLine(
        LineSetup(
            host="127.0.0.1",
            port=listening.sockets[0].getsockname()[1],
            client_id=KIOSK,
            keepalive_s=120,
            timeout_s=PATIENCE_S,
            answer_timeout_s=15.0,
            will=Publication("will", b"gone"),
            subscriptions=("to/me/+",),
            on_message=messages.append,
            on_closed=lambda: closings.append(1),
        )
    )
    assert await line.open() == LineUp()
    opened = Opened(line, broker, closings)
    opened.stop_the_clock()
    yield opened
    await line.close(None)
    listening.close()
    await eventually(broker.gone.is_set)


async def test_a_broker_that_answers_nothing_is_given_up(opened: Opened) -> None:
    opened.line.publish(Publication("a", b"x"))
    opened.ticks(14)
    assert not opened.line.closed
    opened.ticks(1)
    assert opened.line.closed
    assert opened.closings == [1]


async def test_an_idle_line_owes_nothing(opened: Opened) -> None:
    opened.ticks(100)
    assert not opened.line.closed


async def test_half_a_packet_is_a_sign_of_life(opened: Opened) -> None:
    opened.line.publish(Publication("a", b"x"))
    opened.ticks(14)
    opened.broker.say(b"\x40")
    await eventually(lambda: not opened.line._answer_owed)
    opened.line.publish(Publication("a", b"y"))
    opened.ticks(14)
    assert not opened.line.closed
    opened.ticks(1)
    assert opened.line.closed


async def test_a_ping_without_an_answer_ends_an_idle_line(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = paho_client.time_func
    monkeypatch.setattr(paho_client, "time_func", lambda: real() + 121.0)
    opened.ticks(1)
    await eventually(lambda: opened.broker.received.endswith(b"\xc0\x00"))
    opened.ticks(13)
    opened.broker.say(PINGRESP)
    await eventually(lambda: not opened.line._answer_owed)
    opened.ticks(20)
    assert not opened.line.closed, "an answered ping owes nothing more"
    monkeypatch.setattr(paho_client, "time_func", lambda: real() + 242.0)
    opened.ticks(14)
    assert not opened.line.closed
    opened.ticks(1)
    assert opened.line.closed


async def test_a_message_for_us_is_acknowledged_and_owes_no_answer(opened: Opened) -> None:
    opened.broker.say(b"\x32\x0d\x00\x07to/me/x\x00\x09hi")
    await eventually(lambda: opened.broker.received.endswith(b"\x40\x02\x00\x09"))
    opened.ticks(100)
    assert not opened.line.closed
