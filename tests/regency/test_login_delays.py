"""Delays for those who guess, and none for whoever they guess at."""

from datetime import timedelta

import pytest
from regency_lab import PASSWORD

from anjungan.regency.staff.throttle import (
    LONGEST_DELAY,
    OF_ACCOUNT,
    OF_ADDRESS,
    Attempt,
    note_failure,
    note_success,
    remaining_delay,
)
from anjungan.regency.web.people import login_flow
from anjungan.regency.web.security import BROWSER_COOKIE

NOTHING = timedelta(0)


@pytest.fixture
def delays(database, clock):
    class Delays:
        def fail(self, attempt):
            with database.writing() as connection:
                note_failure(connection, attempt, clock())

        def succeed(self, attempt):
            with database.writing() as connection:
                note_success(connection, attempt)

        def of(self, attempt):
            with database.reading() as connection:
                return max(NOTHING, remaining_delay(connection, attempt, clock()))

    return Delays()


def test_many_addresses_against_one_account_slow_each_other_down(delays):
    for number in range(OF_ACCOUNT.free):
        attempt = Attempt("ratna", f"10.0.0.{number}")
        assert delays.of(attempt) == NOTHING
        delays.fail(attempt)
    assert delays.of(Attempt("ratna", "10.9.9.9")) > NOTHING
    assert delays.of(Attempt("budi", "10.9.9.9")) == NOTHING


def test_they_do_not_slow_down_a_browser_the_owner_has_used(delays, clock):
    for number in range(200):
        delays.fail(Attempt("ratna", f"10.0.0.{number}"))
    assert delays.of(Attempt("ratna", "10.0.0.7")) == LONGEST_DELAY
    known = Attempt("ratna", "10.0.0.7", known_browser="token")
    assert delays.of(known) == NOTHING
    for _ in range(4):
        delays.fail(known)
    assert delays.of(known) > NOTHING, "whoever found that browser is slowed down by itself"
    delays.succeed(known)
    assert delays.of(known) == NOTHING
    clock.pass_time(minutes=16)
    assert delays.of(Attempt("ratna", "10.9.9.9")) == NOTHING, "nor is a new browser for ever"


def test_one_address_against_many_accounts_is_slowed_down(delays):
    for number in range(OF_ADDRESS.free):
        delays.fail(Attempt(f"nama{number}", "10.0.0.1"))
    assert delays.of(Attempt("ratna", "10.0.0.1")) > NOTHING
    assert delays.of(Attempt("ratna", "10.0.0.2")) == NOTHING


def test_an_office_behind_one_address_may_mistype_all_day(delays, clock):
    for number in range(200):
        attempt = Attempt(f"pegawai{number % 40}", "10.0.0.1")
        assert delays.of(attempt) == NOTHING, number
        delays.fail(attempt)
        delays.succeed(attempt)
        clock.pass_time(minutes=10)


def test_failures_are_forgiven_with_time(delays, clock):
    attempt = Attempt("ratna", "10.0.0.1")
    for _ in range(3):
        delays.fail(attempt)
    assert delays.of(attempt) > NOTHING
    clock.pass_time(hours=2)
    delays.fail(attempt)
    assert delays.of(attempt) == NOTHING


def test_success_forgives_this_place_alone(delays):
    for number in range(OF_ACCOUNT.free):
        delays.fail(Attempt("ratna", f"10.0.0.{number}"))
    delays.succeed(Attempt("ratna", "10.0.0.0"))
    assert delays.of(Attempt("ratna", "10.9.9.9")) > NOTHING


def test_an_attempt_does_not_show_itself():
    assert repr(Attempt("ratna", "10.0.0.1", "token")) == "Attempt(…)"


def test_a_stranger_does_not_lock_an_officer_out(browser, monkeypatch):
    """Guesses from everywhere; the officer's own browser still logs in, a new one has to wait."""
    browser.log_in()
    browser.post("/keluar", "/akun")
    known = browser.client.cookies[BROWSER_COOKIE]
    browser.client.cookies.delete(BROWSER_COOKIE)
    for number in range(OF_ACCOUNT.free + 5):
        monkeypatch.setattr(
            login_flow, "client_address", lambda request, number=number: f"10.0.0.{number}"
        )
        browser.log_in("ratna", "salah sekali")
    assert browser.log_in().status_code == 429
    browser.client.cookies.set(BROWSER_COOKIE, known, domain="testserver.local")
    assert browser.log_in().status_code == 303


def test_a_made_up_or_borrowed_browser_is_not_known(browser, open_browser):
    with open_browser() as other:
        other.log_in("budi")
        borrowed = other.client.cookies[BROWSER_COOKIE]
    for token in ("made-up", borrowed):
        browser.client.cookies.set(BROWSER_COOKIE, token, domain="testserver.local")
        for _ in range(3):
            browser.log_in("ratna", "salah sekali")
        assert browser.log_in("ratna", PASSWORD).status_code == 429
