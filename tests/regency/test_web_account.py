"""One's own account: password, sessions, second factor."""

import re

import pytest
from people_lab import NEW_PASSWORD, App, audit_lines, recovery_codes, set_up_factor
from regency_lab import PASSWORD
from sqlalchemy import select

from anjungan.regency.audit.trail import AuditAction
from anjungan.regency.staff.browsers import browser_words
from anjungan.regency.store.tables import KNOWN_BROWSERS, SECOND_FACTORS, SESSIONS, STAFF
from anjungan.regency.web.security import SESSION_COOKIE

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def change(browser, **fields):
    values = {"present": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD, **fields}
    return browser.post("/akun/sandi", "/akun", **values)


def session_rows(database):
    with database.reading() as connection:
        return connection.execute(select(SESSIONS)).all()


def test_a_new_password_ends_every_other_session(open_browser, officer, database):
    with open_browser() as other:
        other.log_in()
        before = officer.client.cookies[SESSION_COOKIE]
        done = change(officer)
        assert (done.status_code, done.headers["location"]) == (303, "/akun?tersimpan=sandi")
        assert officer.client.cookies[SESSION_COOKIE] != before, "a new session here"
        assert "Kata sandi baru tersimpan" in officer.get("/akun?tersimpan=sandi").text
        assert other.get("/akun").status_code == 303
        assert other.log_in().status_code == 403
        assert other.log_in("ratna", NEW_PASSWORD).status_code == 303
    officer.client.cookies.set(SESSION_COOKIE, before, domain="testserver.local")
    assert officer.get("/akun").status_code == 303, "the old token is none any more"
    (line,) = audit_lines(database, AuditAction.PASSWORD_CHANGED)
    assert (line.actor, line.subject) == ("Ratna W.", "ratna")


def test_a_password_that_will_not_do_changes_nothing(officer):
    for fields, status, words in (
        ({"present": "salah sekali"}, 403, "sekarang tidak cocok"),
        ({"again": "lain"}, 422, "tidak sama"),
        ({"new": "pendek", "again": "pendek"}, 422, "paling sedikit 10"),
        ({"new": "x" * 300, "again": "x" * 300}, 422, "terlalu panjang"),
        ({"new": "ratna 1234567", "again": "ratna 1234567"}, 422, "mudah ditebak"),
        ({"new": PASSWORD, "again": PASSWORD}, 422, "harus berbeda"),
    ):
        response = change(officer, **fields)
        assert response.status_code == status, fields
        assert words in response.text, fields
    assert officer.log_in().status_code == 303


def test_guessing_the_present_password_is_slowed_down(officer):
    for _ in range(3):
        assert change(officer, present="salah sekali").status_code == 403
    assert change(officer).status_code == 429


def test_sessions_are_listed_in_plain_words_and_without_an_address(
    open_browser, officer, clock, database
):
    clock.pass_time(minutes=7)
    with open_browser() as other:
        other.client.headers["user-agent"] = FIREFOX
        other.log_in()
    text = officer.get("/akun").text
    assert text.count('action="/akun/sesi/') == 2
    assert "Firefox di Linux" in text
    assert text.count("Sesi ini") == 1
    kept = repr(session_rows(database))
    assert "testclient" not in kept
    assert "Gecko" not in kept


def test_one_session_is_revoked(open_browser, officer, database):
    with open_browser() as other:
        other.log_in()
        own = re.findall(r'action="(/akun/sesi/[^"]+)"', other.get("/akun").text)
        (foreign,) = [address for address in own if session_id_of(officer) not in address]
        done = officer.post(foreign, "/akun")
        assert done.headers["location"] == "/akun?tersimpan=sesi"
        assert other.get("/akun").status_code == 303
    assert officer.get("/akun").status_code == 200
    assert len(audit_lines(database, AuditAction.SESSIONS_ENDED)) == 1


def session_id_of(browser):
    html = browser.get("/akun").text
    after = html[html.index("Sesi ini") :]
    return re.search(r'action="/akun/sesi/([0-9a-f]+)/akhiri"', after).group(1)


def test_ending_ones_own_session_leads_to_the_login(officer):
    done = officer.post(f"/akun/sesi/{session_id_of(officer)}/akhiri", "/akun")
    assert done.headers["location"] == "/masuk"
    assert officer.get("/akun").status_code == 303


def test_nobody_ends_a_session_of_somebody_else(open_browser, officer, database):
    with open_browser() as other:
        other.log_in("budi")
        foreign = session_id_of(other)
        officer.post(f"/akun/sesi/{foreign}/akhiri", "/akun")
        assert other.get("/akun").status_code == 200
    assert audit_lines(database, AuditAction.SESSIONS_ENDED) == []


