"""At the desk: what is missing by name, the same resident, printing, and what is written down."""

import msgspec
import pytest
from inbox_lab import ids_in
from regency_lab import OTHER_KIOSK, PLANTED_NIK
from sqlalchemy import select

from anjungan.appliance.session import own_questions
from anjungan.catalogue.questions import QuestionBase
from anjungan.protocol.messages import MAX_MISSING_FIELDS
from anjungan.protocol.sealing import Answer, Answers, binding_of, seal
from anjungan.protocol.status import RequestStatus
from anjungan.regency.requests.form_fields import OWN_FIELDS, fields_of
from anjungan.regency.requests.outgoing import due_statuses
from anjungan.regency.service_titles import all_service_words
from anjungan.regency.store.tables import AUDIT, REQUESTS


def page_of(request):
    return f"/permohonan/{request.id}"


def lines_of(database, request):
    with database.reading() as connection:
        rows = connection.execute(select(AUDIT).where(AUDIT.c.subject == request.id)).all()
    return [(row.action, row.actor, row.detail) for row in rows]


@pytest.fixture
def request_with_answers(intake, kiosk, sealing_key):
    request = kiosk.request(sealing_key)
    intake(request)
    return request


# --- what is missing ------------------------------------------------------------------------


def test_the_kiosks_own_questions_are_known_by_their_words():
    own = [each for each in vars(own_questions).values() if isinstance(each, QuestionBase)]
    assert {each.name: each.short.get("id") for each in own} == dict(OWN_FIELDS)


def test_every_form_can_name_all_its_fields_in_one_message():
    for service in all_service_words():
        names = [each.name for each in fields_of(service.id)]
        assert len(names) == len(set(names))
        assert len(names) <= MAX_MISSING_FIELDS
        assert all(0 < len(name) <= 64 and " " not in name for name in names)


def test_fields_are_named_to_the_kiosk_to_staff_and_to_the_resident(
    officer, database, request_with_answers, clock
):
    page = page_of(request_with_answers)
    response = officer.post(
        f"{page}/status",
        page,
        status=0,
        revision=1,
        note="Nomor belum benar.",
        kurang=["kiosk_phone", "nama_usaha", "not-a-field", "kiosk_phone"],
    )
    assert response.status_code == 303
    with database.reading() as connection:
        (outgoing,) = due_statuses(connection, clock())
    assert outgoing.message.missing_fields[0] == "kiosk_phone", "in the order of the form"
    assert "not-a-field" not in outgoing.message.missing_fields
    labels = {each.name: each.label for each in fields_of(request_with_answers.service)}
    for name in outgoing.message.missing_fields:
        for html in (
            officer.get(page).text,
            officer.get(f"/t/{request_with_answers.ticket_token}").text,
        ):
            assert labels[name] in html
    assert ("status_changed", "Ratna W.", "UNDER_REVIEW -> INCOMPLETE, revision 2") in lines_of(
        database, request_with_answers
    )
    # checked again, nothing is missing any more
    officer.post(f"{page}/status", page, status=1, revision=2)
    with database.reading() as connection:
        row = connection.execute(select(REQUESTS)).one()
    assert row.missing_fields == ""


def test_fields_go_with_incomplete_alone_and_are_kept_when_refused(
    officer, database, request_with_answers, clock
):
    page = page_of(request_with_answers)
    refused = officer.post(f"{page}/status", page, status=0, revision=1, kurang="kiosk_name")
    assert refused.status_code == 422
    assert 'value="kiosk_name" checked' in refused.text
    officer.post(f"{page}/status", page, status=2, revision=1, kurang="kiosk_name")
    with database.reading() as connection:
        (outgoing,) = due_statuses(connection, clock())
    assert outgoing.message.missing_fields == ()


# --- the same resident ----------------------------------------------------------------------


def same_part(html):
    return html.partition('class="same"')[2].partition("</ul>")[0]


def test_requests_of_one_card_stand_together(officer, intake, kiosk):
    card = "c" * 64
    first, second, other = (
        kiosk.request(card_link=card),
        kiosk.request(card_link=card),
        kiosk.request(card_link="d" * 64),
    )
    for each in (first, second, other):
        intake(each)
    html = officer.get(page_of(first)).text
    assert second.id in same_part(html)
    assert other.id not in same_part(html)
    assert "Dibuat dengan kartu yang sama." in html
    assert same_part(officer.get(page_of(other)).text) == ""


def test_requests_without_a_card_are_not_the_same(officer, intake, kiosk):
    first, second = kiosk.request(), kiosk.request()
    intake(first)
    intake(second)
    assert same_part(officer.get(page_of(first)).text) == ""


def asked(kiosk, key, nik=PLANTED_NIK):
    """A request with the NIK where kiosks put it."""
    request = kiosk.request()
    answers = Answers(
        items=(
            Answer(name="kiosk_nik", label="NIK pemohon", value=nik, shown=nik),
            Answer(name="kiosk_name", label="Nama", value="Siti Aminah", shown="Siti Aminah"),
        )
    )
    sealed = seal(answers, binding_of(kiosk.kiosk, request), key)
    return msgspec.structs.replace(request, kid=key.kid, sealed=sealed)


