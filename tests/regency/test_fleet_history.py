"""What is kept of kiosks: samples and hours, silences and their causes, when nobody listened."""

import queue
from datetime import timedelta

import pytest
from regency_lab import KIOSK, OTHER_KIOSK, REGENCY
from sqlalchemy import func, insert, select

from anjungan.protocol.health import (
    DeviceHealth,
    DiskHealth,
    NetworkHealth,
    NetworkKind,
    PowerFault,
    PowerHealth,
    PreviousEnd,
    RunHealth,
)
from anjungan.protocol.messages import Presence, QueueHealth
from anjungan.regency.fleet.causes import Cause
from anjungan.regency.fleet.duties import fleet_duties
from anjungan.regency.fleet.kiosk_log import CameBack, LogTopic, Told, WasRefused, read_log
from anjungan.regency.fleet.listening import (
    deaf_times,
    inbox_starts,
    listening_begins,
    listening_ends,
)
from anjungan.regency.fleet.measurements import measurements, power_bits, used_percent
from anjungan.regency.fleet.past import last_days, read_pasts
from anjungan.regency.fleet.samples import (
    HOURLY_FOR,
    RAW_FOR,
    delete_old_hours,
    delete_old_samples,
    hour_of,
    read_lines,
    roll_up,
)
from anjungan.regency.fleet.silences import judge_silences, kept_silences
from anjungan.regency.fleet.spans import Span
from anjungan.regency.inbox.beats import InboxBeat, store_beat
from anjungan.regency.inbox.process import Inbox
from anjungan.regency.link.mqtt import Connected, Disconnected
from anjungan.regency.store.tables import (
    DEAF_TIMES,
    KIOSK_HOURS,
    KIOSK_SAMPLES,
    KIOSK_SILENCES,
)

DATABASES = ("sqlite", "postgresql")
INTERVAL = timedelta(minutes=5)
HOUR = timedelta(hours=1)


def report(kiosk, **changes):
    return kiosk.health(
        cpu_temperature_c=51.2,
        memory_total_bytes=4_000_000_000,
        memory_available_bytes=3_000_000_000,
        disk=DiskHealth(total_bytes=100, free_bytes=40),
        network=NetworkHealth(kind=NetworkKind.WIFI, signal_dbm=-61, round_trip_ms=90),
        power=PowerHealth(now=(PowerFault.UNDER_VOLTAGE, PowerFault.THROTTLED)),
        devices=(DeviceHealth(name="printer", kind="printer", state="ready", level_percent=18),),
        **changes,
    )


# --- numbers of a report ------------------------------------------------------------------------


def test_the_numbers_of_a_report(kiosk):
    assert measurements(report(kiosk, queue=QueueHealth(depth=3))) == {
        "temperature_c": 51.2,
        "queue_depth": 3.0,
        "disk_used_percent": 60.0,
        "memory_used_percent": 25.0,
        "signal_dbm": -61.0,
        "round_trip_ms": 90.0,
        "paper_percent": 18.0,
    }
    assert power_bits(report(kiosk)) == 1 | 4


def test_a_report_that_tells_little_has_few_numbers(kiosk):
    told = {name: value for name, value in measurements(kiosk.health()).items() if value}
    assert told == {}
    assert power_bits(kiosk.health()) is None


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e300])
def test_impossible_numbers_are_left_out(kiosk, value):
    assert measurements(kiosk.health(cpu_temperature_c=value))["temperature_c"] is None


@pytest.mark.parametrize(
    ("total", "free", "percent"),
    [(100, 40, 60.0), (None, 1, None), (1, None, None), (0, 0, None), (10, 20, None)],
)
def test_what_part_is_used(total, free, percent):
    assert used_percent(total, free) == percent


# --- samples ------------------------------------------------------------------------------------


