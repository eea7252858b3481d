"""The list, the map and the page of a kiosk: what they show, to whom, and how much it weighs."""

import re
from datetime import timedelta

import msgspec
import pytest
from regency_lab import KIOSK, OTHER_KIOSK

from anjungan.catalogue.villages import load_villages
from anjungan.protocol.health import (
    ClockHealth,
    DeviceHealth,
    DiskHealth,
    NetworkHealth,
    NetworkKind,
    PowerFault,
    PowerHealth,
    PreviousEnd,
    RunHealth,
)
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import QueueHealth, TimeQuality
from anjungan.regency.alerts.kinds import DEFAULT_RULES, AlertKind
from anjungan.regency.alerts.maintenance import WindowScope, end_window, plan_window
from anjungan.regency.fleet.causes import Cause
from anjungan.regency.fleet.duties import fleet_duties
from anjungan.regency.fleet.spans import Span
from anjungan.regency.fleet.uptime import KioskPast
from anjungan.regency.web.fleet.availability import availability, calendar_days
from anjungan.regency.web.fleet.fleet_page import PAGE_LINES
from anjungan.regency.web.fleet.list_query import FleetQuery, parse_fleet_query
from anjungan.regency.web.fleet.log_words import CAUSE_WORDS
from anjungan.regency.web.fleet.machine_facts import machine_facts
from anjungan.regency.web.fleet.maintenance_spans import planned_spans
from anjungan.regency.web.fleet.map_labels import Labels, Name
from anjungan.regency.web.fleet.regency_map import load_regency_map
from anjungan.regency.web.fleet.standing import Standing
from anjungan.regency.web.fleet.warnings import is_beyond, warned
from anjungan.regency.web.fleet.words import share_words


def kiosk_in_each_village(intake, kiosk, count):
    for code in sorted(load_villages())[:count]:
        intake(kiosk.health(), kiosk=KioskId(f"{code}-1"))


def words_of(facts, label):
    return [(fact.value, fact.sign and fact.sign.tone) for fact in facts if fact.label == label]


# --- the list -----------------------------------------------------------------------------------


def test_the_worst_stand_first_and_the_list_can_be_narrowed(officer, intake, kiosk, clock):
    intake(kiosk.health(), kiosk=OTHER_KIOSK)
    clock.pass_time(minutes=25)
    intake(kiosk.health())
    clock.pass_time(seconds=1)
    intake(kiosk.health())
    html = officer.get("/anjungan").text
    assert html.index(f"r-{OTHER_KIOSK}") < html.index(f"r-{KIOSK}")
    for path, shown, hidden in (
        ("/anjungan?cari=minggir", KIOSK, OTHER_KIOSK),
        ("/anjungan?cari=3505171001", OTHER_KIOSK, KIOSK),
        ("/anjungan?status=luring", OTHER_KIOSK, KIOSK),
        ("/anjungan?kecamatan=Kanigoro", KIOSK, OTHER_KIOSK),
    ):
        html = officer.get(path).text
        assert f"r-{shown}" in html
        assert f"r-{hidden}" not in html
        assert "1 dari 2 anjungan" in html
    html = officer.get("/anjungan?cari=tidak ada").text
    assert "Tidak ada anjungan yang cocok" in html
    assert "Belum dipasang" not in html


def test_pages_of_a_long_list_weigh_the_same_for_each_kiosk(officer, intake, kiosk):
    kiosk_in_each_village(intake, kiosk, PAGE_LINES + 3)
    first = officer.get("/anjungan")
    assert first.text.count('<tr id="r-') == PAGE_LINES
    assert "1 dari 2" in first.text
    assert len(first.content) / PAGE_LINES < 1000
    second = officer.get("/anjungan?halaman=2").text
    assert second.count('<tr id="r-') == 3
    assert officer.get("/anjungan?halaman=99").text.count('<tr id="r-') == 3
    assert "halaman=2" in first.text


def test_maintenance_goes_before_what_it_causes(officer, intake, kiosk, database, clock):
    intake(kiosk.health(screens_up=False))
    with database.writing() as connection:
        plan_window(
            connection,
            scope=WindowScope.KIOSK,
            place=KIOSK,
            starts_at=clock() - timedelta(minutes=5),
            ends_at=clock() + timedelta(hours=1),
            reason="kipas",
            by="Ratna W.",
            now=clock(),
        )
    html = officer.get("/anjungan").text
    assert "Perawatan" in html
    assert "s.d. 10.41" in html
    assert "s.d. 10.41" in officer.get(f"/anjungan/{KIOSK}").text


