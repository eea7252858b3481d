"""The resident's page."""

import logging
import re

import pytest
from regency_lab import PLANTED_NIK
from sqlalchemy import update

from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import new_token
from anjungan.regency.requests.statuses import Actor, write_status
from anjungan.regency.store.tables import REQUESTS
from anjungan.regency.web.requests.words import STATUS_SIGNS
from anjungan.regency.web.tracking.words import RESIDENT_WORDS


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


S = RequestStatus
GO_NOW = ("Ambil di kantor", "Datang ke kantor", "datang ke kantor", "bisa diambil")
NOT_YET = ("Belum perlu ke kantor", "Nanti ambil di kantor")


def text_of(html):
    """What is read on the page, without its tags."""
    body = re.sub(r"(?s)<(script|style|svg|head).*?</\1>", " ", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


@pytest.mark.parametrize(
    ("status", "expected", "stage_now"),
    [
        (S.INCOMPLETE, ("Perlu dilengkapi.", "datang ke kantor desa"), "Menunggu kelengkapan"),
        (S.UNDER_REVIEW, ("Sedang diperiksa.", *NOT_YET), "Sedang dikerjakan"),
        (S.AWAITING_SIGNATURE, ("Menunggu tanda tangan.", *NOT_YET), "Sedang dikerjakan"),
        (S.READY, ("Siap diambil.", "Ambil di kantor desa pada jam kerja"), None),
        (S.COLLECTED, ("Sudah diambil.", "Matur nuwun."), None),
        (S.CANCELLED, ("Dibatalkan.", "diminta lagi di anjungan"), None),
    ],
)
def test_every_status_is_told_without_contradiction(
    *, browser, database, tracked, clock, status, expected, stage_now
):
    set_status(database, tracked, status, clock, "KK belum ada" if status is S.INCOMPLETE else "")
    html = browser.get(f"/t/{tracked.ticket_token}").text
    text = text_of(html)
    for words in expected:
        assert words in text
    go_now = [words for words in GO_NOW if words in text]
    not_yet = [words for words in NOT_YET if words in text]
    assert bool(go_now) == (status in {S.INCOMPLETE, S.READY})
    assert bool(not_yet) == (status in {S.UNDER_REVIEW, S.AWAITING_SIGNATURE})
    assert ('class="where"' in html) == bool(go_now or not_yet)
    others = {RESIDENT_WORDS[other].headline for other in S if other is not status}
    assert not [headline for headline in others if headline in text]
    assert html.count('<li class="now">') == (stage_now is not None)
    assert stage_now is None or stage_now in text
    assert ("Tanda tangan" in text) == (status is not S.CANCELLED)


def advance(database, request, *statuses, clock):
    """One status after the other, twenty minutes apart from 09.41 on, beginning after ten."""
    clock.pass_time(minutes=10)
    for revision, status in enumerate(statuses, start=1):
        with database.writing() as connection:
            write_status(
                connection,
                request.id,
                seen_revision=revision,
                status=status,
                note="",
                actor=Actor.STAFF,
                actor_name="Ratna W.",
                now=clock(),
            )
        clock.pass_time(minutes=20)


@pytest.mark.parametrize(
    ("statuses", "times"),
    [
        ((), ("Diterima09.41", "Diperiksa petugasSedang dikerjakan sejak 09.41")),
        ((S.INCOMPLETE,), ("Diperiksa petugasMenunggu kelengkapan sejak 09.51",)),
        (
            (S.AWAITING_SIGNATURE,),
            ("Diperiksa petugas09.51", "Kepala DesaSedang dikerjakan sejak 09.51"),
        ),
        (
            (S.AWAITING_SIGNATURE, S.READY),
            ("Diperiksa petugas09.51", "Kepala Desa10.11", "Siap diambil10.11"),
        ),
        (
            (S.AWAITING_SIGNATURE, S.UNDER_REVIEW, S.AWAITING_SIGNATURE, S.READY, S.COLLECTED),
            ("Diperiksa petugas10.31", "Kepala Desa10.51", "Sudah diambil11.11"),
        ),
        ((S.READY,), ("Diperiksa petugas09.51", "Kepala Desa09.51")),
    ],
)
def test_every_stage_that_was_reached_has_its_time(
    *, browser, database, tracked, clock, statuses, times
):
    advance(database, tracked, *statuses, clock=clock)
    text = text_of(browser.get(f"/t/{tracked.ticket_token}").text)
    for words in times:
        assert words in text


def test_an_own_cancellation_is_told_calmly(browser, tracked, intake, kiosk):
    intake(kiosk.cancel(tracked.id))
    html = browser.get(f"/t/{tracked.ticket_token}").text
    assert "Dibatalkan." in html
    assert "Sesuai permintaan Anda." in html
    assert 'class="banner neutral' in html
    assert "error" not in html


def test_a_cancellation_by_staff_is_not_said_to_be_the_residents(browser, database, tracked, clock):
    set_status(database, tracked, S.CANCELLED, clock, "Data ganda")
    html = browser.get(f"/t/{tracked.ticket_token}").text
    assert "Sesuai permintaan Anda." not in html
    assert 'class="banner error' in html


def test_what_was_collected_is_not_said_to_be_waiting(browser, database, tracked, clock):
    set_status(database, tracked, S.COLLECTED, clock)
    text = text_of(browser.get(f"/t/{tracked.ticket_token}").text)
    assert "Sudah diambil09.41" in text
    assert "Siap diambil" not in text


def test_a_kelurahan_has_a_lurah(browser, intake, other_kiosk):
    request = other_kiosk.request()
    intake(request, kiosk=other_kiosk.kiosk)
    text = text_of(browser.get(f"/t/{request.ticket_token}").text)
    assert "Kelurahan Beru" in text
    assert "Tanda tangan Lurah" in text
    assert "Belum perlu ke kantor kelurahan." in text
    assert "Nanti ambil di kantor kelurahan," in text
    assert "kantor desa" not in text


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
        # a connection that wrote before is first told that it reads now: no question about a ticket
        if not statement.startswith("PRAGMA query_only"):
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
    assert known
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
            "anjungan.regency.web.tracking.page.read_tracked",
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
