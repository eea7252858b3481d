"""A search of a list can be cleared, and is over when the list is entered anew."""

import pytest
from live_stage import stage
from sample_views import sample_views
from screen_checks import faults
from screen_stage import LARGE, SMALL, TALL, context_for

from anjungan.appliance.session.intents import Language, TextSize
from anjungan.appliance.session.views import Look

pytestmark = pytest.mark.screens

LISTS = ("letters", "occupations")


def _texts(page):
    return [mark.text for mark in page.marks() if type(mark).__name__ == "TextMark"]


def _names(kiosk):
    return [each.name for each in kiosk.glass.page.touchables()]


def _search(kiosk, view, word):
    kiosk.touch(view.search.placeholder)
    for letter in word:
        kiosk.touch(letter)
    names = _names(kiosk)
    kiosk.touch(next(name for name in names if name.startswith(view.search.show_label)))


@pytest.fixture(name="searched", params=LISTS)
def _searched(request):
    """A list with a search that finds something, and what it showed before."""
    view, ambient = sample_views()[request.param]
    kiosk = stage().begin()
    kiosk.show(*sample_views()["home"])
    kiosk.show(view, ambient)
    before = _names(kiosk)
    _search(kiosk, view, "TANI")
    assert _names(kiosk) != before
    return kiosk, view, before


def test_a_search_is_cleared_by_touch(searched):
    kiosk, view, before = searched
    assert "TANI" in _texts(kiosk.glass.page)
    kiosk.touch(view.search.clear_label)
    assert _names(kiosk) == before
    assert view.search.clear_label not in before
    assert kiosk.acts() == []


def test_a_search_that_finds_nothing_says_so_and_offers_everything(searched):
    kiosk, view, before = searched
    kiosk.touch(view.search.clear_label)
    _search(kiosk, view, "ZZZZ")
    said = " ".join(" ".join(_texts(kiosk.glass.page)).split())
    assert view.search.empty in said
    assert _names(kiosk).count(view.search.clear_label) == 1
    kiosk.touch(view.search.clear_label)
    assert _names(kiosk) == before


def test_a_list_that_is_entered_from_home_begins_anew(searched):
    kiosk, view, before = searched
    kiosk.show(*sample_views()["help"])
    kiosk.show(view)
    assert kiosk.glass.page.context.place.query == "TANI"  # help lies over the list
    place = kiosk.glass.page.context.place
    kiosk.show(*sample_views()["home"])
    assert place.query == ""  # nothing keeps what was typed
    kiosk.show(view)
    assert _names(kiosk) == before


def test_category_and_page_begin_anew_too():
    view, ambient = sample_views()["letters"]
    kiosk = stage().begin()
    kiosk.show(view, ambient)
    before = _names(kiosk)
    kiosk.touch(view.more_categories)
    kiosk.touch(view.next_label)
    assert _names(kiosk) != before
    kiosk.show(*sample_views()["home"])
    kiosk.show(view)
    assert _names(kiosk) == before


def test_a_focus_on_home_is_kept():
    kiosk = stage().begin()
    kiosk.show(*sample_views()["home"])
    kiosk.glass.page.context.place.focus = "Kesehatan"
    kiosk.show(*sample_views()["letters"])
    kiosk.show(*sample_views()["home"])
    assert kiosk.glass.page.context.place.focus == "Kesehatan"


@pytest.mark.parametrize("screen", [LARGE, SMALL, TALL], ids=["1024x600", "800x480", "720x1280"])
@pytest.mark.parametrize("size", list(TextSize), ids=lambda size: size.value)
@pytest.mark.parametrize("language", list(Language), ids=lambda language: language.value)
def test_both_can_be_read_and_touched(screen, size, language):
    from anjungan.appliance.screens.builders import build_page  # noqa: PLC0415 - needs the window

    found = []
    for name in LISTS:
        view, ambient = sample_views(language)[name]
        for query in ("TANI", "ZZZZ", "SURAT KETERANGAN TIDAK MAMPU"):
            context = context_for(screen, Look(language=language, text_size=size), ambient)
            context.place.query = query
            page = build_page(view, context)
            found.extend(f"{name}, {query}: {each}" for each in faults(page))
            page.dispose()
    assert not found, "\n".join(found)
