"""The debounce neither loses nor repeats a press, whatever the contact does."""

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

SETTLE_S = 0.030


class Bench:
    """Plays a list of edges to a contact, with every timer at its time; keeps (time, event)."""

    def __init__(self):
        self.contact = ButtonContact("ok")
        self.told = []
        self.closed = False

    def run_until(self, at_s):
        while (deadline := self.contact.deadline_s) is not None and deadline <= at_s:
            self._keep(deadline, self.contact.tick(closed=self.closed, at_s=deadline))

    def edge(self, closed, at_s):
        self.run_until(at_s)
        self.closed = closed
        self._keep(at_s, self.contact.edge(closed=closed, at_s=at_s))

    def _keep(self, at_s, events):
        self.told += [(at_s, event) for event in events]

    def kinds(self):
        return [type(event) for _, event in self.told]


def test_a_clean_press_is_told_at_once():
    bench = Bench()
    bench.edge(True, 1.0)
    bench.edge(False, 1.2)
    bench.run_until(5.0)
    assert bench.told == [(1.0, ButtonPressed("ok")), (1.2, ButtonReleased("ok"))]
    assert bench.contact.deadline_s is None
    assert not bench.contact.is_pressed


def test_a_press_shorter_than_the_window_is_told_with_its_release():
    bench = Bench()
    bench.edge(True, 1.0)
    bench.edge(False, 1.01)
    bench.run_until(5.0)
    assert bench.kinds() == [ButtonPressed, ButtonReleased]


def test_holding_is_told_once_and_then_repeats():
    bench = Bench()
    bench.edge(True, 1.0)
    bench.edge(False, 2.0)
    bench.run_until(5.0)
    assert bench.kinds() == [ButtonPressed, ButtonHeld, *[ButtonRepeated] * 3, ButtonReleased]
    times = [at for at, _ in bench.told]
    assert times == pytest.approx([1.0, 1.5, 1.65, 1.8, 1.95, 2.0])


def test_a_late_loop_repeats_once_and_not_in_a_burst():
    contact = ButtonContact("up", ButtonTimings(hold_s=0.5, repeat_s=0.1))
    contact.edge(closed=True, at_s=0.0)
    assert contact.tick(closed=True, at_s=3.0) == (ButtonHeld("up"),)
    assert contact.deadline_s == pytest.approx(3.1)
    assert contact.tick(closed=True, at_s=4.0) == (ButtonRepeated("up"),)


def test_a_lost_edge_is_made_up_when_the_contact_settles():
    contact = ButtonContact("up")
    contact.edge(closed=True, at_s=0.0)
    assert contact.tick(closed=False, at_s=SETTLE_S) == (ButtonReleased("up"),)


def test_an_early_tick_does_nothing():
    contact = ButtonContact("up")
    contact.edge(closed=True, at_s=0.0)
    assert contact.tick(closed=False, at_s=0.001) == ()


# Each real movement of the finger is followed by edges that bounce for less than the window; an
# even number of bounces leaves the contact where the finger put it.
movements = st.lists(
    st.tuples(
        st.floats(0.070, 0.450),
        st.lists(st.floats(0.0005, 0.006), max_size=8).filter(lambda gaps: len(gaps) % 2 == 0),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=300)
@given(movements)
def test_bouncing_neither_loses_nor_repeats_a_press(movements):
    bench = Bench()
    at_s, closed = 0.0, False
    expected = []
    for pause_s, bounces in movements:
        at_s += pause_s + SETTLE_S
        closed = not closed
        expected.append((pytest.approx(at_s), ButtonPressed if closed else ButtonReleased))
        bench.edge(closed, at_s)
        level = closed
        for gap_s in bounces:
            at_s += gap_s
            level = not level
            bench.edge(level, at_s)
        assert level == closed
    bench.run_until(at_s + SETTLE_S + 0.001)
    told = [
        (at, type(event))
        for at, event in bench.told
        if isinstance(event, ButtonPressed | ButtonReleased)
    ]
    assert told == expected


@settings(max_examples=300)
@given(st.lists(st.tuples(st.floats(0.0001, 0.7), st.booleans()), max_size=40))
def test_any_edges_give_presses_and_releases_in_turn_and_end_at_the_truth(edges):
    bench = Bench()
    at_s, closed = 0.0, False
    for gap_s, level in edges:
        at_s += gap_s
        closed = level
        bench.edge(level, at_s)
    bench.run_until(at_s + SETTLE_S + 0.001)
    ends = [kind for kind in bench.kinds() if kind in {ButtonPressed, ButtonReleased}]
    assert ends == [ButtonPressed, ButtonReleased] * (len(ends) // 2) + [ButtonPressed] * (
        len(ends) % 2
    )
    assert bench.contact.is_pressed == closed
    down = False
    for kind in bench.kinds():
        if kind is ButtonPressed:
            down = True
        elif kind is ButtonReleased:
            down = False
        else:
            assert down
