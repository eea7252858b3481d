"""Incidents in the database: opening, ending, absorbing, and the messages they owe."""

from datetime import timedelta

import pytest
from alerts_lab import HandWatch, device, with_alerts
from regency_lab import KIOSK, OTHER_KIOSK
from sqlalchemy import select, update

from anjungan.protocol.health import PreviousEnd, RunHealth
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import EventKind, Presence
from anjungan.regency.alerts import bookkeeping, evaluation_pass
from anjungan.regency.alerts.duties import alert_duties
from anjungan.regency.alerts.handling import MuteFor, mute, muted_until
from anjungan.regency.alerts.kinds import AlertKind
from anjungan.regency.alerts.maintenance import (
    WindowScope,
    end_window,
    kiosks_in_maintenance,
    plan_window,
)
from anjungan.regency.alerts.reading import count_unacknowledged, open_incidents
from anjungan.regency.audit.trail import system_actor
from anjungan.regency.enrolment.clones import (
    close_clone_alarm,
    open_clone_alarms,
    record_clone,
)
from anjungan.regency.fleet.silences import judge_silences
from anjungan.regency.store.database import open_database
from anjungan.regency.store.tables import ALERT_MESSAGES, ALERT_PENDING, INCIDENTS

DATABASES = ("sqlite", "postgresql")
SILENT_VILLAGES = [f"35051710{number:02d}" for number in range(1, 9)]


@pytest.fixture
def watch(settings, database, clock):
    return HandWatch(database, with_alerts(settings), clock)


@pytest.fixture
def messages(database):
    def read():
        with database.reading() as connection:
            rows = connection.execute(select(ALERT_MESSAGES).order_by(ALERT_MESSAGES.c.id))
            return [(row.occasion, row.title, row.body) for row in rows]

    return read


def out_of_paper(kiosk):
    return kiosk.health(devices=(device("printer", "fault", "paper_out"),))


def with_paper(kiosk):
    return kiosk.health(devices=(device("printer", "ready"),))


def test_paper_out_opens_after_its_grace_and_ends_after_calm(watch, intake, kiosk, messages):
    intake(out_of_paper(kiosk))
    assert watch.look() == 0
    assert watch.open_kinds() == set()
    assert watch.look(seconds=119) == 0
    assert watch.look(seconds=1) == 1
    assert watch.look(seconds=15) == 0
    incident = watch.incidents(AlertKind.PAPER_OUT)[0]
    assert incident.since == incident.opened_at - timedelta(minutes=2)
    assert incident.kiosk == KIOSK
    assert [each.code for each in incident.facts.devices] == ["paper_out"]

    intake(with_paper(kiosk))
    assert watch.look(seconds=15) == 0
    assert watch.incidents(AlertKind.PAPER_OUT)[0].is_open
    assert watch.look(seconds=120) == 1
    ended = watch.incidents(AlertKind.PAPER_OUT)[0]
    assert not ended.is_open
    occasions = messages()
    assert [each[0] for each in occasions] == ["opened", "ended"]
    opened_title, opened_body = occasions[0][1:]
    assert opened_title == "Mendesak: Kertas habis – Desa Minggirsari, Kec. Kanigoro"
    for words in (
        "printer tiket: kertas habis",
        f"({KIOSK})",
        "Sejak Selasa, 24 November 2026 pukul 09.41 WIB",
        "Langkah pertama: Minta petugas desa memasang gulungan kertas.",
        f"http://127.0.0.1:8080/peringatan/{incident.id}",
        f"nomor {incident.id}",
    ):
        assert words in opened_body
    assert occasions[1][1].startswith("Selesai: Kertas habis")


def test_what_passes_within_its_grace_is_nothing(watch, intake, kiosk, database):
    intake(out_of_paper(kiosk))
    watch.look()
    intake(with_paper(kiosk))
    watch.look(seconds=60)
    intake(out_of_paper(kiosk))
    watch.look(seconds=60)
    watch.look(seconds=119)
    assert watch.incidents() == []
    with database.reading() as connection:
        assert len(connection.execute(select(ALERT_PENDING)).all()) == 1


def test_a_new_watch_goes_on_where_the_old_one_died(watch, intake, kiosk, settings, messages):
    intake(out_of_paper(kiosk))
    watch.look()
    watch.look(minutes=2)
    again = open_database(settings.database_address)
    successor = HandWatch(again, watch.settings, watch.clock)
    for _ in range(3):
        assert successor.look() == 0
    intake(with_paper(kiosk))
    successor.look(seconds=1)
    assert successor.look(minutes=2) == 1
    again.close()
    assert [each[0] for each in messages()] == ["opened", "ended"]