def count(database, table):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_of_one_minute_the_last_report_is_kept(database, intake, kiosk, clock):
    clock.moment = clock.moment.replace(second=5)
    for celsius in (50.0, 51.0, 52.0):
        intake(kiosk.health(cpu_temperature_c=celsius))
        clock.pass_time(seconds=10)
    assert count(database, KIOSK_SAMPLES) == 1
    clock.pass_time(seconds=40)
    intake(kiosk.health(cpu_temperature_c=60.0))
    with database.reading() as connection:
        lines = read_lines(connection, KIOSK, clock() - HOUR, clock())
    assert [each.mean for each in lines["temperature_c"]] == [52.0, 60.0]
    assert lines["signal_dbm"] == []


def fill(database, begin, hours, kiosks=(KIOSK,)):
    """A sample every ten minutes, warmer by a degree each hour."""
    with database.writing() as connection:
        connection.execute(
            insert(KIOSK_SAMPLES),
            [
                {
                    "kiosk": kiosk,
                    "at": begin + index * timedelta(minutes=10),
                    "temperature_c": 40.0 + index // 6 + index % 6 / 10,
                    "power_faults": 5 if index % 3 == 0 else None,
                }
                for kiosk in kiosks
                for index in range(hours * 6)
            ],
        )


def test_hours_hold_the_ends_and_the_mean(database, clock):
    begin = hour_of(clock()) - 5 * HOUR
    fill(database, begin, 5, (KIOSK, OTHER_KIOSK))
    with database.writing() as connection:
        assert roll_up(connection, clock(), hours=100) == 5
    with database.reading() as connection:
        row = connection.execute(
            select(KIOSK_HOURS).where(KIOSK_HOURS.c.kiosk == KIOSK).order_by(KIOSK_HOURS.c.hour)
        ).first()
    assert row.hour == begin
    assert (row.samples, row.under_voltage_samples) == (6, 2)
    assert (row.temperature_c_min, row.temperature_c_max) == (40.0, 40.5)
    assert row.temperature_c_mean == pytest.approx(40.25)
    assert row.signal_dbm_mean is None
    assert count(database, KIOSK_HOURS) == 10


def test_rolling_up_goes_on_where_it_was_and_bears_being_done_again(database, clock):
    fill(database, hour_of(clock()) - 30 * HOUR, 30)
    done = []
    for _ in range(20):
        with database.writing() as connection:
            done.append(roll_up(connection, clock(), hours=4))
        if done[-1] < 4:
            break
    assert done[-1] < 4, "it comes to an end"
    assert count(database, KIOSK_HOURS) == 30
    with database.writing() as connection:
        roll_up(connection, clock(), hours=4)
    assert count(database, KIOSK_HOURS) == 30


def test_the_hour_that_goes_on_waits(database, clock):
    fill(database, hour_of(clock()), 1)
    with database.writing() as connection:
        assert roll_up(connection, clock(), hours=4) == 0
    assert count(database, KIOSK_HOURS) == 0


def test_nothing_to_roll_up(database, clock):
    with database.writing() as connection:
        assert roll_up(connection, clock(), hours=4) == 0
        assert not delete_old_samples(connection, clock())
        assert not delete_old_hours(connection, clock())


def test_long_charts_take_hours_and_the_newest_samples(database, clock):
    fill(database, hour_of(clock()) - 30 * HOUR, 31)
    with database.writing() as connection:
        roll_up(connection, clock(), hours=100)
    with database.reading() as connection:
        line = read_lines(connection, KIOSK, clock() - timedelta(days=30), clock())["temperature_c"]
        raw = read_lines(connection, KIOSK, clock() - timedelta(days=1), clock())["temperature_c"]
    assert len(line) == 30 + 6
    assert [each.at for each in line] == sorted(each.at for each in line)
    assert line[0].low < line[0].mean < line[0].high
    assert len(raw) > 24 * 5


