"""Every screen can be made in every language and text size, and speaks that language."""

import msgspec
import pytest
from gallery import GALLERY, every_page, gallery

from anjungan.appliance.session.intents import Language, TextSize
from anjungan.appliance.session.views import View


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("text_size", list(TextSize))
def test_every_screen_in_every_look(language: Language, text_size: TextSize) -> None:
    made = list(gallery(language, text_size))
    assert [name for name, *_ in made] == list(GALLERY)
    for name, view, look, beside in made:
        decoded = msgspec.json.decode(msgspec.json.encode(view), type=View)
        assert decoded == view, name
        if not name.startswith("idle"):
            assert look.language is language
            assert look.text_size is text_size
        assert beside.clock == "09.41"


def test_every_page_is_made() -> None:
    assert len(list(every_page())) >= 30
