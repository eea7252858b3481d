"""How a village writes its letters, set by its officer."""

import io

import pypdf
import pytest
from PIL import Image
from sqlalchemy import select

from anjungan.protocol.identity import VillageCode
from anjungan.regency.letters.letterheads import read_codes, read_letterhead
from anjungan.regency.letters.number_format import NumberScope
from anjungan.regency.store.tables import AUDIT

BERU = VillageCode("3505171001")
PAGE = "/setelan/desa"
GOOD = {
    "address": "Jalan Panglima Sudirman Nomor 9",
    "postal_code": "66184",
    "phone": "(0342) 691000",
    "signatory_name": "Contoh Lurah, S.STP.",
    "signatory_nip": "19790701 200501 2 003",
    "signatory_title": "Sekretaris Lurah,",
    "number_format": "[kode_surat]/[nomor_surat, 4]/PEM/[tahun]",
    "number_scope": "code",
    "number_village_code": "409.17.1",
    "paper": "A4",
}


@pytest.fixture
def beru(browser):
    assert browser.log_in("beru").status_code == 303
    return browser


def letterhead_in(database, village=BERU):
    with database.reading() as connection:
        return read_letterhead(connection, village)


def upload(browser, content, page=PAGE, path="/setelan/desa/logo"):
    token = browser.form_token(browser.client.get(page).text)
    return browser.client.post(
        path,
        data={"form_token": token},
        files={"picture": ("lambang.png", content, "image/png")},
        follow_redirects=False,
    )


def picture(colour="red"):
    written = io.BytesIO()
    Image.new("RGB", (120, 120), colour).save(written, format="PNG")
    return written.getvalue()


def test_an_officer_sets_the_own_village(beru, database):
    assert beru.post(PAGE, PAGE, **GOOD).status_code == 303
    kept = letterhead_in(database)
    assert kept.address == GOOD["address"]
    assert kept.signatory_nip == "197907012005012003"
    assert kept.signatory_title == "Sekretaris Lurah"
    assert (kept.paper, kept.number_scope) == ("A4", NumberScope.CODE)
    page = beru.get(PAGE).text.replace("<wbr>", "")
    assert "500/0001/PEM/2026" in page
    assert GOOD["address"] in page
    with database.reading() as connection:
        line = connection.execute(select(AUDIT).where(AUDIT.c.action == "letterhead_changed")).one()
    assert (line.subject, line.village) == (BERU, BERU)
    assert "signatory_name" in line.detail
    assert "Contoh" not in line.detail


def test_the_sample_is_written_as_it_will_be(beru):
    beru.post(PAGE, PAGE, **GOOD)
    beru.post("/setelan/desa/kode", PAGE, layanan="keterangan-usaha", kode="510.1")
    response = beru.get("/setelan/desa/contoh/keterangan-usaha")
    assert response.headers["content-type"] == "application/pdf"
    (page,) = pypdf.PdfReader(io.BytesIO(response.content)).pages
    text = page.extract_text()
    for words in (GOOD["address"], "Kode Pos 66184", "a.n. Lurah Beru", "510.1/0000/PEM/2026"):
        assert words in text
    assert "NIP 197907012005012003" in text
    assert beru.get("/setelan/desa/contoh/tidak-ada").status_code == 404


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"number_format": "[tahun]"}, "harus memuat [nomor_surat] satu kali"),
        ({"number_format": "[nomor_surat]/[tahun]"}, "harus memuat [kode_surat]"),
        ({"postal_code": "661"}, "Kode pos terdiri dari 5 angka."),
        ({"signatory_nip": "12"}, "NIP terdiri dari 18 angka."),
        ({"address": "x" * 201}, "Paling panjang 200 huruf."),
        ({"signatory_name": "商"}, "tidak dapat dicetak"),
    ],
)
def test_what_will_not_do_is_said_beside_it(beru, database, changed, complaint):
    response = beru.post(PAGE, PAGE, **{**GOOD, **changed})
    assert response.status_code == 422
    assert complaint in response.text
    assert letterhead_in(database).address == ""


def test_marks_that_turn_a_line_round_are_left_out(beru, database):
    beru.post(PAGE, PAGE, **{**GOOD, "address": "Jalan \u202eayaR\u202c <b>1</b>"})
    assert letterhead_in(database).address == "Jalan ayaR <b>1</b>"
    assert "&lt;b&gt;1&lt;/b&gt;" in beru.get(PAGE).text


