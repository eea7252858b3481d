"""Charts: what is drawn of nothing, of one point, over gaps, and of numbers beyond all sense."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.regency.fleet.samples import Reading
from anjungan.regency.fleet.spans import Span
from anjungan.regency.web.fleet.charts import (
    HEIGHT,
    WIDTH,
    Style,
    axis_for,
    bucketed,
    draw,
    sentence,
    shown,
    table_rows,
)
from anjungan.regency.web.fleet.time_axis import time_ticks

NOW = datetime(2026, 11, 24, 2, 41, tzinfo=UTC)
DAY = Span(NOW - timedelta(days=1), NOW)
GAP = timedelta(minutes=12.5)
HEAT = Style("°C", floor=30, ceiling=75, limit=75, limit_word="Batas 75 °C")
QUEUE = Style("pesan", kind="bars", floor=0, ceiling=4)
SVG = "{http://www.w3.org/2000/svg}"


def line(*points: tuple[float, float]) -> list[Reading]:
    """Readings as (minutes before now, value)."""
    return [
        Reading(NOW - timedelta(minutes=minutes), value, value, value)
        for minutes, value in sorted(points, reverse=True)
    ]


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(f'<html xmlns="http://www.w3.org/2000/svg">{svg}</html>')[0]  # noqa: S314 - our own drawing


def path(svg: str, name: str) -> str:
    found = [each for each in parsed(svg).iter(f"{SVG}path") if each.get("class") == name]
    return found[0].get("d", "") if found else ""


def words(svg: str) -> list[str]:
    return [each.text or "" for each in parsed(svg).iter(f"{SVG}text")]


def test_nothing_is_an_empty_grid_with_its_limit():
    svg = draw([], DAY, HEAT, gap=GAP, label="Suhu")
    assert path(svg, "line") == ""
    assert path(svg, "limit")
    assert "Batas 75 °C" in words(svg)
    assert sentence([], HEAT) == ""


def test_one_point_is_a_dot_and_no_line():
    svg = draw(line((60, 51.2)), DAY, HEAT, gap=GAP, label="Suhu")
    assert path(svg, "line") == ""
    assert path(svg, "dot").count("M") == 1
    assert len(list(parsed(svg).iter(f"{SVG}circle"))) == 1


def test_no_line_is_drawn_over_a_gap():
    steady = [(float(minutes), 50.0) for minutes in range(0, 1440, 5)]
    assert path(draw(line(*steady), DAY, HEAT, gap=GAP, label=""), "line").count("M") == 1
    broken = [(minutes, value) for minutes, value in steady if not 300 < minutes < 420]
    svg = draw(line(*broken), DAY, HEAT, gap=GAP, label="")
    runs = [run for run in path(svg, "line").split("M") if run]
    assert len(runs) == 2
    end_x, start_x = float(runs[0].split("L")[-1].split()[0]), float(runs[1].split()[0])
    assert start_x - end_x > 20, "two hours of a day are white"


def test_what_varies_within_a_piece_shows_as_a_band():
    readings = [
        Reading(NOW - timedelta(hours=hours), 40.0, 60.0, 50.0) for hours in range(23, 0, -1)
    ]
    svg = draw(readings, DAY, HEAT, gap=timedelta(hours=2.5), label="")
    assert path(svg, "band")
    assert path(svg, "line").count("M") == 1


def test_bars_stand_on_the_floor_and_zeros_are_none():
    svg = draw(line((600, 3.0), (300, 0.0), (10, 1.0)), DAY, QUEUE, gap=GAP, label="")
    assert path(svg, "bars").count("M") == 2
    assert not list(parsed(svg).iter(f"{SVG}circle"))


def test_the_label_is_text_and_nothing_else():
    svg = draw([], DAY, Style("<b>"), gap=GAP, label='"><script>alert(1)</script>')
    assert "<script>" not in svg
    assert parsed(svg).get("aria-label") == '"><script>alert(1)</script>'


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 1440),
            st.floats(allow_nan=True, allow_infinity=True),
        ),
        max_size=30,
    ),
    st.sampled_from([HEAT, QUEUE, Style("dBm", floor=-90, ceiling=-40), Style("x")]),
)
def test_whatever_comes_a_chart_is_made_and_stays_on_its_paper(points, style):
    svg = draw(line(*points), DAY, style, gap=GAP, label="x")
    for each in parsed(svg).iter():
        for number in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", each.get("d", "")):
            assert -WIDTH <= float(number) <= WIDTH
        assert not set(each.get("d", "")) & set("ni"), "nan or inf"
    assert HEIGHT > 0
    assert len(svg) < 16_000
    assert len(sentence(line(*points), style)) < 200


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=6))
def test_an_axis_reaches_around_all_values_with_few_lines(values):
    axis = axis_for(bucketed(line(*enumerate(values)), DAY, 50), Style(""))
    slack = (axis.high - axis.low) * 1e-6
    assert axis.low - slack <= min(values)
    assert max(values) <= axis.high + slack
    assert 2 <= len(axis.ticks) <= 7


def test_the_axis_of_the_picture():
    assert list(axis_for(bucketed(line((5, 54.0)), DAY, 50), HEAT).ticks) == [30, 45, 60, 75]


def test_pieces_keep_the_ends_and_the_mean():
    (bucket,) = bucketed(line((3, 10.0), (2, 20.0), (1, 60.0)), DAY, 2)
    assert (bucket.low, bucket.high, bucket.mean) == (10.0, 60.0, 30.0)


def test_the_table_beside_is_short_and_begins_with_the_newest():
    rows = table_rows(line(*((float(minutes), 50.0) for minutes in range(0, 1440, 5))), DAY)
    assert len(rows) == 24
    assert rows[0].at > rows[-1].at
    assert table_rows([], DAY) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-71.0, "−71"),
        (49.25, "49,2"),
        (1250.4, "1.250"),
        (2e6, "2 jt"),
        (1e300, "sangat besar"),
    ],
)
def test_numbers_as_people_write_them(value, text):
    assert shown(value) == text


def test_a_sentence_says_whether_the_limit_was_crossed():
    assert sentence(line((9, 44.0), (1, 54.0)), HEAT) == (
        "44 sampai 54 °C, terakhir 54 °C; tidak melewati batas 75 °C."
    )
    assert "pernah melewati" in sentence(line((9, 76.0)), HEAT)
    paper = Style("%", limit=20, bad_below=True)
    assert "pernah melewati" in sentence(line((9, 15.0)), paper)
    assert "tidak melewati" in sentence(line((9, 80.0)), paper)
    assert sentence(line((9, 2.0)), QUEUE) == "2 sampai 2 pesan, terakhir 2 pesan."


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [(1, "12.00", "09.41"), (7, "Rab 18", "kini"), (30, "26 Okt", "kini"), (400, "Nov", "kini")],
)
def test_words_below_the_axis_keep_their_distance(days, first, last):
    window = Span(NOW - timedelta(days=days), NOW)
    ticks = time_ticks(window)
    assert (ticks[0].word, ticks[-1].word) == (first, last)
    places = [(tick.at - window.begin) / window.length for tick in ticks]
    assert all(after - before >= 0.149 for before, after in pairwise(places))
    assert 3 <= len(ticks) <= 7
