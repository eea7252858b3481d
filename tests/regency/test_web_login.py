"""Logging in, sessions, and what nobody sees without."""

import re

import msgspec
import pytest
from regency_lab import PASSWORD
from sqlalchemy import select

from anjungan.regency.settings import WebSettings
from anjungan.regency.staff.accounts import password_fits
from anjungan.regency.store.tables import LOGIN_FAILURES, SESSIONS
from anjungan.regency.web.app import create_app
from anjungan.regency.web.security import FORM_COOKIE, SESSION_COOKIE


def test_a_right_password_opens_the_requests(browser):
    response = browser.log_in()
    assert (response.status_code, response.headers["location"]) == (303, "/permohonan")
    assert browser.get("/permohonan").status_code == 200
    assert "Ratna W." in browser.get("/permohonan").text


def test_a_name_is_taken_whatever_its_case(browser):
    assert browser.log_in(" Ratna ").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [("ratna", "salah sekali"), ("ratna", ""), ("siapa", "salah sekali"), ("' OR 1=1 --", "x")],
)
def test_a_wrong_login_says_the_same_whoever_it_was(browser, name, password):
    response = browser.log_in(name, password)
    assert response.status_code == 403
    assert "Nama atau kata sandi tidak cocok." in response.text
    assert browser.get("/permohonan").status_code == 303


def test_an_unknown_name_costs_a_password_check_too(browser, monkeypatch):
    checked = []

    def fits(credentials, password):
        checked.append(credentials.staff_id)
        return password_fits(credentials, password)

    monkeypatch.setattr("anjungan.regency.web.people.login_pages.password_fits", fits)
    browser.log_in("siapa", "salah sekali")
    browser.log_in("ratna", "salah sekali")
    assert checked == [None, 1]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(browser):
    cookie = browser.log_in().headers.get_list("set-cookie")
    (session,) = [each for each in cookie if each.startswith(SESSION_COOKIE)]
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert "Secure" not in session


def test_away_from_loopback_cookies_are_secure(settings, database, accounts, clock):
    from litestar.testing import TestClient  # noqa: PLC0415 - only here

    public = msgspec.structs.replace(
        settings, web=WebSettings(public_url="https://anjungan.blitarkab.go.id")
    )
    app = create_app(public, database, now=clock)
    with TestClient(app) as client:
        cookie = client.get("/masuk").headers["set-cookie"]
    assert "Secure" in cookie


def test_every_login_gets_a_new_session_and_ends_the_old_one(browser, database):
    browser.log_in()
    first = browser.client.cookies[SESSION_COOKIE]
    browser.log_in()
    second = browser.client.cookies[SESSION_COOKIE]
    assert first != second
    with database.reading() as connection:
        assert len(connection.execute(select(SESSIONS)).all()) == 1
    browser.client.cookies.set(SESSION_COOKIE, first, domain="testserver.local")
    assert browser.get("/permohonan").status_code == 303


def test_a_session_chosen_by_somebody_else_is_none(browser):
    browser.client.cookies.set(SESSION_COOKIE, "chosen-by-an-attacker", domain="testserver.local")
    assert browser.get("/permohonan").status_code == 303
    browser.log_in()
    assert browser.client.cookies[SESSION_COOKIE] != "chosen-by-an-attacker"


def test_the_database_holds_no_session_token(browser, database):
    browser.log_in()
    token = browser.client.cookies[SESSION_COOKIE]
    with database.reading() as connection:
        row = connection.execute(select(SESSIONS)).one()
    assert token not in repr(tuple(row))


def test_logging_out_ends_the_session(officer):
    token = officer.client.cookies[SESSION_COOKIE]
    assert officer.post("/keluar", "/permohonan").status_code == 303
    officer.client.cookies.set(SESSION_COOKIE, token, domain="testserver.local")
    assert officer.get("/permohonan").status_code == 303


def test_a_session_ends_by_itself_when_idle_and_at_the_end_of_the_day(officer, clock):
    for _ in range(12):
        clock.pass_time(minutes=59)
        assert officer.get("/permohonan").status_code == 200
    clock.pass_time(minutes=59)
    assert officer.get("/permohonan").status_code == 303, "twelve hours are over"
    officer.log_in()
    clock.pass_time(minutes=61)
    assert officer.get("/permohonan").status_code == 303, "idle for an hour"