def test_a_kiosk_that_says_it_is_worked_on_is(officer, intake, kiosk):
    intake(kiosk.health(maintenance=True))
    assert "/anjungan?status=perawatan" not in officer.get("/anjungan").text
    html = officer.get("/anjungan?status=perawatan").text
    assert f"r-{KIOSK}" in html


@pytest.mark.parametrize(
    ("values", "query"),
    [
        ({}, FleetQuery()),
        ({"cari": "  a   b ", "status": "dicek"}, FleetQuery("a b", Standing.CHECK)),
        ({"status": "x", "halaman": "0"}, FleetQuery()),
        ({"halaman": "٣"}, FleetQuery()),
        ({"halaman": "-1"}, FleetQuery()),
        ({"halaman": "9" * 9}, FleetQuery(page=10_000)),
    ],
)
def test_addresses_of_the_list(values, query):
    assert parse_fleet_query(values) == query


def test_an_address_leads_to_the_same_list():
    query = FleetQuery("Ponggok & co", Standing.OFFLINE, "Ponggok", 3)
    assert query.address(2) == (
        "/anjungan?cari=Ponggok+%26+co&status=luring&kecamatan=Ponggok&halaman=2"
    )
    assert FleetQuery().address() == "/anjungan"


# --- what is wrong ------------------------------------------------------------------------------


def troubles(kiosk, clock, /, **changes):
    return [each.word for each in warned(kiosk.health(**changes), DEFAULT_RULES, clock())]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, []),
        ({"cpu_temperature_c": 75.0}, ["Suhu tinggi"]),
        ({"cpu_temperature_c": 74.9}, []),
        ({"cpu_temperature_c": 1e9}, []),
        ({"queue": QueueHealth(depth=2, oldest_age_s=3700)}, ["Permohonan tertahan di anjungan"]),
        ({"queue": QueueHealth(depth=0, oldest_age_s=3700)}, []),
        ({"power": PowerHealth(now=(PowerFault.UNDER_VOLTAGE,))}, ["Tegangan listrik kurang"]),
        ({"power": PowerHealth(since_boot=(PowerFault.UNDER_VOLTAGE,))}, []),
        ({"power": PowerHealth(now=(PowerFault.THROTTLED,))}, ["Suhu tinggi"]),
        ({"disk_free_bytes": 400_000_000}, ["Ruang simpan hampir penuh"]),
        (
            {"disk": DiskHealth(total_bytes=9**12, free_bytes=9**11, read_only=True)},
            ["Penyimpanan terkunci"],
        ),
        (
            {"disk": DiskHealth(total_bytes=9**12, free_bytes=9**11, life_used_percent=90)},
            ["Kartu memori aus"],
        ),
        ({"clock": ClockHealth(offset_ms=-130_000)}, ["Jam tidak tepat"]),
        ({"screens_up": False}, ["Layar mati"]),
    ],
)
def test_troubles_by_the_limits_of_the_alerts(kiosk, clock, changes, words):
    assert troubles(kiosk, clock, **changes) == words


def test_a_certificate_that_ends_soon(kiosk, clock):
    ends = {days: clock() + timedelta(days=days) for days in (20, 200)}
    assert troubles(kiosk, clock, certificate_expires_at=ends[20]) == ["Sertifikat akan habis"]
    assert troubles(kiosk, clock, certificate_expires_at=ends[200]) == []


def test_paper_is_one_trouble_and_named_without_its_printer(kiosk, clock):
    def printer(state, code, level):
        return DeviceHealth(
            name="printer", kind="printer", state=state, code=code, level_percent=level
        )

    assert troubles(kiosk, clock, devices=(printer("ready", "", 15),)) == ["Kertas menipis"]
    assert troubles(kiosk, clock, devices=(printer("fault", "paper_out", 0),)) == ["Kertas habis"]
    scanner = DeviceHealth(name="scanner", kind="scanner", state="missing")
    assert troubles(kiosk, clock, devices=(scanner,)) == ["Pemindai QR: Tidak ditemukan"]


