"""Words wrap without being broken, and nothing is lost."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.printer.text import printable
from anjungan.appliance.paper.layout import (
    banner,
    bullets,
    day_and_time,
    grouped_code,
    heading,
    paragraph,
    wrap,
)

texts = st.text(st.characters(codec="utf-8"), max_size=200)
columns = st.integers(10, 48)


def letters(text):
    return "".join(printable(text).split())


@settings(max_examples=200)
@example("x" * 50, 10)
@example("satu-dua " + "y" * 33 + " tiga", 32)
@given(texts, columns)
def test_no_line_is_too_long_and_no_letter_is_lost(text, width):
    lines = wrap(text, width)
    assert all(0 < len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == letters(text)


@settings(max_examples=200)
@given(texts, columns)
def test_a_word_that_fits_is_never_broken(text, width):
    words = [word for word in printable(text).split() if len(word) <= width]
    shown = [word for line in wrap(text, width) for word in line.split()]
    for word in words:
        assert word in shown


@settings(max_examples=150)
@given(texts, st.sampled_from([32, 48]), st.sampled_from(["left", "center"]), st.integers(1, 2))
def test_a_paragraph_stays_inside_the_paper(text, width, align, scale):
    lines = paragraph(text, width, align=align, width_scale=scale)
    assert all(line.columns <= width for line in lines)
    assert "".join("".join(line.text for line in lines).split()) == letters(text)


def test_centred_lines_are_balanced():
    lines = [line.text for line in paragraph("Perkiraan 1 hari kerja setelah diterima petugas", 32)]
    assert lines == ["Perkiraan 1 hari kerja", "setelah diterima petugas"]
    # Without balancing the first line would take "setelah" too.
    assert wrap("Perkiraan 1 hari kerja setelah diterima petugas", 30)[0].endswith("setelah")


@settings(max_examples=100)
@given(st.lists(texts, max_size=5).map(tuple), st.booleans())
def test_a_list_keeps_every_item(items, tick_box):
    lines = [line.text for line in bullets(items, 32, tick_box=tick_box)]
    assert all(len(line) <= 32 for line in lines)
    mark = " [ ] " if tick_box else " - "
    shown = [line.removeprefix(mark) for line in lines]
    assert "".join("".join(shown).split()) == "".join(letters(item) for item in items)


def test_a_list_marks_the_first_line_of_an_item_alone():
    lines = [line.text for line in bullets(("satu dua tiga empat lima enam tujuh", "b"), 32)]
    assert lines == [" - satu dua tiga empat lima", "   enam tujuh", " - b"]


def test_a_heading_is_as_large_as_the_paper_allows():
    assert [(t.text, t.width_scale) for t in heading("DESA JATI", 32)] == [("DESA JATI", 2)]
    assert [(t.text, t.width_scale) for t in heading("DESA MINGGIRSARI", 32)] == [
        ("DESA MINGGIRSARI", 1)
    ]
    long = heading("KELURAHAN " + "SUMBERDIREN BARAT " * 3, 32)
    assert len(long) > 1


@pytest.mark.parametrize("code", ["ABC", "ABCD", "7KQ-M2X-HRT"])
def test_a_banner_is_black_to_equal_parts_on_both_sides(code):
    text = banner(code, 32).text
    assert text.strip() == code
    left, right = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
    assert left == right
    assert 15 <= len(text) <= 16


def test_moments_are_written_in_western_indonesian_time():
    moment = datetime(2026, 11, 23, 23, 5, tzinfo=UTC)
    assert day_and_time(moment) == "Selasa, 24-11-2026 06.05 WIB"
    tokyo = datetime(2026, 11, 29, 1, 59, tzinfo=timezone(timedelta(hours=9)))
    assert day_and_time(tokyo) == "Sabtu, 28-11-2026 23.59 WIB"
    with pytest.raises(ValueError, match="time zone"):
        day_and_time(datetime(2026, 11, 24, 9, 41))  # noqa: DTZ001 - that is what is refused


@pytest.mark.parametrize("code", ["7KQM2XHRT", "7KQ-M2X-HRT", "7KQ M2X HRT"])
def test_codes_are_grouped_for_reading(code):
    assert grouped_code(code) == "7KQ-M2X-HRT"
