"""Pages of alerts, maintenance, contacts and rules."""

from datetime import timedelta

import pytest
from alerts_lab import ROUTE, HandWatch, device, with_alerts
from regency_lab import KIOSK, OTHER_KIOSK
from sqlalchemy import select

from anjungan.regency.alerts.contacts import BadContactError, contact_of, parse_contact
from anjungan.regency.alerts.kinds import DEFAULT_RULES, AlertKind
from anjungan.regency.alerts.maintenance import windows_ahead
from anjungan.regency.alerts.outbox import newest_messages
from anjungan.regency.alerts.rules import rules_in_force
from anjungan.regency.store.tables import AUDIT
from anjungan.regency.web.alerts.list_query import read_query

K = AlertKind


@pytest.fixture
def routes():
    return (ROUTE,)


@pytest.fixture
def settings(settings, routes):
    return with_alerts(settings, routes=routes)


@pytest.fixture
def watch(settings, database, clock):
    return HandWatch(database, settings, clock)


@pytest.fixture
def troubled(watch, intake, kiosk, other_kiosk):
    """Paper out and a hostile name at one kiosk, heat at another."""
    hostile = device("printer", "fault", "paper_out", name="<script>alert(1)</script>")
    intake(kiosk.health(devices=(hostile,)))
    intake(other_kiosk.health(cpu_temperature_c=80.0), kiosk=OTHER_KIOSK)
    watch.look()
    watch.look(minutes=3)
    intake(other_kiosk.health(cpu_temperature_c=80.0), kiosk=OTHER_KIOSK)
    watch.look(minutes=7)
    return {each.kind: each.id for each in watch.incidents()}


@pytest.fixture
def audited(database):
    def actions():
        with database.reading() as connection:
            rows = connection.execute(select(AUDIT).order_by(AUDIT.c.id))
            return [(row.action, row.subject, row.actor) for row in rows]

    return actions


def test_the_list_shows_what_is_open(officer, troubled):
    html = officer.get("/peringatan").text
    for words in (
        "Kertas habis",
        "Suhu tinggi",
        "80 °C",
        "Minggirsari",
        "Mendesak",
        "2 peringatan",
    ):
        assert words in html
    assert "<script>alert" not in html
    assert "Belum ada tujuan pesan" not in html


@pytest.mark.parametrize("routes", [()])
def test_without_a_route_the_page_says_so(officer):
    for path in ("/peringatan", "/setelan/peringatan"):
        assert "Belum ada tujuan pesan." in officer.get(path).text


def test_filters(officer, troubled):
    cases = [
        ("?jenis=heat", {"Suhu tinggi"}),
        ("?kecamatan=350510", {"Kertas habis"}),
        (f"?anjungan={OTHER_KIOSK}&keadaan=semua", {"Suhu tinggi"}),
        ("?keadaan=selesai", set()),
        ("?keadaan=belum-ditangani", {"Kertas habis", "Suhu tinggi"}),
        ("?keadaan=%00&jenis=<x>&kecamatan=1&halaman=-7", {"Kertas habis", "Suhu tinggi"}),
        ("?halaman=99999999999999999999999", {"Kertas habis", "Suhu tinggi"}),
    ]
    for query, shown in cases:
        html = officer.get(f"/peringatan{query}").text
        rows = html.partition('<ul class="alerts card">')[2].partition("</ul>")[0]
        for words in ("Kertas habis", "Suhu tinggi"):
            assert (words in rows) is (words in shown)


def test_an_address_keeps_its_filter():
    given = {"keadaan": "semua", "jenis": "heat", "kecamatan": "350517", "halaman": "2"}
    query = read_query(given)
    assert query.url(3) == "/peringatan?keadaan=semua&jenis=heat&kecamatan=350517&halaman=3"
    assert read_query({}).url(1) == "/peringatan"


def test_one_alert_with_its_runbook(officer, troubled):
    html = officer.get(f"/peringatan/{troubled[K.PAPER_OUT]}").text
    for words in (
        "Printer tiket: kertas habis",
        "Minta petugas desa memasang gulungan kertas.",
        "Permohonan tetap terkirim.",
        "Lewat telepon",
        "kertas termal 58 mm",
        f'href="/anjungan/{KIOSK}"',
        "Belum ada kontak untuk desa ini.",
        "Pesan mulai lewat uji",
    ):
        assert words in html
    assert "<script>alert" not in html