def test_out_of_everywhere_is_out_here_too(open_browser, officer, database):
    with open_browser() as other:
        other.log_in()
        done = officer.post("/akun/keluar-semua", "/akun")
        assert done.headers["location"] == "/masuk"
        assert officer.get("/akun").status_code == 303
        assert other.get("/akun").status_code == 303
    (line,) = audit_lines(database, AuditAction.SESSIONS_ENDED)
    assert line.detail == "semua, 2 sesi"


def test_a_second_factor_is_set_up_with_a_new_session(open_browser, officer, clock, database):
    with open_browser() as other:
        other.log_in()
        before = officer.client.cookies[SESSION_COOKIE]
        _, codes = set_up_factor(officer, clock, PASSWORD)
        assert len(codes) == 10
        assert officer.client.cookies[SESSION_COOKIE] != before
        assert other.get("/akun").status_code == 303
    text = officer.get("/akun").text
    assert "Kode masuk aktif" in text
    assert "tersisa: <strong>10</strong>" in text
    assert not any(code in text for code in codes), "they are shown once"
    assert officer.get("/akun/kode").headers["location"] == "/akun", "nor is the secret"
    assert len(audit_lines(database, AuditAction.SECOND_FACTOR_SET_UP)) == 1
    assert not any(code in repr(audit_lines(database)) for code in codes)


def test_setting_it_up_needs_the_password_and_a_right_code(officer, database):
    assert officer.post("/akun/kode/mulai", "/akun", present="salah").status_code == 403
    with database.reading() as connection:
        assert connection.execute(select(SECOND_FACTORS)).all() == []
    officer.post("/akun/kode/mulai", "/akun", present=PASSWORD)
    refused = officer.post("/akun/kode/pastikan", "/akun/kode", code="12 34")
    assert refused.status_code == 403
    assert "Tanpa kode masuk" in officer.get("/akun").text
    assert officer.log_in().headers["location"] == "/permohonan", "and is asked for nothing"


def test_guessing_codes_while_setting_up_is_slowed_down(officer, clock):
    officer.post("/akun/kode/mulai", "/akun", present=PASSWORD)
    app = App(officer.get("/akun/kode").text, clock)
    for _ in range(3):
        officer.post("/akun/kode/pastikan", "/akun/kode", code="abc")
    assert officer.post("/akun/kode/pastikan", "/akun/kode", code=app.code()).status_code == 429


def test_the_qr_holds_what_an_app_needs_and_no_script_or_style(officer):
    officer.post("/akun/kode/mulai", "/akun", present=PASSWORD)
    text = officer.get("/akun/kode").text
    svg = text[text.index('<div class="qr"') : text.index("</svg></div>")]
    assert "<path" in svg
    assert "style=" not in svg
    assert "<script" not in svg


def test_new_recovery_codes_and_taking_it_away_need_the_password(officer, clock, database):
    _, codes = set_up_factor(officer, clock, PASSWORD)
    for action in ("cadangan", "lepas"):
        assert officer.post(f"/akun/kode/{action}", "/akun", present="salah").status_code == 403
    renewed = recovery_codes(officer.post("/akun/kode/cadangan", "/akun", present=PASSWORD).text)
    assert len(renewed) == 10
    assert not set(renewed) & set(codes)
    before = officer.client.cookies[SESSION_COOKIE]
    done = officer.post("/akun/kode/lepas", "/akun", present=PASSWORD)
    assert done.headers["location"] == "/akun?tersimpan=kode"
    assert officer.client.cookies[SESSION_COOKIE] != before
    assert "Tanpa kode masuk" in officer.get("/akun").text
    assert len(audit_lines(database, AuditAction.SECOND_FACTOR_REMOVED)) == 1
    gone = officer.post("/akun/kode/cadangan", "/akun", present=PASSWORD)
    assert gone.headers["location"] == "/akun"


def test_last_login_and_known_browser_are_kept(officer, database, clock):
    with database.reading() as connection:
        last = connection.execute(select(STAFF.c.last_login_at).where(STAFF.c.name == "ratna"))
        assert last.scalar_one() == clock()
        assert len(connection.execute(select(KNOWN_BROWSERS)).all()) == 1
    officer.post("/keluar", "/akun")
    officer.log_in()
    with database.reading() as connection:
        assert len(connection.execute(select(KNOWN_BROWSERS)).all()) == 1


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox di Linux"),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
            ),
            "Edge di Windows",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/126.0.0.0 Mobile Safari/537.36"
            ),
            "Chrome di Android",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
            ),
            "Safari di iPhone",
        ),
        ("curl/8.5.0", "Peramban lain"),
        ("", "Peramban lain"),
        ("<script>" * 1000, "Peramban lain"),
    ],
)
def test_browsers_have_plain_names(user_agent, words):
    assert browser_words(user_agent) == words