def test_the_same_nik_is_told_only_when_answers_are_opened(
    *, officer, database, intake, kiosk, sealing_key, other_kiosk, browser
):
    first, second = asked(kiosk, sealing_key), asked(kiosk, sealing_key)
    stranger = asked(kiosk, sealing_key, "3505104107900148")
    intake(stranger)
    foreign = asked(other_kiosk, sealing_key)
    intake(first)
    intake(second)
    intake(foreign, kiosk=OTHER_KIOSK)
    with database.reading() as connection:
        assert connection.execute(select(REQUESTS.c.resident_mark)).scalars().all() == [None] * 4
    for each in (first, foreign, stranger):
        officer.post(f"{page_of(each)}/buka", page_of(each))
    assert same_part(officer.get(page_of(first)).text) == "", "sealed again, nobody knows"
    html = officer.post(f"{page_of(second)}/buka", page_of(second)).text
    assert first.id in same_part(html)
    assert foreign.id in same_part(html)
    assert "NIK pemohonnya sama" in html
    with database.reading() as connection:
        marks = set(connection.execute(select(REQUESTS.c.resident_mark)).scalars())
    assert len(marks) == 2
    assert stranger.id not in same_part(html)
    assert not any(PLANTED_NIK.encode() in each for each in marks)


def test_an_officer_of_a_village_sees_the_same_resident_there_alone(
    *, open_browser, intake, kiosk, other_kiosk, sealing_key
):
    foreign, own = asked(kiosk, sealing_key), asked(other_kiosk, sealing_key)
    intake(foreign)
    intake(own, kiosk=OTHER_KIOSK)
    with open_browser() as ratna, open_browser() as beru:
        ratna.log_in("ratna")
        beru.log_in("beru")
        ratna.post(f"{page_of(foreign)}/buka", page_of(foreign))
        html = beru.post(f"{page_of(own)}/buka", page_of(own)).text
        assert "Siti Aminah" in html
        assert foreign.id not in html


# --- printing -------------------------------------------------------------------------------


def test_a_sheet_without_answers_and_one_with_them_are_written_down(
    officer, database, request_with_answers
):
    page = page_of(request_with_answers)
    bare = officer.post(f"{page}/cetak", page)
    assert bare.status_code == 200
    assert "Surat Keterangan Usaha" in bare.text
    assert "Siti Aminah" not in bare.text
    assert 'class="box"' in bare.text, "documents can be ticked on paper"
    full = officer.post(f"{page}/cetak-isian", page)
    assert "Siti Aminah" in full.text
    assert PLANTED_NIK in full.text
    assert full.headers["cache-control"] == "no-store"
    assert [(action, detail) for action, _, detail in lines_of(database, request_with_answers)] == [
        ("request_printed", "tanpa isian"),
        ("answers_opened", ""),
        ("request_printed", "dengan isian"),
    ]
    assert officer.post("/permohonan/nothing/cetak", page).status_code == 404
    assert officer.post("/permohonan/nothing/cetak-isian", page).status_code == 404


def test_who_may_not_open_answers_prints_none_of_them(browser, database, request_with_answers):
    browser.log_in("tono")
    page = page_of(request_with_answers)
    for form in ("cetak", "cetak-isian", "buka"):
        assert browser.post(f"{page}/{form}", "/anjungan").status_code == 403
    assert lines_of(database, request_with_answers) == []


# --- the page -------------------------------------------------------------------------------


def test_the_list_stays_beside_the_opened_request(officer, intake, kiosk):
    first, second = kiosk.request(), kiosk.request()
    intake(first)
    intake(second)
    html = officer.get(f"{page_of(first)}?bagian=semua").text
    assert set(ids_in(html)) == {first.id, second.id}
    assert html.count('aria-current="true"') == 1
    assert f'data-live-url="{page_of(first)}?bagian=semua"' in html


def test_a_residents_cancellation_is_shown_as_theirs(officer, intake, kiosk):
    request = kiosk.request()
    intake(request)
    intake(kiosk.cancel(request.id))
    html = officer.get(page_of(request)).text
    assert "Dibatalkan" in html
    assert "· pemohon" in html
    assert request.id in ids_in(officer.get("/permohonan?bagian=selesai").text)


@pytest.mark.parametrize(
    ("status", "ahead"),
    [
        (RequestStatus.UNDER_REVIEW, 3),
        (RequestStatus.AWAITING_SIGNATURE, 2),
        (RequestStatus.CANCELLED, 0),
    ],
)
def test_the_timeline_shows_what_comes(officer, request_with_answers, status, ahead):
    page = page_of(request_with_answers)
    if status is not RequestStatus.UNDER_REVIEW:
        officer.post(f"{page}/status", page, status=int(status), revision=1, note="alasan")
    html = officer.get(page).text
    assert html.count('<li class="later">') == ahead
    assert html.count('<li class="now">') == (0 if status is RequestStatus.CANCELLED else 1)