def test_taking_on_and_muting(officer, troubled, audited, watch):
    page = f"/peringatan/{troubled[K.HEAT]}"
    done = officer.post(f"{page}/tanggapi", page, note="Kipas <b>diganti</b>\r\nbesok")
    assert (done.status_code, done.headers["location"]) == (303, f"{page}?tersimpan")
    html = officer.get(f"{page}?tersimpan").text
    for words in ("Ditangani", "Ratna W., 09.51", "Kipas &lt;b&gt;diganti&lt;/b&gt;", "Tersimpan."):
        assert words in html
    assert officer.post(f"{page}/bisukan", page, lasts="tomorrow").status_code == 303
    html = officer.get(page).text
    assert "Dibisukan" in html
    assert "sampai Rab 25 Nov, 07.00, oleh Ratna W." in html
    assert officer.post(f"{page}/bisukan", page, lasts="not").status_code == 303
    assert "Bunyikan lagi" not in officer.get(page).text
    subject = f"incident {troubled[K.HEAT]}"
    assert audited()[-3:] == [
        ("incident_acknowledged", subject, "Ratna W."),
        ("incident_muted", subject, "Ratna W."),
        ("incident_muted", subject, "Ratna W."),
    ]
    assert "1 peringatan" in officer.get("/peringatan?keadaan=belum-ditangani").text


def test_a_note_that_cannot_be_kept_stays_in_the_form(officer, troubled):
    page = f"/peringatan/{troubled[K.HEAT]}"
    answer = officer.post(f"{page}/tanggapi", page, note="x" * 501)
    assert answer.status_code == 422
    assert "paling banyak 500 huruf" in answer.text
    assert "x" * 501 in answer.text
    assert officer.post(f"{page}/tanggapi", page, note="a\x00b").status_code == 422
    assert officer.post(f"{page}/bisukan", page, lasts="forever").status_code == 400


def test_what_has_ended_is_not_taken_on_any_more(officer, troubled, watch, intake, kiosk):
    page = f"/peringatan/{troubled[K.PAPER_OUT]}"
    intake(kiosk.health(devices=(device("printer", "ready"),)))
    watch.look()
    watch.look(minutes=2)
    assert "Berlangsung selama 12 menit" in officer.get(page).text
    assert officer.post(f"{page}/tanggapi", page, note="").status_code == 409
    assert officer.post(f"{page}/bisukan", page, lasts="1h").status_code == 409
    assert "Kertas habis" in officer.get("/peringatan?keadaan=selesai").text


def test_an_unknown_alert_is_not_found(officer, troubled):
    cases = ["0", "-1", "99", "99999999999999999999", "abc"]
    for number in cases:
        assert officer.get(f"/peringatan/{number}").status_code == 404
        for action in ("tanggapi", "bisukan"):
            path = f"/peringatan/{number}/{action}"
            assert officer.post(path, "/peringatan", lasts="1h").status_code == 404


def test_a_village_officer_reads_the_own_alerts_alone(browser, troubled):
    browser.log_in("beru")
    html = browser.get("/peringatan").text
    assert "Suhu tinggi" in html
    assert "Kertas habis –" not in html
    assert "Minggirsari" not in html
    mine, other = troubled[K.HEAT], troubled[K.PAPER_OUT]
    page = browser.get(f"/peringatan/{mine}").text
    assert "Kipas" not in page
    assert "Bisukan" not in page
    assert browser.get(f"/peringatan/{other}").status_code == 404
    for path in ("tanggapi", "bisukan"):
        answer = browser.post(f"/peringatan/{mine}/{path}", "/peringatan", note="", lasts="1h")
        assert answer.status_code == 403
    assert browser.get("/perawatan").status_code == 403
    assert browser.get("/setelan/peringatan").status_code == 403


@pytest.mark.parametrize(("name", "may"), [("sari", True), ("tono", True), ("wati", False)])
def test_who_handles_alerts(browser, troubled, name, may):
    browser.log_in(name)
    page = f"/peringatan/{troubled[K.HEAT]}"
    assert browser.get(page).status_code == 200
    answer = browser.post(f"{page}/tanggapi", page, note="")
    assert answer.status_code == (303 if may else 403)


