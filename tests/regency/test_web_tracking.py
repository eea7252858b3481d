"""The resident's page."""

import logging

import pytest
from regency_lab import PLANTED_NIK
from sqlalchemy import update

from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import new_token
from anjungan.regency.requests.statuses import Actor, write_status
from anjungan.regency.store.tables import REQUESTS
from anjungan.regency.web.words import RESIDENT_WORDS, STATUS_SIGNS


@pytest.fixture
def tracked(intake, kiosk, sealing_key):
    request = kiosk.request(sealing_key, card_link="a" * 64)
    intake(request)
    return request


def set_status(database, request, status, clock, note=""):
    with database.writing() as connection:
        write_status(
            connection,
            request.id,
            seen_revision=1,
            status=status,
            note=note,
            actor=Actor.STAFF,
            actor_name="Ratna W.",
            now=clock(),
        )


def test_it_shows_how_far_a_request_is(browser, tracked):
    response = browser.get(f"/t/{tracked.ticket_token}")
    assert response.status_code == 200
    for words in (
        "Surat Keterangan Usaha",
        "Desa Minggirsari",
        tracked.queue_number,
        "Sedang diperiksa.",
        "Tanda tangan Kepala Desa",
    ):
        assert words in response.text


def test_it_needs_no_login_and_sets_no_cookie(browser, tracked):
    assert "set-cookie" not in browser.get(f"/t/{tracked.ticket_token}").headers


def test_it_holds_nothing_personal(browser, database, tracked, clock):
    set_status(database, tracked, RequestStatus.INCOMPLETE, clock, "KK belum ada")
    html = browser.get(f"/t/{tracked.ticket_token}").text
    assert "KK belum ada" in html
    for secret in (
        PLANTED_NIK,
        "Siti",
        "Ratna",
        tracked.id,
        "3505102001-1",
        tracked.card_link,
        tracked.ticket_token,
        tracked.ticket_code,
    ):
        assert secret not in html


def test_it_must_not_be_kept_followed_or_found(browser, tracked):
    headers = browser.get(f"/t/{tracked.ticket_token}").headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert "Disallow: /" in browser.get("/robots.txt").text


@pytest.mark.parametrize("status", list(RequestStatus))
def test_every_status_has_its_words(browser, database, tracked, clock, status):
    set_status(database, tracked, status, clock)
    html = browser.get(f"/t/{tracked.ticket_token}").text
    headline, advice = RESIDENT_WORDS[status]
    assert headline in html
    assert advice in html
    assert ("Tanda tangan" in html) == (status is not RequestStatus.CANCELLED)


def test_a_kelurahan_has_a_lurah(browser, intake, other_kiosk):
    request = other_kiosk.request()
    intake(request, kiosk=other_kiosk.kiosk)
    html = browser.get(f"/t/{request.ticket_token}").text
    assert "Kelurahan Beru" in html
    assert "Tanda tangan Lurah" in html


@pytest.mark.parametrize("token", ["x", "A" * 22, "../../etc/passwd", "%00", "<script>", "🙂"])
def test_an_unknown_ticket_gets_a_kind_page(browser, tracked, token):
    response = browser.get(f"/t/{token}")
    assert response.status_code == 404
    assert "ditemukan" in response.text or "tidak ada" in response.text
    assert "<script>" not in response.text


def test_an_unknown_ticket_asks_the_database_the_same_questions(
    browser, database, tracked, monkeypatch
):
    asked = []
    engine = database._engine

    from sqlalchemy import event  # noqa: PLC0415 - only here

    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    # a request with one revision skips the question whether the kiosk has it
    with database.writing() as connection:
        connection.execute(update(REQUESTS).values(revision=2))
    asked.clear()
    browser.get(f"/t/{tracked.ticket_token}")
    known = list(asked)
    asked.clear()
    browser.get(f"/t/{new_token()}")
    unknown = list(asked)
    asked.clear()
    browser.get("/t/no-token-at-all")
    assert known == unknown == asked
    event.remove(engine, "before_cursor_execute", note)


def test_guessing_tokens_is_limited_and_the_limit_wears_off(browser, tracked, clock):
    for _ in range(20):
        assert browser.get(f"/t/{new_token()}").status_code == 404
    limited = browser.get(f"/t/{tracked.ticket_token}")
    assert limited.status_code == 429
    assert limited.headers["retry-after"] == "60"
    assert "Terlalu sering" in limited.text
    clock.pass_time(seconds=60)
    assert browser.get(f"/t/{tracked.ticket_token}").status_code == 200


def test_looking_at_the_own_ticket_is_hardly_limited(browser, tracked):
    for _ in range(100):
        assert browser.get(f"/t/{tracked.ticket_token}").status_code == 200


def test_tokens_stand_in_no_log(browser, tracked, caplog, monkeypatch):
    with caplog.at_level(logging.DEBUG):
        browser.get(f"/t/{tracked.ticket_token}")
        monkeypatch.setattr(
            "anjungan.regency.web.tracking_page.read_tracked",
            lambda *args: 1 / 0,
        )
        broken = browser.get(f"/t/{tracked.ticket_token}")
    assert broken.status_code == 500
    assert "Ada gangguan" in broken.text
    ours = [r for r in caplog.records if not r.name.startswith("httpx")]
    assert any("ZeroDivisionError at" in record.getMessage() for record in ours)
    assert not any(tracked.ticket_token in record.getMessage() for record in ours)
    assert not any(record.exc_info for record in ours)


def test_every_status_has_a_sign():
    assert set(STATUS_SIGNS) == set(RequestStatus) == set(RESIDENT_WORDS)
