"""What was wrong is said on every glass, in every language and size: a field never swallows it."""

import msgspec
import pytest
from sample_views import LANGUAGES, SIZES, sample_views
from screen_stage import LARGE, SMALL, page_for

from anjungan.appliance.session.views import KeyboardView, Look
from anjungan.appliance.text.words import Speaker, load_words

pytestmark = pytest.mark.screens

CODE_ERRORS = {"search.wrong_code": {}, "search.code_not_found": {}, "search.wait": {"minutes": 60}}
TEXT_ERRORS = {
    "refusal.empty": {},
    "refusal.too_long": {"limit": 500},
    "refusal.forbidden_character": {},
}


def _said(page):
    return {" ".join(mark.text.split()) for mark in page.marks() if hasattr(mark, "text")}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.value)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.value)
@pytest.mark.parametrize("screen", [LARGE, SMALL], ids=["1024x600", "800x480"])
@pytest.mark.parametrize(("name", "errors"), [("code", CODE_ERRORS), ("text", TEXT_ERRORS)])
def test_an_error_is_said(screen, language, size, name, errors):
    say = Speaker(load_words(), language.value)
    view, ambient = sample_views(language)[name]
    assert isinstance(view, KeyboardView)
    look = Look(language=language, text_size=size)
    for key, values in errors.items():
        error = say(key, **values)
        page = page_for(msgspec.structs.replace(view, error=error), screen, look, ambient)
        assert error in _said(page), f"{key} is not on the glass"
        page.dispose()
    page = page_for(view, screen, look, ambient)
    assert _said(page) & {view.hint, view.question}, "neither the question nor a hint is shown"
    page.dispose()