def test_planning_and_ending_maintenance(officer, database, clock, troubled, audited):
    form = {
        "place": f"kiosk:{KIOSK}",
        "starts_at": "2026-11-24T09:00",
        "ends_at": "2026-11-24T12:30",
        "reason": " Ganti  printer ",
    }
    assert officer.post("/perawatan", "/perawatan", **form).status_code == 303
    with database.reading() as connection:
        window = windows_ahead(connection, clock())[0]
    assert (window.place, window.reason) == (KIOSK, "Ganti printer")
    assert window.ends_at - window.starts_at == timedelta(hours=3, minutes=30)
    html = officer.get("/perawatan").text
    for words in ("Desa Minggirsari", "09.00 – 12.30", "Ganti printer · Ratna W.", "Berlangsung"):
        assert words in html
    assert "Perawatan" in officer.get(f"/peringatan/{troubled[K.PAPER_OUT]}").text
    assert officer.post(f"/perawatan/{window.id}/akhiri", "/perawatan").status_code == 303
    assert officer.post(f"/perawatan/{window.id}/akhiri", "/perawatan").status_code == 303
    assert "Tidak ada perawatan" in officer.get("/perawatan").text
    assert [each[0] for each in audited()][-2:] == ["maintenance_planned", "maintenance_ended"]


def test_maintenance_that_cannot_be_is_refused(officer, clock, database):
    cases = [
        {"place": ""},
        {"place": "kiosk:x"},
        {"place": "district:999999"},
        {"place": "regency:3505"},
        {"starts_at": "besok"},
        {"ends_at": "2026-11-24T08:00"},
        {"ends_at": "2026-11-24T09:42", "starts_at": "2026-11-24T08:00"},
        {"ends_at": "2027-11-24T08:00"},
        {"reason": " "},
        {"reason": "x" * 201},
    ]
    for changes in cases:
        clock.pass_time(minutes=10)
        form = {
            "place": "regency:",
            "starts_at": "2026-11-24T10:00",
            "ends_at": "2026-11-24T12:00",
            "reason": "Listrik",
        }
        answer = officer.post("/perawatan", "/perawatan", **{**form, **changes})
        assert answer.status_code == 422
        assert "Belum tersimpan." in answer.text
        with database.reading() as connection:
            assert windows_ahead(connection, clock()) == []


def test_contacts_are_named_changed_and_removed(officer, database, audited, troubled):
    page = "/setelan/kontak/3505102001"
    named = {"name": "Budi  Santoso", "position": "Kasi", "phone": "0812-3456 7890"}
    assert officer.post(page, page, **named).status_code == 303
    with database.reading() as connection:
        contact = contact_of(connection, "3505102001")
    assert (contact.name, contact.dialled) == ("Budi Santoso", "081234567890")
    assert 'href="tel:081234567890"' in officer.get(f"/peringatan/{troubled[K.PAPER_OUT]}").text
    html = officer.get("/setelan/kontak?cari=minggir").text
    assert "Budi Santoso" in html
    assert "Gandekan" not in html
    assert officer.post(page, page, name="", position="", phone="").status_code == 303
    with database.reading() as connection:
        assert contact_of(connection, "3505102001") is None
    assert [each[0] for each in audited()][-2:] == ["contact_changed", "contact_removed"]
    assert "Budi" not in str(audited()), "a name is not written into the audit twice over"


def test_contacts_that_cannot_be_are_refused(officer):
    cases = [
        ("", "08123456789"),
        ("x" * 101, "08123456789"),
        ("A", "telepon"),
        ("A", "12"),
        ("A\x07", "0812345"),
    ]
    for name, phone in cases:
        page = "/setelan/kontak/3505102001"
        answer = officer.post(page, page, name=name, position="x", phone=phone)
        assert answer.status_code == 422
        with pytest.raises(BadContactError):
            parse_contact(name, "", phone)


def test_a_village_officer_names_the_own_contact_alone(browser):
    browser.log_in("beru")
    assert browser.get("/setelan/kontak").headers["location"] == "/setelan/kontak/3505171001"
    page = "/setelan/kontak/3505171001"
    done = browser.post(page, page, name="Sri", position="", phone="0812 3456 789")
    assert done.status_code == 303
    other = browser.post("/setelan/kontak/3505102001", page, name="x", phone="0812345678")
    assert other.status_code == 404
    assert browser.get("/setelan/kontak/3505102001").status_code == 404


