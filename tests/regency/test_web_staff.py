"""Accounts of others, as an administrator sees and changes them."""

import re

import pytest
from people_lab import audit_lines, set_up_factor
from regency_lab import PASSWORD
from sqlalchemy import select

from anjungan.regency.audit.trail import AuditAction
from anjungan.regency.staff.directory import list_staff, staff_entry, staff_with_name
from anjungan.regency.staff.permissions import Role
from anjungan.regency.store.tables import STAFF
from anjungan.regency.web.security import SESSION_COOKIE


@pytest.fixture
def number_of(database):
    def number(name):
        with database.reading() as connection:
            return staff_with_name(connection, name).id

    return number


def entry(database, staff_id):
    with database.reading() as connection:
        return staff_entry(connection, staff_id)


def password_on(page):
    found = re.search(r'class="code big">([a-z0-9-]+)<', page)
    assert found is not None, page
    return found.group(1)


def act(browser, staff_id, action, **fields):
    return browser.post(f"/pengguna/{staff_id}/{action}", "/pengguna/baru", **fields)


def test_the_list_shows_everybody_with_role_and_state(officer, database, number_of):
    act(officer, number_of("wati"), "nonaktifkan")
    text = officer.get("/pengguna").text
    for words in ("Ratna W.", "Tono T.", "Petugas desa", "Beru", "Teknisi", "Nonaktif"):
        assert words in text
    assert text.index("Tono T.") < text.index("Wati A."), "disabled ones last"
    with database.reading() as connection:
        assert len(list_staff(connection)) == 6


def test_a_new_account_begins_with_a_password_for_one_time(officer, open_browser, database):
    made = officer.post(
        "/pengguna/tambah",
        "/pengguna/baru",
        name=" Joko ",
        display_name="Joko  P.\u202e",
        role="village_officer",
        village="3505102001",
    )
    assert made.status_code == 200
    password = password_on(made.text)
    with database.reading() as connection:
        row = connection.execute(select(STAFF).where(STAFF.c.name == "joko")).one()
    assert (row.display_name, row.role, row.village) == ("Joko P.", "village_officer", "3505102001")
    assert password not in repr(tuple(row))
    assert password not in repr(audit_lines(database))
    assert password not in officer.get(f"/pengguna/{row.id}").text, "it is shown once"
    with open_browser() as other:
        assert other.log_in("joko", password).headers["location"] == "/masuk/sandi-baru"
    (line,) = audit_lines(database, AuditAction.ACCOUNT_ADDED)
    assert (line.actor, line.subject, line.village) == ("Ratna W.", "joko", "3505102001")


def test_an_account_that_will_not_do_is_not_made(officer, database):
    for fields, words in (
        ({"name": "budi"}, "sudah dipakai"),
        ({"name": ""}, "tanpa spasi"),
        ({"name": "dua kata"}, "tanpa spasi"),
        ({"role": "king"}, "Pilih peran"),
        ({"role": "village_officer", "village": ""}, "perlu desanya"),
        ({"role": "village_officer", "village": "x"}, "perlu desanya"),
    ):
        values = {"name": "joko", "display_name": "Joko", "role": "viewer", "village": "", **fields}
        response = officer.post("/pengguna/tambah", "/pengguna/baru", **values)
        assert response.status_code == 422, fields
        assert words in response.text, fields
        assert "Joko" in response.text, "what was typed stays"
    assert audit_lines(database, AuditAction.ACCOUNT_ADDED) == []


def test_a_changed_role_ends_the_sessions_at_once(officer, open_browser, number_of, database):
    tono = number_of("tono")
    with open_browser() as other:
        other.log_in("tono")
        done = act(officer, tono, "ubah", role="viewer", display_name="Tono T.", village="")
        assert done.headers["location"] == f"/pengguna/{tono}?tersimpan=akun"
        assert other.get("/anjungan").headers["location"] == "/masuk"
        other.log_in("tono")
        assert other.get("/peringatan").status_code == 200
        assert other.get("/kunjungan").status_code == 403
    (line,) = audit_lines(database, AuditAction.ACCOUNT_CHANGED)
    assert line.detail == "Teknisi menjadi Pengamat"


def test_a_changed_village_ends_the_sessions_and_a_changed_name_does_not(
    officer, open_browser, number_of
):
    beru = number_of("beru")
    same = {"role": "village_officer", "village": "3505171001"}
    with open_browser() as other:
        other.log_in("beru")
        act(officer, beru, "ubah", display_name="Bu Beru", **same)
        assert "Bu Beru" in other.get("/akun").text
        act(officer, beru, "ubah", display_name="Bu Beru", **{**same, "village": "3505102001"})
        assert other.get("/akun").status_code == 303


def test_a_village_is_no_part_of_other_roles(officer, number_of, database):
    tono = number_of("tono")
    act(officer, tono, "ubah", role="staff", display_name="Tono", village="3505102001")
    assert entry(database, tono).staff.village is None
    refused = act(officer, tono, "ubah", role="village_officer", display_name="Tono", village="")
    assert refused.status_code == 422
    assert entry(database, tono).staff.role is Role.STAFF