def test_a_page_refreshing_itself_is_no_work(officer, clock):
    for _ in range(4):
        clock.pass_time(minutes=16)
        response = officer.get("/permohonan", **{"X-Live": "1"})
    assert response.status_code == 303


def test_guessing_is_slowed_down_more_and_more(browser, clock):
    for _ in range(3):
        assert browser.log_in("ratna", "salah sekali").status_code == 403
    blocked = browser.log_in()
    assert blocked.status_code == 429, "even the right password has to wait"
    assert "Coba lagi setelah" in blocked.text
    clock.pass_time(seconds=3)
    assert browser.log_in("ratna", "salah sekali").status_code == 403
    clock.pass_time(seconds=3)
    assert browser.log_in().status_code == 429, "the delay has grown"
    clock.pass_time(seconds=2)
    assert browser.log_in().status_code == 303
    assert browser.log_in("ratna", "salah sekali").status_code == 403, "and begins anew"


def test_another_account_is_not_slowed_down_by_it(browser):
    for _ in range(4):
        browser.log_in("ratna", "salah sekali")
    assert browser.log_in("budi").status_code == 303


def test_one_address_guessing_many_names_is_slowed_down(browser):
    for number in range(30):
        assert browser.log_in(f"nama{number}", "salah sekali").status_code == 403
    assert browser.log_in("nama-lain", "salah sekali").status_code == 429


def test_neither_names_nor_addresses_of_failed_logins_are_stored(browser, database):
    browser.log_in("ratna", "salah sekali")
    with database.reading() as connection:
        rows = connection.execute(select(LOGIN_FAILURES)).all()
    assert "ratna" not in repr(rows)
    assert "testclient" not in repr(rows)


@pytest.mark.parametrize("token", ["", "wrong", "ü", None])
def test_a_login_form_from_elsewhere_is_refused(browser, token):
    browser.get("/masuk")
    form = {} if token is None else {"form_token": token}
    response = browser.client.post(
        "/masuk",
        data={"name": "ratna", "password": PASSWORD, **form},
        follow_redirects=False,
    )
    assert response.status_code == 403
    assert SESSION_COOKIE not in response.cookies
    assert "Coba lagi" in response.text
    assert browser.form_token(response.text) == browser.client.cookies[FORM_COOKIE]


def test_a_technician_sees_kiosks_and_no_requests(browser):
    assert browser.log_in("tono").headers["location"] == "/anjungan"
    assert browser.get("/anjungan").status_code == 200
    assert browser.get("/permohonan").status_code == 403
    assert browser.get("/permohonan/x").status_code == 403
    assert browser.get("/").headers["location"] == "/anjungan"
    assert "/permohonan" not in browser.get("/anjungan").text


def test_every_page_forbids_foreign_content_and_frames(officer):
    for path in ("/masuk", "/permohonan", "/anjungan", "/t/x", "/nothing-here", "/healthz"):
        headers = officer.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"] == "noindex, nofollow"


def test_pages_refer_to_nothing_outside(officer):
    for path in ("/masuk", "/permohonan", "/anjungan", "/t/x"):
        html = officer.get(path).text
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html)
        assert "<style" not in html
        assert " style=" not in html
        assert not re.search(r"<script(?! src=)", html)


def test_static_files_are_kept_and_complete(officer):
    html = officer.get("/permohonan").text
    found = set(re.findall(r'"(/static/[^"]+)"', html))
    css = next(each for each in found if each.endswith(".css"))
    text = officer.get(css).text
    found |= {css.rpartition("/")[0] + "/" + name for name in re.findall(r'url\("([^"]+)"\)', text)}
    assert len(found) >= 6
    for path in found:
        response = officer.get(path)
        assert response.status_code == 200, path
        assert "immutable" in response.headers["cache-control"]
    assert officer.get("/static/x/../../settings.py").status_code == 404
    assert officer.get("/static/x/nothing.css").status_code == 404


def test_oversized_and_misshapen_forms_are_refused(officer):
    token = officer.form_token(officer.get("/permohonan").text)
    large = officer.client.post(
        "/permohonan/x/status", data={"form_token": token, "note": "x" * 100_000}
    )
    assert large.status_code == 413
    misshapen = officer.client.post(
        "/permohonan/x/status", data={"form_token": token, "status": "99", "revision": "a"}
    )
    assert misshapen.status_code == 400
    assert officer.client.post("/permohonan/x/status", content=b"\xff\xfe").status_code == 403
    assert officer.client.delete("/permohonan").status_code == 405