def test_a_rule_that_is_switched_off_warns_of_nothing():
    rule = DEFAULT_RULES[AlertKind.HEAT]
    assert is_beyond(rule, 99)
    assert not is_beyond(msgspec.structs.replace(rule, enabled=False), 99)


# --- one kiosk ----------------------------------------------------------------------------------


def told_everything(kiosk, clock, /, **changes):
    health = kiosk.health(
        power=PowerHealth(since_boot=(PowerFault.UNDER_VOLTAGE,)),
        memory_total_bytes=4_000_000_000,
        memory_available_bytes=3_000_000_000,
        disk=DiskHealth(
            total_bytes=32_000_000_000,
            free_bytes=12_400_000_000,
            written_since_boot_bytes=3_000_000_000,
            life_used_percent=90,
        ),
        network=NetworkHealth(
            kind=NetworkKind.WIFI, signal_dbm=-85, round_trip_ms=1500, connections=4
        ),
        clock=ClockHealth(offset_ms=200_000, has_rtc=True),
        run=RunHealth(
            previous_end=PreviousEnd.POWER_LOST,
            last_alive_at=clock() - timedelta(hours=2),
            agent_restarts=2,
            host_uptime_s=7000,
        ),
        certificate_expires_at=clock() + timedelta(days=10),
    )
    return msgspec.structs.replace(health, **changes)


def test_facts_of_the_machine_are_in_words(kiosk, clock):
    facts = machine_facts(told_everything(kiosk, clock), DEFAULT_RULES, clock())
    assert words_of(facts, "Listrik") == [("baik; pernah tegangan kurang sejak menyala", None)]
    assert words_of(facts, "Jaringan Wi-Fi") == [("−85 dBm", "warn")]
    assert words_of(facts, "Bolak-balik") == [("1 detik, 4 kali tersambung", None)]
    assert words_of(facts, "Jam") == [("3 menit lebih cepat", "warn")]
    assert words_of(facts, "Kosong") == [
        ("12,4 GB dari 32,0 GB; ditulis 3,0 GB sejak menyala", None)
    ]
    assert words_of(facts, "Umur kartu") == [("90% terpakai", "warn")]
    assert words_of(facts, "Memori") == [("25% dari 4,0 GB terpakai", None)]
    assert words_of(facts, "Mati sebelumnya") == [("mati mendadak (listrik padam), 07.41", None)]
    assert words_of(facts, "Mulai ulang") == [("program 2 kali, layar 0 kali", None)]
    assert words_of(facts, "Sertifikat") == [("berlaku sampai 4 Desember 2026", "warn")]


def test_facts_of_a_machine_that_is_well(kiosk, clock):
    health = told_everything(
        kiosk,
        clock,
        power=PowerHealth(),
        network=NetworkHealth(kind=NetworkKind.ETHERNET, round_trip_ms=40),
        clock=ClockHealth(offset_ms=-1500),
        disk=DiskHealth(total_bytes=100, free_bytes=40, read_only=True),
        run=None,
        certificate_expires_at=clock() + timedelta(days=300),
    )
    facts = machine_facts(health, DEFAULT_RULES, clock())
    assert words_of(facts, "Listrik") == [("baik", "ok")]
    assert words_of(facts, "Jaringan") == [("Kabel", None)]
    assert words_of(facts, "Bolak-balik") == [("40 ms, 0 kali tersambung", None)]
    assert words_of(facts, "Jam") == [("2 detik lebih lambat", None)]
    assert words_of(facts, "Penyimpanan") == [("Terkunci, tidak bisa ditulisi", "error")]
    assert words_of(facts, "Mati sebelumnya") == []
    now = PowerHealth(now=(PowerFault.UNDER_VOLTAGE, PowerFault.THROTTLED))
    facts = machine_facts(told_everything(kiosk, clock, power=now), DEFAULT_RULES, clock())
    assert words_of(facts, "Listrik") == [("tegangan kurang, prosesor diperlambat", "warn")]


