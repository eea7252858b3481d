"""Service times and days off: their pages, and the list that is pasted."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from anjungan.regency.requests.holiday_text import MOST_LINES, read_holidays_text
from anjungan.regency.requests.targets import (
    Holiday,
    catalogue_days,
    read_holidays,
    read_overrides,
    read_targets,
)
from anjungan.regency.service_titles import all_service_words
from anjungan.regency.store.tables import AUDIT


def audited(database):
    with database.reading() as connection:
        rows = connection.execute(select(AUDIT.c.action, AUDIT.c.subject, AUDIT.c.detail)).all()
    return [tuple(row) for row in rows if row.action not in {"logged_in", "access_refused"}]


# --- reading a list -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "day", "name"),
    [
        ("2027-08-17 Hari Kemerdekaan", date(2027, 8, 17), "Hari Kemerdekaan"),
        ("17-08-2027; Hari Kemerdekaan", date(2027, 8, 17), "Hari Kemerdekaan"),
        ("17/8/2027\tHari Kemerdekaan", date(2027, 8, 17), "Hari Kemerdekaan"),
        ("17.08.2027 - Hari Kemerdekaan", date(2027, 8, 17), "Hari Kemerdekaan"),
        ("17 Agustus 2027: Hari Kemerdekaan", date(2027, 8, 17), "Hari Kemerdekaan"),
        ("Selasa, 17 agu 2027 Hari Kemerdekaan", date(2027, 8, 17), "Hari Kemerdekaan"),
        ("1 Mei 2027", date(2027, 5, 1), "Hari libur"),
        ("25-12-2027 Natal\u202e \x00", date(2027, 12, 25), "Natal"),
    ],
)
def test_a_line_begins_with_a_date(line, day, name):
    reading = read_holidays_text(f"\n{line}\n")
    assert reading.holidays == [Holiday(day, name)]
    assert reading.bad_lines == []


@pytest.mark.parametrize(
    "line",
    [
        "Hari Kemerdekaan 17-08-2027",
        "31-02-2027 tidak ada",
        "17-08-27 dua angka",
        "17 Xyz 2027 bulan apa",
        "17 Ma 2027 Maret atau Mei",
        "2027-08-171 terlalu panjang",
        "17-08-1900 terlalu lama",
        "0-0-2027",
    ],
)
def test_a_line_without_a_date_is_told_by_its_number(line):
    reading = read_holidays_text(f"1-1-2027 Tahun Baru\n{line}")
    assert reading.bad_lines == [2]


def test_a_list_has_an_end():
    text = "\n".join(["1-1-2027"] * (MOST_LINES + 2))
    assert read_holidays_text(text).bad_lines == [MOST_LINES + 1, MOST_LINES + 2]


@settings(max_examples=150)
@given(st.text(max_size=120))
def test_no_text_breaks_the_reading(text):
    reading = read_holidays_text(text)
    assert all(0 < len(each.name) <= 100 for each in reading.holidays)


# --- pages ----------------------------------------------------------------------------------


def test_catalogue_times_are_read_from_its_words():
    words = {each.id: each.duration for each in all_service_words()}
    assert catalogue_days()["keterangan-usaha"] == 1
    for service, duration in words.items():
        assert (service in catalogue_days()) == duration.endswith("hari kerja")


def test_times_are_set_kept_and_written_down(officer, database):
    page = "/setelan/layanan"
    response = officer.post(
        "/setelan/layanan/simpan",
        page,
        **{"hari.keterangan-usaha": "3", "hari.domisili": "", "hari.nothing": "4", "other": "x"},
    )
    assert response.status_code == 303
    html = officer.get(response.headers["location"]).text
    assert "Tersimpan." in html
    assert (
        'name="hari.keterangan-usaha" type="number" min="1" max="60" inputmode="numeric" value="3"'
        in html
    )
    with database.reading() as connection:
        assert read_overrides(connection) == {"keterangan-usaha": 3}
        assert read_targets(connection, 2).of("keterangan-usaha") == 3
        assert read_targets(connection, 2).of("nothing") == 2
    officer.post("/setelan/layanan/simpan", page, **{"hari.keterangan-usaha": "5"})
    officer.post("/setelan/layanan/simpan", page, **{"hari.keterangan-usaha": "5"})
    officer.post("/setelan/layanan/simpan", page, **{"hari.keterangan-usaha": ""})
    with database.reading() as connection:
        assert read_overrides(connection) == {}
    assert audited(database) == [
        ("service_target_changed", "keterangan-usaha", "None -> 3 working days"),
        ("service_target_changed", "keterangan-usaha", "3 -> 5 working days"),
        ("service_target_changed", "keterangan-usaha", "5 -> None working days"),
    ]


@pytest.mark.parametrize("days", ["0", "61", "-1", "1.5", "x", "999", "\u0663"])
def test_days_that_are_none_are_refused(officer, database, days):
    fields = {"hari.keterangan-usaha": "3", "hari.keterangan-domisili": days}
    response = officer.post("/setelan/layanan/simpan", "/setelan/layanan", **fields)
    assert response.status_code == 422
    with database.reading() as connection:
        assert read_overrides(connection) == {}


def test_days_off_are_pasted_renamed_and_removed(officer, database):
    page = "/setelan/hari-libur"
    assert "Belum ada." in officer.get(page).text
    text = "17-08-2027 Kemerdekaan\r\n1 Januari 2027 <b>Tahun Baru</b>"
    assert officer.post(f"{page}/tambah", page, daftar=text).status_code == 303
    officer.post(f"{page}/tambah", page, daftar="17-08-2027 Hari Kemerdekaan")
    html = officer.get(page).text
    assert "Selasa, 17 Agustus 2027" in html
    assert "&lt;b&gt;Tahun Baru&lt;/b&gt;" in html
    with database.reading() as connection:
        assert read_holidays(connection) == [
            Holiday(date(2027, 1, 1), "<b>Tahun Baru</b>"),
            Holiday(date(2027, 8, 17), "Hari Kemerdekaan"),
        ]
    for _ in range(2):
        assert officer.post(f"{page}/hapus", page, tanggal="2027-01-01").status_code == 303
    with database.reading() as connection:
        assert [each.day for each in read_holidays(connection)] == [date(2027, 8, 17)]
    assert [detail for _, _, detail in audited(database)] == [
        "2 new, 0 renamed",
        "0 new, 1 renamed",
        "removed 2027-01-01",
    ]


def test_a_list_with_a_bad_line_changes_nothing_and_is_kept(officer, database):
    page = "/setelan/hari-libur"
    response = officer.post(f"{page}/tambah", page, daftar="1-1-2027 Tahun Baru\nbesok libur")
    assert response.status_code == 422
    assert "Baris 2 tidak diawali tanggal" in response.text
    assert "besok libur" in response.text
    assert officer.post(f"{page}/tambah", page, daftar=" \n ").status_code == 422
    with database.reading() as connection:
        assert read_holidays(connection) == []


@pytest.mark.parametrize("name", ["beru", "tono"])
def test_only_who_manages_settings_sees_them(browser, name):
    browser.log_in(name)
    for path in ("/setelan/layanan", "/setelan/hari-libur"):
        assert browser.get(path).status_code == 403
