"""The officer's way from answers to a letter that anybody can check."""

import io
import re
import subprocess

import pypdf
import pytest
from letters_lab import BUSINESS, NAME, NIK, answers, make_letter, open_editor, request_with
from nacl.public import PrivateKey, SealedBox
from sqlalchemy import select

from anjungan.protocol.status import RequestStatus
from anjungan.regency.keys import KeyFiles
from anjungan.regency.letters.printing import letter_pdf
from anjungan.regency.letters.records import read_letter
from anjungan.regency.store.tables import AUDIT, LETTERS, METADATA, REQUESTS


@pytest.fixture
def request_id(intake, other_kiosk, sealing_key):
    request = request_with(other_kiosk, sealing_key, answers())
    intake(request, kiosk=other_kiosk.kiosk)
    return request.id


@pytest.fixture
def beru(browser):
    assert browser.log_in("beru").status_code == 303
    return browser


def letters_in(database):
    with database.reading() as connection:
        return connection.execute(select(LETTERS).order_by(LETTERS.c.running_number)).all()


def audit_of(database, *actions):
    with database.reading() as connection:
        rows = connection.execute(select(AUDIT).order_by(AUDIT.c.id)).all()
    return [row for row in rows if row.action in actions]


def pdf_of(browser, request_id, letter_id, **more):
    return browser.post(
        f"/permohonan/{request_id}/surat/{letter_id}/pdf", f"/permohonan/{request_id}", **more
    )


def text_of(pdf):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def scanned(pdf, tmp_path):
    """What zbar reads from the page as a scanner would see it."""
    (tmp_path / "letter.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-png", tmp_path / "letter.pdf", tmp_path / "page"],
        check=True,
        timeout=60,
    )
    page = min(tmp_path.glob("page*.png"))
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", page], check=True, timeout=60, capture_output=True, text=True
    )
    return read.stdout.strip()


def test_from_answers_to_a_letter(beru, database, request_id, tmp_path):
    editor = open_editor(beru, request_id)
    assert editor.fields["f_warga_nama"] == NAME
    assert editor.fields["f_warga_tanggal_lahir"] == "1 Juli 1979"
    assert editor.fields["f_warga_jenis_kelamin"] == "Perempuan"
    assert "Pinjaman / KUR" in editor.page

    made = make_letter(beru, request_id, f_nama_usaha="Warung Contoh Berkah", forward="1")
    assert made.status_code == 303
    assert made.headers["location"].startswith(f"/permohonan/{request_id}")

    (letter,) = letters_in(database)
    assert letter.number == "500/001/35.05.17.1001/XI/2026"
    assert letter.state == "valid"
    with database.reading() as connection:
        status = connection.execute(select(REQUESTS.c.status)).scalar_one()
    assert status == RequestStatus.AWAITING_SIGNATURE

    page = beru.get(f"/permohonan/{request_id}").text.replace("<wbr>", "")
    assert letter.number in page
    assert "Tandai siap diambil" in page

    response = pdf_of(beru, request_id, letter.id)
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-disposition"] == (
        'inline; filename="surat-500-001-35-05-17-1001-XI-2026.pdf"'
    )
    text = text_of(response.content)
    for words in (
        "KELURAHAN BERU",
        "SURAT KETERANGAN USAHA",
        f"Nomor: {letter.number}",
        NAME,
        NIK,
        "Warung Contoh Berkah",
        "untuk keperluan pinjaman / KUR",
        "Beru, 24 November 2026",
        "Lurah Beru",
    ):
        assert words in text
    assert BUSINESS not in text

    link = scanned(response.content, tmp_path)
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/surat/[A-Za-z0-9_-]{22}", link)
    beru.client.cookies.clear()
    check = beru.get(link.removeprefix("http://127.0.0.1:8080"))
    assert check.status_code == 200
    assert "Surat ini asli." in check.text
    assert "C. S. A." in check.text
    assert letter.number in check.text.replace("<wbr>", "")
    for secret in (NAME, NIK, "Warung", "Dusun"):
        assert secret not in check.text


def test_what_was_done_is_in_the_audit_and_no_answer_is(beru, database, request_id):
    make_letter(beru, request_id, f_nama_usaha="Warung Contoh Berkah")
    (letter,) = letters_in(database)
    pdf_of(beru, request_id, letter.id, unduh="1")
    beru.post(
        f"/permohonan/{request_id}/surat/{letter.id}/batal",
        f"/permohonan/{request_id}",
        alasan="salah ketik",
    )
    opened, made, downloaded, voided = audit_of(
        database, "answers_opened", "letter_made", "letter_downloaded", "letter_voided"
    )
    assert opened.subject == request_id
    assert {made.subject, downloaded.subject, voided.subject} == {letter.id}
    assert made.detail == (f"number {letter.number}; request {request_id}; corrected nama_usaha")
    for row in (opened, made, downloaded, voided):
        assert row.village == "3505171001"
        assert row.actor == "Petugas Beru"
        assert not {NAME, NIK, BUSINESS, "Berkah"} & set(str(tuple(row)).split())
        assert NAME not in str(tuple(row))