def test_a_kiosk_that_told_little_has_few_facts(kiosk, clock):
    health = kiosk.health()
    assert [fact.label for fact in machine_facts(health, DEFAULT_RULES, clock())] == ["Jam"]
    unsynced = msgspec.structs.replace(health, time_quality=TimeQuality.UNSYNCED)
    facts = machine_facts(unsynced, DEFAULT_RULES, clock())
    assert words_of(facts, "Jam") == [("belum dicocokkan", None)]


def test_the_page_draws_what_was_told_and_says_it_in_words(officer, intake, kiosk, clock):
    for celsius in (50.0, 52.0, 54.0):
        intake(told_everything(kiosk, clock, cpu_temperature_c=celsius))
        clock.pass_time(minutes=5)
    html = officer.get(f"/anjungan/{KIOSK}").text
    assert html.count('<svg class="chart"') >= 5
    assert "50 sampai 54 °C, terakhir 54 °C; tidak melewati batas 75 °C." in html
    assert html.count("Angka sebagai tabel") == html.count('<svg class="chart"')
    assert "1 jam" in html, "the machine's uptime, not the program's"
    for code in ("7h", "30h", "400h", "nonsense"):
        assert officer.get(f"/anjungan/{KIOSK}?rentang={code}").status_code == 200
    assert "Suhu, 30 hari" in officer.get(f"/anjungan/{KIOSK}?rentang=30h").text


def test_a_power_cut_is_told_in_words_on_the_page(browser, intake, kiosk, clock, database):
    intake(kiosk.health())
    went = clock()
    clock.pass_time(hours=3)
    run = RunHealth(previous_end=PreviousEnd.POWER_LOST, last_alive_at=went, host_uptime_s=60)
    intake(kiosk.health(run=run, uptime_s=60))
    browser.log_in()
    path = f"/anjungan/{KIOSK}"
    assert "menunggu laporan anjungan" in browser.get(path).text
    for duty in fleet_duties(database):
        duty.run(clock())
    html = browser.get(path).text
    assert "Kembali setelah 3 jam tanpa kabar (sejak 09.41)" in html
    assert "Listrik padam; mesin mati kira-kira 09.41 sampai 12.40" in html
    assert "Listrik padam" in browser.get(f"{path}?catatan=putus").text
    assert "Listrik padam" not in browser.get(f"{path}?catatan=kejadian").text
    assert "putus 2 jam 40 menit" in html


def test_the_log_goes_on_on_older_pages(officer, intake, kiosk, clock):
    for _ in range(30):
        intake(kiosk.event())
        clock.pass_time(minutes=1)
    path, seen = f"/anjungan/{KIOSK}", 0
    for _ in range(4):
        html = officer.get(path).text
        seen += html.count("Anjungan menyala")
        older = re.search(r'href="([^"]*sebelum=[0-9]+)#catatan"', html)
        if older is None:
            break
        path = older.group(1).replace("&amp;", "&")
    assert seen == 30
    assert "Terbaru" in html
    for odd in ("9" * 40, "-5", "x", "٣"):
        assert officer.get(f"/anjungan/{KIOSK}?sebelum={odd}").status_code == 200


def test_every_cause_has_words():
    assert set(CAUSE_WORDS) == set(Cause)


# --- availability -------------------------------------------------------------------------------


def test_thirty_days_by_the_calendar_of_the_villages(clock):
    days = calendar_days(clock())
    assert len(days) == 30
    assert days[-1].end == clock()
    assert days[-1].length == timedelta(hours=9, minutes=41)
    assert all(day.length == timedelta(days=1) for day in days[:-1])


def test_a_strip_says_what_each_day_was(clock):
    now = clock()
    past = KioskPast(now - timedelta(days=3), (), (), [Span(now - timedelta(days=2), now)])
    told = availability(past, now)
    kinds = [day.kind for day in told.days]
    assert kinds[-1] == "planned"
    assert kinds[-4] == "full"
    assert set(kinds[:-4]) == {"none"}
    assert told.days[-1].words == "hari ini: perawatan"
    assert dict(told.shares) == {"24 jam": "–", "7 hari": "100%", "30 hari": "100%"}
    assert {day.kind for day in availability(None, now).days} == {"none"}


@pytest.mark.parametrize(
    ("share", "words"),
    [(None, "–"), (1.0, "100%"), (0.99999, "99,9%"), (0.991, "99,1%"), (0.5, "50%"), (0.0, "0%")],
)
def test_shares_never_round_up_to_everything(share, words):
    assert share_words(share) == words


