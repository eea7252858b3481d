"""Pictures of the screens against kept ones.

``ANJUNGAN_UPDATE_REFERENCES=1`` keeps the present pictures as the new references; look at them
before committing. A difference is written to ``tests/output/screens/``.
"""

import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from sample_views import sample_views
from screen_stage import LARGE, SMALL, page_for, picture_of

pytestmark = pytest.mark.screens

_REFERENCES = Path(__file__).parent / "reference"
_OUTPUT = Path(__file__).parents[1] / "output" / "screens"
_UPDATE = bool(os.environ.get("ANJUNGAN_UPDATE_REFERENCES"))
_TILE_PX = 20
_MEAN_LIMIT = 0.6
_TILE_LIMIT = 24.0
_NAMES = (
    "idle", "idle_card", "home", "home_offline", "home_printer_lost", "home_sound",
    "home_read_aloud", "letters", "letter", "letter_long", "family_health", "appearance",
    "appearance_sound", "help", "help_typing_only", "nik", "nik_reader_lost", "phone", "date",
    "text", "choice", "for_whom", "occupations", "review", "review_printer_lost", "review_long",
    "leave", "saving", "not_saved", "ticket", "ticket_sheet", "ticket_offline", "ticket_no_paper",
    "ticket_paper_back", "status_search", "status_search_lost", "code", "code_wrong",
    "card_tickets", "status", "status_incomplete", "still_there", "page_imunisasi-bayi",
    "page_ktp-baru",
)  # fmt: skip


def _differences(picture, reference):
    """Mean difference of all pixels, and of the worst tile, from 0 to 255."""
    difference = ImageChops.difference(picture, reference).convert("L")
    mean = ImageStat.Stat(difference).mean[0]
    tiles = (-(-difference.width // _TILE_PX), -(-difference.height // _TILE_PX))
    worst = difference.resize(tiles, Image.Resampling.BOX).getextrema()[1]
    return mean, worst, difference


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("screen", [LARGE, SMALL], ids=["1024x600", "800x480"])
def test_the_screen_looks_as_it_did(screen, name):
    view, ambient = sample_views()[name]
    page = page_for(view, screen, ambient=ambient)
    picture = picture_of(page, screen)
    page.dispose()
    kept = _REFERENCES / f"{screen.width_px}x{screen.height_px}" / f"{name}.png"
    if _UPDATE:
        kept.parent.mkdir(parents=True, exist_ok=True)
        picture.quantize(128).save(kept, optimize=True)
        return
    reference = Image.open(kept).convert("RGB")
    assert reference.size == picture.size
    mean, worst, difference = _differences(picture, reference)
    if mean > _MEAN_LIMIT or worst > _TILE_LIMIT:
        _OUTPUT.mkdir(parents=True, exist_ok=True)
        stem = f"{name}-{screen.width_px}"
        picture.save(_OUTPUT / f"{stem}.png")
        difference.point(lambda value: min(255, value * 4)).save(_OUTPUT / f"{stem}-diff.png")
        pytest.fail(f"mean {mean:.2f}, worst tile {worst}; see {_OUTPUT / stem}-diff.png")


def test_a_moved_word_would_be_noticed():
    """The tolerance lets nothing through that somebody would see."""
    view, ambient = sample_views()["home"]
    page = page_for(view, LARGE, ambient=ambient)
    picture = picture_of(page, LARGE)
    page.dispose()
    moved = picture.copy()
    moved.paste(picture.crop((160, 160, 320, 240)), (163, 162))
    _, worst, _ = _differences(moved, picture)
    assert worst > _TILE_LIMIT