def test_nothing_that_was_answered_stands_in_the_clear(
    beru, database, request_id, settings, tmp_path
):
    make_letter(beru, request_id)
    (letter,) = letters_in(database)
    link = scanned(pdf_of(beru, request_id, letter.id).content, tmp_path)
    token = link.rpartition("/")[2]
    with database.reading() as connection:
        values = [
            value
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table))
            for value in row
        ]
    stored = b"\n".join(
        value if isinstance(value, bytes) else str(value).encode() for value in values
    )
    stored += b"".join(path.read_bytes() for path in settings.data_dir.glob("regency.db*"))
    for secret in (NAME, NIK, BUSINESS, "Dusun Contoh", "C. S. A.", token):
        assert secret.encode() not in stored
    assert letter.number.encode() in stored


def test_printing_again_gives_the_same_bytes(beru, database, request_id, clock):
    make_letter(beru, request_id)
    (letter,) = letters_in(database)
    first = pdf_of(beru, request_id, letter.id).content
    clock.pass_time(minutes=5)
    beru.post(
        "/setelan/desa",
        "/setelan/desa",
        address="Jalan Baru 9",
        signatory_name="Orang Lain",
        number_format="[nomor_surat]/[tahun]",
        paper="A4",
    )
    assert pdf_of(beru, request_id, letter.id).content == first


def test_a_new_letter_makes_the_older_one_superseded(beru, database, request_id, tmp_path):
    make_letter(beru, request_id)
    (first,) = letters_in(database)
    old = scanned(pdf_of(beru, request_id, first.id).content, tmp_path)
    editor = open_editor(beru, request_id)
    assert editor.fields["f_warga_alamat"] == "Dusun Contoh RT 001 RW 002"
    assert make_letter(beru, request_id, f_nama_usaha="Warung Lain").status_code == 303
    first, second = letters_in(database)
    assert (first.state, second.state) == ("superseded", "valid")
    assert first.replaced_by == second.id
    assert second.number == "500/002/35.05.17.1001/XI/2026"
    assert pdf_of(beru, request_id, first.id).status_code == 409
    check = beru.get(old.removeprefix("http://127.0.0.1:8080")).text.replace("<wbr>", "")
    assert "Surat ini sudah diganti." in check
    assert second.number in check
    assert 'class="verdict warn"' in check
    assert "Surat ini asli." not in check


def test_a_voided_letter_keeps_its_number_for_itself(beru, database, request_id):
    make_letter(beru, request_id)
    (letter,) = letters_in(database)
    void = f"/permohonan/{request_id}/surat/{letter.id}/batal"
    page = f"/permohonan/{request_id}"
    assert beru.post(void, page, alasan=" ").status_code == 422
    assert beru.post(void, page, alasan=f"NIK {NIK} salah").status_code == 422
    assert beru.post(void, page, alasan="Nama keliru").status_code == 303
    assert beru.post(void, page, alasan="Nama keliru").status_code == 409
    (letter,) = letters_in(database)
    assert (letter.state, letter.void_reason) == ("voided", "Nama keliru")
    check = beru.get(f"/surat?kode={letter.short_code}").text
    assert "Surat ini sudah dibatalkan." in check
    assert "Nama keliru" not in check
    assert make_letter(beru, request_id).status_code == 303
    assert letters_in(database)[1].number == "500/002/35.05.17.1001/XI/2026"


def test_the_code_is_typed_as_people_type(beru, database, request_id):
    make_letter(beru, request_id)
    (letter,) = letters_in(database)
    spelt = f"{letter.short_code[:3]}-{letter.short_code[3:6]} {letter.short_code[6:]}".lower()
    page = beru.get(f"/surat?kode={spelt}")
    assert page.status_code == 200
    assert "Surat ini asli." in page.text
    assert "Huruf awal nama" not in page.text
    assert "Kode surat" in beru.get("/surat").text
    assert beru.get("/surat?kode=ABC").status_code == 422


@pytest.mark.parametrize("path", ["/surat/x", f"/surat/{'A' * 22}", "/surat?kode=222222222"])
def test_an_unknown_letter_is_said_to_be_unknown(browser, path):
    page = browser.get(path)
    assert page.status_code in (404, 422)
    if page.status_code == 404:
        assert "Surat ini tidak dikenal." in page.text
        assert 'class="verdict error"' in page.text


