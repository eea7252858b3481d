"""The kiosks' pages."""

import msgspec
import pytest

from anjungan.protocol.messages import DeviceHealth, Presence, QueueHealth
from anjungan.regency.inbox.beats import InboxBeat, store_beat
from anjungan.regency.settings import FleetSettings
from anjungan.regency.web.fleet.words import device_words, event_detail


@pytest.fixture
def report_interval_s():
    return 300.0


@pytest.fixture
def settings(settings, report_interval_s):
    fleet = FleetSettings(report_interval_s=report_interval_s)
    return msgspec.structs.replace(settings, fleet=fleet)


def device(kind, state, code=""):
    return DeviceHealth(name=kind, kind=kind, state=state, code=code)


def test_a_kiosk_with_everything_in_order(officer, intake, kiosk):
    intake(
        kiosk.health(
            devices=(device("printer", "ready"), device("card_reader", "ready")),
            cpu_temperature_c=51.6,
            disk_free_bytes=12_400_000_000,
        )
    )
    html = officer.get("/anjungan").text
    for words in ("Minggirsari", "Daring", "baru saja", "52 °C", "Semua baik"):
        assert words in html
    detail = officer.get(f"/anjungan/{kiosk.kiosk}").text
    for words in ("Printer tiket", "Pembaca kartu", "Baik", "12,4 GB", "1 jam", "1.0.0"):
        assert words in detail


def test_a_kiosk_with_a_device_in_trouble_needs_a_check(officer, intake, kiosk):
    intake(
        kiosk.health(
            devices=(device("printer", "fault", "paper_out"),),
            queue=QueueHealth(depth=3, oldest_age_s=700),
        )
    )
    html = officer.get("/anjungan").text
    for words in ("Perlu dicek", "Kertas habis", "tertua 11 menit"):
        assert words in html


def test_screens_that_are_down_need_a_check(officer, intake, kiosk):
    intake(kiosk.health(screens_up=False))
    assert "Layar mati" in officer.get("/anjungan").text
    assert "Perlu dicek" in officer.get(f"/anjungan/{kiosk.kiosk}").text


def test_a_silent_kiosk_is_offline(officer, intake, kiosk, clock):
    intake(kiosk.health())
    clock.pass_time(minutes=25)
    html = officer.get("/anjungan").text
    assert "Luring" in html
    assert "luring sejak 09.41 (25 menit)" in html


@pytest.mark.parametrize("report_interval_s", [10.0, 300.0])
def test_a_kiosk_that_said_goodbye_was_not_seen_just_now(
    officer, intake, kiosk, clock, report_interval_s
):
    """Whatever the interval: once it counts as offline, the page says since when."""
    intake(kiosk.health())
    clock.pass_time(seconds=20)
    intake(kiosk.health())
    intake(kiosk.state(Presence.OFFLINE))
    waiting = officer.get("/anjungan").text
    assert "Daring" in waiting
    assert "baru saja" in waiting
    hold_s = min(180, report_interval_s)
    clock.pass_time(seconds=hold_s)
    told = "10 detik" if hold_s == 10 else "3 menit"
    for path in ("/anjungan", f"/anjungan/{kiosk.kiosk}"):
        html = officer.get(path).text
        assert "chip error" in html
        assert f"luring sejak 09.41 ({told})" in html
        assert "baru saja" not in html


@pytest.mark.parametrize("report_interval_s", [10.0])
def test_a_kiosk_late_by_seconds_was_not_seen_just_now(officer, intake, kiosk, clock):
    intake(kiosk.health())
    clock.pass_time(seconds=30)
    html = officer.get("/anjungan").text
    assert "Terlambat lapor" in html
    assert "30 detik lalu" in html
    assert "baru saja" not in html


def test_a_kiosk_that_only_sent_a_will(officer, intake, kiosk):
    intake(kiosk.state(Presence.OFFLINE))
    assert "Belum ada laporan" in officer.get("/anjungan").text
    assert officer.get(f"/anjungan/{kiosk.kiosk}").status_code == 200


def test_the_pilot_villages_without_a_kiosk_are_listed(officer, intake, kiosk):
    assert officer.get("/anjungan").text.count("Belum dipasang") == 13
    intake(kiosk.health())
    assert officer.get("/anjungan").text.count("Belum dipasang") == 12


