"""Every screen in every language, text size and on both glasses: nothing too small, nothing cut."""

import pytest
from sample_views import LANGUAGES, SIZES, sample_views
from screen_checks import faults, mark_faults, walk
from screen_stage import LARGE, SMALL, TALL, TOTEM, WIDE, page_for

from anjungan.appliance.session.intents import Language, TextSize
from anjungan.appliance.session.views import Look

pytestmark = pytest.mark.screens


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.value)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.value)
@pytest.mark.parametrize("screen", [LARGE, SMALL], ids=["1024x600", "800x480"])
def test_everything_can_be_read_and_touched(screen, language, size):
    look = Look(language=language, text_size=size)
    found = []
    for name, (view, ambient) in sample_views(language).items():
        page = page_for(view, screen, look, ambient)
        found.extend(f"{name}, {each}" for each in walk(view, page))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("screen", [LARGE, SMALL], ids=["1024x600", "800x480"])
def test_letters_are_no_smaller_than_the_styles_say(screen):
    """Indonesian at the normal size needs no smaller letters than the look says."""
    reduced = []
    for name, (view, ambient) in sample_views(Language.INDONESIAN).items():
        page = page_for(view, screen, Look(), ambient)
        if screen is SMALL and name == "status_incomplete":
            continue  # the longest name of all letters, beside its state
        marks = [mark for mark in page.marks() if type(mark).__name__ == "TextMark"]
        reduced.extend(f"{name}: {mark.text!r} {mark.font_px} px" for mark in marks if mark.reduced)
        page.dispose()
    assert not reduced, "\n".join(reduced)


@pytest.mark.parametrize("screen", [LARGE, SMALL], ids=["1024x600", "800x480"])
def test_high_contrast_can_be_read(screen):
    look = Look(high_contrast=True)
    found = []
    for name, (view, ambient) in sample_views(Language.INDONESIAN).items():
        page = page_for(view, screen, look, ambient)
        found.extend(f"{name}: {each}" for each in mark_faults(page))
        page.dispose()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("screen", [WIDE, TALL, TOTEM], ids=["1280x800", "720x1280", "1080x1920"])
def test_other_glasses_are_usable(screen):
    found = []
    for name, (view, ambient) in sample_views(Language.INDONESIAN).items():
        page = page_for(view, screen, Look(text_size=TextSize.NORMAL), ambient)
        found.extend(f"{name}: {each}" for each in faults(page))
        page.dispose()
    assert not found, "\n".join(found)
