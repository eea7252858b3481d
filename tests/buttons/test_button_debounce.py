"""The debounce neither loses nor repeats a press, whatever the contact, the loop and the kernel do.

Waves are lists of (time, level) as an oscilloscope would show them.  What has to be told of a wave
is said here once more in other words, by looking at the whole wave at once.
"""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.buttons.debounce import ButtonContact, ButtonTimings
from anjungan.appliance.drivers.buttons.events import (
    ButtonHeld,
    ButtonPressed,
    ButtonReleased,
    ButtonRepeated,
)
from anjungan.appliance.drivers.buttons.served import REREAD_S

TIMINGS = ButtonTimings()
SETTLE_S = TIMINGS.settle_s
MOMENT_S = 1e-6


class Bench:
    """Lets a contact live through a wave, with every timer at its time and a level to be read."""

    def __init__(self, *, closed=False, timings=TIMINGS):
        self.contact = ButtonContact("ok", timings, closed=closed)
        self.told = []
        self.closed = closed
        self.reread_at_s = REREAD_S

    def run_until(self, at_s):
        """Let the timers ring that are due before ``at_s``, and the one that rereads."""
        while True:
            deadline_s = self.contact.deadline_s
            due_s = min(self.reread_at_s, float("inf") if deadline_s is None else deadline_s)
            if due_s > at_s:
                return
            self.tick(due_s)

    def tick(self, at_s):
        self._keep(at_s, self.contact.tick(closed=self.closed, at_s=at_s))
        self.reread_at_s = at_s + REREAD_S

    def move(self, at_s, closed, *, lost=False):
        self.run_until(at_s)
        self.closed = closed
        if not lost:
            self.edge(at_s, closed)

    def edge(self, at_s, closed):
        self._keep(at_s, self.contact.edge(closed=closed, at_s=at_s))

    def play(self, wave):
        for at_s, closed in wave:
            self.move(at_s, closed)
        self.rest()

    def rest(self):
        self.run_until(self.now_s() + REREAD_S + 3 * SETTLE_S)

    def now_s(self):
        return self.reread_at_s - REREAD_S

    def _keep(self, at_s, events):
        self.told += [(at_s, event) for event in events]

    def kinds(self):
        return [type(event) for _, event in self.told]

    def ends(self):
        """The presses and releases, without what holding tells."""
        return [
            (at_s, type(event))
            for at_s, event in self.told
            if isinstance(event, ButtonPressed | ButtonReleased)
        ]


def expected_of(wave):
    """The presses and releases of a wave: openings shorter than the window are no release."""
    ends, is_down = [], False
    for (at_s, closed), (next_s, _) in pairwise([*wave, (float("inf"), None)]):
        if closed and not is_down:
            ends.append((at_s, ButtonPressed))
            is_down = True
        elif not closed and is_down and next_s - at_s >= SETTLE_S:
            ends.append((pytest.approx(at_s + SETTLE_S), ButtonReleased))
            is_down = False
    return ends


def alternates(kinds):
    return kinds == [ButtonPressed, ButtonReleased] * (len(kinds) // 2) + [ButtonPressed] * (
        len(kinds) % 2
    )


# --- single cases -------------------------------------------------------------------------------


def test_a_clean_press_is_told_at_once_and_its_release_when_it_is_sure():
    bench = Bench()
    bench.play([(1.0, True), (1.2, False)])
    assert bench.told == [
        (1.0, ButtonPressed("ok")),
        (pytest.approx(1.2 + SETTLE_S), ButtonReleased("ok")),
    ]
    assert bench.contact.deadline_s is None
    assert not bench.contact.is_pressed


def test_a_press_shorter_than_the_window_is_told_with_its_release():
    bench = Bench()
    bench.play([(1.0, True), (1.0005, False)])
    assert bench.kinds() == [ButtonPressed, ButtonReleased]


def test_a_worn_contact_that_lets_go_for_a_moment_is_still_one_press():
    bench = Bench()
    bench.play([(1.0, True), (1.2, False), (1.21, True), (1.4, False)])
    assert [kind for _, kind in bench.ends()] == [ButtonPressed, ButtonReleased]


def test_holding_is_told_once_and_then_repeats():
    bench = Bench()
    bench.play([(1.0, True), (2.0, False)])
    assert bench.kinds() == [ButtonPressed, ButtonHeld, *[ButtonRepeated] * 3, ButtonReleased]
    times = [at for at, _ in bench.told]
    assert times == pytest.approx([1.0, 1.5, 1.65, 1.8, 1.95, 2.0 + SETTLE_S])


