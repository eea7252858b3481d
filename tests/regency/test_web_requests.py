"""One request: its answers, its status."""

import re
from html import unescape

import msgspec
import pytest
from inbox_lab import ids_in, set_status
from regency_lab import OTHER_KIOSK, PLANTED_NIK
from sqlalchemy import select

from anjungan.protocol.sealing import binding_of
from anjungan.protocol.status import STAFF_TRANSITIONS, RequestStatus
from anjungan.regency.requests.outgoing import due_statuses
from anjungan.regency.store.tables import AUDIT
from anjungan.regency.web.requests.words import STATUS_SIGNS

DATABASES = ("sqlite", "postgresql")


@pytest.fixture
def request_with_answers(intake, kiosk, sealing_key):
    request = kiosk.request(sealing_key)
    intake(request)
    return request


def page_of(request):
    return f"/permohonan/{request.id}"


def openings(database):
    with database.reading() as connection:
        return connection.execute(select(AUDIT).where(AUDIT.c.action.like("answers_%"))).all()


def revision_of(browser, request):
    found = re.search(r'name="revision" value="([0-9]+)"', browser.get(page_of(request)).text)
    return int(found.group(1))


# --- answers --------------------------------------------------------------------------------


def test_answers_stay_sealed_until_opened_and_opening_is_written_down(
    officer, database, request_with_answers
):
    page = page_of(request_with_answers)
    closed = officer.get(page).text
    assert "Isian masih tersegel." in closed
    assert "Siti Aminah" not in closed
    assert openings(database) == []

    opened = officer.post(f"{page}/buka", page)
    assert opened.status_code == 200
    assert "Siti Aminah" in opened.text
    assert PLANTED_NIK in opened.text
    assert opened.headers["cache-control"] == "no-store"
    (audit,) = openings(database)
    assert (audit.subject, audit.actor, audit.action) == (
        request_with_answers.id,
        "Ratna W.",
        "answers_opened",
    )
    assert "Ratna W." in officer.get(page).text


def test_hostile_answers_are_shown_inert(officer, request_with_answers):
    page = page_of(request_with_answers)
    html = officer.post(f"{page}/buka", page).text
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "\u202e" not in html
    assert "\u202c" not in html


def test_answers_bound_to_another_request_are_quarantined(
    officer, database, intake, kiosk, sealing_key
):
    request = kiosk.request()
    other = kiosk.request(sealing_key)
    moved = msgspec.structs.replace(request, kid=other.kid, sealed=other.sealed)
    intake(moved)
    page = page_of(moved)
    html = officer.post(f"{page}/buka", page).text
    assert "Karantina" in html
    assert "Siti" not in html
    assert [row.action for row in openings(database)] == ["answers_misbound"]
    again = officer.get(page).text
    assert "Karantina" in again
    assert "/buka" not in again
    assert "Karantina" in officer.get("/permohonan").text


@pytest.mark.parametrize(
    "change", [{"kid": "nobody"}, {"kid": "../../root/root"}, {"sealed": b"x"}]
)
def test_answers_that_cannot_be_opened_say_so(
    *, officer, database, intake, kiosk, sealing_key, change
):
    request = msgspec.structs.replace(kiosk.request(sealing_key), **change)
    intake(request)
    page = page_of(request)
    html = officer.post(f"{page}/buka", page).text
    assert "Isian tidak dapat dibuka." in html
    assert [row.action for row in openings(database)] == ["answers_not_opened"]


def test_damaged_binding_of_the_kiosk_is_quarantined(officer, intake, kiosk, sealing_key):
    request = kiosk.request()
    binding = msgspec.structs.replace(binding_of(kiosk.kiosk, request), kiosk=OTHER_KIOSK)
    intake(kiosk.sealed(request, sealing_key, binding))
    html = officer.post(f"{page_of(request)}/buka", page_of(request)).text
    assert "Karantina" in html


# --- status ---------------------------------------------------------------------------------


def change(officer, request, status, *, note="", revision=1):
    page = page_of(request)
    return officer.post(f"{page}/status", page, status=int(status), note=note, revision=revision)


def test_a_status_change_travels_and_stands_in_the_history(
    officer, database, request_with_answers, clock
):
    response = change(
        officer,
        request_with_answers,
        RequestStatus.INCOMPLETE,
        note="  Fotokopi KK\r\n\r\nbelum ada \u202e ",
    )
    assert response.status_code == 303
    html = officer.get(response.headers["location"]).text
    assert "Status tersimpan." in html
    assert "Perlu dilengkapi" in html
    assert "Fotokopi KK\nbelum ada" in html
    assert "menunggu anjungan tersambung" in html
    with database.reading() as connection:
        (outgoing,) = due_statuses(connection, clock())
    assert outgoing.message.note == "Fotokopi KK\nbelum ada"


