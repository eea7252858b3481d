"""Two devices with one identity are told from restarts, bad lines and restored storage."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from anjungan.protocol.messages import Presence
from anjungan.regency.enrolment.clone_signs import (
    REMEMBERED_RUNS,
    Birth,
    Births,
    after_birth,
    is_clone,
)
from anjungan.regency.enrolment.clones import open_clone_alarms

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def signs(*births, minutes_apart=1):
    """At which births the alarm is raised."""
    held, raised = Births(), []
    for number, (run, session) in enumerate(births):
        after = after_birth(
            held, Birth(run, session), NOW + timedelta(minutes=number * minutes_apart)
        )
        if is_clone(held, after):
            raised.append(number)
        held = after
    return raised


def test_two_devices_that_take_turns_are_told_at_the_fourth_birth():
    assert signs(("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3)) == [3, 4]
    assert signs(("a", 7), ("b", 1), ("a", 8), ("b", 2)) == [3]


def test_three_devices_in_a_ring_are_told():
    assert signs(("a", 1), ("b", 1), ("c", 1), ("a", 2), ("b", 2)) == [4]


def test_a_bad_line_is_none():
    assert signs(*(("a", session) for session in range(1, 200))) == []


def test_restarts_are_none_however_many():
    assert signs(*((f"{run:x}", 1 + run % 3) for run in range(200))) == []


def test_restored_storage_is_none_for_the_run_is_on_no_disk():
    # the numbers of boots and sessions go back, and the run is a new one all the same
    assert signs(("a", 40), ("b", 1), ("b", 2), ("c", 1), ("c", 2)) == []


def test_what_is_heard_again_or_late_is_none():
    assert signs(("a", 1), ("b", 1), ("a", 1), ("b", 1), ("a", 1), ("b", 1)) == []
    assert signs(("a", 3), ("b", 1), ("a", 2), ("b", 1), ("a", 3), ("b", 1)) == []


def test_one_return_alone_or_two_days_apart_is_none():
    assert signs(("a", 1), ("b", 1), ("a", 2), ("a", 3)) == []
    day = 24 * 60
    assert signs(("a", 1), ("b", 1), ("a", 2), ("b", 2), minutes_apart=day) == []


def test_a_kiosk_that_names_no_run_tells_nothing():
    assert signs(("", 1), ("", 2), ("", 1)) == []


@given(
    steps=st.lists(st.sampled_from(["connect", "restart", "again"]), max_size=60),
    late=st.lists(st.integers(0, 59), max_size=20),
)
def test_one_device_alone_never_raises_the_alarm(steps, late):
    run, session, births = 0, 1, [("0", 1)]
    for number, step in enumerate(steps):
        if step == "restart":
            run, session = run + 1, 1
        elif step == "connect":
            session += 1
        births.append((f"{run:x}", session))
        if number in late:
            births.append(births[late.index(number) % len(births)])  # an old one, once more
    assert signs(*births) == []


@given(turns=st.lists(st.booleans(), min_size=1, max_size=200))
def test_what_is_remembered_stays_small(turns):
    held = Births()
    for number, new in enumerate(turns):
        run = f"{number:x}" if new else "0"
        held = after_birth(held, Birth(run, number), NOW)
    assert len(held.runs) <= REMEMBERED_RUNS


# --- in the inbox ---------------------------------------------------------------------------


def birth(kiosk, run, session, presence=Presence.ONLINE):
    return replace_run(kiosk.state(presence, boot=58, session=session), run)


def replace_run(state, run):

    return msgspec.structs.replace(state, run=run)


def test_a_clone_becomes_one_alarm_that_counts(intake, kiosk, database, clock):
    for session in range(1, 4):
        for run in ("aa", "bb"):
            intake(birth(kiosk, run, session))
            clock.pass_time(seconds=20)
    with database.reading() as connection:
        (alarm,) = open_clone_alarms(connection)
    assert alarm.kiosk == kiosk.kiosk
    assert alarm.times == 3
    assert alarm.closed_at is None


def test_wills_and_retained_births_are_no_sign(intake, kiosk, database):
    for session in range(1, 5):
        intake(birth(kiosk, "aa", session))
        intake(birth(kiosk, "bb", session, Presence.OFFLINE))
        intake(birth(kiosk, "bb", session + 1), retained=True)
    with database.reading() as connection:
        assert open_clone_alarms(connection) == []
