"""When a kiosk counts as there."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.protocol.messages import Presence
from anjungan.regency.fleet.overview import read_fleet
from anjungan.regency.fleet.presence import Connection, PresenceRule, Watch
from anjungan.regency.inbox.beats import InboxBeat, store_beat

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
INTERVAL = timedelta(minutes=5)
RULE = PresenceRule(INTERVAL, None)


def minutes(count):
    return T0 + timedelta(minutes=count)


def test_a_kiosk_never_heard_of_is_unknown():
    assert RULE.connection(Watch(), T0) is Connection.UNKNOWN


def test_the_first_report_brings_it_online():
    assert RULE.connection(RULE.reported(Watch(), T0), T0) is Connection.ONLINE


@pytest.mark.parametrize(
    ("silence", "expected"),
    [
        (12, Connection.ONLINE),
        (12.5, Connection.LATE),
        (19.9, Connection.LATE),
        (20, Connection.OFFLINE),
        (5000, Connection.OFFLINE),
    ],
)
def test_silence_makes_late_and_then_offline(silence, expected):
    watch = RULE.reported(Watch(), T0)
    assert RULE.connection(watch, minutes(silence)) is expected


def test_after_silence_the_second_report_brings_it_back():
    watch = RULE.reported(Watch(), T0)
    watch = RULE.reported(watch, minutes(60))
    assert RULE.connection(watch, minutes(60)) is Connection.RETURNING
    watch = RULE.reported(watch, minutes(61))
    assert RULE.connection(watch, minutes(61)) is Connection.ONLINE


def test_one_report_after_silence_and_no_second_is_late():
    watch = RULE.reported(RULE.reported(Watch(), T0), minutes(60))
    assert RULE.connection(watch, minutes(72)) is Connection.RETURNING
    assert RULE.connection(watch, minutes(72.5)) is Connection.LATE


def test_offline_is_since_the_will_or_since_the_last_report():
    reported = RULE.reported(Watch(), T0)
    assert RULE.offline_since(Watch()) is None
    assert RULE.offline_since(reported) == T0
    assert RULE.offline_since(RULE.will_arrived(reported, minutes(1))) == minutes(1)
    # the will of a line that had long been dead tells nothing new
    assert RULE.offline_since(RULE.will_arrived(reported, minutes(20))) == T0
    assert RULE.offline_since(RULE.will_arrived(Watch(), T0)) is None


def test_a_late_kiosk_is_back_with_one_report():
    watch = RULE.reported(RULE.reported(Watch(), T0), minutes(15))
    assert RULE.connection(watch, minutes(15)) is Connection.ONLINE


def test_a_will_counts_after_its_hold_time():
    watch = RULE.will_arrived(RULE.reported(Watch(), T0), minutes(1))
    assert RULE.connection(watch, minutes(3)) is Connection.ONLINE
    assert RULE.connection(watch, minutes(4)) is Connection.OFFLINE


def test_a_report_within_the_hold_time_undoes_the_will():
    watch = RULE.will_arrived(RULE.reported(Watch(), T0), minutes(1))
    watch = RULE.reported(watch, minutes(2))
    assert RULE.connection(watch, minutes(6)) is Connection.ONLINE


def test_a_second_will_does_not_prolong_the_hold_time():
    watch = RULE.will_arrived(RULE.reported(Watch(), T0), minutes(1))
    watch = RULE.will_arrived(watch, minutes(3))
    assert RULE.connection(watch, minutes(4)) is Connection.OFFLINE


def test_silence_while_nobody_listened_is_unknown_and_not_offline():
    watch = RULE.reported(Watch(), T0)
    restarted = PresenceRule(INTERVAL, minutes(60))
    assert restarted.connection(watch, minutes(61)) is Connection.UNKNOWN
    assert restarted.connection(watch, minutes(80)) is Connection.OFFLINE
    back = restarted.reported(watch, minutes(62))
    assert restarted.connection(back, minutes(62)) is Connection.ONLINE


@settings(max_examples=200, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["report", "will", "wait"]), st.integers(0, 3600)),
        max_size=30,
    )
)
def test_two_reports_always_bring_it_online_and_silence_always_ends_offline(steps):
    now, watch = T0, Watch()
    for action, seconds in steps:
        now += timedelta(seconds=seconds)
        if action == "report":
            watch = RULE.reported(watch, now)
        elif action == "will":
            watch = RULE.will_arrived(watch, now)
    twice = RULE.reported(RULE.reported(watch, now), now)
    assert RULE.connection(twice, now) is Connection.ONLINE
    silent = RULE.connection(twice, now + timedelta(minutes=20))
    assert silent is Connection.OFFLINE


def connection_of(database, clock):
    with database.reading() as connection:
        (kiosk,) = read_fleet(connection, report_interval_s=300, now=clock()).kiosks
    return kiosk.connection


def test_a_will_of_an_older_session_is_ignored(database, intake, kiosk, clock):
    intake(kiosk.state(session=5))
    intake(kiosk.state(Presence.OFFLINE, session=4))
    clock.pass_time(minutes=4)
    assert connection_of(database, clock) is Connection.ONLINE
    intake(kiosk.state(Presence.OFFLINE, session=5))
    clock.pass_time(minutes=3)
    assert connection_of(database, clock) is Connection.OFFLINE


def test_a_will_of_an_older_boot_is_ignored(database, intake, kiosk, clock):
    intake(kiosk.state(boot=4, session=1))
    intake(kiosk.state(Presence.OFFLINE, boot=3, session=9))
    clock.pass_time(minutes=4)
    assert connection_of(database, clock) is Connection.ONLINE


def test_a_retained_state_is_no_sign_of_life(database, intake, kiosk, clock):
    intake(kiosk.state(), retained=True)
    assert connection_of(database, clock) is Connection.UNKNOWN


def test_a_birth_makes_waiting_statuses_due(intake, kiosk):
    assert intake(kiosk.state(session=1)).statuses_due
    assert not intake(kiosk.state(session=1)).statuses_due
    assert intake(kiosk.state(session=2)).statuses_due
    assert not intake(kiosk.state(session=3), retained=True).statuses_due


def test_an_older_health_never_replaces_a_newer_one(database, intake, kiosk, clock):
    older, newer = kiosk.health(uptime_s=10), kiosk.health(uptime_s=20)
    intake(newer)
    intake(older)
    with database.reading() as connection:
        (view,) = read_fleet(connection, report_interval_s=300, now=clock()).kiosks
    assert view.health == newer


def test_after_a_restart_of_the_inbox_silence_is_judged_anew(database, intake, kiosk, clock):
    intake(kiosk.health())
    clock.pass_time(hours=1)
    assert connection_of(database, clock) is Connection.OFFLINE
    with database.writing() as connection:
        store_beat(connection, InboxBeat(clock(), clock(), connected=True))
    assert connection_of(database, clock) is Connection.UNKNOWN
