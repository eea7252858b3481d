"""The three papers: exactly as kept, and with everything on them however long it is."""

import dataclasses
import re
from pathlib import Path

import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image, ImageChops

from anjungan.appliance.drivers.printer.document import Qr
from anjungan.appliance.drivers.printer.encode import encode
from anjungan.appliance.drivers.printer.profile import CLONE_58, EPSON_58
from anjungan.appliance.drivers.printer.text import printable
from anjungan.appliance.paper.request_sheet import (
    Answer,
    request_sheet_document,
    request_sheet_qr,
)
from anjungan.appliance.paper.requirements_sheet import requirements_sheet_document
from anjungan.appliance.paper.ticket import ticket_document, ticket_lines

NIK = re.compile(r"\d{16}")


def check_golden(path: Path, content: bytes) -> None:
    """Compare with the kept file.  To renew one on purpose, delete it and run the test twice."""
    if not path.exists():
        path.write_bytes(content)
        pytest.fail(f"{path.name} was not there and has been written; look at it, then run again")
    assert content == path.read_bytes()


@pytest.mark.parametrize(("profile", "stem"), [(EPSON_58, "ticket"), (CLONE_58, "ticket-clone")])
def test_the_ticket_is_as_kept(ticket, golden, profile, stem):
    document = ticket_document(ticket)
    check_golden(golden / "ticket.txt", "\n".join(document.lines()).encode() + b"\n")
    commands = b"".join(segment.data for segment in encode(document, profile))
    check_golden(golden / f"{stem}.escpos", commands)


def test_the_ticket_looks_as_kept(ticket, golden, render):
    picture = render(ticket_document(ticket)).image
    path = golden / "ticket.png"
    if not path.exists():
        picture.save(path)
        pytest.fail("ticket.png was not there and has been written; look at it, then run again")
    with Image.open(path) as kept:
        assert kept.size == picture.size
        differing = ImageChops.logical_xor(kept.convert("1"), picture).histogram()[255]
    # Another FreeType may set single dots of the letters differently; no more than that.
    assert differing <= picture.width * picture.height * 0.002


def test_a_clone_prints_the_same_paper(ticket, render):
    document = ticket_document(ticket)
    on_a_fast_line = dataclasses.replace(CLONE_58, bytes_per_s=EPSON_58.bytes_per_s)
    native, raster = render(document), render(document, on_a_fast_line)
    assert native.image.tobytes() == raster.image.tobytes()


def test_the_printed_qr_code_reads_as_the_tickets_text(ticket, render):
    picture = render(ticket_document(ticket)).image
    code = segno.make_qr(ticket.qr_text, error="m", boost_error=False)
    modules = [[bool(module) for module in row] for row in code.matrix]
    side_dots = len(modules) * 8
    left = (picture.width - side_dots) // 2
    assert left >= 4 * 8  # the quiet zone beside it is on the paper

    def modules_at(x, y):
        return [
            [picture.getpixel((x + c * 8 + 4, y + r * 8 + 4)) == 0 for c in range(len(modules))]
            for r in range(len(modules))
        ]

    tops = [top for top in range(picture.height - side_dots) if modules_at(left, top) == modules]
    assert tops, "no QR code with the ticket's text is on the paper"


def test_a_ticket_names_no_person_and_promises_no_date(ticket):
    text = " ".join(ticket_lines(ticket))
    assert not NIK.search(text)
    assert "Perkiraan 1 hari kerja setelah diterima petugas" in text
    assert text.count("2026") == 1  # the day it was printed, and no other
    assert "jam belum pasti" not in text
    assert "SALINAN" not in text


def test_an_unsure_clock_and_a_copy_are_told(ticket):
    text = " ".join(ticket_lines(replace(ticket, clock_sure=False, copy=True)))
    assert "(jam belum pasti)" in text
    assert "SALINAN" in text


