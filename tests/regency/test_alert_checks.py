"""What is judged to be wrong with a kiosk, kind by kind."""

from datetime import timedelta

import msgspec
import pytest
from alerts_lab import device, state
from hypothesis import given
from hypothesis import strategies as st
from regency_lab import BEGIN, KIOSK

from anjungan.protocol.health import (
    ClockHealth,
    DiskHealth,
    PowerFault,
    PowerHealth,
    QueueHealth,
    RunHealth,
)
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import TimeQuality
from anjungan.regency.alerts.evaluation import KIOSK_CHECKS, evaluate
from anjungan.regency.alerts.kinds import DEFAULT_RULES, AlertKind
from anjungan.regency.alerts.rules import BadRuleError, check_rule
from anjungan.regency.alerts.runbooks import load_runbooks
from anjungan.regency.alerts.silence import SilenceLimits, judge_silences, largest_cluster
from anjungan.regency.alerts.snapshot import (
    REGENCY,
    FleetState,
    InboxState,
    Level,
    RecentEvents,
    district_of_subject,
    kiosk_of_subject,
)
from anjungan.regency.alerts.versions import newest_version, parse_version
from anjungan.regency.alerts.words import KIND_WORDS, facts_words
from anjungan.regency.fleet.presence import Connection
from anjungan.regency.web.alerts.words import KIND_ICONS

K = AlertKind
LIMITS = SilenceLimits(district_least=3, regency_least=6, window=timedelta(minutes=15))
DAY = timedelta(days=1)

BAD = {
    K.OFFLINE: {"connection": Connection.OFFLINE, "offline_since": BEGIN},
    K.PAPER_OUT: {"health": {"devices": (device("printer", "fault", "paper_out"),)}},
    K.PAPER_LOW: {"health": {"devices": (device("printer", "ready", "near_end"),)}},
    K.COVER_OPEN: {"health": {"devices": (device("document_printer", "fault", "cover_open"),)}},
    K.PRINTER_FAULT: {"health": {"devices": (device("printer", "fault", "cutter_jam"),)}},
    K.CARD_READER_MISSING: {"health": {"devices": (device("card_reader", "missing"),)}},
    K.DEVICE_FAULT: {"health": {"devices": (device("buttons", "fault", "button_stuck"),)}},
    K.SCREENS_DOWN: {"health": {"screens_up": False}},
    K.CONTACT_OPENED: {"health": {"devices": (device("buttons", "ready", "opened"),)}},
    K.CLONE_SUSPECTED: {"clone_signs": 1},
    K.QUEUE_AGE: {"health": {"queue": QueueHealth(depth=2, oldest_age_s=3600)}},
    K.REQUESTS_REFUSED: {"refused": 1},
    K.STORAGE_RECOVERED: {"events": RecentEvents(storage_recovered_at=BEGIN)},
    K.DISK_READ_ONLY: {
        "health": {"disk": DiskHealth(total_bytes=10**10, free_bytes=10**10, read_only=True)}
    },
    K.DISK_LOW: {"health": {"disk_free_bytes": 500_000_000}},
    K.CARD_WEAR: {
        "health": {"disk": DiskHealth(total_bytes=10**10, free_bytes=10**10, life_used_percent=80)}
    },
    K.HEAT: {"health": {"cpu_temperature_c": 75.0}},
    K.UNDER_VOLTAGE: {"health": {"power": PowerHealth(since_boot=(PowerFault.UNDER_VOLTAGE,))}},
    K.CLOCK_OFF: {"health": {"clock": ClockHealth(offset_ms=-120_000)}},
    K.CLOCK_UNSYNCED: {"health": {"time_quality": TimeQuality.UNSYNCED}},
    K.RESTART_LOOP: {"events": RecentEvents(starts=4)},
    K.CERTIFICATE_URGENT: {"health": {"certificate_expires_at": BEGIN + 6 * DAY}},
    K.CERTIFICATE_SOON: {"health": {"certificate_expires_at": BEGIN + 29 * DAY}},
    K.VERSION_BEHIND: {"version": "1.9.0"},
}
OF_MANY = {K.REGENCY_SILENT, K.INBOX_DOWN, K.DISTRICT_SILENT}