def test_guessing_is_slowed_down(browser):
    seen = [browser.get(f"/surat/{number:022d}").status_code for number in range(25)]
    assert seen[:20] == [404] * 20
    assert set(seen[20:]) == {429}
    assert browser.get("/surat?kode=222222222").status_code == 429


def test_two_officers_at_once_make_one_letter(open_browser, database, request_id):
    with open_browser() as first, open_browser() as second:
        first.log_in("beru")
        second.log_in("ratna")
        fields = open_editor(first, request_id).fields
        late = open_editor(second, request_id).fields
        for each in (fields, late):
            each["f_warga_alamat"] = "Dusun Contoh"
        buat = f"/permohonan/{request_id}/surat/buat"
        made = first.client.post(buat, data=fields, follow_redirects=False)
        refused = second.client.post(buat, data=late, follow_redirects=False)
    assert (made.status_code, refused.status_code) == (303, 409)
    assert "baru saja diubah orang lain" in refused.text
    assert len(letters_in(database)) == 1


def test_what_is_missing_or_too_long_is_said_and_costs_no_number(beru, database, request_id):
    response = make_letter(beru, request_id, f_warga_nama="", f_nama_usaha="u" * 10_000)
    assert response.status_code == 422
    assert "Harus diisi." in response.text
    assert "Terlalu panjang: 10.000 huruf, paling banyak 150." in response.text
    assert letters_in(database) == []
    response = make_letter(beru, request_id, f_nama_usaha="商店")
    assert "tidak dapat dicetak" in response.text
    assert letters_in(database) == []


def test_values_that_are_long_together_are_refused(
    beru, database, intake, other_kiosk, sealing_key
):
    told = answers(nama_usaha="", keperluan="")
    service = "keterangan-pindah-penduduk"
    request = request_with(other_kiosk, sealing_key, told, service)
    intake(request, kiosk=other_kiosk.kiosk)
    fields = open_editor(beru, request.id).fields
    for name in fields:
        if name.startswith("f_"):
            fields[name] = "kata " * (29 if 'id="' else 0)
    for name in ("f_pengikut", "f_keterangan", "f_alamat_tujuan", "f_warga_alamat"):
        fields[name] = "kata panjang " * 76
    response = beru.client.post(
        f"/permohonan/{request.id}/surat/buat", data=fields, follow_redirects=False
    )
    assert response.status_code == 422
    assert "terlalu panjang" in response.text
    assert letters_in(database) == []


def test_hostile_answers_stay_words(beru, database, intake, other_kiosk, sealing_key):
    told = answers(
        nama_usaha="<script>alert(1)</script> \u202eterbalik\u202c {nb} {warga_nik}",
        kiosk_name="Siti \x07\u200bAminah\n\nbinti",
    )
    request = request_with(other_kiosk, sealing_key, told)
    intake(request, kiosk=other_kiosk.kiosk)
    editor = open_editor(beru, request.id)
    assert "<script>alert" not in editor.page
    assert "\u202e" not in editor.page
    assert editor.fields["f_warga_nama"] == "Siti Aminah binti"
    assert make_letter(beru, request.id).status_code == 303
    (letter,) = letters_in(database)
    pdf = pdf_of(beru, request.id, letter.id).content
    assert "<script>alert(1)</script> terbalik {nb} {warga_nik}" in text_of(pdf)
    assert b"/JavaScript" not in pdf


def test_a_draft_has_no_number_and_costs_none(beru, database, request_id):
    fields = open_editor(beru, request_id).fields
    fields["f_warga_alamat"] = "Dusun Contoh"
    draft = beru.client.post(f"/permohonan/{request_id}/surat/konsep", data=fields)
    assert draft.headers["content-type"] == "application/pdf"
    assert draft.headers["cache-control"] == "no-store"
    assert NAME in text_of(draft.content)
    fields["f_nama_usaha"] = "Warung <b>Baru</b>"
    look = beru.client.post(f"/permohonan/{request_id}/surat/pratinjau", data=fields)
    assert look.text.count("Warung &lt;b&gt;Baru&lt;/b&gt;") == 2
    assert letters_in(database) == []


def test_a_subject_without_a_nik_is_not_given_the_applicants(
    beru, intake, other_kiosk, sealing_key
):
    told = answers(kiosk_for_whom="another", kiosk_subject_name="Contoh Anak")
    request = request_with(other_kiosk, sealing_key, told)
    intake(request, kiosk=other_kiosk.kiosk)
    fields = open_editor(beru, request.id).fields
    assert fields["f_warga_nama"] == "Contoh Anak"
    assert fields["f_warga_nik"] == ""
    assert fields["f_warga_tanggal_lahir"] == ""