def test_the_screen_shows_what_the_paper_says(ticket, render):
    printed = [
        line.strip()
        for line in render(ticket_document(ticket)).text.splitlines()
        if not line.startswith("[QR")
    ]
    assert list(ticket_lines(ticket)) == printed


def test_a_ticket_without_anything_to_bring_has_no_list(ticket):
    text = " ".join(ticket_lines(replace(ticket, bring=(), where="", hours="")))
    assert "dibawa" not in text
    assert "Simpan tiket ini." in text


def test_the_qr_code_shrinks_until_it_fits(ticket):
    long = ticket_document(replace(ticket, qr_text="https://example.id/" + "x" * 250))
    (code,) = (block for block in long.blocks if isinstance(block, Qr))
    assert 1 < code.module_dots < 8


@pytest.mark.parametrize("profile", [EPSON_58, CLONE_58])
def test_the_request_sheet_holds_every_answer(request_sheet, render, profile):
    text = render(request_sheet_document(request_sheet), profile).text
    assert "LEMBAR PERMOHONAN" in text
    assert "3505101203850001" in text
    assert "SITI AMINAH BINTI MUHAMMAD\n" in text
    assert "SHOLIKHIN KUSUMANINGRAT" in text
    assert "7KQ-M2X-HRT" in text
    assert "(jam belum pasti)" in text
    assert "Tanda tangan pemohon" in text
    assert "Keperluan:\n   -\n" in text


def test_the_request_sheet_is_as_kept(request_sheet, golden):
    document = request_sheet_document(request_sheet)
    check_golden(golden / "request-sheet.txt", "\n".join(document.lines()).encode() + b"\n")


def test_the_request_sheets_code_tells_request_and_ticket(request_sheet):
    (code,) = (b for b in request_sheet_document(request_sheet).blocks if isinstance(b, Qr))
    expected = f"ANJUNGAN/1/{request_sheet.request_id}/7KQM2XHRT"
    assert code.data == expected
    assert request_sheet_qr(request_sheet.request_id, "7KQ-M2X-HRT") == expected


def test_a_long_queue_number_goes_on_its_own_line(request_sheet):
    long = replace(request_sheet, queue_number="241126-A-1003-TAMBAHAN-SORE")
    text = " ".join(request_sheet_document(long).lines())
    assert "241126-A-1003-TAMBAHAN-SORE" in text


def test_no_personal_value_stands_in_a_repr(request_sheet, ticket):
    document = request_sheet_document(request_sheet)
    shown = repr(request_sheet) + repr(request_sheet.answers) + repr(document) + repr(ticket)
    shown += repr(encode(document, CLONE_58)) + repr(ticket_document(ticket))
    for secret in ("3505101203850001", "SITI", "4nTq0m2eWv7hUuPpGk3sXA", "7KQM"):
        assert secret not in shown


def test_the_requirements_sheet_is_as_kept(requirements_sheet, golden):
    document = requirements_sheet_document(requirements_sheet)
    check_golden(golden / "requirements-sheet.txt", "\n".join(document.lines()).encode() + b"\n")


def test_a_letter_without_requirements_says_so(requirements_sheet):
    document = requirements_sheet_document(replace(requirements_sheet, requirements=()))
    text = " ".join(line.strip() for line in document.lines())
    assert "Tidak ada berkas yang perlu dibawa." in text


words = st.text(max_size=120)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(title=words, items=st.lists(words, max_size=4).map(tuple), columns=st.sampled_from([32, 48]))
def test_any_content_fits_the_paper_whole(ticket, request_sheet, title, items, columns):
    answers = tuple(Answer(title, item) for item in items)
    bringing = replace(ticket, village_name=title, service_title=title, bring=items)
    answered = replace(request_sheet, service_title=title, answers=answers)
    for paper in (
        ticket_document(bringing, columns),
        request_sheet_document(answered, columns),
    ):
        shown = "".join("".join(paper.lines()).split())
        for text in (title, *items):
            assert "".join(printable(text).split()) in shown