def judged(*states, known=frozenset(), inbox=InboxState.LISTENING, newest="1.10.0", now=BEGIN):
    fleet = FleetState(states, inbox, BEGIN, newest)
    return evaluate(fleet, DEFAULT_RULES, LIMITS, known, now)


def well(**changes):
    return state(**{"version": "1.10.0", **changes})


def test_there_is_an_example_of_every_kind_of_one_kiosk():
    assert BAD.keys() | OF_MANY == set(K)
    assert KIOSK_CHECKS.keys() | {K.OFFLINE, K.VERSION_BEHIND} == BAD.keys()


def test_every_kind_has_a_rule_a_runbook_words_and_an_icon():
    for table in (DEFAULT_RULES, load_runbooks(), KIND_WORDS, KIND_ICONS):
        assert table.keys() == set(K)
    for kind, rule in DEFAULT_RULES.items():
        check_rule(kind, rule)


@pytest.mark.parametrize("kind", BAD)
def test_each_kind_is_found_and_alone(kind):
    readings = judged(well(**BAD[kind])).readings
    expected = {kind, K.CERTIFICATE_SOON} if kind is K.CERTIFICATE_URGENT else {kind}
    assert {key[0] for key, reading in readings.items() if reading.level is Level.BAD} == expected
    assert isinstance(facts_words(kind, readings[kind, KIOSK].facts, BEGIN), str)


def test_a_kiosk_that_is_well_has_nothing():
    assert judged(well()).readings == {}


@pytest.mark.parametrize("kind", BAD)
def test_each_kind_is_well_again(kind):
    its = well(
        health={
            "devices": (device("printer", "ready", level_percent=90),),
            "disk": DiskHealth(total_bytes=10**10, free_bytes=10**10, life_used_percent=5),
            "cpu_temperature_c": 50.0,
            "power": PowerHealth(),
            "clock": ClockHealth(offset_ms=20),
            "run": RunHealth(),
            "certificate_expires_at": BEGIN + 300 * DAY,
        }
    )
    assert judged(its, known={(kind, KIOSK)}).readings[kind, KIOSK].level is Level.GOOD


SILENT_SAYS_NOTHING = BAD.keys() - {
    K.OFFLINE,
    K.STORAGE_RECOVERED,
    K.REQUESTS_REFUSED,
    K.CLONE_SUSPECTED,
    K.VERSION_BEHIND,
}


@pytest.mark.parametrize("kind", sorted(SILENT_SAYS_NOTHING, key=lambda kind: kind.value))
@pytest.mark.parametrize("connection", [Connection.OFFLINE, Connection.UNKNOWN])
def test_the_last_report_of_a_silent_kiosk_proves_nothing(kind, connection):
    its = well(**{**BAD[kind], "connection": connection, "events": RecentEvents()})
    assert judged(its, known={(kind, KIOSK)}).readings[kind, KIOSK].level is Level.UNKNOWN


def test_two_devices_of_one_kind_are_one_incident_with_two_facts():
    both = (
        device("printer", "fault", "paper_out"),
        device("document_printer", "fault", "paper_out", name="a4"),
    )
    reading = judged(well(health={"devices": both})).readings[K.PAPER_OUT, KIOSK]
    assert [each.name for each in reading.facts.devices] == ["printer", "a4"]
    words = facts_words(K.PAPER_OUT, reading.facts)
    assert words == "printer tiket: kertas habis, printer A4: kertas habis"