def test_nothing_repeats_after_the_finger_has_gone():
    bench = Bench()
    # it opens just before the next repeat is due, which falls into the window
    bench.play([(1.0, True), (1.64, False)])
    assert bench.kinds() == [ButtonPressed, ButtonHeld, ButtonReleased]


def test_nothing_repeats_while_it_is_not_sure_whether_it_is_down():
    contact = ButtonContact("up")
    contact.edge(closed=True, at_s=0.0)
    contact.edge(closed=False, at_s=TIMINGS.hold_s - 0.005)
    assert contact.tick(closed=False, at_s=TIMINGS.hold_s) == ()


def test_a_late_loop_repeats_once_and_not_in_a_burst():
    contact = ButtonContact("up", ButtonTimings(hold_s=0.5, repeat_s=0.1))
    contact.edge(closed=True, at_s=0.0)
    assert contact.tick(closed=True, at_s=3.0) == (ButtonHeld("up"),)
    assert contact.deadline_s == pytest.approx(3.1)
    assert contact.tick(closed=True, at_s=4.0) == (ButtonRepeated("up"),)


def test_a_late_loop_tells_no_hold_of_a_button_that_is_up_again():
    contact = ButtonContact("up")
    contact.edge(closed=True, at_s=0.0)
    contact.edge(closed=False, at_s=0.2)
    assert contact.tick(closed=False, at_s=3.0) == (ButtonReleased("up"),)
    assert contact.deadline_s is None


def test_an_early_tick_does_nothing():
    contact = ButtonContact("up")
    contact.edge(closed=True, at_s=0.0)
    contact.edge(closed=False, at_s=0.0005)
    assert contact.tick(closed=False, at_s=0.001) == ()
    assert contact.is_pressed


def test_a_button_that_is_down_at_the_start_was_not_pressed():
    bench = Bench(closed=True)
    bench.run_until(40.0)
    assert bench.told == []
    assert bench.contact.is_stuck
    bench.move(40.0, closed=False)
    bench.move(40.5, closed=True)
    bench.rest()
    assert bench.told[0] == (40.5, ButtonPressed("ok"))
    assert not bench.contact.is_stuck


def test_a_bounce_of_a_button_that_was_down_at_the_start_is_no_press():
    bench = Bench(closed=True)
    bench.play([(1.0, False), (1.01, True), (1.015, False)])
    assert bench.told == []
    assert not bench.contact.is_stuck


def test_a_button_that_nobody_can_be_holding_falls_silent_until_it_is_up():
    bench = Bench()
    bench.move(0.0, closed=True)
    bench.run_until(TIMINGS.stuck_after_s - 0.2)
    assert not bench.contact.is_stuck
    bench.run_until(TIMINGS.stuck_after_s + 0.2)
    assert bench.contact.is_stuck
    assert bench.contact.deadline_s is None
    told = len(bench.told)
    bench.run_until(100.0)
    assert len(bench.told) == told
    bench.move(100.0, closed=False)
    bench.rest()
    assert bench.kinds()[told:] == [ButtonReleased]
    assert not bench.contact.is_stuck


# --- any wave -----------------------------------------------------------------------------------

gaps = st.one_of(
    st.floats(0.0001, SETTLE_S - MOMENT_S),
    st.floats(SETTLE_S + MOMENT_S, 0.2),
    st.floats(0.2, 3.0),
)


@st.composite
def waves(draw, max_edges=24):
    """Any movements at all of a contact that is open at first."""
    at_s, wave = 0.0, []
    for number, gap_s in enumerate(draw(st.lists(gaps, max_size=max_edges))):
        at_s += gap_s
        wave.append((at_s, number % 2 == 0))
    return wave


@settings(max_examples=300)
@given(waves())
def test_every_wave_is_told_as_its_presses_and_releases(wave):
    bench = Bench()
    bench.play(wave)
    assert bench.ends() == expected_of(wave)


@settings(max_examples=300)
@given(waves())
def test_holding_is_told_only_between_a_press_and_its_release(wave):
    bench = Bench()
    bench.play(wave)
    down = held = False
    for _, event in bench.told:
        match event:
            case ButtonPressed():
                down, held = True, False
            case ButtonReleased():
                down = False
            case ButtonHeld():
                assert down
                assert not held
                held = True
            case ButtonRepeated():
                assert down
                assert held