def test_a_pass_that_dies_half_way_leaves_nothing(watch, intake, kiosk, monkeypatch, messages):
    intake(out_of_paper(kiosk))
    watch.look()
    with monkeypatch.context() as broken:
        broken.setattr(bookkeeping, "update_incidents", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            watch.look(minutes=2)
    assert watch.incidents() == []
    assert messages() == []
    assert watch.look() == 1


def test_a_muted_incident_says_nothing_and_its_mute_outlives_it(
    *, watch, intake, kiosk, database, clock, messages
):
    intake(out_of_paper(kiosk))
    watch.look()
    watch.look(minutes=2)
    first = watch.incidents()[0]
    with database.writing() as connection:
        until = muted_until(MuteFor.EIGHT_HOURS, clock())
        assert mute(connection, first.id, until, by="Ratna")
    intake(with_paper(kiosk))
    watch.look(seconds=1)
    assert watch.look(minutes=2) == 0
    intake(out_of_paper(kiosk))
    watch.look(seconds=1)
    assert watch.look(minutes=2) == 0
    second = watch.incidents(is_open=True)[0]
    assert second.id != first.id
    assert (second.muted_until, second.muted_by) == (until, "Ratna")
    assert len(messages()) == 1
    intake(out_of_paper(kiosk))
    watch.look(hours=7)
    intake(out_of_paper(kiosk))
    assert watch.look(hours=1) == 1, "still there when the mute is over"
    assert len(messages()) == 2


def test_muted_until_fixed_ends_with_the_incident(
    *, watch, intake, kiosk, database, clock, messages
):
    intake(out_of_paper(kiosk))
    watch.look()
    watch.look(minutes=2)
    with database.writing() as connection:
        mute(connection, watch.incidents()[0].id, muted_until(MuteFor.FIXED, clock()), by="Ratna")
    intake(with_paper(kiosk))
    watch.look(seconds=1)
    assert watch.look(minutes=2) == 0
    intake(out_of_paper(kiosk))
    watch.look(seconds=1)
    assert watch.look(minutes=2) == 1
    assert [each[0] for each in messages()] == ["opened", "opened"]


def test_in_maintenance_nobody_is_told_until_it_is_over(
    *, watch, intake, kiosk, database, clock, messages
):
    with database.writing() as connection:
        window = plan_window(
            connection,
            scope=WindowScope.DISTRICT,
            place="350510",
            starts_at=clock(),
            ends_at=clock() + timedelta(hours=2),
            reason="Ganti catu daya",
            by="Ratna",
            now=clock(),
        )
    intake(out_of_paper(kiosk))
    watch.look()
    assert watch.look(minutes=3) == 0
    assert watch.open_kinds() == {AlertKind.PAPER_OUT}
    with database.writing() as connection:
        assert list(kiosks_in_maintenance(connection, clock())) == [KIOSK]
        assert end_window(connection, window, clock()) is not None
        assert end_window(connection, window, clock()) is None
        assert kiosks_in_maintenance(connection, clock()) == {}
    assert watch.look() == 1
    assert len(messages()) == 1


def test_the_end_in_maintenance_is_told_after_it(
    *, watch, intake, kiosk, database, clock, messages
):
    intake(out_of_paper(kiosk))
    watch.look()
    watch.look(minutes=2)
    with database.writing() as connection:
        plan_window(
            connection,
            scope=WindowScope.REGENCY,
            place="",
            starts_at=clock(),
            ends_at=clock() + timedelta(minutes=5),
            reason="",
            by="Ratna",
            now=clock(),
        )
    intake(with_paper(kiosk))
    watch.look(seconds=1)
    assert watch.look(minutes=2) == 0
    assert watch.incidents(is_open=True) == []
    assert watch.look(minutes=3) == 1
    assert watch.look() == 0
    assert [each[0] for each in messages()] == ["opened", "ended"]


def test_a_kiosk_that_says_it_is_worked_on_is_left_alone(watch, intake, kiosk):
    intake(kiosk.health(screens_up=False, maintenance=True))
    watch.look()
    assert watch.look(minutes=3) == 0
    assert watch.open_kinds() == {AlertKind.SCREENS_DOWN}
    intake(kiosk.health(screens_up=False))
    assert watch.look() == 1


def report_all(intake, kiosk, clock, villages):
    for village in villages:
        intake(kiosk.health(), kiosk=KioskId(f"{village}-1"))


def test_one_silent_kiosk_is_one_incident(watch, intake, kiosk, other_kiosk, clock):
    intake(kiosk.health())
    for _ in range(8):
        intake(other_kiosk.health(), kiosk=OTHER_KIOSK)
        watch.look(minutes=5)
    assert [(each.kind, each.kiosk) for each in watch.incidents()] == [(AlertKind.OFFLINE, KIOSK)]
    assert watch.incidents()[0].facts.moment is not None


def test_a_silent_kecamatan_is_one_incident_with_one_message(watch, intake, kiosk, clock, messages):
    elsewhere = [f"35051020{number:02d}" for number in range(1, 13)]
    report_all(intake, kiosk, clock, [*SILENT_VILLAGES, *elsewhere])
    for _ in range(24):
        clock.pass_time(seconds=150)
        report_all(intake, kiosk, clock, elsewhere)
        for _ in range(5):
            watch.look(seconds=30)
    incidents = watch.incidents(is_open=True)
    district = [each for each in incidents if each.kind is AlertKind.DISTRICT_SILENT]
    assert [(each.district, each.facts.count, each.facts.total) for each in district] == [
        ("350517", 8, 8)
    ]
    singles = [each for each in incidents if each.kind is AlertKind.OFFLINE]
    assert len(singles) == 8
    assert {each.absorbed_into for each in singles} == {district[0].id}
    assert [each[:2] for each in messages()] == [
        ("opened", "Mendesak: Satu kecamatan senyap – Kec. Wlingi")
    ]
    with watch.database.reading() as connection:
        assert [each.id for each in open_incidents(connection, None)] == [district[0].id]
        assert count_unacknowledged(connection, None) == 1

    still_dead = SILENT_VILLAGES[0]
    for _ in range(12):
        clock.pass_time(seconds=150)
        report_all(intake, kiosk, clock, [*elsewhere, *SILENT_VILLAGES[1:]])
        for _ in range(5):
            watch.look(seconds=30)
    titles = [each[1] for each in messages()[1:]]
    assert titles[0] == "Selesai: Satu kecamatan senyap – Kec. Wlingi"
    assert len(titles) == 2
    assert titles[1].startswith("Mendesak: Luring –"), "the one that stays dead is told by itself"
    left = watch.incidents(is_open=True)
    assert [(each.kind, each.kiosk, each.absorbed_into) for each in left] == [
        (AlertKind.OFFLINE, f"{still_dead}-1", None)
    ]


def test_the_silence_of_everything_is_one_incident(watch, intake, kiosk, clock, messages):
    places = [*SILENT_VILLAGES[:5], *(f"35051020{number:02d}" for number in range(1, 6))]
    report_all(intake, kiosk, clock, places)
    for _ in range(100):
        watch.look(seconds=30)
    assert [each[:2] for each in messages()] == [
        ("opened", "Mendesak: Semua anjungan senyap – Seluruh kabupaten")
    ]
    by_kind = {}
    for each in watch.incidents(is_open=True):
        by_kind.setdefault(each.kind, []).append(each)
    assert {kind: len(found) for kind, found in by_kind.items()} == {
        AlertKind.REGENCY_SILENT: 1,
        AlertKind.DISTRICT_SILENT: 2,
        AlertKind.OFFLINE: 10,
    }
    assert by_kind[AlertKind.REGENCY_SILENT][0].facts.code == "line"


@pytest.mark.parametrize(
    ("inbox", "kind"),
    [("no_broker", AlertKind.REGENCY_SILENT), ("down", AlertKind.INBOX_DOWN)],
)
def test_when_nobody_listens_no_kiosk_is_blamed(
    *, watch, intake, kiosk, clock, messages, inbox, kind
):
    report_all(intake, kiosk, clock, SILENT_VILLAGES)
    watch.look()
    watch.inbox = inbox
    for _ in range(60):
        watch.look(minutes=1)
    assert watch.open_kinds() == {kind}
    assert len(messages()) == 1
    watch.inbox = "listening"
    watch.started_at = clock()
    watch.look()
    report_all(intake, kiosk, clock, SILENT_VILLAGES)
    report_all(intake, kiosk, clock, SILENT_VILLAGES)
    for _ in range(4):
        watch.look(minutes=1)
    assert watch.open_kinds() == set()
    assert [each[0] for each in messages()] == ["opened", "ended"]


def test_what_kiosks_told_of_doors_and_restarts(watch, intake, kiosk, clock):
    def event(kind, **changes):
        return type(kiosk.event())(**{**kiosk.header(), "kind": kind, **changes})

    intake(kiosk.health(), event(EventKind.CONTACT_OPENED, detail="door"))
    intake(event(EventKind.CONTACT_CLOSED, detail="door"))
    intake(event(EventKind.STORAGE_RECOVERED))
    intake(*(event(EventKind.STARTED) for _ in range(4)))
    old = clock() - timedelta(days=2)
    intake(*(event(EventKind.STARTED, sent_at=old) for _ in range(9)), kiosk=OTHER_KIOSK)
    watch.look()
    expected = {AlertKind.CONTACT_OPENED, AlertKind.STORAGE_RECOVERED, AlertKind.RESTART_LOOP}
    assert watch.open_kinds() == expected
    assert {each.kiosk for each in watch.incidents()} == {KIOSK}
    for _ in range(9):
        intake(kiosk.health())
        watch.look(minutes=8)
    left = {each.kind for each in watch.incidents(is_open=True, kiosk=KIOSK)}
    assert left == {AlertKind.STORAGE_RECOVERED}


def test_the_end_of_a_silence_tells_its_cause(
    *, watch, intake, kiosk, other_kiosk, clock, messages
):
    """The machine has begun anew, and its last run ended in the dark."""
    intake(kiosk.health())
    began = clock()
    for _ in range(12):
        intake(other_kiosk.health(), kiosk=OTHER_KIOSK)
        watch.look(minutes=5)
    incident = watch.incidents()[0]
    assert (incident.since, incident.facts.code) == (began, "")
    run = RunHealth(previous_end=PreviousEnd.POWER_LOST, last_alive_at=began, host_uptime_s=30)
    for _ in range(9):
        intake(kiosk.health(run=run, uptime_s=20))
        intake(other_kiosk.health(), kiosk=OTHER_KIOSK)
        with watch.database.writing() as connection:
            judge_silences(connection, clock())
        watch.look(minutes=2)
    assert watch.incidents(is_open=True) == []
    assert watch.incidents()[0].facts.code == "power_cut"
    assert "Luring: ternyata listrik padam." in messages()[-1][2]


def test_a_clone_is_told_until_somebody_has_looked_into_it(watch, intake, kiosk, database, clock):
    intake(kiosk.health())
    with database.writing() as connection:
        record_clone(connection, KIOSK, "two addresses", clock())
    assert watch.look() == 1
    assert watch.open_kinds() == {AlertKind.CLONE_SUSPECTED}
    with database.writing() as connection:
        alarm = open_clone_alarms(connection)[0]
        assert close_clone_alarm(connection, alarm.id, system_actor("test"), clock())
    watch.look()
    assert watch.look(minutes=1) == 1
    assert watch.open_kinds() == set()


def test_refused_requests_are_told(watch, intake, kiosk):
    intake(kiosk.health())
    topic = f"anjungan/1/3505/3505102001/{KIOSK}/up/request"
    intake.payloads((topic, b'{"id": "01930000-0000-7000-8000-000000000001"}'))
    assert watch.look() == 1
    assert watch.incidents()[0].facts.count == 1


def test_an_unknown_silence_opens_nothing(watch, intake, kiosk):
    intake(kiosk.state(Presence.OFFLINE))
    for _ in range(40):
        watch.look(minutes=1)
    assert watch.incidents() == []


def test_two_watches_at_once_open_one_incident(watch, intake, kiosk, monkeypatch, messages):
    """The second has judged before the first wrote, and writes after it."""
    intake(out_of_paper(kiosk))
    watch.look()
    watch.clock.pass_time(minutes=2)
    gather = evaluation_pass.gather

    def slowly(*arguments, **named):
        gathered = gather(*arguments, **named)
        monkeypatch.setattr(evaluation_pass, "gather", gather)
        assert watch.look() == 1
        return gathered

    monkeypatch.setattr(evaluation_pass, "gather", slowly)
    assert watch.look() == 0
    assert len(watch.incidents()) == 1
    assert len(messages()) == 1


def test_what_the_watch_does_for_alerts(watch, intake, kiosk, clock, database):
    """Its duties judge, deliver and forget; what is forgotten may have told of others."""
    duties = {each.name: each for each in alert_duties(watch.settings, database)}
    assert duties["alerts"].every == timedelta(seconds=15)
    report_all(intake, kiosk, clock, SILENT_VILLAGES)
    for _ in range(80):
        watch.look(seconds=30)
    ids = {each.kind: each.id for each in watch.incidents(is_open=True)}
    assert len(watch.incidents(is_open=True)) == 10
    with database.writing() as connection:
        ended = clock() - timedelta(days=401)
        whole = INCIDENTS.c.id.in_([ids[AlertKind.REGENCY_SILENT], ids[AlertKind.DISTRICT_SILENT]])
        connection.execute(update(INCIDENTS).where(whole).values(ended_at=ended, open_key=None))
    duties["old alerts"].run(clock())
    left = watch.incidents()
    assert {each.kind for each in left} == {AlertKind.OFFLINE}
    assert {each.absorbed_into for each in left} == {None}
    duties["messages about alerts"].run(clock())
    intake(out_of_paper(kiosk))
    duties["alerts"].run(clock())
    with database.reading() as connection:
        pending = connection.execute(select(ALERT_PENDING.c.kind)).scalars().all()
    assert AlertKind.PAPER_OUT.value in pending
