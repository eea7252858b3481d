"""Densities, touch targets and rectangles, without a window."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.screens.layout import Rect, ScreenSize, layout_for
from anjungan.appliance.screens.matching import matches
from anjungan.appliance.screens.pages_of_items import (
    Grid,
    best_grid,
    items_a_page,
    page_count,
    page_of,
    uneven_pages,
)
from anjungan.appliance.screens.theme import BODY, HIGH_CONTRAST, STANDARD, rgba, theme_for
from anjungan.appliance.session.intents import TextSize
from anjungan.appliance.session.views import Look, Tone


@pytest.mark.parametrize(
    ("screen", "scale", "touch_px", "compact", "portrait"),
    [
        (ScreenSize(1024, 600, 10.1), 1.00, 93, False, False),
        (ScreenSize(800, 480, 7.0), 1.00, 79, True, False),
        (ScreenSize(1024, 600, 7.0), 1.23, 101, True, False),
        (ScreenSize(1280, 800, 10.1), 1.25, 118, False, False),
        (ScreenSize(720, 1280, 10.1), 1.05, 86, False, True),
        (ScreenSize(1080, 1920, 21.5), 1.50, 81, False, True),
    ],
)
def test_the_table_of_the_look(screen, scale, touch_px, compact, portrait):
    assert screen.scale == pytest.approx(scale, abs=0.01)
    assert screen.touch_px == pytest.approx(touch_px, abs=1)
    layout = layout_for(screen)
    assert (layout.compact, layout.portrait) == (compact, portrait)
    assert layout.content.bottom <= layout.height
    assert layout.content.right <= layout.width - layout.rail_w


def test_text_grows_and_the_frame_stays():
    sizes = [theme_for(Look(text_size=size), 1.0).text_px(BODY) for size in TextSize]
    assert sizes == [24, 28, 31]
    largest = theme_for(Look(text_size=TextSize.LARGEST), 1.0)
    assert largest.text_px(BODY, fixed=True) == 24
    assert largest.row(93) > 93


def test_high_contrast_is_black_on_white_with_thick_lines():
    theme = theme_for(Look(high_contrast=True), 1.0)
    assert theme.palette is HIGH_CONTRAST
    assert theme.card_stroke == 3
    assert {theme.palette.ink, theme.palette.muted, theme.palette.ink_2} == {"#000000"}
    assert {theme.palette.plate(index) for index in range(8)} == {STANDARD.indigo_900}
    assert all(theme.palette.tone(tone).text == "#000000" for tone in Tone)
    assert rgba("#FF0080") == (1.0, 0.0, 128 / 255, 1.0)


@given(
    heights=st.lists(st.floats(10, 200), min_size=1, max_size=30),
    room=st.floats(50, 500),
    gap=st.floats(0, 20),
)
@settings(max_examples=60)
def test_uneven_pages_hold_everything_once_and_in_order(heights, room, gap):
    pages = uneven_pages(heights, room, gap)
    assert [index for page in pages for index in page] == list(range(len(heights)))
    for page in pages:
        used = sum(heights[index] for index in page) + gap * (len(page) - 1)
        assert len(page) == 1 or used <= room + 1


@given(total=st.integers(0, 200), a_page=st.integers(1, 12))
@settings(max_examples=60)
def test_pages_hold_everything_once(total, a_page):
    items = list(range(total))
    pages = [page_of(items, a_page, page) for page in range(page_count(total, a_page))]
    assert [item for page in pages for item in page] == items


def test_as_many_items_as_fit():
    assert items_a_page([10, 20], 6, lambda item, count: item * count <= 60) == 3
    assert items_a_page([100], 6, lambda item, count: item * count <= 60) == 0
    wide = best_grid([30], 4, lambda item, grid: grid.columns == 1 and item * grid.rows <= 60)
    assert wide == Grid(1, 2)
    assert best_grid([5], 3, lambda item, grid: True) == Grid(2, 3)
    assert best_grid([5], 3, lambda item, grid: False) == Grid(1, 1)


@given(
    columns=st.integers(1, 9),
    rows=st.integers(1, 9),
    width=st.floats(100, 1000),
    gap=st.floats(0, 10),
)
@settings(max_examples=60)
def test_grids_stay_inside_and_apart(columns, rows, width, gap):
    room = Rect(3, 5, width, 300)
    cells = room.grid(columns, rows, gap)
    assert len(cells) == columns * rows
    for cell in cells:
        assert room.x - 1 <= cell.x
        assert cell.right <= room.right + 1
    for left, right in itertools.pairwise(cells):
        if left.y == right.y:
            assert right.x >= left.right + gap - 1


def test_cutting_keeps_the_whole():
    room = Rect(0, 0, 100, 50)
    left, right = room.cut_left(30, 10)
    assert (left.w, right.x, right.w) == (30, 40, 60)
    top, below = room.cut_top(20, 5)
    assert (top.h, below.y, below.h) == (20, 25, 25)
    rest, bottom = room.cut_bottom(20, 5)
    assert (rest.h, bottom.y) == (25, 30)
    rest, last = room.cut_right(30, 10)
    assert (rest.w, last.x) == (60, 70)
    assert room.centred(10, 10) == Rect(45, 20, 10, 10)


def test_search_finds_words_in_any_order_and_case():
    assert matches("NIKAH surat", "Surat Keterangan Nikah")
    assert matches("", "Surat")
    assert matches("cafe", "Café desa")
    assert not matches("nikah mati", "Surat Keterangan Nikah")
