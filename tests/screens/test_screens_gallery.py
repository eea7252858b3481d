"""The screens the real session leads to, drawn and checked like the samples."""

import sys
from pathlib import Path

import msgspec
import pytest
from sample_views import LANGUAGES, SIZES
from screen_checks import walk
from screen_stage import LARGE, SMALL, page_for

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


def test_the_gallery_changes_with_language_and_size():
    indonesian = {name: view for name, view, _, _ in gallery()}
    english = [each for each in gallery(Language.ENGLISH, TextSize.LARGEST) if each[0] == "home"]
    assert english[0][1] != indonesian["home"]
    assert english[0][2].text_size is TextSize.LARGEST
