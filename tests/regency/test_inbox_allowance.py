"""Token buckets: what one kiosk may send, with a clock that moves when told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anjungan.protocol.identity import KioskId
from anjungan.protocol.topics import UpKind, UpTopic
from anjungan.regency.inbox import allowance as allowance_module
from anjungan.regency.inbox.allowance import FLOOD, Allowance
from anjungan.regency.inbox.settings import InboxSettings

KIOSK = KioskId("3505102001-1")
OTHER = KioskId("3505171001-1")
LIMITS = InboxSettings(messages_per_s=2, burst_messages=5, bytes_per_s=100, burst_bytes=1000)


class Clock:
    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock_s():
    return Clock()


def topic(kiosk=KIOSK, kind=UpKind.HEALTH):
    return str(UpTopic(kiosk, kind))


def admitted(allowance, count, **place):
    return sum(allowance.admits(topic(**place), 10) for _ in range(count))


def test_a_burst_then_the_rate_and_the_rest_is_counted(clock_s):
    allowance = Allowance(LIMITS, clock_s)
    assert admitted(allowance, 8) == 5
    clock_s.now_s += 2
    assert admitted(allowance, 8) == 4
    clock_s.now_s += 3600
    assert admitted(allowance, 8) == 5, "no more than a burst is saved up"
    assert allowance.take_refused() == {KIOSK: 3 + 4 + 3}
    assert allowance.take_refused() == {}


def test_bytes_count_as_well(clock_s):
    allowance = Allowance(LIMITS, clock_s)
    assert allowance.admits(topic(), 900)
    assert not allowance.admits(topic(), 200)
    assert allowance.admits(topic(), 100)
    clock_s.now_s += 1
    assert allowance.admits(topic(), 100)


def test_a_flood_of_reports_leaves_room_for_requests_and_for_others(clock_s):
    allowance = Allowance(LIMITS, clock_s)
    admitted(allowance, 1000)
    assert admitted(allowance, 5, kind=UpKind.REQUEST) == 5
    assert admitted(allowance, 5, kiosk=OTHER) == 5


def test_a_village_that_is_not_its_own_gives_no_second_bucket(clock_s):
    allowance = Allowance(LIMITS, clock_s)
    admitted(allowance, 5)
    assert not allowance.admits(f"anjungan/1/3505/3505171001/{KIOSK}/up/health", 10)


def test_a_flood_is_named_once_for_each_measure_of_it(clock_s):
    allowance = Allowance(LIMITS, clock_s)
    admitted(allowance, FLOOD)
    assert allowance.take_flooding() == frozenset(), "the burst was allowed"
    admitted(allowance, 5)
    assert allowance.take_flooding() == {KIOSK}
    assert allowance.take_flooding() == frozenset()


def test_topics_that_name_no_kiosk_share_one_count(clock_s):
    allowance = Allowance(LIMITS, clock_s)
    for name in ("", "x", "a/b/c/d/nobody/up/health", "a/b/c/d/nobody else/up/health"):
        for _ in range(FLOOD + 10):
            allowance.admits(name, 1)
    assert set(allowance.take_refused()) == {None}
    assert allowance.take_flooding() == frozenset()


def test_endless_names_do_not_fill_the_memory(clock_s, monkeypatch):
    monkeypatch.setattr(allowance_module, "MAX_SENDERS", 10)
    allowance = Allowance(LIMITS, clock_s)
    for number in range(100):
        allowance.admits(f"a/b/c/d/{number}/up/health", 1)
    assert len(allowance._buckets) <= 10


@given(steps=st.lists(st.tuples(st.floats(0, 5), st.integers(0, 20)), max_size=30))
def test_never_more_than_the_burst_and_the_rate(steps):
    clock_s = Clock()
    allowance = Allowance(LIMITS, clock_s)
    began_s, passed = clock_s.now_s, 0
    for wait_s, count in steps:
        clock_s.now_s += wait_s
        passed += sum(allowance.admits(topic(), 1) for _ in range(count))
        assert passed <= 5 + 2 * (clock_s.now_s - began_s) + 1e-6
