"""Every letter of the catalogue as a reader gets it: wording, pages, bytes, characters."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from anjungan import cli
from anjungan.catalogue.loading import load_catalogue
from anjungan.catalogue.villages import load_villages
from anjungan.protocol.identity import VillageCode
from anjungan.regency.letters.checking import (
    digest_of,
    hide_initials,
    initials,
    new_secret,
    show_initials,
)
from anjungan.regency.letters.frame import decode_frame, encode_frame
from anjungan.regency.letters.letterheads import VillageLetterhead, make_frame
from anjungan.regency.letters.logos import LogoProblem, check_logo
from anjungan.regency.letters.pdf import Logo, TooManyPagesError, render_pdf
from anjungan.regency.letters.pdf_page import PAPERS_MM
from anjungan.regency.letters.samples import sample_values
from anjungan.regency.letters.sheet import Paragraph, compose, small_first
from anjungan.regency.letters.template_file import SharedFile, TemplateFile
from anjungan.regency.letters.templates import (
    TemplateError,
    build_template,
    load_templates,
    read_shared_file,
    read_template_file,
    template_of,
)
from anjungan.regency.letters.values import clean_line, clean_text, is_printable, problems_of

NOW = datetime(2026, 11, 24, 2, 41, tzinfo=UTC)
TODAY = date(2026, 11, 24)
DESA = VillageCode("3505102001")
KELURAHAN = VillageCode("3505171001")
SERVICES = sorted(each.id for each in load_catalogue().services)


def frame_for(service, village=DESA, paper="F4", **letterhead):
    found = load_villages()[village]
    set_by_village = VillageLetterhead(
        village=village, signatory_name="Contoh Kepala, S.E.", **letterhead
    )
    return make_frame(
        template_of(service),
        set_by_village,
        found,
        regency_name="Kabupaten Blitar",
        public_url="https://desa.example/",
        number="500/007/X/2026",
        dated=TODAY,
        paper=paper,
    )


def sheet_of(service, values=None, *, check=True, **more):
    frame = frame_for(service, **more)
    values = sample_values(template_of(service), TODAY) if values is None else values
    return compose(frame, values, new_secret().check(frame.check_url) if check else None)


def pages_of(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf)).pages


def text_of(pdf):
    return " ".join(page.extract_text() for page in pages_of(pdf)).replace("\n", " ")


def test_every_letter_of_the_catalogue_has_its_wording():
    assert sorted(load_templates()) == SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_every_letter_says_what_was_filled_in(service):
    template = template_of(service)
    values = sample_values(template, TODAY)
    assert problems_of(template, values) == []
    sheet = sheet_of(service)
    told = " ".join(
        part.text if isinstance(part, Paragraph) else " ".join(each[1] for each in part.rows)
        for part in sheet.parts
    )
    assert "{" not in told
    for name, field in template.fields.items():
        if field.required:
            words = values[name]
            assert (
                words in told
                or small_first(words) in told
                or name in {each.name for each in template.signers}
            ), name
    # every text of the letter ends a sentence, leads on, or joins the tables around it
    for part in sheet.parts:
        if isinstance(part, Paragraph):
            assert part.text[-1] in ".:" or part.text.startswith(("Kepada", "Contoh")), part.text


@pytest.mark.parametrize("service", SERVICES[::16])
@pytest.mark.parametrize("paper", ["F4", "A4"])
def test_paper_and_selectable_text(service, paper):
    pdf = render_pdf(sheet_of(service, paper=paper, village=KELURAHAN), NOW)
    width, height = PAPERS_MM[paper]
    first = pages_of(pdf)[0]
    assert float(first.mediabox.width) == pytest.approx(width * 72 / 25.4, abs=0.1)
    assert float(first.mediabox.height) == pytest.approx(height * 72 / 25.4, abs=0.1)
    text = text_of(pdf)
    for words in ("PEMERINTAH KABUPATEN BLITAR", "KECAMATAN WLINGI", "KELURAHAN BERU"):
        assert words in text
    for words in ("Lurah Beru", "500/007/X/2026", "Contoh Siti Aminah", "desa.example/surat"):
        assert words in text


def test_the_same_sheet_gives_the_same_bytes_whenever_it_is_drawn():
    sheet = sheet_of("keterangan-domisili")
    first = render_pdf(sheet, NOW)
    assert render_pdf(sheet, NOW.replace(hour=9)) == first
    assert render_pdf(replace(sheet, number="500/008/X/2026"), NOW) != first


def test_the_metadata_names_no_resident():
    pdf = render_pdf(sheet_of("keterangan-usaha"), NOW)
    told = str(pypdf.PdfReader(io.BytesIO(pdf)).metadata)
    assert "Aminah" not in told
    assert "3505" not in told
    assert "Surat keterangan usaha 500/007/X/2026" in told


def test_a_frame_comes_back_as_it_was_stored():
    frame = frame_for("kuasa", logo_digest=b"\x01" * 32)
    assert decode_frame(encode_frame(frame)) == frame


def test_long_names_wrap_and_long_letters_take_more_pages():
    service = "keterangan-pindah-penduduk"
    values = dict(sample_values(template_of(service), TODAY))
    values["warga_nama"] = "Raden Mas Contoh " * 8
    values["warga_alamat"] = "Jalan" + "panjang" * 60
    values["pengikut"] = "\n".join(f"{number}. Contoh Anak {number}" for number in range(1, 90))
    pdf = render_pdf(sheet_of(service, values), NOW)
    assert 2 <= len(pages_of(pdf)) <= 4
    for page in pages_of(pdf)[:2]:
        assert "halaman" in page.extract_text()
    text = text_of(pdf)
    assert "89. Contoh Anak 89" in text
    assert text.count("Raden Mas") == 8
    # the signature never stands alone
    assert "Demikian" in pages_of(pdf)[-1].extract_text()


def test_a_letter_of_too_many_pages_is_refused():
    service = "keterangan-pindah-penduduk"
    values = dict(sample_values(template_of(service), TODAY))
    values["pengikut"] = "\n".join("x" for _ in range(900))
    with pytest.raises(TooManyPagesError):
        render_pdf(sheet_of(service, values), NOW)


def test_signers_stand_with_the_head_of_the_village():
    text = text_of(render_pdf(sheet_of("kuasa"), NOW))
    for words in ("Pemberi kuasa,", "Penerima kuasa,", "Mengetahui,", "Kepala Desa Minggirsari,"):
        assert words in text
    deputy = render_pdf(sheet_of("keterangan-usaha", signatory_title="Sekretaris Desa"), NOW)
    assert "a.n. Kepala Desa Minggirsari" in text_of(deputy)


def test_without_a_name_the_signatory_writes_on_dots():
    sheet = sheet_of("keterangan-usaha")
    unnamed = replace(sheet, official=replace(sheet.official, name=""))
    assert "(......" in text_of(render_pdf(unnamed, NOW))


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_cleaning_is_done_once_and_leaves_nothing_hidden(text):
    line = clean_line(text)
    assert clean_line(line) == line
    assert "\n" not in line
    assert not any(each in line for each in "\u202a\u202e\u2066\u200f\u200b\x00\x1b")
    several = clean_text(text)
    assert clean_text(several) == several


@given(st.text(alphabet=st.characters(max_codepoint=0x17F), max_size=60))
@settings(max_examples=25, deadline=None)
def test_whatever_is_printable_can_be_drawn(text):
    value = clean_line(text)
    if not is_printable(value):
        return
    values = {"warga_nama": value or "x", "warga_alamat": value, "nama_usaha": value}
    assert render_pdf(sheet_of("keterangan-usaha", values, check=False), NOW).startswith(b"%PDF")


def test_a_small_first_letter_inside_a_sentence():
    assert small_first("Pinjaman / KUR") == "pinjaman / KUR"
    assert small_first("KIP Kuliah") == "KIP Kuliah"
    assert small_first("") == ""


SHARED = read_shared_file(
    b"""
