"""A glass of 800x480 is worth using: lists show several rows, answers stand together."""

import msgspec
import pytest
from sample_views import sample_views
from screen_checks import walk
from screen_stage import SMALL, page_for

from anjungan.appliance.session.views import Choice, ReviewRow

pytestmark = pytest.mark.screens


def _shown(page, names):
    """How many of the names can be read on a page."""
    words = " ".join(" ".join(m.text for m in page.marks() if hasattr(m, "font_px")).split())
    return sum(name in words for name in names)


def _named(page, parts):
    names = {each.name for each in page.touchables()}
    found = 0
    for part in parts:
        match part:
            case Choice(label=label):
                found += label in names
            case ReviewRow(label=label, change_label=change):
                found += f"{change}: {label}" in names
    return found


def test_all_answers_of_a_short_form_stand_on_one_page():
    view, ambient = sample_views()["review"]
    page = page_for(view, SMALL, ambient=ambient)
    assert _named(page, view.rows) == len(view.rows) == 6
    page.dispose()


def test_three_long_answers_stand_on_a_page():
    view, ambient = sample_views()["review_long"]
    page = page_for(view, SMALL, ambient=ambient)
    assert _named(page, view.rows) >= 3
    assert _shown(page, [view.rows[0].value]) == 1
    page.dispose()


def test_one_very_long_answer_does_not_spread_the_others_over_more_pages():
    view, ambient = sample_views()["review_long"]
    address = "DUSUN KRAJAN SEBELAH UTARA MASJID BAITURRAHMAN, " * 4
    rows = [msgspec.structs.replace(row, value="WARUNG SOTO BU SITI") for row in view.rows]
    rows[4] = msgspec.structs.replace(rows[4], value=address.strip(", "))
    view = msgspec.structs.replace(view, rows=tuple(rows))
    page = page_for(view, SMALL, ambient=ambient)
    assert _named(page, view.rows) == 3
    assert not walk(view, page)
    assert page.context.place.page <= 3


def test_four_occupations_stand_on_a_page():
    view, ambient = sample_views()["occupations"]
    page = page_for(view, SMALL, ambient=ambient)
    assert _named(page, view.options) >= 4
    page.dispose()


def test_two_needs_stand_on_a_page():
    view, ambient = sample_views()["letter"]
    assert len(view.needs) > 2
    page = page_for(view, SMALL, ambient=ambient)
    assert _shown(page, [need.title for need in view.needs]) >= 2
    page.dispose()