def test_what_is_too_old_goes_in_small_steps(database, clock):
    fill(database, hour_of(clock() - RAW_FOR) - 3 * HOUR, 6)
    steps = 0
    with database.writing() as connection:
        while delete_old_samples(connection, clock()):
            steps += 1
    assert steps == 3
    with database.reading() as connection:
        oldest = connection.execute(select(func.min(KIOSK_SAMPLES.c.at))).scalar_one()
    assert clock() - RAW_FOR <= oldest < clock() - RAW_FOR + HOUR


def test_hours_are_kept_for_400_days(database, clock):
    hours = [hour_of(clock()) - timedelta(days=days) for days in (403, 401, 399, 1)]
    with database.writing() as connection:
        connection.execute(
            insert(KIOSK_HOURS),
            [
                {"kiosk": KIOSK, "hour": hour, "samples": 1, "under_voltage_samples": 0}
                for hour in hours
            ],
        )
        while delete_old_hours(connection, clock()):
            pass
    assert count(database, KIOSK_HOURS) == 2
    assert timedelta(days=400) == HOURLY_FOR


# --- silences -----------------------------------------------------------------------------------


def silences(database, kiosk=KIOSK):
    with database.reading() as connection:
        return list(
            connection.execute(select(KIOSK_SILENCES).where(KIOSK_SILENCES.c.kiosk == kiosk))
        )


def back_with(kiosk, host_uptime_s, end=PreviousEnd.UNKNOWN, alive=None, uptime_s=None):
    run = RunHealth(previous_end=end, last_alive_at=alive, host_uptime_s=host_uptime_s)
    return kiosk.health(run=run, uptime_s=host_uptime_s if uptime_s is None else uptime_s)


def test_a_kiosk_that_reports_leaves_no_silence(database, intake, kiosk, clock):
    for _ in range(6):
        intake(kiosk.health())
        clock.pass_time(minutes=5)
    assert silences(database) == []


def test_a_silence_is_kept_when_it_ends(database, intake, kiosk, clock):
    intake(kiosk.state(), kiosk.health())
    went = clock()
    clock.pass_time(hours=3)
    intake(kiosk.health())
    (row,) = silences(database)
    assert (row.last_report_at, row.ended_at) == (went, clock())
    assert (row.report_interval_ms, row.boot_before, row.cause) == (300_000, 3, None)


def test_a_goodbye_and_a_return_within_the_hold_leave_none(database, intake, kiosk, clock):
    intake(kiosk.state(), kiosk.health(), kiosk.state(Presence.OFFLINE))
    clock.pass_time(seconds=170)
    intake(kiosk.state(session=2))
    assert silences(database) == []


def test_a_will_that_was_held_is_kept_with_it(database, intake, kiosk, clock):
    intake(kiosk.state(), kiosk.health())
    clock.pass_time(minutes=1)
    intake(kiosk.state(Presence.OFFLINE))
    said = clock()
    clock.pass_time(minutes=8)
    intake(kiosk.state(session=2))
    (row,) = silences(database)
    assert row.will_at == said


def test_a_retained_birth_ends_no_silence(database, intake, kiosk, clock):
    intake(kiosk.state(), kiosk.health())
    clock.pass_time(hours=3)
    intake(kiosk.state(), retained=True)
    assert silences(database) == []


