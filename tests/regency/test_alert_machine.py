"""The state machine of incidents, hysteresis and messages: properties, whatever the readings."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from regency_lab import BEGIN

from anjungan.regency.alerts.incident_machine import CALM, Calm, Ended, Opened, Pending, advance
from anjungan.regency.alerts.judging import level_of
from anjungan.regency.alerts.kinds import DEFAULT_RULES, AlertKind, Rule, Severity, Unit
from anjungan.regency.alerts.snapshot import Level
from anjungan.regency.alerts.telling import Occasion, Telling, Told, next_message

levels = st.sampled_from([Level.BAD, Level.BETWEEN, Level.GOOD, Level.UNKNOWN])
steps = st.lists(st.tuples(levels, st.integers(0, 400), st.booleans()), max_size=60)
graces = st.integers(0, 600)
limited = [kind for kind, rule in DEFAULT_RULES.items() if rule.unit is not Unit.NONE]


def rule_of(grace_s):
    return Rule(severity=Severity.WARNING, grace_s=grace_s)


def run(readings, rule, begin=CALM):
    """All states one after the other, with their moments; what ended is calm again."""
    now, track = BEGIN, begin
    passed = []
    for level, seconds, held in readings:
        now += timedelta(seconds=seconds)
        track = advance(track, level, rule, now, held=held)
        passed.append((now, level, track))
        if isinstance(track, Ended):
            track = CALM
    return passed


@given(steps, graces)
def test_openings_are_a_grace_and_a_calm_apart(readings, grace_s):
    """A flapping input gives at most one opening in a grace time."""
    rule = rule_of(grace_s)
    openings = []
    was_open = False
    for now, _, track in run(readings, rule):
        is_open = isinstance(track, Opened)
        if is_open and not was_open:
            openings.append(now)
        was_open = is_open
    for first, second in pairwise(openings):
        assert second - first >= timedelta(seconds=grace_s + rule.calm_s)


@given(steps, graces)
def test_nothing_opens_without_a_whole_grace_that_was_never_well(readings, grace_s):
    bad_since = None
    was_open = False
    for now, level, track in run(readings, rule_of(grace_s)):
        if not was_open:
            if level is Level.BAD and bad_since is None:
                bad_since = now
            if level is Level.GOOD:
                bad_since = None
        if isinstance(track, Opened) and not was_open:
            assert level is Level.BAD
            assert bad_since is not None
            assert track.since == bad_since
            assert now - bad_since >= timedelta(seconds=grace_s)
        if isinstance(track, Ended):
            bad_since = None
        was_open = isinstance(track, Opened)


@given(steps, graces)
def test_nothing_ends_without_a_whole_calm_that_was_never_bad(readings, grace_s):
    rule = rule_of(grace_s)
    good_since = None
    for now, level, track in run(readings, rule, begin=Opened(BEGIN)):
        if isinstance(track, Ended):
            assert level is Level.GOOD
            assert good_since is not None
            assert now - good_since >= timedelta(seconds=rule.calm_s)
            return
        if level is Level.GOOD and good_since is None:
            good_since = now
        if level in {Level.BAD, Level.BETWEEN}:
            good_since = None


def test_calm_lasts_as_long_as_grace_and_a_minute_at_least():
    assert [rule_of(grace_s).calm_s for grace_s in (0, 59, 61, 600)] == [60, 60, 61, 600]


@given(steps, graces)
def test_it_never_stays_stuck(readings, grace_s):
    """Well for long enough is calm again; bad for long enough is open."""
    rule = rule_of(grace_s)
    passed = run(readings, rule)
    track = passed[-1][2] if passed else CALM
    now = passed[-1][0] if passed else BEGIN
    track = CALM if isinstance(track, Ended) else track
    to_well, to_bad = track, track
    for minutes in (0, 20):
        at = now + timedelta(minutes=minutes)
        to_well = advance(to_well, Level.GOOD, rule, at)
        if isinstance(to_well, Ended):
            to_well = CALM
        to_bad = advance(to_bad, Level.BAD, rule, at)
    assert to_well == CALM
    assert isinstance(to_bad, Opened)


@given(st.lists(st.sampled_from([Level.BETWEEN, Level.UNKNOWN]), max_size=20), graces)
def test_between_the_limits_nothing_changes(readings, grace_s):
    rule = rule_of(grace_s)
    for begin in (CALM, Pending(BEGIN), Opened(BEGIN)):
        for _, _, track in run([(level, 300, False) for level in readings], rule, begin=begin):
            assert track == begin


@pytest.mark.parametrize("track", [CALM, Pending(BEGIN), Opened(BEGIN)])
def test_what_has_no_subject_any_more_is_over_at_once(track):
    after = advance(track, Level.VOID, rule_of(60), BEGIN)
    assert after == (Ended(is_void=True) if isinstance(track, Opened) else CALM)


def test_what_is_held_waits_and_opens_when_let_go():
    rule = rule_of(60)
    late = BEGIN + timedelta(hours=1)
    held = advance(Pending(BEGIN), Level.BAD, rule, late, held=True)
    assert held == Pending(BEGIN)
    assert advance(held, Level.BAD, rule, late) == Opened(BEGIN)
    assert isinstance(advance(CALM, Level.BAD, rule_of(0), BEGIN, held=True), Pending)
    assert isinstance(advance(CALM, Level.BAD, rule_of(0), BEGIN), Opened)
    assert isinstance(advance(CALM, Level.UNKNOWN, rule_of(0), BEGIN), Calm)


@pytest.mark.parametrize("kind", limited)
@given(value=st.floats(-1e9, 1e9))
def test_levels_are_in_order(kind, value):
    """Worse is never better: the level only goes one way with the value."""
    rule = DEFAULT_RULES[kind]
    step = 1.0 if rule.rises else -1.0
    order = (Level.GOOD, Level.BETWEEN, Level.BAD)
    assert order.index(level_of(value + step, rule)) >= order.index(level_of(value, rule))


@pytest.mark.parametrize("kind", limited)
@given(shares=st.lists(st.floats(0.01, 0.99), min_size=1, max_size=30))
def test_a_value_within_the_hysteresis_neither_opens_nor_ends(kind, shares):
    rule = DEFAULT_RULES[kind]
    if rule.opens_at == rule.closes_at:
        return
    width = rule.opens_at - rule.closes_at
    readings = [(level_of(rule.closes_at + each * width, rule), 3600, False) for each in shares]
    for begin in (CALM, Opened(BEGIN)):
        for _, _, track in run(readings, rule, begin=begin):
            assert track == begin


def test_the_limits_themselves():
    rule = DEFAULT_RULES[AlertKind.HEAT]
    assert [level_of(value, rule) for value in (75, 74.9, 68.1, 68)] == [
        Level.BAD,
        Level.BETWEEN,
        Level.BETWEEN,
        Level.GOOD,
    ]
    falling = DEFAULT_RULES[AlertKind.DISK_LOW]
    assert [level_of(value, falling) for value in (500, 501, 999, 1000)] == [
        Level.BAD,
        Level.BETWEEN,
        Level.BETWEEN,
        Level.GOOD,
    ]
    with pytest.raises(ValueError, match="no limits"):
        level_of(1.0, DEFAULT_RULES[AlertKind.OFFLINE])


moments = st.builds(
    lambda **flags: flags,
    is_bad=st.booleans(),
    is_absorbed=st.booleans(),
    is_muted=st.booleans(),
    in_maintenance=st.booleans(),
)


@given(st.lists(moments, max_size=12), st.lists(moments, max_size=12), st.booleans())
def test_one_message_when_it_opens_and_at_most_one_when_it_ends(while_open, after, is_void):
    told = Told.NOTHING
    said = []
    for is_open, flags in [*((True, each) for each in while_open), *((False, e) for e in after)]:
        void = is_void and not is_open
        told, occasion = next_message(Telling(told=told, is_open=is_open, is_void=void, **flags))
        if occasion is not None:
            said.append(occasion)
            in_the_way = ("is_absorbed", "is_muted", "in_maintenance")
            assert not any(flags[each] for each in in_the_way)
            assert (occasion is Occasion.OPENED) is is_open
    assert said in ([], [Occasion.OPENED], [Occasion.OPENED, Occasion.ENDED])


@given(st.lists(moments, min_size=1, max_size=12))
def test_who_was_told_of_the_begin_is_told_of_the_end_when_nothing_is_in_the_way(while_open):
    told = Told.NOTHING
    quiet = {"is_absorbed": False, "is_muted": False, "in_maintenance": False}
    told, first = next_message(
        Telling(told=told, is_open=True, is_void=False, is_bad=True, **quiet)
    )
    assert first is Occasion.OPENED
    for flags in while_open:
        told, occasion = next_message(Telling(told=told, is_open=True, is_void=False, **flags))
        assert occasion is None
    told, last = next_message(
        Telling(told=told, is_open=False, is_void=False, is_bad=False, **quiet)
    )
    assert (told, last) == (Told.ENDED, Occasion.ENDED)
