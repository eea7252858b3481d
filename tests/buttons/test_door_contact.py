"""A door is told when it has come to rest, and only when it rests otherwise than before."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.buttons.steady import SETTLE_S, SteadyContact

MOMENT_S = 1e-6


def play(contact, wave, *, ticks=True):
    """Let ``contact`` live through ``wave``; return the levels told, with their times."""
    told = []
    closed = contact.is_closed

    def ring(until_s):
        while (deadline_s := contact.deadline_s) is not None and deadline_s <= until_s:
            told.extend(
                (deadline_s, level) for level in contact.tick(closed=closed, at_s=deadline_s)
            )

    for at_s, level in wave:
        if ticks:
            ring(at_s)
        closed = level
        told += [(at_s, each) for each in contact.edge(closed=level, at_s=at_s)]
    ring(float("inf"))
    return told


@st.composite
def waves(draw):
    at_s, wave = 0.0, []
    gaps = st.one_of(st.floats(0.0005, SETTLE_S - MOMENT_S), st.floats(SETTLE_S + MOMENT_S, 5.0))
    for number, gap_s in enumerate(draw(st.lists(gaps, max_size=20))):
        at_s += gap_s
        wave.append((at_s, number % 2 == 0))
    return wave


def rests_of(wave):
    """The levels at which it rested long enough, where that is not the level told before."""
    rests, before = [], False
    for (at_s, closed), (next_s, _) in pairwise([*wave, (float("inf"), None)]):
        if next_s - at_s >= SETTLE_S and closed != before:
            rests.append((pytest.approx(at_s + SETTLE_S), closed))
            before = closed
    return rests


@settings(max_examples=200)
@given(waves())
def test_every_rest_at_another_level_is_told_once(wave):
    contact = SteadyContact(closed=False)
    assert play(contact, wave) == rests_of(wave)
    assert contact.is_closed == (wave[-1][1] if wave else False)
    assert contact.deadline_s is None


@settings(max_examples=200)
@given(waves())
def test_a_late_loop_loses_no_rest(wave):
    contact = SteadyContact(closed=False)
    levels = [level for _, level in play(contact, wave, ticks=False)]
    assert levels == [level for _, level in rests_of(wave)]


def test_a_lost_edge_is_made_up_by_reading():
    contact = SteadyContact(closed=True)
    assert contact.tick(closed=False, at_s=10.0) == ()
    assert contact.deadline_s == pytest.approx(10.0 + SETTLE_S)
    assert contact.tick(closed=False, at_s=10.2) == (False,)


def test_a_rattle_that_was_seen_only_by_reading_is_nothing():
    contact = SteadyContact(closed=True)
    contact.tick(closed=False, at_s=10.0)
    assert contact.tick(closed=True, at_s=10.2) == ()
    assert contact.tick(closed=True, at_s=10.4) == ()
    assert contact.is_closed


def test_an_early_tick_does_nothing():
    contact = SteadyContact(closed=True)
    contact.edge(closed=False, at_s=1.0)
    assert contact.tick(closed=False, at_s=1.05) == ()
    assert contact.is_closed
