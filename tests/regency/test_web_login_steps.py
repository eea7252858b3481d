"""Logging in in two steps: nothing but the login's own pages opens in between."""

import msgspec
import pytest
from litestar.testing import TestClient
from people_lab import NEW_PASSWORD, App, audit_lines, recovery_codes, set_up_factor
from regency_lab import PASSWORD
from sqlalchemy import select

from anjungan.regency.audit.trail import AuditAction, system_actor
from anjungan.regency.staff.account_changes import disable_staff, reset_password
from anjungan.regency.staff.directory import staff_with_name
from anjungan.regency.staff.settings import PeopleSettings
from anjungan.regency.store.tables import PENDING_LOGINS, SESSIONS
from anjungan.regency.web.app import create_app
from anjungan.regency.web.security import LOGIN_COOKIE, SESSION_COOKIE

CONSOLE = system_actor("perintah (tes)")


@pytest.fixture
def with_factor(browser, clock):
    """Ratna's app and recovery codes; she has logged out again."""
    browser.log_in()
    app, codes = set_up_factor(browser, clock, PASSWORD)
    browser.post("/keluar", "/akun")
    clock.pass_time(minutes=5)
    return app, codes


def half_way(browser):
    response = browser.log_in()
    assert (response.status_code, response.headers["location"]) == (303, "/masuk/kode")
    return response


def give_code(browser, code):
    return browser.post("/masuk/kode/periksa", "/masuk/kode", code=code)


def one_time(database, clock, name):
    with database.writing() as connection:
        staff = staff_with_name(connection, name)
        return reset_password(connection, CONSOLE, staff.id, clock()).password


def test_password_and_code_open_the_pages(browser, with_factor, database):
    app, _ = with_factor
    half_way(browser)
    entered = give_code(browser, app.code())
    assert (entered.status_code, entered.headers["location"]) == (303, "/permohonan")
    assert browser.get("/permohonan").status_code == 200
    with database.reading() as connection:
        assert connection.execute(select(PENDING_LOGINS)).all() == []


def test_half_way_nothing_else_opens(browser, with_factor, database):
    half_way(browser)
    assert SESSION_COOKIE not in browser.client.cookies
    for path in ("/", "/permohonan", "/akun", "/akun/kode", "/pengguna", "/catatan"):
        assert browser.get(path).headers["location"] == "/masuk", path
    token = browser.client.cookies[LOGIN_COOKIE]
    browser.client.cookies.set(SESSION_COOKIE, token, domain="testserver.local")
    assert browser.get("/permohonan").headers["location"] == "/masuk", "it is no session"
    with database.reading() as connection:
        assert connection.execute(select(SESSIONS)).all() == []


def test_a_login_half_way_lasts_ten_minutes(browser, with_factor, clock):
    app, _ = with_factor
    half_way(browser)
    page = browser.get("/masuk/kode").text
    clock.pass_time(minutes=11)
    response = browser.client.post(
        "/masuk/kode/periksa",
        data={"form_token": browser.form_token(page), "code": app.code()},
        follow_redirects=False,
    )
    assert response.headers["location"] == "/masuk"
    assert browser.get("/permohonan").status_code == 303


def test_a_form_from_elsewhere_is_refused(browser, with_factor):
    app, _ = with_factor
    half_way(browser)
    for token in ("", "wrong"):
        response = browser.client.post(
            "/masuk/kode/periksa",
            data={"form_token": token, "code": app.code()},
            follow_redirects=False,
        )
        assert response.status_code == 403
    assert browser.get("/permohonan").status_code == 303


def test_wrong_codes_count_towards_the_same_delay(browser, with_factor, clock, database):
    app, _ = with_factor
    half_way(browser)
    for _ in range(3):
        wrong = give_code(browser, "000000" if app.code() != "000000" else "111111")
        assert wrong.status_code == 403
        assert "Kode tidak cocok" in wrong.text
    assert give_code(browser, app.code()).status_code == 429, "even the right one has to wait"
    assert browser.log_in().status_code == 429, "the password too"
    clock.pass_time(seconds=3)
    assert give_code(browser, app.code()).status_code == 303
    refused = audit_lines(database, AuditAction.LOGIN_REFUSED)
    assert [(line.subject, line.detail) for line in refused] == [("ratna", "kode salah")] * 3


def test_the_password_alone_does_not_forgive_wrong_codes(browser, with_factor):
    half_way(browser)
    for _ in range(2):
        give_code(browser, "abc")
    half_way(browser)
    give_code(browser, "abc")
    assert browser.log_in().status_code == 429


def test_a_code_works_once(open_browser, browser, with_factor):
    app, _ = with_factor
    half_way(browser)
    assert give_code(browser, app.code()).status_code == 303
    with open_browser() as other:
        half_way(other)
        assert give_code(other, app.code()).status_code == 403, "seen over a shoulder"


def test_a_recovery_code_works_once_and_is_written_down(browser, with_factor, database):
    _, codes = with_factor
    half_way(browser)
    assert give_code(browser, codes[0]).status_code == 303
    (line,) = audit_lines(database, AuditAction.RECOVERY_CODE_USED)
    assert line.subject == "ratna"
    assert codes[0] not in repr(audit_lines(database))
    browser.post("/keluar", "/akun")
    half_way(browser)
    assert give_code(browser, codes[0]).status_code == 403
    assert give_code(browser, codes[1]).status_code == 303