def test_an_officer_reaches_no_other_village(beru, database):
    beru.post(f"{PAGE}?desa=3505102001", PAGE, **GOOD)
    assert letterhead_in(database, VillageCode("3505102001")).address == ""
    assert letterhead_in(database).address == GOOD["address"]
    assert "Kelurahan Beru" in beru.get(f"{PAGE}?desa=3505102001").text


def test_an_administrator_chooses_the_village(officer, database):
    assert "Minggirsari (Kec. Kanigoro)" in officer.get(PAGE).text
    page = f"{PAGE}?desa=3505102001"
    assert "Desa Minggirsari" in officer.get(page).text
    assert officer.post(page, page, **GOOD).status_code == 303
    assert letterhead_in(database, VillageCode("3505102001")).address == GOOD["address"]
    for path in (PAGE, f"{PAGE}/logo", f"{PAGE}/kode", f"{PAGE}/nomor"):
        if path.endswith("logo"):
            assert upload(officer, picture(), page, path).status_code == 303
        else:
            assert officer.post(path, page, **GOOD).headers["location"] == PAGE
    assert letterhead_in(database).address == ""
    assert officer.get("/setelan/desa?desa=3505999999").status_code == 200
    assert officer.get("/setelan/desa/logo").status_code == 404


def test_a_logo_comes_and_goes(beru, database):
    assert "Belum ada." in beru.get(PAGE).text
    assert upload(beru, picture()).status_code == 303
    shown = beru.get("/setelan/desa/logo")
    assert shown.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(shown.content)).size == (120, 120)
    beru.post(PAGE, PAGE, **GOOD)
    assert letterhead_in(database).logo_digest is not None
    sample = beru.get("/setelan/desa/contoh/kuasa").content
    assert len(pypdf.PdfReader(io.BytesIO(sample)).pages[0].images) == 1
    assert upload(beru, b"<svg onload='alert(1)'/>").status_code == 422
    assert letterhead_in(database).logo_digest is not None
    assert upload(beru, b"").status_code == 303
    assert letterhead_in(database).logo_digest is None


def test_an_upload_that_is_too_heavy_is_refused(beru, database):
    response = upload(beru, b"\x89PNG" + b"x" * 2_200_000)
    assert response.status_code in (413, 422)
    assert letterhead_in(database).logo_digest is None


def test_letter_codes_are_the_villages_own(beru, database):
    def codes():
        with database.reading() as connection:
            return dict(read_codes(connection, BERU))

    path = "/setelan/desa/kode"
    assert beru.post(path, PAGE, layanan="keterangan-usaha", kode="510").status_code == 303
    assert codes() == {"keterangan-usaha": "510"}
    assert beru.post(path, PAGE, layanan="keterangan-usaha", kode="a/b").status_code == 422
    assert beru.post(path, PAGE, layanan="tidak-ada", kode="1").status_code == 422
    assert beru.post(path, PAGE, layanan="keterangan-usaha", kode="").status_code == 303
    assert codes() == {}


def test_the_paper_register_is_continued(beru):
    path = "/setelan/desa/nomor"
    assert beru.post(path, PAGE, nomor="120").status_code == 303
    assert "500/121/35.05.17.1001/XI/2026" in beru.get(PAGE).text.replace("<wbr>", "")
    refused = beru.post(path, PAGE, nomor="7")
    assert refused.status_code == 422
    assert "tidak dapat diulang" in refused.text
    assert beru.post(path, PAGE, nomor="-1").status_code == 422
    beru.post(PAGE, PAGE, **GOOD)
    assert beru.post(path, PAGE, nomor="3").status_code == 422
    assert beru.post(path, PAGE, nomor="3", kode="500").status_code == 303
    assert "500/0004/PEM/2026" in beru.get(PAGE).text.replace("<wbr>", "")


def test_the_settings_page_lists_what_one_may_set(beru, open_browser):
    assert "/setelan/desa" in beru.get("/setelan").text
    with open_browser() as browser:
        browser.log_in("wati")
        page = browser.get("/setelan").text
        assert 'href="/setelan/desa"' not in page
        assert browser.get("/setelan/desa").status_code == 403
