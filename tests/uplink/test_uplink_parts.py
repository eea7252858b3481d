"""The pure parts of the uplink, with times given by hand."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.uplink.backoff import Backoff
from anjungan.appliance.uplink.health import HealthSchedule
from anjungan.appliance.uplink.inbound import Dropped, DropReason, RecentIds, judge
from anjungan.appliance.uplink.line import Inbound, Publication
from anjungan.appliance.uplink.settings import (
    PlainMqttRefusedError,
    UplinkSettings,
    require_loopback,
)
from anjungan.appliance.uplink.window import MAX_BYTES, MAX_MESSAGES, Window
from anjungan.protocol.contract import encode
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import (
    Presence,
    Receipt,
    ReceiptItem,
    ReceiptOutcome,
    RegencyPresence,
    State,
)
from anjungan.protocol.topics import (
    DownKind,
    DownTopic,
    SharedKind,
    SharedTopic,
    UpKind,
    UpTopic,
)
from tests.uplink.uplink_lab import KIOSK, UPLINK_REGENCY, new_id, now


def backoff(seed: int = 1) -> Backoff:
    return Backoff(base_s=1.0, cap_s=300.0, stable_after_s=60.0, rng=Random(seed))  # noqa: S311 - seeded


class HighestRandom(Random):
    def uniform(self, a: float, b: float) -> float:
        return b


@given(st.integers(0, 2**32), st.integers(1, 80))
@settings(max_examples=50)
def test_a_wait_is_never_longer_than_the_doubled_base_or_the_cap(seed: int, tries: int) -> None:
    waits = backoff(seed)
    for attempt in range(tries):
        assert 0.0 <= waits.next_wait_s() <= min(300.0, 2.0**attempt)


def test_waits_grow_to_the_cap() -> None:
    waits = Backoff(base_s=1.0, cap_s=300.0, stable_after_s=60.0, rng=HighestRandom())
    assert [waits.next_wait_s() for _ in range(11)] == [
        1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0,
    ]  # fmt: skip


def test_only_a_connection_that_lasted_clears_the_failures() -> None:
    waits = Backoff(base_s=1.0, cap_s=300.0, stable_after_s=60.0, rng=HighestRandom())
    for _ in range(4):
        waits.next_wait_s()
        waits.connection_lasted(59.9)
    assert waits.next_wait_s() == 16.0, "connected and kicked is a failure"
    waits.connection_lasted(60.0)
    assert waits.next_wait_s() == 1.0


def test_two_kiosks_do_not_wait_alike() -> None:
    assert [backoff(1).next_wait_s()] != [backoff(2).next_wait_s()]


def window(**changes: float) -> Window:
    values = {"receipt_timeout_s": 60.0, "timeout_cap_s": 600.0, **changes}
    return Window(rng=Random(3), **values)  # noqa: S311 - seeded


def test_the_window_is_bounded_by_messages_and_bytes() -> None:
    few = window()
    assert few.room(0.0, regency_present=True).messages == MAX_MESSAGES
    for number in range(MAX_MESSAGES):
        few.sent(str(number), 100, 0.0, regency_present=True)
    assert few.room(1.0, regency_present=True).messages == 0
    few.receipted("5")
    room = few.room(1.0, regency_present=True)
    assert (room.messages, room.size_bytes) == (1, MAX_BYTES - 100 * (MAX_MESSAGES - 1))

    large = window()
    large.sent("large", MAX_BYTES, 0.0, regency_present=True)
    assert large.room(1.0, regency_present=True).messages == 0


def test_an_unanswered_message_leaves_the_window_and_comes_back_later_and_later() -> None:
    out = window()
    dues = []
    now_s = 0.0
    for _ in range(6):
        out.sent("a", 100, now_s, regency_present=True)
        assert out.not_due(now_s) == {"a"}
        assert out.room(now_s + 59.9, regency_present=True).messages == MAX_MESSAGES - 1
        assert out.room(now_s + 60.0, regency_present=True).messages == MAX_MESSAGES
        change_s = now_s
        while "a" in out.not_due(change_s):
            following = out.next_change_s(change_s)
            assert following is not None
            change_s = following
        dues.append(change_s - now_s)
        now_s = change_s
    for due_s, least_s in zip(dues, (60, 120, 240, 480, 600, 600), strict=True):
        assert least_s <= due_s <= least_s * 1.25
    assert out.next_change_s(now_s) is None, "nothing to wait for once it is due"


def test_without_a_regency_one_probe_is_out_and_probes_become_rare() -> None:
    out = window()
    now_s, gaps = 0.0, []
    for number in range(5):
        assert out.room(now_s, regency_present=False).messages == 1
        out.sent(str(number), 100, now_s, regency_present=False)
        assert out.room(now_s, regency_present=False).messages == 0
        began_s = now_s
        while out.room(now_s, regency_present=False).messages == 0:
            following = out.next_change_s(now_s)
            assert following is not None
            now_s = following
        gaps.append(now_s - began_s)
    assert gaps == [60, 120, 240, 480, 600]
    out.receipted("0")
    out.sent("x", 1, now_s, regency_present=False)
    assert out.next_change_s(now_s + 59.9) == pytest.approx(now_s + 60.0)


def test_a_new_start_forgets_what_was_out() -> None:
    out = window()
    out.sent("a", 100, 0.0, regency_present=True)
    out.clear()
    assert out.not_due(0.0) == frozenset()


class WindowModel:
    """What the window must never do, whatever happens in whatever order."""

    def __init__(self) -> None:
        self.window = window(receipt_timeout_s=10.0, timeout_cap_s=80.0)
        self.now_s = 0.0
        self.sent_at: dict[str, float] = {}
        self.next_name = 0

    def send(self, size: int, present: bool) -> None:
        room = self.window.room(self.now_s, regency_present=present)
        due_again = [n for n in self.sent_at if n not in self.window.not_due(self.now_s)]
        if room.messages == 0 or size > room.size_bytes:
            return
        name = due_again[0] if due_again else str(self.next_name)
        self.next_name += 1
        if name in self.sent_at:
            assert self.now_s - self.sent_at[name] >= 10.0, "sent again before its time-out"
        self.window.sent(name, size, self.now_s, regency_present=present)
        self.sent_at[name] = self.now_s

    def receipt(self) -> None:
        for name in list(self.sent_at)[:1]:
            self.window.receipted(name)
            del self.sent_at[name]

    def check(self) -> None:
        change_s = self.window.next_change_s(self.now_s)
        assert change_s is None or change_s > self.now_s, "a busy loop"
        if self.window.room(self.now_s, regency_present=True).messages == 0:
            assert change_s is not None, "a full window that never empties"


STEPS = st.one_of(
    st.tuples(st.just("send"), st.integers(1, MAX_BYTES), st.booleans()),
    st.tuples(st.just("receipt"), st.none(), st.none()),
    st.tuples(st.just("wait"), st.floats(0.0, 50.0), st.none()),
)


@given(st.lists(STEPS, max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_order_of_events_makes_the_window_loop_block_or_resend_early(
    steps: list[tuple[str, float, bool]],
) -> None:
    model = WindowModel()
    for what, amount, present in steps:
        if what == "send":
            model.send(int(amount), present)
        elif what == "receipt":
            model.receipt()
        else:
            model.now_s += amount
        model.check()


def test_health_is_due_at_once_then_every_interval() -> None:
    schedule = HealthSchedule(interval_s=300.0, change_gap_s=10.0)
    schedule.connected(50.0)
    assert schedule.due_s() == 50.0
    schedule.reported(50.0)
    assert schedule.due_s() == 350.0
    schedule.connected(60.0)
    assert schedule.due_s() == 60.0, "a new connection begins with a report"


def test_a_change_is_reported_at_once_and_a_flapping_device_every_ten_seconds() -> None:
    schedule = HealthSchedule(interval_s=300.0, change_gap_s=10.0)
    schedule.reported(0.0)
    schedule.changed("printer", 100.0)
    assert schedule.due_s() == 100.0
    schedule.reported(100.0)
    reports = 0
    for tick in range(1000, 2000):  # one change every tenth of a second
        now_s = tick / 10
        schedule.changed("printer", now_s)
        if now_s >= schedule.due_s():
            schedule.reported(now_s)
            reports += 1
    assert reports == 9
    assert schedule.due_s() == 200.0, "the last change is not forgotten"
    schedule.changed("scanner", 199.95)
    assert schedule.due_s() == 199.95, "another device does not wait for the flapping one"
    schedule.reported(199.95)
    assert schedule.due_s() == 499.95, "one report tells of all devices"


def receipt_payload() -> bytes:
    item = ReceiptItem(message_id=new_id(), outcome=ReceiptOutcome.ACCEPTED)
    return encode(Receipt(id=new_id(), sent_at=now(), items=(item,)))


def presence_payload() -> bytes:
    return encode(RegencyPresence(id=new_id(), sent_at=now(), presence=Presence.ONLINE))


def state_payload() -> bytes:
    return encode(State(presence=Presence.ONLINE, boot=1, session=1, version="1"))


NEIGHBOUR_TOPIC = str(DownTopic(KioskId("3505102001-2"), DownKind.RECEIPT))
RECEIPT_TOPIC = str(DownTopic(KIOSK, DownKind.RECEIPT))
PRESENCE_TOPIC = str(SharedTopic(UPLINK_REGENCY, SharedKind.REGENCY))


def test_our_own_messages_are_believed() -> None:
    assert isinstance(
        judge(Inbound(RECEIPT_TOPIC, receipt_payload(), retained=False), KIOSK), Receipt
    )
    for retained in (False, True):
        inbound = Inbound(PRESENCE_TOPIC, presence_payload(), retained)
        assert isinstance(judge(inbound, KIOSK), RegencyPresence)


@pytest.mark.parametrize(
    ("topic", "payload", "retained", "reason"),
    [
        ("", b"", False, DropReason.FOREIGN),
        ("anjungan/2/3505/all/regency", presence_payload(), False, DropReason.FOREIGN),
        (NEIGHBOUR_TOPIC, receipt_payload(), False, DropReason.FOREIGN),
        ("anjungan/1/3506/all/regency", presence_payload(), False, DropReason.FOREIGN),
        (str(UpTopic(KIOSK, UpKind.STATE)), state_payload(), False, DropReason.FOREIGN),
        (RECEIPT_TOPIC, receipt_payload(), True, DropReason.RETAINED),
        (RECEIPT_TOPIC, presence_payload(), False, DropReason.MALFORMED),
        (RECEIPT_TOPIC, b"x" * 16_385, False, DropReason.MALFORMED),
    ],
    ids=range(8),
)  # fmt: skip
def test_everything_else_is_dropped(
    topic: str, payload: bytes, retained: bool, reason: DropReason
) -> None:
    assert judge(Inbound(topic, payload, retained), KIOSK) == Dropped(reason)


@given(st.text(max_size=80), st.binary(max_size=200), st.booleans())
@settings(max_examples=200)
def test_no_topic_or_payload_is_an_exception(topic: str, payload: bytes, retained: bool) -> None:
    for name in (topic, RECEIPT_TOPIC, PRESENCE_TOPIC):
        judge(Inbound(name, payload, retained), KIOSK)


def test_a_thousand_ids_are_remembered_and_no_more() -> None:
    recent = RecentIds()
    assert not recent.seen("first")
    for number in range(999):
        assert not recent.seen(str(number))
    assert recent.seen("first")
    assert not recent.seen("one more")
    assert not recent.seen("0"), "the oldest one was forgotten"
    assert recent.seen("first"), "what is seen again is young again"
    recent.forget("first")
    assert not recent.seen("first"), "forgotten on purpose, it is new"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_plain_mqtt_is_spoken_with_this_machine(host: str) -> None:
    require_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["broker.example.id", "192.168.1.5", "0.0.0.0", "", "127.0.0.1.evil.id"],  # noqa: S104 - refused
)
def test_plain_mqtt_is_refused_elsewhere(host: str) -> None:
    with pytest.raises(PlainMqttRefusedError, match="without TLS"):
        require_loopback(host)


def test_settings_know_the_regency_and_reprs_hide_payloads() -> None:
    assert UplinkSettings(kiosk=KIOSK, version="1").regency == "3505"
    assert "secret" not in repr(Publication("topic", b"secret"))
    assert "secret" not in repr(Inbound("topic", b"secret", retained=False))
