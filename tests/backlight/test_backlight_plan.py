"""The plan of the light: dark only at night, unwatched, and at a time that is known."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.backlight.night import LightPlan, Night

ACROSS = Night.parse("21.00", "05:00")
RELIGHT_S = 120.0


@pytest.mark.parametrize(
    ("night", "at", "expected"),
    [
        (ACROSS, "20:59:59", False),
        (ACROSS, "21:00", True),
        (ACROSS, "23:59:59", True),
        (ACROSS, "00:00", True),
        (ACROSS, "04:59:59", True),
        (ACROSS, "05:00", False),
        (ACROSS, "12:00", False),
        (Night.parse("01.00", "04.30"), "00:59", False),
        (Night.parse("01.00", "04.30"), "04:29", True),
        (Night.parse("01.00", "04.30"), "04:30", False),
        (Night.parse("08.00", "08.00"), "08:00", False),
        (Night.parse("08.00", "08.00"), "20:00", False),
    ],
)
def test_the_night_begins_with_its_first_moment_and_ends_before_its_last(night, at, expected):
    assert night.contains(time.fromisoformat(at)) is expected


@pytest.mark.parametrize("text", ["", "24.00", "21.60", "9.00", "malam"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the message is datetime's
        Night.parse(text, "05.00")


times = st.times().map(lambda at: at.replace(microsecond=0))


@settings(max_examples=200)
@given(times, times, times)
def test_a_night_and_the_day_around_it_share_the_clock(start, end, at):
    if start != end:
        assert Night(start, end).contains(at) is not Night(end, start).contains(at)
        assert Night(start, end).contains(start)
        assert not Night(start, end).contains(end)


@settings(max_examples=200)
@given(times, times, times)
def test_the_next_change_is_a_change_and_none_comes_before_it(start, end, at):
    night = Night(start, end)
    change_s = night.next_change_s(at)
    if start == end:
        assert change_s is None
        return
    today = datetime.combine(datetime(2026, 11, 24).date(), at)  # noqa: DTZ001 - times of day alone
    changed = (today + timedelta(seconds=change_s)).time()
    assert 0 < change_s <= 86_400
    assert changed in {start, end}
    assert night.contains(changed) is (changed == start)
    just_before = (today + timedelta(seconds=change_s - 1)).time()
    assert night.contains(just_before) is night.contains(at)


@settings(max_examples=300)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("wait"), st.floats(0.5, 200.0)),
            st.tuples(st.just("stir"), st.just(0.0)),
            st.tuples(st.just("visit"), st.booleans()),
        ),
        max_size=30,
    ),
    st.one_of(st.none(), times),
)
def test_the_light_is_off_only_at_a_known_night_long_after_anybody_was_there(steps, local):
    plan = LightPlan(ACROSS, RELIGHT_S, at_s=0.0)
    at_s = last_s = 0.0
    runs = False
    for step, value in steps:
        match step:
            case "wait":
                at_s += value
            case "stir":
                plan.stirred(at_s)
                last_s = at_s
            case "visit":
                runs = bool(value)
                plan.set_visit(runs=runs, at_s=at_s)
                last_s = at_s
        may_be_dark = not runs and at_s - last_s >= RELIGHT_S
        is_night = local is not None and ACROSS.contains(local)
        assert plan.is_on(at_s, local) is not (may_be_dark and is_night)
        look_s = plan.next_look_s(at_s, local)
        if plan.is_on(at_s, local) and is_night and not runs:
            # it has to look again exactly when the light may go out
            assert look_s == pytest.approx(last_s + RELIGHT_S - at_s)