@pytest.mark.parametrize(
    ("host_uptime_s", "uptime_s", "end", "cause"),
    [
        (400_000, None, PreviousEnd.UNKNOWN, Cause.DEAD_LINE),
        (60, None, PreviousEnd.POWER_LOST, Cause.POWER_CUT),
        (60, None, PreviousEnd.SHUT_DOWN, Cause.SHUT_DOWN),
        (60, None, PreviousEnd.REBOOTED, Cause.REBOOT),
        (400_000, 60, PreviousEnd.UNKNOWN, Cause.PROGRAM),
    ],
)
def test_a_power_cut_is_told_apart_from_a_dead_line(  # noqa: PLR0917 - a table's columns
    database, intake, kiosk, clock, host_uptime_s, uptime_s, end, cause
):
    intake(kiosk.health())
    went = clock()
    clock.pass_time(hours=3)
    intake(kiosk.state(boot=4))
    clock.pass_time(seconds=2)
    intake(back_with(kiosk, host_uptime_s, end, went, uptime_s))
    with database.writing() as connection:
        assert judge_silences(connection, clock()) == 1
        assert judge_silences(connection, clock()) == 0
        window = Span(went, clock())
        (kept,) = kept_silences(connection, [KIOSK, OTHER_KIOSK], window)[KIOSK]
    assert kept.cause is cause
    assert (kept.off is not None) == (host_uptime_s == 60)
    if kept.off is not None:
        assert kept.off.begin == went
        assert kept.off.end == clock() - timedelta(seconds=60)


def test_a_kiosk_that_says_nothing_of_itself_is_judged_in_the_end(database, intake, kiosk, clock):
    intake(kiosk.health())
    clock.pass_time(hours=3)
    intake(kiosk.event())
    with database.writing() as connection:
        assert judge_silences(connection, clock()) == 0
        clock.pass_time(minutes=31)
        assert judge_silences(connection, clock()) == 1
    assert silences(database)[0].cause == Cause.UNKNOWN.value


def test_what_nobody_heard_is_laid_to_the_regency(database, intake, kiosk, clock):
    intake(kiosk.health())
    clock.pass_time(minutes=1)
    with database.writing() as connection:
        listening_ends(connection, clock())
    clock.pass_time(hours=2)
    with database.writing() as connection:
        listening_begins(connection, clock())
    clock.pass_time(minutes=4)
    intake(back_with(kiosk, 60, PreviousEnd.POWER_LOST))
    with database.writing() as connection:
        judge_silences(connection, clock())
        pasts = read_pasts(
            connection, [KIOSK], last_days(clock(), 1), report_interval=INTERVAL, planned={}
        )
    assert silences(database)[0].cause == Cause.REGENCY.value
    uptime = pasts[KIOSK].uptime(last_days(clock(), 1))
    assert uptime.offline == timedelta()
    assert uptime.unknown > timedelta(hours=1, minutes=50)
    assert uptime.share == 1.0


def test_uptime_of_a_kiosk_that_is_away_now(database, intake, kiosk, clock):
    intake(kiosk.health())
    clock.pass_time(hours=1)
    with database.reading() as connection:
        pasts = read_pasts(
            connection,
            [KIOSK, OTHER_KIOSK],
            last_days(clock(), 1),
            report_interval=INTERVAL,
            planned={KIOSK: [Span(clock() - timedelta(minutes=10), clock())]},
        )
        none = read_pasts(
            connection, [], last_days(clock(), 1), report_interval=INTERVAL, planned={}
        )
    assert none == {}
    assert set(pasts) == {KIOSK}
    uptime = pasts[KIOSK].uptime(last_days(clock(), 1))
    assert uptime.online == timedelta(minutes=20)
    assert uptime.offline == timedelta(minutes=30)
    assert uptime.planned == timedelta(minutes=10)


# --- listening ----------------------------------------------------------------------------------


def deaf(database, clock, hours=24):
    with database.reading() as connection:
        window = Span(clock() - hours * HOUR, clock())
        return [
            (span.begin - clock.began, span.end - clock.began)
            for span in deaf_times(connection, window)
        ]


@pytest.fixture
def began(clock):
    clock.began = clock()
    return clock()


def minutes(count):
    return timedelta(minutes=count)


