"""Where a request stands: state word, officer's words and timeline are never lost."""

import msgspec
import pytest
from live_stage import stage
from sample_views import LANGUAGES, SIZES, sample_views
from screen_stage import LARGE, SMALL, TALL, context_for

from anjungan.appliance.session.views import Look

pytestmark = pytest.mark.screens

LONG_NOTE = " ".join(f"berkas{number}" for number in range(1, 55))
"""Nearly as long as a note may be, and every word of it different."""
GLASSES = pytest.mark.parametrize(
    "screen", [LARGE, SMALL, TALL], ids=["1024x600", "800x480", "720x1280"]
)


def _words(page):
    texts = [mark for mark in page.marks() if type(mark).__name__ == "TextMark"]
    assert not [mark.text for mark in texts if not mark.fits]
    return " ".join(" ".join(mark.text for mark in texts).split())


def _pages(view, screen, look):
    from anjungan.appliance.screens.builders import build_page  # noqa: PLC0415 - needs the window

    context = context_for(screen, look)
    found = []
    for number in range(9):
        context.place.page = number
        page = build_page(view, context)
        last = context.place.page < number
        if not last:
            found.append(_words(page))
        page.dispose()
        if last:
            break
    return found


@GLASSES
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.value)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.value)
def test_every_word_is_reachable(screen, size, language):
    look = Look(language=language, text_size=size)
    view, _ = sample_views(language)["status_incomplete"]
    for note in ("", view.note, LONG_NOTE):
        pages = _pages(msgspec.structs.replace(view, note=note), screen, look)
        whole = " ".join(pages)
        assert all(view.chip.label in page for page in pages)
        assert view.banner.strong in whole
        timeline = [page for page in pages if view.nodes[0].state_label in page]
        assert len(timeline) == 1
        assert all(node.label in timeline[0] for node in view.nodes)
        assert set(note.split()) <= set(whole.split())


def test_what_to_do_comes_first():
    view, _ = sample_views()["status_incomplete"]
    first, *_later = _pages(view, SMALL, Look())
    assert view.note in first
    assert view.banner.text in first


def test_the_timeline_is_one_touch_away():
    view, ambient = sample_views()["status_incomplete"]
    view = msgspec.structs.replace(view, note=LONG_NOTE)
    kiosk = stage().begin()
    kiosk.show(view, ambient)
    while kiosk.target(view.next_label).enabled:
        kiosk.touch(view.next_label)
    words = _words(kiosk.glass.page)
    assert all(node.label in words for node in view.nodes)
    assert kiosk.acts() == []
