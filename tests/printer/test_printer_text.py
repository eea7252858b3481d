"""What printers can be trusted with, and documents that hold nothing else."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.printer.document import Cut, Document, Feed, Qr, Rule, Space, Text
from anjungan.appliance.drivers.printer.text import ascii_text, is_printable, printable


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("\u201cDesa\u201d \u2018Jati\u2019", "\"Desa\" 'Jati'"),
        ("08.00\u201315.00 \u2014 buka", "08.00-15.00 - buka"),
        ("tunggu\u2026", "tunggu..."),
        ("Rp\u00a010.000", "Rp 10.000"),
        ("Dhe\u0301 Café", "Dhé Café"),
        ("\ufb01sik", "fisik"),
        ("Łódź", "?ódz"),
        ("a\x1b@b\nc\x10\x04\x01", "a @b c   "),
        ("ꦲꦏ", "??"),
        ("a\u200db", "ab"),
        ("ā", "a"),
        ("x\u0327\u0301", "x"),
    ],
)
def test_text_is_brought_into_the_printable_set(typed, printed):
    assert printable(typed) == printed


@settings(max_examples=300)
@given(st.text())
def test_printable_text_is_printable_and_stays_as_it_is(text):
    once = printable(text)
    assert is_printable(once)
    assert printable(once) == once


@settings(max_examples=200)
@given(st.text())
def test_ascii_text_keeps_the_width(text):
    plain = ascii_text(printable(text))
    assert len(plain) == len(printable(text))
    assert plain.isascii()
    assert not any(unicodedata.category(character) == "Cc" for character in plain)


def test_ascii_text_keeps_the_letter_under_the_accent():
    assert ascii_text("Dhé Ñandú ç") == "Dhe Nandu c"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Text("a\nb"),
        lambda: Text("\u2019"),
        lambda: Text("a", width_scale=0),
        lambda: Text("a", height_scale=9),
        lambda: Document((Text("x" * 33),)),
        lambda: Document((Text("x" * 17, width_scale=2),)),
        lambda: Qr("", 4),
        lambda: Qr("x" * 401, 4),
        lambda: Qr("é", 4),
        lambda: Qr("a\x1bb", 4),
        lambda: Qr("a", 0),
        lambda: Qr("a", 17),
        lambda: Feed(0),
        lambda: Feed(21),
        lambda: Space(0),
        lambda: Space(256),
    ],
)
def test_what_no_printer_could_print_is_refused(make):
    with pytest.raises(ValueError, match=r"^[a-zA-Z0-9 ,]+$"):
        make()


def test_a_document_tells_its_width_and_its_lines():
    document = Document((Rule(), Text("a"), Feed(), Text("b"), Qr("q", 4), Cut()), columns=48)
    assert document.dots == 576
    assert document.lines() == ("a", "b")


def test_neither_repr_nor_error_tells_what_is_printed():
    document = Document((Text("3505101203850001"), Qr("token-of-a-resident", 4)))
    assert "3505101203850001" not in repr(document)
    assert "token-of-a-resident" not in repr(document)
    with pytest.raises(ValueError, match="columns") as raised:
        Document((Text("3505101203850001" * 3),))
    assert "3505101203850001" not in str(raised.value)