def test_the_estimate_of_paper_has_its_hysteresis():
    def level(percent, code=""):
        its = well(health={"devices": (device("printer", "ready", code, level_percent=percent),)})
        readings = judged(its, known={(K.PAPER_LOW, KIOSK)}).readings
        return readings[K.PAPER_LOW, KIOSK].level

    assert [level(each) for each in (20, 21, 34, 35, None)] == [
        Level.BAD,
        Level.BETWEEN,
        Level.BETWEEN,
        Level.GOOD,
        Level.GOOD,
    ]
    assert level(90, "near_end") is Level.BAD


def test_heat_of_a_weak_supply_is_not_heat():
    weak = PowerHealth(now=(PowerFault.UNDER_VOLTAGE, PowerFault.THROTTLED))
    hot = PowerHealth(now=(PowerFault.THROTTLED,))
    kinds = [
        {key[0] for key in judged(well(health={"power": power})).readings} for power in (weak, hot)
    ]
    assert kinds == [{K.UNDER_VOLTAGE}, {K.HEAT}]


@pytest.mark.parametrize("celsius", [1e308, -1e308, None])
def test_an_impossible_heat_is_unknown(celsius):
    its = well(health={"cpu_temperature_c": celsius})
    assert judged(its, known={(K.HEAT, KIOSK)}).readings[K.HEAT, KIOSK].level is Level.UNKNOWN


def test_a_door_opened_a_short_while_ago_still_counts():
    its = well(events=RecentEvents(contact_opened_at=BEGIN, contact_closed_at=BEGIN))
    for minutes, level in ((14, Level.BAD), (15, Level.GOOD)):
        reading = judged(
            its, known={(K.CONTACT_OPENED, KIOSK)}, now=BEGIN + timedelta(minutes=minutes)
        ).readings[K.CONTACT_OPENED, KIOSK]
        assert reading.level is level


@pytest.mark.parametrize(
    ("run", "code"),
    [
        (RunHealth(screens_restarts=8, host_uptime_s=7200), "screens"),
        (RunHealth(agent_restarts=4, host_uptime_s=600), "agent"),
    ],
)
def test_restarts_since_the_boot_are_spread_over_it(run, code):
    reading = judged(well(health={"run": run})).readings[K.RESTART_LOOP, KIOSK]
    assert (reading.facts.code, reading.facts.count) == (code, 4)
    slow = RunHealth(screens_restarts=8, host_uptime_s=86400)
    assert judged(well(health={"run": slow})).readings == {}


def test_a_kind_switched_off_is_void():

    off = {
        kind: msgspec.structs.replace(rule, enabled=False) for kind, rule in DEFAULT_RULES.items()
    }
    fleet = FleetState([well(**BAD[K.HEAT])], InboxState.DOWN)
    known = {(kind, KIOSK) for kind in BAD} | {(K.INBOX_DOWN, REGENCY)}
    readings = evaluate(fleet, off, LIMITS, known, BEGIN).readings
    assert {reading.level for reading in readings.values()} == {Level.VOID}
    assert readings.keys() == known


def test_a_kiosk_that_is_gone_is_void():
    assert judged(known={(K.HEAT, KIOSK)}).readings[K.HEAT, KIOSK].level is Level.VOID


@pytest.mark.parametrize("inbox", [InboxState.DOWN, InboxState.NO_BROKER, InboxState.NEVER_STARTED])
def test_while_nobody_listens_silence_proves_nothing(inbox):
    its = well(**BAD[K.OFFLINE])
    readings = judged(its, inbox=inbox, known={(K.OFFLINE, KIOSK)}).readings
    assert readings[K.OFFLINE, KIOSK].level is Level.UNKNOWN
    others = {key[0]: reading.level for key, reading in readings.items() if key[1] == REGENCY}
    assert (
        others
        == {
            InboxState.DOWN: {K.INBOX_DOWN: Level.BAD},
            InboxState.NO_BROKER: {K.REGENCY_SILENT: Level.BAD},
            InboxState.NEVER_STARTED: {},
        }[inbox]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.4.2", (1, 4, 2)),
        ("1.10", (1, 10)),
        ("1.0.0", (1,)),
        ("1.4.2-dev", None),
        ("", None),
        ("1.2.3.4.5", None),
        ("<script>", None),
    ],
)
def test_versions_are_compared_as_numbers(text, expected):
    assert parse_version(text) == expected


