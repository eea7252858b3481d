"""Visits of technicians, from an alert to the report."""

from datetime import date

import pytest
from alerts_lab import HandWatch, device
from regency_lab import KIOSK, OTHER_KIOSK
from sqlalchemy import select

from anjungan.regency.alerts.contacts import Contact, set_contact
from anjungan.regency.alerts.visits import VisitState, list_visits, visits_of_kiosk
from anjungan.regency.store.tables import AUDIT


@pytest.fixture
def technician(browser):
    browser.log_in("tono")
    return browser


@pytest.fixture
def incident(*, settings, database, clock, intake, kiosk, other_kiosk):
    watch = HandWatch(database, settings, clock)
    intake(kiosk.health(devices=(device("printer", "fault", "paper_out"),)))
    intake(other_kiosk.health(), kiosk=OTHER_KIOSK)
    watch.look()
    watch.look(minutes=2)
    return watch.incidents()[0]


FORM = {"planned_on": "2026-11-25", "technician": "Tono T.", "task": "Bawa kertas", "kiosks": KIOSK}


@pytest.fixture
def visit(technician, incident, database):
    form = {**FORM, "incidents": str(incident.id)}
    answer = technician.post("/kunjungan", "/kunjungan/baru", **form)
    assert answer.status_code == 303
    with database.reading() as connection:
        return list_visits(connection)[0]


def test_an_alert_becomes_a_visit(technician, incident, visit):
    assert (visit.planned_on, visit.kiosks) == (date(2026, 11, 25), [KIOSK])
    assert (visit.incident_ids, visit.created_by) == ([incident.id], "Tono T.")
    form = technician.get(f"/kunjungan/baru?peringatan={incident.id}").text
    assert f'value="{KIOSK}" checked' in form
    assert f'value="{incident.id}" checked' in form
    assert f"/kunjungan/{visit.id}" in technician.get(f"/peringatan/{incident.id}").text
    for path in ("/kunjungan", f"/kunjungan?anjungan={KIOSK}"):
        assert "Rabu, 25 November 2026" in technician.get(path).text
    assert "Tidak ada kunjungan" in technician.get(f"/kunjungan?anjungan={OTHER_KIOSK}").text


def test_a_visit_is_planned_otherwise(technician, visit, incident, database):
    page = f"/kunjungan/{visit.id}/ubah"
    assert 'value="2026-11-25"' in technician.get(page).text
    form = {**FORM, "kiosks": [KIOSK, OTHER_KIOSK], "planned_on": "2026-11-26"}
    assert technician.post(page, page, **form).status_code == 303
    with database.reading() as connection:
        changed = list_visits(connection)[0]
        assert [each.id for each in visits_of_kiosk(connection, OTHER_KIOSK)] == [visit.id]
    assert (changed.planned_on, changed.incident_ids) == (date(2026, 11, 26), ())
    assert changed.kiosks == [KIOSK, OTHER_KIOSK]


def test_a_visit_is_reported_once(technician, visit, database):
    page = f"/kunjungan/{visit.id}"
    report = {"report": "Kertas <i>diganti</i>", "parts": "2 gulung"}
    assert technician.post(f"{page}/selesai", page, **report).status_code == 303
    html = technician.get(page).text
    for words in ("Kertas &lt;i&gt;diganti&lt;/i&gt;", "2 gulung", "Selesai", "Tono T., 09.43"):
        assert words in html
    assert technician.post(f"{page}/batal", page, report="salah").status_code == 409
    assert technician.get(f"{page}/ubah").status_code == 409
    assert technician.post(f"{page}/ubah", page, **FORM).status_code == 409
    with database.reading() as connection:
        done = list_visits(connection)[0]
        actions = connection.execute(select(AUDIT.c.action).order_by(AUDIT.c.id)).scalars().all()
    assert (done.state, done.parts) == (VisitState.DONE, "2 gulung")
    assert [each for each in actions if "visit" in each] == ["visit_planned", "visit_done"]


def test_a_visit_is_cancelled_with_a_reason(technician, visit):
    page = f"/kunjungan/{visit.id}"
    empty = technician.post(f"{page}/batal", page, report=" ")
    assert (empty.status_code, "Tulis alasannya." in empty.text) == (422, True)
    empty = technician.post(f"{page}/selesai", page, report="")
    assert "Tulis apa yang dikerjakan." in empty.text
    long = technician.post(f"{page}/selesai", page, report="x" * 2001)
    assert long.status_code == 422
    assert technician.post(f"{page}/batal", page, report="Hujan").status_code == 303
    assert "Alasan batal" in technician.get(page).text


def test_the_sheet_is_complete_and_light(technician, visit, database, clock):
    with database.writing() as connection:
        contact = Contact("Budi", "Kasi", "0812 3456 7890")
        set_contact(connection, KIOSK[:10], contact, by="Ratna", now=clock())
    answer = technician.get(f"/kunjungan/{visit.id}/lembar")
    for words in (
        "Lembar kunjungan nomor",
        "Desa Minggirsari, Kec. Kanigoro",
        "tel:081234567890",
        "Bawa kertas",
        "Pasang gulungan",
        "kertas termal 58 mm",
        "Teknisi: <strong>Tono T.</strong>",
    ):
        assert words in answer.text
    assert "<script" not in answer.text
    assert len(answer.content) < 8000


def test_visits_that_cannot_be_are_refused(technician, incident, database):
    cases = [
        {"planned_on": "besok"},
        {"technician": " "},
        {"technician": "x" * 101},
        {"task": "x" * 2001},
        {"task": "a\x07"},
        {"kiosks": ""},
        {"kiosks": "3505102001-9"},
        {"kiosks": [f"3505102001-{number}" for number in range(1, 9)], "technician": ""},
    ]
    for changes in cases:
        answer = technician.post("/kunjungan", "/kunjungan/baru", **{**FORM, **changes})
        assert answer.status_code == 422
        with database.reading() as connection:
            assert list_visits(connection) == []


def test_what_is_no_number_is_no_alert(technician, incident, database):
    form = {**FORM, "incidents": ["x", "٣", "99999999999999999999", "-1", "77"]}
    assert technician.post("/kunjungan", "/kunjungan/baru", **form).status_code == 303
    with database.reading() as connection:
        assert list_visits(connection)[0].incident_ids == ()


def test_an_unknown_visit_is_not_found(technician):
    cases = ["0", "99", "99999999999999999999", "x"]
    for number in cases:
        for path in ("", "/ubah", "/lembar"):
            assert technician.get(f"/kunjungan/{number}{path}").status_code == 404
        for path in ("ubah", "selesai", "batal"):
            answer = technician.post(
                f"/kunjungan/{number}/{path}", "/kunjungan", **FORM, report="x"
            )
            assert answer.status_code == 404


def test_a_form_for_nothing_is_an_empty_form(technician):
    cases = ["peringatan=٣", "peringatan=99999999999", "anjungan=x", "peringatan=7"]
    for query in cases:
        assert technician.get(f"/kunjungan/baru?{query}").status_code == 200


@pytest.mark.parametrize("name", ["beru", "wati", "sari"])
def test_who_makes_no_visits_sees_none(browser, name):
    browser.log_in(name)
    for path in ("/kunjungan", "/kunjungan/baru", "/kunjungan/1", "/kunjungan/1/lembar"):
        assert browser.get(path).status_code == 403
