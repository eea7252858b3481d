"""The page of the audit log, and what writes to it."""

import csv
import io

from people_lab import audit_lines
from regency_lab import PASSWORD

from anjungan.protocol.tickets import spell_code
from anjungan.regency.audit.trail import Actor, AuditAction, record
from anjungan.regency.web.turned_away import Refusal

HOSTILE = '=cmd|"/c calc"!A1'


def line(database, clock, subject="x", actor="Ratna W.", detail=""):
    with database.writing() as connection:
        record(
            connection,
            Actor(actor, "administrator", 1),
            AuditAction.ACCOUNT_CHANGED,
            subject=subject,
            now=clock(),
            detail=detail,
        )


def test_login_logout_and_refusals_are_lines(browser, database):
    browser.log_in("ratna", "salah sekali")
    browser.log_in("tidak-ada", "salah sekali")
    browser.log_in()
    browser.post("/keluar", "/akun")
    told = [(each.action, each.actor, each.subject) for each in audit_lines(database)]
    assert told == [
        ("login_refused", "belum masuk", "ratna"),
        ("login_refused", "belum masuk", "-"),
        ("logged_in", "Ratna W.", "ratna"),
        ("logged_out", "Ratna W.", "ratna"),
    ]


def test_what_was_typed_as_a_name_is_not_kept(browser, database, settings):
    browser.log_in(PASSWORD, "ratna")
    assert PASSWORD not in repr(audit_lines(database))
    for path in settings.data_dir.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes()


def test_a_stranger_cannot_fill_the_log(browser, database, clock):
    for number in range(80):
        browser.log_in(f"nama{number}", "salah sekali")
        clock.pass_time(seconds=1)
    assert len(audit_lines(database)) <= 31
    counts = browser.client.app.state.site.turned_away.counts()
    assert counts[Refusal.LOGIN] + counts[Refusal.LOGIN_DELAYED] == 80


def test_the_page_shows_filters_and_leads_on(officer, database, clock, intake, kiosk):
    request = kiosk.request()
    intake(request)
    line(database, clock, subject=request.id, actor="Budi S.")
    line(database, clock, subject=kiosk.kiosk, detail="<b>tebal</b>")
    text = officer.get("/catatan").text
    assert f'href="/permohonan/{request.id}"' in text
    assert f'href="/anjungan/{kiosk.kiosk}"' in text
    assert "<b>tebal" not in text
    assert "Akun diubah" in text
    only = officer.get("/catatan?orang=budi&tindakan=account_changed&dari=2026-11-24").text
    assert request.id in only
    assert f'href="/anjungan/{kiosk.kiosk}"' not in only
    assert 'value="budi"' in only
    spelt = spell_code(request.ticket_code)
    assert spelt in text, "a request is told by its code"
    assert request.id in officer.get(f"/catatan?hal_ihwal={spelt}").text
    assert "0 catatan" in officer.get("/catatan?sampai=2026-11-23").text
    assert "0 catatan" in officer.get("/catatan?siapa=sistem").text


def test_days_are_those_of_the_regency(officer, database, clock):
    clock.pass_time(hours=14, minutes=30)  # 00.11 on the 25th in WIB, the 24th in UTC
    line(database, clock, subject="lewat-tengah-malam")
    officer.log_in()
    assert "lewat-tengah-malam" in officer.get("/catatan?dari=2026-11-25").text
    assert "lewat-tengah-malam" not in officer.get("/catatan?sampai=2026-11-24").text


def test_the_file_is_inert_and_that_it_was_taken_is_a_line(officer, database, clock):
    line(database, clock, subject="x", actor="=1+1", detail=HOSTILE)
    response = officer.get("/catatan/unduh?tindakan=account_changed")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="catatan-20261124.csv"'
    rows = list(csv.reader(io.StringIO(response.text.removeprefix("\ufeff"), newline="")))
    assert rows[0][:3] == ["Nomor", "Waktu (WIB)", "Siapa"]
    (row,) = rows[1:]
    assert row[1] == "2026-11-24 09:41:00"
    assert (row[2], row[7]) == ("'=1+1", f"'{HOSTILE}")
    (taken,) = audit_lines(database, AuditAction.AUDIT_EXPORTED)
    assert taken.detail == "1 baris"


def test_no_page_changes_a_line(officer):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert officer.client.request(method, "/catatan").status_code == 405