def test_the_newest_version_is_one_that_two_kiosks_run():
    assert newest_version(["1.9.0", "1.10.0", "1.10.0", "99.0", "x"]) == "1.10.0"
    assert newest_version(["1.9.0", "1.10.0"]) == ""


def silent(village, minute, connection=Connection.OFFLINE):
    return well(
        kiosk=KioskId(f"35051710{village:02d}-1"),
        connection=connection,
        offline_since=BEGIN + timedelta(minutes=minute),
    )


silences = st.lists(
    st.tuples(st.integers(0, 120), st.sampled_from([Connection.OFFLINE, Connection.ONLINE])),
    max_size=20,
)


@given(silences)
def test_a_cluster_is_the_most_that_went_within_the_window(given_silences):
    states = [silent(number, *each) for number, each in enumerate(given_silences)]
    cluster = largest_cluster(states, LIMITS.window)
    gone = {each.kiosk: each.offline_since for each in states if each.connection.value == "offline"}
    moments = sorted(gone[kiosk] for kiosk in cluster.silent)
    assert cluster.total == len(states)
    assert not moments or moments[-1] - moments[0] <= LIMITS.window
    assert cluster.since == (moments[0] if moments else None)
    for first in gone.values():
        inside = [at for at in gone.values() if first <= at <= first + LIMITS.window]
        assert len(inside) <= len(moments)


@given(silences)
def test_only_many_and_most_make_a_shared_silence(given_silences):
    states = [silent(number, *each) for number, each in enumerate(given_silences)]
    fleet = FleetState(states, InboxState.LISTENING)
    found = judge_silences(fleet, DEFAULT_RULES, LIMITS)
    for (kind, _), reading in found.readings.items():
        if reading.level is Level.BAD:
            least = 3 if kind is K.DISTRICT_SILENT else 6
            assert reading.facts.count >= least
            assert reading.facts.count / reading.facts.total >= 0.6
    for kiosk, keys in found.part_of.items():
        assert any(each.kiosk == kiosk for each in states)
        assert [key[0] for key in keys] in (
            [K.DISTRICT_SILENT],
            [K.REGENCY_SILENT],
            [K.REGENCY_SILENT, K.DISTRICT_SILENT],
        )


def test_subjects_name_their_place():
    assert (kiosk_of_subject(KIOSK), district_of_subject(KIOSK)) == (KIOSK, "350510")
    assert kiosk_of_subject("district:350517") is None
    assert district_of_subject("district:350517") == "350517"
    assert (kiosk_of_subject(REGENCY), district_of_subject(REGENCY)) == (None, None)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (K.HEAT, {"opens_at": 60.0, "closes_at": 70.0}),
        (K.HEAT, {"closes_at": 75.0}),
        (K.HEAT, {"opens_at": None}),
        (K.HEAT, {"opens_at": -1.0, "closes_at": -2.0}),
        (K.HEAT, {"grace_s": -1}),
        (K.HEAT, {"grace_s": 8 * 86400}),
        (K.OFFLINE, {"opens_at": 1.0}),
        (K.CONTACT_OPENED, {"opens_at": 5.0}),
        (K.CONTACT_OPENED, {"opens_at": 0.0, "closes_at": 0.0}),
        (K.DISK_LOW, {"opens_at": 2000.0}),
    ],
)
def test_rules_that_can_never_work_are_refused(kind, changes):

    with pytest.raises(BadRuleError):
        check_rule(kind, msgspec.structs.replace(DEFAULT_RULES[kind], **changes))