def test_an_inbox_that_died_was_deaf_from_its_last_beat(database, clock, began):
    with database.writing() as connection:
        store_beat(connection, InboxBeat(clock(), clock(), connected=True))
    clock.pass_time(minutes=30)
    assert deaf(database, clock) == [(minutes(0), minutes(30))], "told while it lasts"
    with database.writing() as connection:
        inbox_starts(connection, InboxBeat(began, began, connected=True))
        listening_begins(connection, clock())
        store_beat(connection, InboxBeat(clock(), clock(), connected=True))
    clock.pass_time(seconds=30)
    assert deaf(database, clock) == [(minutes(0), minutes(30))]


def test_the_first_inbox_of_all_was_never_deaf(database, clock, began):
    with database.writing() as connection:
        inbox_starts(connection, None)
        listening_begins(connection, clock())
    assert deaf(database, clock) == []


def test_a_deaf_time_that_lasts_is_one(database, clock, began):
    for _ in range(3):
        with database.writing() as connection:
            listening_ends(connection, clock())
        clock.pass_time(minutes=5)
    assert deaf(database, clock) == [(minutes(0), minutes(15))]
    assert count(database, DEAF_TIMES) == 1


def test_the_inbox_notes_when_it_does_not_listen(database, clock):
    clock.began = clock()
    inbox = Inbox(
        regency=REGENCY,
        database=database,
        publish=lambda _: True,
        reconnect=lambda: None,
        events=queue.Queue(),
        report_interval=INTERVAL,
        now=clock,
    )
    inbox._note_start()
    inbox._handle([Connected()])
    clock.pass_time(minutes=10)
    inbox._handle([Disconnected()])
    clock.pass_time(minutes=7)
    inbox._handle([Disconnected()])
    inbox._handle([Connected()])
    assert deaf(database, clock) == [(minutes(10), minutes(17))]


# --- the log ------------------------------------------------------------------------------------


def test_the_log_has_events_returns_and_refusals_newest_first(database, intake, kiosk, clock):
    intake(kiosk.health(), kiosk.event("a"))
    clock.pass_time(hours=1)
    intake(kiosk.health())
    topic = f"anjungan/1/3505/3505102001/{KIOSK}/up/request"
    clock.pass_time(minutes=1)
    intake.payloads((topic, b'{"id": "01930000-0000-7000-8000-000000000001"}'))
    with database.reading() as connection:
        log = read_log(connection, KIOSK, topics=frozenset(LogTopic), before=None, limit=9)
        only = read_log(
            connection, KIOSK, topics=frozenset({LogTopic.SILENCES}), before=None, limit=9
        )
    assert [type(each) for each in log.entries] == [WasRefused, CameBack, Told]
    assert log.older is None
    assert [type(each) for each in only.entries] == [CameBack]


def test_pages_of_the_log_leave_nothing_out_and_tear_no_moment(database, intake, kiosk, clock):
    for _ in range(4):
        intake(*(kiosk.event() for _ in range(3)))
        clock.pass_time(minutes=1)
    seen, before = [], None
    with database.reading() as connection:
        while True:
            page = read_log(connection, KIOSK, topics=frozenset(LogTopic), before=before, limit=4)
            seen.append(len(page.entries))
            if page.older is None:
                break
            before = page.older
    assert seen == [6, 6]


def test_the_duties_do_it_all_and_bear_being_done_again(database, intake, kiosk, clock):
    fill(database, hour_of(clock()) - RAW_FOR - 5 * HOUR, 8, (OTHER_KIOSK,))
    intake(kiosk.health())
    clock.pass_time(hours=3)
    intake(kiosk.health())
    clock.pass_time(minutes=31)
    with database.writing() as connection:
        listening_ends(connection, clock() - timedelta(days=500))
        listening_begins(connection, clock() - timedelta(days=499))
    for _ in range(2):
        for duty in fleet_duties(database):
            duty.run(clock())
    assert silences(database)[0].cause is not None
    assert count(database, KIOSK_HOURS) >= 8
    assert count(database, DEAF_TIMES) == 0
    clock.pass_time(days=401)
    for duty in fleet_duties(database):
        duty.run(clock())
    assert silences(database) == []