def test_a_disabled_account_is_out_at_once_and_comes_back(
    officer, open_browser, number_of, database
):
    tono = number_of("tono")
    with open_browser() as other:
        other.log_in("tono")
        act(officer, tono, "nonaktifkan")
        assert other.get("/anjungan").status_code == 303
        refused = other.log_in("tono")
        assert refused.status_code == 403
        assert "Nama atau kata sandi tidak cocok." in refused.text, "as with a wrong password"
        act(officer, tono, "aktifkan")
        assert other.log_in("tono").status_code == 303
    actions = [line.action for line in audit_lines(database)]
    assert "account_disabled" in actions
    assert "account_enabled" in actions


def test_the_last_administrator_stays_one(officer, number_of, database):
    ratna, budi = number_of("ratna"), number_of("budi")
    assert act(officer, budi, "nonaktifkan").status_code == 303
    for action, fields in (
        ("nonaktifkan", {}),
        ("ubah", {"role": "viewer", "display_name": "Ratna", "village": ""}),
    ):
        refused = act(officer, ratna, action, **fields)
        assert refused.status_code == 409
        assert "pengelola aktif yang terakhir" in refused.text
    assert entry(database, ratna).is_enabled
    assert entry(database, ratna).staff.role is Role.ADMINISTRATOR
    assert officer.get("/pengguna").status_code == 200, "and is still logged in"
    act(officer, budi, "aktifkan")
    assert act(officer, ratna, "nonaktifkan").status_code == 303, "now there is another one"


def test_a_reset_password_is_shown_once_and_ends_what_was_open(
    officer, open_browser, number_of, database
):
    tono = number_of("tono")
    with open_browser() as other:
        other.log_in("tono")
        issued = act(officer, tono, "sandi")
        assert issued.status_code == 200
        assert other.get("/anjungan").status_code == 303
        assert other.log_in("tono", PASSWORD).status_code == 403
        password = password_on(issued.text)
        assert other.log_in("tono", password).headers["location"] == "/masuk/sandi-baru"
    assert password not in repr(audit_lines(database))
    assert len(audit_lines(database, AuditAction.PASSWORD_RESET)) == 1
    assert "Kata sandi sementara" in officer.get("/pengguna").text


def test_whoever_lost_the_phone_is_let_in_by_an_administrator(
    officer, open_browser, number_of, clock, database
):
    tono = number_of("tono")
    with open_browser() as other:
        other.log_in("tono")
        set_up_factor(other, clock, PASSWORD)
        assert entry(database, tono).has_second_factor
        assert other.log_in("tono").headers["location"] == "/masuk/kode"
        assert act(officer, tono, "kode").headers["location"] == f"/pengguna/{tono}?tersimpan=kode"
        assert other.log_in("tono").headers["location"] == "/anjungan"
    (line,) = audit_lines(database, AuditAction.SECOND_FACTOR_REMOVED)
    assert (line.actor, line.subject) == ("Ratna W.", "tono")


def test_sessions_of_others_are_revoked_one_or_all(officer, open_browser, number_of, database):
    tono = number_of("tono")
    with open_browser() as first, open_browser() as second:
        first.log_in("tono")
        second.log_in("tono")
        addresses = re.findall(
            rf'action="(/pengguna/{tono}/sesi/[0-9a-f]+/akhiri)"',
            officer.get(f"/pengguna/{tono}").text,
        )
        assert len(addresses) == 2
        officer.post(addresses[0], "/pengguna")
        assert sorted(each.get("/anjungan").status_code for each in (first, second)) == [200, 303]
        act(officer, tono, "sesi/akhiri")
        assert [each.get("/anjungan").status_code for each in (first, second)] == [303, 303]
    assert [line.detail for line in audit_lines(database, AuditAction.SESSIONS_ENDED)] == [
        "satu sesi",
        "semua, 1 sesi",
    ]


def test_accounts_that_are_none_are_not_found(officer):
    assert officer.get("/pengguna/999").status_code == 404
    for action in ("nonaktifkan", "aktifkan", "sandi", "kode", "sesi/akhiri", "sesi/x/akhiri"):
        assert act(officer, 999, action).status_code == 404, action
    changed = act(officer, 999, "ubah", role="viewer", display_name="x", village="")
    assert changed.status_code == 404


def test_pages_that_answer_a_form_refresh_themselves_from_a_page_that_can_be_read(
    officer, number_of
):
    tono = number_of("tono")
    answers = [
        act(officer, tono, "sandi"),
        act(officer, tono, "ubah", role="king", display_name="x", village=""),
        officer.post("/pengguna/tambah", "/pengguna/baru", name="", role="viewer"),
        officer.post("/akun/sandi", "/akun", present="salah"),
    ]
    for answer in answers:
        (address,) = re.findall(r'data-live-url="([^"]+)"', answer.text)
        assert officer.get(address).status_code == 200, address


def test_names_are_shown_inert(officer, database):
    officer.post(
        "/pengguna/tambah",
        "/pengguna/baru",
        name="jahat",
        display_name="<script>alert(1)</script>",
        role="viewer",
        village="",
    )
    for path in ("/pengguna", "/catatan"):
        assert "<script>alert(1)" not in officer.get(path).text


def test_ones_own_account_leads_to_ones_own_page(officer, number_of):
    text = officer.get(f"/pengguna/{number_of('ratna')}").text
    assert "/akun" in text
    assert "nonaktifkan" not in text
    assert SESSION_COOKIE in officer.client.cookies


def test_others_do_not_see_the_menu(browser):
    for name in ("sari", "tono", "beru", "wati"):
        browser.log_in(name)
        text = browser.get("/akun").text
        assert "/pengguna" not in text
        assert "/catatan" not in text
