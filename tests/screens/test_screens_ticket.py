"""The ticket on the glass says everything the paper says, on as many pages as that takes."""

import msgspec
import pytest
from live_stage import stage
from sample_views import LANGUAGES, SIZES, sample_views
from screen_stage import LARGE, SMALL, TALL, context_for

from anjungan.appliance.ipc.messages import ButtonAction, ButtonName
from anjungan.appliance.session.views import Look

pytestmark = pytest.mark.screens

TICKETS = ("ticket", "ticket_sheet", "ticket_offline", "ticket_no_paper")


def _words(page):
    texts = [mark.text for mark in page.marks() if type(mark).__name__ == "TextMark"]
    return " ".join(" ".join(texts).split())


def _pages(view, screen, look):
    """The words of every page of a view."""
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
            return found
    return found


@pytest.mark.parametrize("screen", [LARGE, SMALL, TALL], ids=["1024x600", "800x480", "720x1280"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.value)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.value)
def test_nothing_that_the_paper_says_is_lost(screen, size, language):
    look = Look(language=language, text_size=size)
    for name in TICKETS:
        view, _ = sample_views(language)[name]
        first, *later = _pages(view, screen, look)
        assert view.code in first
        assert view.queue_number in first
        assert view.qr_caption in first
        facts = " ".join(later) if later else first
        for fact in view.facts:
            assert fact.label in facts, (name, fact.label)
            assert fact.value in facts, (name, fact.value)
        if view.trouble is None:
            assert view.print_note.text in first
            assert view.banner is None or view.banner.text in " ".join((first, *later))
        else:
            assert all(each in first for each in (view.trouble.safe, view.trouble.todo))
            assert view.banner is None or view.banner.text in " ".join((first, *later))


def test_a_refusal_is_said_in_full_beside_a_dead_printer():
    view, _ = sample_views()["ticket_no_paper"]
    refusal = msgspec.structs.replace(
        sample_views()["nik"][0].banner, strong="Ditolak.", text="Mohon ke loket."
    )
    for screen in (LARGE, SMALL):
        pages = _pages(msgspec.structs.replace(view, banner=refusal), screen, Look())
        assert any("Mohon ke loket." in page for page in pages)


@pytest.fixture(name="paged")
def _paged():
    """A ticket on the live glass whose facts stand on the second page."""
    view, ambient = sample_views()["ticket_no_paper"]
    kiosk = stage().begin()
    kiosk.show(view, ambient)
    assert not kiosk.target(view.previous_label).enabled
    return kiosk, view


def test_the_pages_are_turned_by_touch(paged):
    kiosk, view = paged
    kiosk.touch(view.next_label)
    assert kiosk.glass.page.context.place.page == 1
    assert all(fact.value in _words(kiosk.glass.page) for fact in view.facts)
    kiosk.touch(view.previous_label)
    assert view.code in _words(kiosk.glass.page)
    assert kiosk.acts() == []


def test_the_pages_are_turned_by_the_buttons_and_ok_does_not_end_the_visit(paged):
    kiosk, view = paged
    for _ in kiosk.glass.page.touchables():
        kiosk.press(ButtonName.DOWN, ButtonAction.PRESSED)
        if kiosk.target(view.next_label).focused:
            break
    pages = []
    for _ in range(3):
        kiosk.press(ButtonName.OK, ButtonAction.PRESSED)
        kiosk.press(ButtonName.OK, ButtonAction.RELEASED)
        pages.append(kiosk.glass.page.context.place.page)
    assert pages == [1, 0, 1]
    assert kiosk.acts() == []


def test_a_receipt_that_comes_while_the_facts_are_read_does_not_turn_the_page(paged):
    kiosk, view = paged
    kiosk.touch(view.next_label)
    frame = msgspec.structs.replace(view.frame, title="Permohonan diterima")
    kiosk.show(msgspec.structs.replace(view, frame=frame))
    assert kiosk.glass.page.context.place.page == 1
