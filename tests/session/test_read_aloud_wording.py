"""Written text as a voice says it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from journey import NIK, PHONE, words

from anjungan.appliance.session.read_aloud.wording import spelled, spoken
from anjungan.appliance.text.words import Speaker

ID, JV, EN = (Speaker(words(), language) for language in ("id", "jv", "en"))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Senin–Jumat, 08.00–15.00", "Senin sampai Jumat, 8 sampai 15"),
        ("pukul 09.41", "pukul 9 41"),
        ("pukul 08.05", "pukul 8 lewat 5"),
        ("Sel 24 Nov, 09.41", "Selasa 24 November, 9 41"),
        ("Pas 24 Nov, 3 kali", "Pas 24 Nov, 3 kali"),
        ("Rp 10.000", "10000 rupiah"),
        ("Rp10.000.000 setahun", "10000000 rupiah setahun"),
        ("Rp 2.500,50", "2500,50 rupiah"),
        ("RT/RW 02", "RT RW 02"),
        ("Bapak/Ibu", "Bapak Ibu"),
        ("NIK dan KTP-el, KK", "nik dan e K T P, K K"),
        ("Kec. Kanigoro · Kab. Blitar", "Kecamatan Kanigoro, Kabupaten Blitar"),
        ("Luring — permohonan tetap disimpan", "Luring, permohonan tetap disimpan"),
        ("Teks & bahasa", "Teks dan bahasa"),
        ("Formulir F-1.02", "Formulir F-1.02"),
        ("Umur 6–21 tahun", "Umur 6 sampai 21 tahun"),
        ("fotokopi KK, dll.", "fotokopi K K, dan lain-lain"),
        ("Sedang mencetak …", "Sedang mencetak"),
        (NIK, "nomor di layar"),
        ("3505 0147 0985 0147", "nomor di layar"),
        ("0812-3456-4471", "nomor di layar"),
        ("3505 01•• •••• ••47", "3505 01, 47"),
        ("", ""),
    ],
)
def test_indonesian(written: str, said: str) -> None:
    assert spoken(written, ID) == said


def test_the_other_languages() -> None:
    assert spoken("08.00–15.30", EN) == "8 o'clock to 15 30"
    assert spoken("07.05", EN) == "7 oh 5"
    assert spoken("Text & language", EN) == "Text and language"
    assert spoken("08.00–15.05 & KTP", JV) == "8 dumugi 15 langkung 5 lan KTP"
    assert spoken("Sel 24 Nov", EN) == "Sel 24 Nov"
    assert spoken("Tue 24 Nov", EN) == "Tuesday 24 November"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("7KQ-M2X-HRT", "7, K, Q. M, 2, X. H, R, T"),
        ("241126-A001", "2, 4, 1, 1, 2, 6. A, 0, 0, 1"),
        ("", ""),
    ],
)
def test_codes_are_spelled(code: str, said: str) -> None:
    assert spelled(code) == said


@settings(max_examples=200, deadline=None)
@given(
    some.lists(
        some.sampled_from(["NIK ", NIK, PHONE, " ", "Ibu", ".", ", ", "Rp", "-"]), max_size=8
    )
)
def test_no_long_number_is_left(parts: list[str]) -> None:
    said = spoken("".join(parts), ID)
    assert not re.search(r"\d{10}", said), said
    assert NIK[:8] not in said, said


@settings(max_examples=200, deadline=None)
@given(some.text(max_size=300))
def test_any_text_can_be_said(text: str) -> None:
    for say in (ID, JV, EN):
        said = spoken(text, say)
        assert said == " ".join(said.split())