def test_whoever_is_disabled_half_way_goes_no_further(browser, with_factor, database, clock):
    app, _ = with_factor
    half_way(browser)
    page = browser.get("/masuk/kode").text
    with database.writing() as connection:
        staff = staff_with_name(connection, "ratna")
        disable_staff(connection, CONSOLE, staff.id, clock())
    response = browser.client.post(
        "/masuk/kode/periksa",
        data={"form_token": browser.form_token(page), "code": app.code()},
        follow_redirects=False,
    )
    assert response.headers["location"] == "/masuk"
    assert browser.log_in().status_code == 403


def test_a_one_time_password_opens_only_the_choice_of_an_own_one(browser, database, clock):
    given = one_time(database, clock, "tono")
    assert browser.log_in("tono", PASSWORD).status_code == 403
    response = browser.log_in("tono", given)
    assert response.headers["location"] == "/masuk/sandi-baru"
    assert browser.get("/anjungan").headers["location"] == "/masuk"
    assert browser.get("/masuk/kode").headers["location"] == "/masuk/sandi-baru"
    address = "/masuk/sandi-baru/simpan"
    page = "/masuk/sandi-baru"
    for new, again, words in (
        (NEW_PASSWORD, NEW_PASSWORD + "x", "tidak sama"),
        ("pendek", "pendek", "paling sedikit 10"),
        ("tono tono tono", "tono tono tono", "mudah ditebak"),
        (given, given, "harus berbeda"),
    ):
        refused = browser.post(address, page, new=new, again=again)
        assert refused.status_code == 422
        assert words in refused.text
    entered = browser.post(address, page, new=NEW_PASSWORD, again=NEW_PASSWORD)
    assert (entered.status_code, entered.headers["location"]) == (303, "/anjungan")
    assert browser.get("/anjungan").status_code == 200
    browser.post("/keluar", "/akun")
    assert browser.log_in("tono", given).status_code == 403
    assert browser.log_in("tono", NEW_PASSWORD).headers["location"] == "/anjungan"


def test_a_one_time_password_runs_out(browser, database, clock):
    given = one_time(database, clock, "tono")
    clock.pass_time(hours=73)
    assert browser.log_in("tono", given).status_code == 403


def test_a_new_password_does_not_go_round_the_code(browser, with_factor, database, clock):
    app, _ = with_factor
    given = one_time(database, clock, "ratna")
    assert browser.log_in("ratna", given).headers["location"] == "/masuk/kode"
    assert browser.get("/masuk/sandi-baru").headers["location"] == "/masuk/kode"
    refused = browser.client.post(
        "/masuk/sandi-baru/simpan",
        data={
            "form_token": browser.form_token(browser.get("/masuk/kode").text),
            "new": NEW_PASSWORD,
            "again": NEW_PASSWORD,
        },
        follow_redirects=False,
    )
    assert refused.headers["location"] == "/masuk/kode"
    assert give_code(browser, app.code()).headers["location"] == "/masuk/sandi-baru"
    entered = browser.post(
        "/masuk/sandi-baru/simpan", "/masuk/sandi-baru", new=NEW_PASSWORD, again=NEW_PASSWORD
    )
    assert entered.headers["location"] == "/permohonan"


@pytest.fixture
def strict_browser(settings, database, accounts, clock, browser):
    """Where administrators must have a second factor."""
    people = PeopleSettings(administrators_need_second_factor=True)
    app = create_app(
        msgspec.structs.replace(settings, people=people),
        database,
        now=clock,
        monotonic_s=clock.monotonic_s,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield type(browser)(client)


def test_where_it_is_required_an_administrator_sets_it_up_at_the_login(
    strict_browser, clock, database
):
    browser = strict_browser
    assert browser.log_in().headers["location"] == "/masuk/pasang-kode"
    assert browser.get("/permohonan").headers["location"] == "/masuk"
    page = "/masuk/pasang-kode"
    app = App(browser.get(page).text, clock)
    assert "<svg" in browser.get(page).text
    assert browser.post(f"{page}/pastikan", page, code="12").status_code == 403
    assert browser.get("/permohonan").headers["location"] == "/masuk"
    done = browser.post(f"{page}/pastikan", page, code=app.code())
    assert done.status_code == 200
    assert len(recovery_codes(done.text)) == 10
    assert browser.get("/permohonan").status_code == 200
    assert len(audit_lines(database, AuditAction.SECOND_FACTOR_SET_UP)) == 1
    kept = browser.post("/akun/kode/lepas", "/akun", present=PASSWORD)
    assert kept.status_code == 403
    assert "wajib" in kept.text


def test_where_it_is_required_others_log_in_as_before(strict_browser):
    assert strict_browser.log_in("tono").headers["location"] == "/anjungan"


def test_nobody_half_way_sees_the_steps(browser):
    for path in ("/masuk/kode", "/masuk/sandi-baru", "/masuk/pasang-kode"):
        assert browser.get(path).headers["location"] == "/masuk"