@pytest.mark.parametrize("present", list(RequestStatus))
def test_only_the_transitions_of_staff_are_taken(officer, database, request_with_answers, present):
    page = page_of(request_with_answers)
    for wanted in RequestStatus:
        set_status(database, request_with_answers, present)
        html = officer.get(page).text
        offered = {each for each in RequestStatus if f'name="status" value="{int(each)}"' in html}
        assert offered == STAFF_TRANSITIONS[present]
        revision = revision_of(officer, request_with_answers)
        response = change(officer, request_with_answers, wanted, note="alasan", revision=revision)
        allowed = wanted in STAFF_TRANSITIONS[present]
        assert response.status_code == (303 if allowed else 409)


def test_of_two_officers_the_second_is_told(open_browser, request_with_answers):
    with open_browser() as ratna, open_browser() as budi:
        ratna.log_in("ratna")
        budi.log_in("budi")
        first = change(ratna, request_with_answers, RequestStatus.AWAITING_SIGNATURE)
        assert first.status_code == 303
        second = change(budi, request_with_answers, RequestStatus.CANCELLED, note="salah kirim")
        assert second.status_code == 409
        assert "baru saja diubah orang lain" in second.text
        assert "salah kirim" in second.text, "what was typed is kept"
        assert STATUS_SIGNS[RequestStatus.AWAITING_SIGNATURE].word in second.text


@pytest.mark.parametrize(
    ("status", "note", "words"),
    [
        (RequestStatus.INCOMPLETE, "", "Tulis catatan dulu"),
        (RequestStatus.CANCELLED, " \n ", "Tulis catatan dulu"),
        (RequestStatus.AWAITING_SIGNATURE, "x" * 501, "paling panjang 500"),
        (RequestStatus.AWAITING_SIGNATURE, f"NIK {PLANTED_NIK}", "16 angka"),
        (RequestStatus.AWAITING_SIGNATURE, "3505 1041 0790 0147", "16 angka"),
        (RequestStatus.AWAITING_SIGNATURE, "3505.10.41.07.90.01.47", "16 angka"),
        (RequestStatus.AWAITING_SIGNATURE, "Hubungi 081234567890", "memuat nomor HP"),
    ],
)
def test_a_note_that_cannot_be_shown_is_refused_and_kept(
    officer, request_with_answers, status, note, words
):
    response = change(officer, request_with_answers, status, note=note)
    assert response.status_code == 422
    assert words in response.text
    assert note.strip() in response.text
    assert revision_of(officer, request_with_answers) == 1


def test_a_hostile_note_is_shown_inert(officer, request_with_answers):
    note = '"><script>alert(2)</script>'
    change(officer, request_with_answers, RequestStatus.INCOMPLETE, note=note)
    for path in (page_of(request_with_answers), f"/t/{request_with_answers.ticket_token}"):
        html = officer.get(path).text
        assert "<script>alert(2)" not in html
        assert "&lt;script&gt;alert(2)" in html


def test_a_village_officer_sees_the_own_village_alone(browser, intake, kiosk, other_kiosk):
    foreign, own = kiosk.request(), other_kiosk.request()
    intake(foreign)
    intake(own, kiosk=OTHER_KIOSK)
    browser.log_in("beru")
    assert ids_in(browser.get("/permohonan").text) == [own.id]
    assert ids_in(browser.get("/permohonan?desa=3505102001").text) == []
    assert browser.get(page_of(own)).status_code == 200
    assert browser.get(page_of(foreign)).status_code == 404
    assert browser.get(f"{page_of(foreign)}/revisi").status_code == 404
    for form in ("buka", "status"):
        response = browser.post(
            f"{page_of(foreign)}/{form}", page_of(own), status=2, revision=1, note=""
        )
        assert response.status_code == 404


def test_an_unknown_request_is_not_found(officer):
    assert officer.get("/permohonan/01930000-0000-7000-8000-000000000001").status_code == 404


def test_a_service_unknown_here_is_shown_by_its_id(officer, intake, kiosk):
    intake(kiosk.request(service="layanan-baru"))
    assert "layanan-baru" in officer.get("/permohonan").text


def test_the_way_back_leads_to_the_same_list(officer, request_with_answers):
    html = unescape(officer.get("/permohonan?status=1&desa=3505102001").text)
    link = f"/permohonan/{request_with_answers.id}?desa=3505102001&status=1"
    assert link in html
    assert 'href="/permohonan?desa=3505102001&status=1"' in unescape(officer.get(link).text)