resident = [{name = "nama", label = "Nama", required = true}, {name = "tempat_lahir", label = "T"},
  {name = "tanggal_lahir", label = "L"}]
resident_optional = []
person = [{name = "nama", label = "Nama", required = true}]
[texts]
opening = "Dari {desa}:"
"""
)


@pytest.mark.parametrize(
    ("wording", "complaint"),
    [
        ('body = ["{tidak_ada}"]', "unknown placeholder"),
        ('body = ["{lagi"]', "no placeholder"),
        ('body = [{use = "opening", text = "x"}]', "one of text, use and rows"),
        ('body = [{use = "tidak_ada"}]', "no shared text"),
        ('body = [{rows = ["tidak_ada"]}]', "unknown fields"),
        ('body = [{text = "x", when = "tidak_ada"}]', "no field"),
        ('body = ["{warga_tempat_lahir}"]', "guard it"),
        ('body = ["x"]\nlabels = {tidak_ada = "x"}', "no field"),
        ('body = ["x"]\nresident = ["tidak_ada"]', "unknown resident"),
        ('body = ["x"]\nsigners = [{words = "x", name = "tidak_ada"}]', "no field"),
        ('body = ["x"]\nfields = [{name = "desa", label = "x"}]', "two fields"),
        ('body = ["x"]\nfields = [{name = "lain", label = "x"}]', "stands nowhere"),
        ('bodi = ["x"]', "unknown field"),
        ("body = [", "Invalid"),
    ],
)
def test_a_mistake_in_a_wording_file_is_found_when_it_is_loaded(wording, complaint):
    service = load_catalogue().service("biodata-penduduk")
    with pytest.raises(TemplateError, match=complaint):
        build_template(service, read_template_file(wording.encode(), "x"), SHARED)


def test_a_good_wording_file_is_taken():
    service = load_catalogue().service("biodata-penduduk")
    own = TemplateFile(body=("{warga_nama}",))
    assert isinstance(SHARED, SharedFile)
    assert build_template(service, own, SHARED).body[0].text == "{warga_nama}"


def test_initials_are_read_with_the_token_alone():
    secret, other = new_secret(), new_secret()
    hidden = hide_initials("Siti Nur'aini binti (alm.) Ás", secret.token)
    assert show_initials(hidden, secret.token) == "S. N. B. A. Á."
    assert show_initials(hidden, other.token) == ""
    assert len(hidden) == len(hide_initials("A", secret.token))
    assert initials("  ") == ""
    assert digest_of(secret.token) != digest_of(other.token)
    assert digest_of("x") == digest_of("y")
    assert secret.token not in repr(secret)


def picture(size=(300, 200), kind="PNG"):
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, format=kind)
    return written.getvalue()


def test_a_logo_is_written_anew():
    hidden = picture() + b"<script>alert(1)</script>"
    checked = check_logo(hidden)
    assert not isinstance(checked, LogoProblem)
    assert b"script" not in checked.png
    assert checked.png == check_logo(picture()).png
    sheet = sheet_of("keterangan-usaha")
    with_logo = render_pdf(sheet, NOW, Logo(checked.png))
    assert len(pages_of(with_logo)[0].images) == 1
    large = check_logo(picture((2000, 1000), "JPEG"))
    assert Image.open(io.BytesIO(large.png)).size == (400, 200)


@pytest.mark.parametrize(
    ("uploaded", "problem"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", LogoProblem.UNKNOWN_KIND),
        (b"", LogoProblem.UNKNOWN_KIND),
        (picture()[:60], LogoProblem.UNKNOWN_KIND),
        (picture(kind="GIF"), LogoProblem.UNKNOWN_KIND),
        (picture((20, 20)), LogoProblem.TOO_SMALL),
        (picture((5000, 4000)), LogoProblem.TOO_LARGE),
        (b"\x89PNG" + b"x" * 2_100_000, LogoProblem.TOO_LARGE),
    ],
    ids=["svg", "empty", "cut", "gif", "small", "wide", "heavy"],
)
def test_what_is_no_picture_for_a_head_is_refused(uploaded, problem):
    assert check_logo(uploaded) is problem


def test_values_tell_nothing_when_they_are_printed_in_a_log():
    sheet = sheet_of("keterangan-usaha")
    assert "Aminah" not in repr(sheet)
    assert "Aminah" not in repr(list(sheet.parts))
    assert msgspec.json.encode(frame_for("keterangan-usaha")).count(b"Aminah") == 0


@pytest.mark.parametrize("lines", range(6, 30, 6))
def test_a_signature_never_stands_alone_on_a_page(lines):
    service = "keterangan-pindah-penduduk"
    values = dict(sample_values(template_of(service), TODAY))
    values["pengikut"] = "\n".join(f"Contoh {number}" for number in range(lines))
    values["keterangan"] = "\n".join(f"Baris {number}" for number in range(25))
    last = pages_of(render_pdf(sheet_of(service, values), NOW))[-1].extract_text()
    assert "Demikian" in last
    assert "Contoh Kepala" in last


def test_the_gallery_writes_letters_to_look_at(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ANJUNGAN_REGENCY_DATA_DIR", str(tmp_path))
    folder = tmp_path / "gallery"
    words = ["regency", "admin", "letter-gallery", str(folder), "--paper", "A4"]
    assert cli.main([*words, "--service", "kuasa"]) == 0
    (written,) = folder.iterdir()
    assert "SURAT KUASA" in text_of(written.read_bytes())
    assert cli.main([*words, "--service", "tidak-ada"]) == 1
    assert "no such village or service" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert cli.main(["regency", "admin", "letter-gallery", str(tmp_path / "file")]) == 1
