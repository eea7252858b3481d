"""The screens the real session leads to, drawn and checked like the samples."""

import sys
from pathlib import Path

import msgspec
import pytest
from sample_views import LANGUAGES, SIZES
from screen_checks import pages_of, walk
from screen_stage import LARGE, SMALL, page_for

from anjungan.appliance.screens.widgets.ticket_code import GOOD_CODE_PX
from anjungan.appliance.session.intents import Language, TextSize

_SESSION_TESTS = str(Path(__file__).parents[1] / "session")
if _SESSION_TESTS not in sys.path:
    sys.path.append(_SESSION_TESTS)

from gallery import every_page, gallery  # noqa: E402 - stands beside the session's tests

pytestmark = pytest.mark.screens

GLASSES = pytest.mark.parametrize("screen", [LARGE, SMALL], ids=["1024x600", "800x480"])


def _found(screens, screen):
    found = []
    for name, view, look, ambient in screens:
        page = page_for(view, screen, look, ambient)
        found.extend(f"{name}, {each}" for each in walk(view, page))
    return found


@GLASSES
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.value)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.value)
def test_every_screen_of_a_visit_can_be_read_and_touched(screen, language, size):
    found = _found(gallery(language, size), screen)
    assert not found, "\n".join(found)


@GLASSES
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.value)
def test_every_page_can_be_read(screen, size):
    pages = [
        (name, view, msgspec.structs.replace(look, text_size=size), ambient)
        for name, view, look, ambient in every_page()
    ]
    found = _found(pages, screen)
    assert not found, "\n".join(found)


def _letters(view, screen, look, ambient):
    """The smallest letters of every text of a view, over all its pages."""
    from anjungan.appliance.screens.builders import build_page  # noqa: PLC0415 - needs the window

    page = page_for(view, screen, look, ambient)
    found = {}
    for number in range(pages_of(page)):
        page.context.place.page = number
        turned = build_page(view, page.context)
        for mark in turned.marks():
            if type(mark).__name__ == "TextMark":
                text = " ".join(mark.text.split())
                found[text] = min(mark.font_px, found.get(text, mark.font_px))
        turned.dispose()
    page.dispose()
    return found


@GLASSES
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.value)
def test_larger_text_makes_nothing_smaller(screen, language):
    """What is said at two sizes is never smaller for who asked for larger text.

    A ticket's code is as large as there is room for, at every text size far above the others.
    """
    normal = {
        name: _letters(view, screen, look, ambient)
        for name, view, look, ambient in gallery(language, TextSize.NORMAL)
    }
    smaller = []
    for size in (TextSize.LARGE, TextSize.LARGEST):
        for name, view, look, ambient in gallery(language, size):
            for text, font_px in _letters(view, screen, look, ambient).items():
                if text == getattr(view, "code", None) and font_px >= GOOD_CODE_PX:
                    continue
                before_px = normal[name].get(text, 0)
                if font_px < before_px:
                    smaller.append(f"{name}, {size.value}: {text!r} {before_px} -> {font_px}")
    assert not smaller, "\n".join(smaller)


def test_the_gallery_changes_with_language_and_size():
    indonesian = {name: view for name, view, _, _ in gallery()}
    english = [each for each in gallery(Language.ENGLISH, TextSize.LARGEST) if each[0] == "home"]
    assert english[0][1] != indonesian["home"]
    assert english[0][2].text_size is TextSize.LARGEST