@pytest.mark.parametrize("status", [RequestStatus.CANCELLED, RequestStatus.INCOMPLETE])
def test_no_letter_of_a_request_that_rests(beru, database, request_id, status):
    with database.writing() as connection:
        connection.execute(REQUESTS.update().values(status=int(status)))
    page = beru.get(f"/permohonan/{request_id}").text.replace("<wbr>", "")
    assert "Buat surat" not in page
    response = beru.post(f"/permohonan/{request_id}/surat/isi", f"/permohonan/{request_id}")
    assert response.status_code == 409


def test_who_may_not_make_letters_sees_no_way_to(officer, open_browser, database, request_id):
    make_letter(officer, request_id)
    (letter,) = letters_in(database)
    with open_browser() as browser:
        browser.log_in("wati")
        page = browser.get(f"/permohonan/{request_id}").text.replace("<wbr>", "")
        assert letter.number in page
        assert "Buka untuk dicetak" not in page
        assert "Perbaiki surat" not in page
        token = browser.form_token(page)
        for path in ("isi", "buat", f"{letter.id}/pdf", f"{letter.id}/batal"):
            response = browser.client.post(
                f"/permohonan/{request_id}/surat/{path}", data={"form_token": token}
            )
            assert response.status_code == 403


@pytest.fixture
def other_request_id(intake, kiosk, sealing_key):
    other = request_with(kiosk, sealing_key, answers())
    intake(other)
    return other.id


def test_a_letter_is_found_only_under_its_own_request(
    officer, database, request_id, other_request_id
):
    make_letter(officer, request_id)
    (letter,) = letters_in(database)
    for path in ("pdf", "batal"):
        response = officer.post(
            f"/permohonan/{other_request_id}/surat/{letter.id}/{path}",
            f"/permohonan/{request_id}",
            alasan="x",
        )
        assert response.status_code == 404
    assert letters_in(database)[0].state == "valid"


def test_a_request_that_changed_meanwhile_gets_no_letter(beru, database, request_id):
    fields = open_editor(beru, request_id).fields
    fields["f_warga_alamat"] = "Dusun Contoh"
    changed = beru.post(
        f"/permohonan/{request_id}/status", f"/permohonan/{request_id}", status=2, revision=1
    )
    assert changed.status_code == 303
    response = beru.client.post(f"/permohonan/{request_id}/surat/buat", data=fields)
    assert response.status_code == 409
    assert "baru saja diubah" in response.text
    assert letters_in(database) == []


def test_without_keys_nothing_is_opened_and_nothing_made(
    beru, database, request_id, settings, tmp_path
):
    make_letter(beru, request_id)
    (letter,) = letters_in(database)
    for key in settings.keys_path.glob("sealing/*.key"):
        key.rename(tmp_path / key.name)
    beru.client.app.state.site.opener.__init__(KeyFiles(settings.keys_path))
    editor = beru.post(f"/permohonan/{request_id}/surat/isi", f"/permohonan/{request_id}")
    assert editor.status_code == 409
    assert pdf_of(beru, request_id, letter.id).status_code == 409
    assert len(audit_of(database, "letter_not_opened")) == 2
    (settings.keys_path / "keyring.json").unlink()
    editor = beru.post(f"/permohonan/{request_id}/surat/isi", f"/permohonan/{request_id}")
    assert "Kunci kabupaten belum ada" in editor.text


def test_a_letter_can_be_sealed_for_one_print(beru, database, request_id):
    make_letter(beru, request_id)
    (row,) = letters_in(database)
    key = PrivateKey.generate()
    with database.reading() as connection:
        letter = read_letter(connection, row.id)
        made = letter_pdf(connection, beru.client.app.state.site.opener, letter)
    sealed = made.sealed_to(bytes(key.public_key))
    assert b"%PDF" not in sealed
    assert SealedBox(key).decrypt(sealed) == pdf_of(beru, request_id, row.id).content
    assert NAME not in repr(made)


def test_from_the_older_letter_back_to_the_answers(beru, request_id):
    make_letter(beru, request_id, f_nama_usaha="Warung Lain")
    assert open_editor(beru, request_id).fields["f_nama_usaha"] == "Warung Lain"
    again = open_editor(beru, request_id, source="answers").fields
    assert again["f_nama_usaha"] == BUSINESS
    assert again["source"] == "answers"


def test_where_there_is_no_request_there_is_no_letter(beru):
    token = beru.form_token(beru.get("/permohonan").text)
    for path in ("isi", "pratinjau", "konsep", "buat"):
        response = beru.client.post(
            f"/permohonan/tidak-ada/surat/{path}", data={"form_token": token}
        )
        assert response.status_code == 404