@settings(max_examples=300)
@given(waves(), st.lists(st.floats(0.0, 1.0), max_size=24))
def test_a_late_loop_changes_nothing_of_presses_and_releases(wave, delays):
    """The loop sleeps again and again; then it gets all edges, with their times, and its timer."""
    bench = Bench()
    waiting = list(wave)
    now_s = 0.0
    end_s = (wave[-1][0] if wave else 0.0) + 1.0
    sleeps = iter(delays)
    while now_s < end_s:
        now_s = min(now_s + next(sleeps, 0.01) + 0.001, end_s)
        while waiting and waiting[0][0] <= now_s:
            at_s, bench.closed = waiting.pop(0)
            bench.edge(at_s, bench.closed)
        deadline_s = bench.contact.deadline_s
        if deadline_s is not None and deadline_s <= now_s:
            bench.tick(now_s)
    bench.tick(end_s + 1.0)
    assert [kind for _, kind in bench.ends()] == [kind for _, kind in expected_of(wave)]


# --- edges on their way, and lost ones ----------------------------------------------------------


def test_a_level_read_before_its_edge_comes_is_no_second_press():
    """The second press of a quick pair closes just before the timer that tells the release."""
    contact = ButtonContact("up")
    contact.edge(closed=True, at_s=0.0)
    contact.edge(closed=False, at_s=0.1)
    assert contact.tick(closed=True, at_s=0.131) == ()
    told = contact.edge(closed=True, at_s=0.1305)
    assert told == (ButtonReleased("up"), ButtonPressed("up"))


def test_what_was_read_before_a_lost_edge_is_made_up_once():
    contact = ButtonContact("up")
    assert contact.tick(closed=True, at_s=1.0) == ()
    assert contact.edge(closed=False, at_s=1.01) == (ButtonPressed("up"),)
    assert contact.edge(closed=True, at_s=1.1) == (ButtonReleased("up"), ButtonPressed("up"))


def test_what_was_read_once_and_not_again_was_nothing():
    contact = ButtonContact("up")
    assert contact.tick(closed=True, at_s=1.0) == ()
    assert contact.deadline_s == pytest.approx(1.0 + SETTLE_S)
    assert contact.tick(closed=False, at_s=1.03) == ()
    assert contact.deadline_s is None
    assert contact.tick(closed=True, at_s=2.0) == ()


def test_a_lost_release_is_made_up():
    bench = Bench()
    bench.move(1.0, closed=True)
    bench.move(1.2, closed=False, lost=True)
    bench.rest()
    assert [kind for _, kind in bench.ends()] == [ButtonPressed, ButtonReleased]


def test_a_lost_press_is_made_up_while_it_lasts():
    bench = Bench()
    bench.move(1.3, closed=True, lost=True)
    bench.run_until(1.3 + REREAD_S + 2 * SETTLE_S)
    assert bench.kinds()[0] is ButtonPressed


def test_after_a_lost_edge_a_bounce_at_the_end_is_no_second_press():
    bench = Bench()
    bench.move(1.0, closed=True)
    bench.move(1.005, closed=False)
    bench.move(1.008, closed=True, lost=True)
    bench.move(1.050, closed=False, lost=True)
    bench.move(1.052, closed=True)
    bench.move(1.055, closed=False)
    bench.rest()
    assert [kind for _, kind in bench.ends()] == [ButtonPressed, ButtonReleased]


@settings(max_examples=300)
@given(waves(), st.data())
def test_whatever_is_lost_presses_alternate_and_end_at_the_truth(wave, data):
    bench = Bench()
    for at_s, closed in wave:
        bench.move(at_s, closed, lost=data.draw(st.booleans()))
    bench.rest()
    assert alternates([kind for _, kind in bench.ends()])
    assert bench.contact.is_pressed == bench.closed


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.floats(REREAD_S + 0.1, 3.0),
            st.lists(st.floats(0.0005, 0.004), max_size=6).filter(lambda gaps: len(gaps) % 2 == 0),
        ),
        min_size=1,
        max_size=8,
    ),
    st.data(),
)
def test_a_slow_press_is_told_once_though_any_of_its_edges_are_lost(movements, data):
    """As gpiozero tells them: an edge to the level that it told last is not told."""
    bench = Bench()
    at_s, closed, told_level = 0.0, False, False
    for pause_s, bounces in movements:
        at_s += pause_s
        closed = not closed
        level = closed
        for gap_s in [0.0, *bounces]:
            at_s += gap_s
            lost = level == told_level or data.draw(st.booleans())
            bench.move(at_s, level, lost=lost)
            told_level = told_level if lost else level
            level = not level
    bench.rest()
    kinds = [kind for _, kind in bench.ends()]
    assert len(kinds) == len(movements)
    assert alternates(kinds)
