"""What a kiosk was between two reports, and how much of a time it was there."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.regency.fleet.presence import Connection, PresenceRule, Watch
from anjungan.regency.fleet.silence import Condition, Silence, condition_at, stretches
from anjungan.regency.fleet.spans import Span, merged, without
from anjungan.regency.fleet.uptime import KioskPast, Uptime

T0 = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
INTERVAL = timedelta(minutes=5)


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def span(begin: float, end: float) -> Span:
    return Span(at(begin), at(end))


def silence(last: float, ended: float | None, will: float | None = None) -> Silence:
    return Silence(
        at(last),
        None if ended is None else at(ended),
        None if will is None else at(will),
        INTERVAL,
    )


def told(found):
    return [
        (
            each.condition.value,
            (each.span.begin - T0) / timedelta(minutes=1),
            (each.span.end - T0) / timedelta(minutes=1),
        )
        for each in found
    ]


def test_a_silence_becomes_late_and_then_offline():
    assert told(stretches(silence(0, 60), (), at(90))) == [
        ("online", 0, 12.5),
        ("late", 12.5, 20),
        ("offline", 20, 60),
    ]


def test_a_lasting_silence_is_told_until_now():
    assert told(stretches(silence(0, None), (), at(21))) == [
        ("online", 0, 12.5),
        ("late", 12.5, 20),
        ("offline", 20, 21),
    ]


def test_a_will_makes_it_offline_after_the_hold():
    assert told(stretches(silence(0, 9, will=2), (), at(30))) == [
        ("online", 0, 5),
        ("offline", 5, 9),
    ]


def test_what_nobody_could_hear_is_unknown_and_not_offline():
    assert told(stretches(silence(0, 70), (span(1, 45),), at(90))) == [
        ("online", 0, 12.5),
        ("unknown", 12.5, 65),
        ("offline", 65, 70),
    ]


def test_a_will_before_a_deaf_time_is_unknown_in_it_and_offline_after():
    assert told(stretches(silence(0, 60, will=1), (span(10, 30),), at(90))) == [
        ("online", 0, 4),
        ("offline", 4, 10),
        ("unknown", 10, 30),
        ("offline", 30, 60),
    ]


def test_a_kiosk_that_reports_is_worth_nothing_to_keep():
    assert not silence(0, None).is_worth_keeping(at(12.4))
    assert silence(0, None).is_worth_keeping(at(12.5))
    assert not silence(0, None, will=1).is_worth_keeping(at(3.9))
    assert silence(0, None, will=1).is_worth_keeping(at(4))


MINUTES = st.integers(0, 400).map(float)
SPANS = st.lists(st.tuples(MINUTES, MINUTES).map(lambda pair: span(*sorted(pair))), max_size=4).map(
    lambda spans: merged([each for each in spans if each.length])
)


@settings(max_examples=150, deadline=None)
@given(
    length=st.integers(1, 300),
    will=st.none() | st.integers(0, 300),
    deaf=SPANS,
    moments=st.lists(st.floats(0, 0.999), min_size=1, max_size=12),
)
def test_the_stretches_cover_the_silence_and_say_what_the_rule_says(length, will, deaf, moments):
    if will is not None:
        will = min(will, length)
    whole = silence(0, length, will)
    found = stretches(whole, deaf, at(1000))
    assert (found[0].span.begin, found[-1].span.end) == (at(0), at(length))
    for before, after in itertools.pairwise(found):
        assert before.span.end == after.span.begin
        assert before.condition is not after.condition
    for part in moments:
        moment = at(part * length)
        (stretch,) = [each for each in found if each.span.begin <= moment < each.span.end]
        assert stretch.condition is condition_at(whole, deaf, moment)


@settings(max_examples=150, deadline=None)
@given(
    age=st.integers(0, 100 * 60), will=st.none() | st.integers(0, 90 * 60), since=st.integers(0, 90)
)
def test_while_somebody_listens_it_is_what_presence_shows(age, will, since):
    """The judge of the pages and the history must never contradict each other."""
    moment = T0 + timedelta(seconds=age)
    will_at = None if will is None or will > age else T0 + timedelta(seconds=will)
    deaf = (Span(T0 - timedelta(minutes=1), at(since)),) if at(since) <= moment else ()
    listening_since = deaf[-1].end if deaf else None
    shown = PresenceRule(INTERVAL, listening_since).connection(Watch(T0, 2, will_at), moment)
    kept = condition_at(Silence(T0, None, will_at, INTERVAL), deaf, moment)
    assert kept.value == shown.value
    assert shown is not Connection.RETURNING


# --- uptime -----------------------------------------------------------------------------------


def past(*silences: Silence, deaf=(), planned=(), since=0.0) -> KioskPast:
    return KioskPast(at(since), silences, deaf, planned)


def test_an_hour_of_which_it_was_offline_for_a_quarter():
    uptime = past(silence(0, 35)).uptime(span(0, 60))
    assert uptime == Uptime(online=timedelta(minutes=45), offline=timedelta(minutes=15))
    assert uptime.share == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("window", "offline_min"),
    [
        (span(0, 20), 0),
        (span(0, 20.5), 0.5),
        (span(20, 35), 15),
        (span(34, 60), 1),
        (span(35, 60), 0),
        (span(25, 26), 1),
    ],
)
def test_the_edges_of_a_window_are_exact(window, offline_min):
    assert past(silence(0, 35)).uptime(window).offline == timedelta(minutes=offline_min)


def test_maintenance_and_what_nobody_heard_count_neither_way():
    kiosk = past(silence(0, 60), deaf=(span(30, 31),), planned=(span(20, 25),))
    uptime = kiosk.uptime(span(0, 100))
    assert uptime.planned == timedelta(minutes=5)
    assert uptime.unknown == timedelta(minutes=21)  # while deaf, and until it could know again
    assert uptime.offline == timedelta(minutes=60 - 25 - 21)
    assert uptime.online == timedelta(minutes=60)


def test_before_the_kiosk_was_known_there_is_nothing():
    assert past(since=30).uptime(span(0, 20)).share is None
    assert past(since=30).uptime(span(0, 40)).online == timedelta(minutes=10)


def test_a_lasting_silence_counts_until_the_window_ends():
    assert past(silence(0, None)).uptime(span(0, 30)).offline == timedelta(minutes=10)


@settings(max_examples=120, deadline=None)
@given(
    ends=st.lists(st.integers(1, 400), min_size=2, max_size=8, unique=True),
    deaf=SPANS,
    planned=SPANS,
    begin=st.integers(0, 400),
    length=st.integers(1, 300),
)
def test_the_parts_of_uptime_add_up_and_halves_make_the_whole(ends, deaf, planned, begin, length):
    edges = sorted(ends)
    kiosk = past(*(silence(a, b) for a, b in itertools.pairwise(edges)), deaf=deaf, planned=planned)
    middle = begin + length / 2
    whole = kiosk.uptime(span(begin, begin + length))
    halves = (kiosk.uptime(span(begin, middle)), kiosk.uptime(span(middle, begin + length)))
    assert whole.online + whole.offline + whole.unknown + whole.planned == timedelta(minutes=length)
    for name in ("online", "offline", "unknown", "planned"):
        assert getattr(whole, name) == sum((getattr(h, name) for h in halves), timedelta())
        assert getattr(whole, name) >= timedelta()


# --- spans ------------------------------------------------------------------------------------


def test_spans_without_others():
    assert without(span(0, 10), [span(2, 3), span(8, 12), span(-5, 1)]) == [span(1, 2), span(3, 8)]
    assert without(span(0, 10), []) == [span(0, 10)]
    assert without(span(0, 10), [span(0, 10)]) == []
    assert without(span(0, 10), [span(-5, -1), span(11, 12)]) == [span(0, 10)]
    assert span(0, 10).within(span(10, 20)) is None


def test_condition_values_are_those_of_presence():
    names = {each.value for each in Connection}
    assert {each.value for each in Condition} <= names