def test_windows_that_were_called_off_or_ended_early(database, clock):
    day = Span(clock() - timedelta(days=1), clock())
    planned = [
        (WindowScope.KIOSK, KIOSK, 10, 8),
        (WindowScope.REGENCY, "", 6, 5),
        (WindowScope.KIOSK, OTHER_KIOSK, 4, 3),
        (WindowScope.KIOSK, KIOSK, 2, -5),
    ]
    with database.writing() as connection:
        for scope, place, begin, end in planned:
            plan_window(
                connection,
                scope=scope,
                place=place,
                starts_at=clock() - timedelta(hours=begin),
                ends_at=clock() - timedelta(hours=end),
                reason="",
                by="x",
                now=clock(),
            )
        end_window(connection, 4, clock() - timedelta(hours=1))
        spans = planned_spans(connection, [KIOSK, OTHER_KIOSK], day)
        assert planned_spans(connection, [], day) == {}
    hours = {
        kiosk: [(span.length / timedelta(hours=1)) for span in found]
        for kiosk, found in spans.items()
    }
    assert hours == {KIOSK: [2, 1, 1], OTHER_KIOSK: [1, 1]}


# --- the map ------------------------------------------------------------------------------------


def test_every_village_has_its_place_on_the_map():
    drawing = load_regency_map()
    assert set(drawing.villages) == set(load_villages())
    assert len(drawing.districts) == 22
    for place in (*drawing.villages.values(), *drawing.districts.values()):
        assert 0 <= place.x <= drawing.width
        assert 0 <= place.y <= drawing.height
        assert re.fullmatch(r"(M\d+ \d+l[-0-9 ]+z)+", place.path)


def test_the_map_colours_words_and_links_the_kiosks(officer, intake, kiosk, clock):
    intake(kiosk.health(), kiosk=OTHER_KIOSK)
    clock.pass_time(minutes=25)
    intake(kiosk.health())
    page = officer.get("/anjungan/peta")
    html = page.text
    assert html.count("<title>") == 248 + 1
    assert f'<a href="/anjungan/{OTHER_KIOSK}"' in html
    assert "Beru, Wlingi: Luring" in html
    assert 'fill="url(#p-luring)"' in html
    assert html.count("Minggirsari") >= 3, "on the map, beside it, and as what it is"
    assert "style=" not in html
    assert len(page.content) < 150_000


def test_a_village_with_two_kiosks_shows_the_worse_one(officer, intake, kiosk, clock):
    second = KioskId("3505102001-2")
    intake(kiosk.health(), kiosk=second)
    clock.pass_time(minutes=25)
    intake(kiosk.health())
    html = officer.get("/anjungan/peta").text
    assert "Minggirsari, Kanigoro: Luring" in html
    assert "/anjungan?cari=Minggirsari&amp;kecamatan=Kanigoro" in html
    assert "2 anjungan" in html


def test_the_map_of_all_villages_stays_light(officer, intake, kiosk):
    kiosk_in_each_village(intake, kiosk, 248)
    page = officer.get("/anjungan/peta")
    assert len(page.content) < 150_000
    assert page.text.count('<a href="/anjungan/') >= 2 * 248


def test_a_village_officer_sees_the_own_village_on_the_map(browser, intake, kiosk):
    intake(kiosk.health())
    intake(kiosk.health(), kiosk=OTHER_KIOSK)
    browser.log_in("beru")
    html = browser.get("/anjungan/peta").text
    assert f"/anjungan/{OTHER_KIOSK}" in html
    assert f"/anjungan/{KIOSK}" not in html


def test_names_give_way_to_those_before_them():
    labels = Labels(400, 300)
    (first,) = labels.place([Name("Bakung", 200, 150)], 20)
    assert (first.x, first.text) == (200, "Bakung")
    (second,) = labels.place([Name("Bakung", 200, 150)], 20)
    assert abs(second.y - first.y) >= 20
    crowd = labels.place([Name("Bakung", 200, 150)] * 20, 20)
    assert len(crowd) < 8
    (edge,) = Labels(400, 300).place([Name("Resapombo", 2, 150)], 20)
    assert edge.x > 40