def test_refused_and_dropped_messages_are_shown(officer, intake, kiosk):
    topic = f"anjungan/1/3505/3505102001/{kiosk.kiosk}/up/request"
    broken = b'{"id": "01930000-0000-7000-8000-000000000001"}'
    intake.payloads((topic, broken), (topic, b"noise"))
    intake(kiosk.event("habis <b>"))
    html = officer.get(f"/anjungan/{kiosk.kiosk}").text
    for words in (
        "Isi pesan tidak sesuai aturan",
        "01930000-0000-7000-8000-000000000001",
        "Isi tidak dapat dibaca: 2 kali",
        "Anjungan menyala",
        "habis &lt;b&gt;",
    ):
        assert words in html


def test_hostile_words_of_a_kiosk_are_shown_inert(officer, intake, kiosk):
    health = kiosk.health(
        version="<script>alert(3)</script>",
        devices=(device("<img src=x>", "<script>", "</td><script>"),),
    )
    intake(health)
    for path in ("/anjungan", f"/anjungan/{kiosk.kiosk}"):
        html = officer.get(path).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "</td><script>" not in html


def test_impossible_numbers_of_a_kiosk_do_not_break_the_pages_for_all(officer, intake, kiosk):
    intake(
        kiosk.health(
            uptime_s=2**53,
            queue=QueueHealth(depth=2**53, oldest_age_s=2**53),
            cpu_temperature_c=1e308,
            load_1min=-1e308,
            disk_free_bytes=2**53,
        )
    )
    for path in ("/anjungan", f"/anjungan/{kiosk.kiosk}"):
        page = officer.get(path)
        assert page.status_code == 200
        assert "°C" not in page.text


@pytest.mark.parametrize("path", ["/anjungan/3505102001-9", "/anjungan/nothing", "/anjungan/%00"])
def test_an_unknown_kiosk_is_not_found(officer, intake, kiosk, path):
    intake(kiosk.health())
    assert officer.get(path).status_code == 404


def test_a_village_officer_sees_the_own_kiosk_alone(browser, intake, kiosk, other_kiosk):
    intake(kiosk.health())
    intake(other_kiosk.health(), kiosk=other_kiosk.kiosk)
    browser.log_in("beru")
    html = browser.get("/anjungan").text
    assert "Beru" in html
    assert "Minggirsari" not in html
    assert browser.get(f"/anjungan/{kiosk.kiosk}").status_code == 404


@pytest.mark.parametrize(
    ("connected", "age_s", "words"),
    [
        (None, 0, "Kotak masuk tidak berjalan."),
        (True, 120, "Kotak masuk tidak berjalan."),
        (False, 5, "Kotak masuk belum tersambung"),
        (True, 5, ""),
    ],
)
def test_staff_see_when_the_inbox_is_not_working(
    *, officer, database, clock, connected, age_s, words
):
    if connected is not None:
        with database.writing() as connection:
            store_beat(connection, InboxBeat(clock(), clock(), connected=connected))
        clock.pass_time(seconds=age_s)
    html = officer.get("/permohonan").text
    assert ("Kotak masuk" in html) == bool(words)
    assert words in html


@pytest.mark.parametrize(
    ("state", "code", "word", "well"),
    [
        ("ready", "", "Baik", True),
        ("ready", "near_end", "Kertas menipis", False),
        ("starting", "", "Menyala", True),
        ("missing", "not opened yet", "Tidak ditemukan", False),
        ("fault", "cover_open", "Penutup terbuka", False),
        ("fault", "something_new", "something_new", False),
        ("fault", "", "Gangguan", False),
        ("unheard_of", "", "Gangguan", False),
    ],
)
def test_device_states_in_words(state, code, word, well):
    words = device_words(device("printer", state, code))
    assert (words.sign.word, words.is_well) == (word, well)


def test_what_an_event_tells_is_in_words():
    assert event_detail("cutter_jam") == "Pemotong macet"
    assert event_detail("disconnected") == "Sambungan printer terputus"
    assert event_detail("pintu belakang") == "pintu belakang"


def test_two_of_a_kind_are_told_apart_by_name():
    second = DeviceHealth(name="pintu", kind="card_reader", state="ready")
    assert device_words(second).name == "Pembaca kartu (pintu)"


def test_health_is_answered_without_login(browser):
    response = browser.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_health_fails_with_the_database(browser, database, monkeypatch):
    monkeypatch.setattr(type(database), "reading", lambda self: 1 / 0)
    assert browser.get("/healthz").status_code == 500


def test_a_health_that_is_no_health_any_more_is_left_out(officer, database, intake, kiosk):
    from sqlalchemy import update  # noqa: PLC0415 - only here

    from anjungan.regency.store.tables import KIOSKS  # noqa: PLC0415 - only here

    intake(msgspec.structs.replace(kiosk.health()))
    with database.writing() as connection:
        connection.execute(update(KIOSKS).values(health=b"{}"))
    assert "Belum ada laporan" in officer.get("/anjungan").text