def test_others_read_contacts_only(browser):
    browser.log_in("tono")
    page = "/setelan/kontak/3505102001"
    assert '<form method="post" action="/setelan/kontak' not in browser.get(page).text
    answer = browser.post(page, page, name="x", phone="0812345678")
    assert answer.status_code == 403
    assert browser.get("/setelan/kontak/3599999999").status_code == 404


def test_rules_are_changed_and_set_back(officer, database, audited):
    page = "/setelan/peringatan"
    assert "Batas bahaya (°C)" in officer.get(page).text
    changed = {"severity": "critical", "grace_min": "2,5", "opens_at": "70", "closes_at": "60,5"}
    assert officer.post(f"{page}/heat", page, **changed, enabled="1").status_code == 303
    with database.reading() as connection:
        rule = rules_in_force(connection)[K.HEAT]
    assert (rule.opens_at, rule.closes_at, rule.grace_s, rule.enabled) == (70.0, 60.5, 150, True)
    assert "Diubah" in officer.get(page).text
    assert officer.post(f"{page}/heat", page, **changed).status_code == 303
    with database.reading() as connection:
        assert not rules_in_force(connection)[K.HEAT].enabled
    assert officer.post(f"{page}/heat", page, **changed, default="1").status_code == 303
    with database.reading() as connection:
        assert rules_in_force(connection) == DEFAULT_RULES
    assert [each[:2] for each in audited()][-3:] == [("alert_rule_changed", "heat")] * 3


def test_rules_that_cannot_work_are_refused(officer, database):
    cases = [
        ("heat", {"opens_at": "panas"}),
        ("heat", {"opens_at": "60", "closes_at": "70"}),
        ("heat", {"opens_at": "nan"}),
        ("heat", {"grace_min": "inf"}),
        ("heat", {"grace_min": "99999"}),
        ("contact_opened", {"opens_at": "0"}),
    ]
    for kind, changes in cases:
        page = "/setelan/peringatan"
        form = {"severity": "warning", "grace_min": "1", "opens_at": "70", "closes_at": "60"}
        answer = officer.post(f"{page}/{kind}", page, **{**form, **changes}, enabled="1")
        assert answer.status_code == 422
        assert "belum tersimpan" in answer.text
        with database.reading() as connection:
            assert rules_in_force(connection) == DEFAULT_RULES


def test_an_unknown_rule_is_not_found(officer):
    page = "/setelan/peringatan"
    answer = officer.post(f"{page}/nothing", page, severity="warning", grace_min="1")
    assert answer.status_code == 404


def test_a_changed_rule_is_the_one_that_judges(officer, watch, intake, kiosk):
    page = "/setelan/peringatan"
    form = {"severity": "notice", "grace_min": "0", "opens_at": "50", "closes_at": "40"}
    officer.post(f"{page}/heat", page, **form, enabled="1")
    intake(kiosk.health(cpu_temperature_c=51.0))
    assert watch.look() == 1
    officer.post(f"{page}/heat", page, **form)
    assert watch.look() == 0, "a kind that is switched off ends without a word"
    assert watch.open_kinds() == set()


def test_a_trial_message_goes_by_every_route(officer, database, audited):
    page = "/setelan/peringatan"
    assert officer.post(f"{page}/uji", page).status_code == 303
    with database.reading() as connection:
        message = newest_messages(connection)[0]
    assert (message.route, message.incident_id) == ("uji", None)
    html = officer.get(page).text
    assert "Pesan uji" in html
    assert "json://" not in html, "addresses are never shown"
    assert audited()[-1][0] == "alert_trial_sent"


def test_forms_of_elsewhere_are_refused(officer, troubled):
    for path in (f"/peringatan/{troubled[K.HEAT]}/tanggapi", "/perawatan", "/kunjungan"):
        answer = officer.client.post(path, data={"note": "x"}, follow_redirects=False)
        assert answer.status_code == 403


def test_the_menu_counts_what_nobody_has_taken_on(officer, troubled):
    html = officer.get("/permohonan").text
    count = html.partition('id="count-alerts"')[2].partition("</a>")[0]
    assert '<span class="count">2</span>' in count
    assert "belum ditangani" in count
