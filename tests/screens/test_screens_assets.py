"""The shipped pictures are what the script draws, and licences lie beside what they cover."""

from PIL import Image, ImageChops, ImageStat

from anjungan.appliance.screens.assets.drawings import draw_all
from anjungan.appliance.screens.icons import ASSETS, icon_character, icon_names, is_icon
from anjungan.appliance.screens.theme import Font


def test_the_script_draws_the_shipped_pictures(tmp_path):
    draw_all(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["band.png", "kawung.png", "landscape.png", "mark.png"]
    for name in names:
        drawn = Image.open(tmp_path / name).convert("RGBA")
        shipped = Image.open(ASSETS / name).convert("RGBA")
        assert drawn.size == shipped.size
        difference = ImageChops.difference(drawn.convert("RGB"), shipped.convert("RGB"))
        assert max(ImageStat.Stat(difference).mean) < 0.5


def test_every_font_is_shipped_with_its_licence():
    for font in Font:
        assert (ASSETS / f"{font.value}.ttf").stat().st_size > 1000
    for what in ("text", "mono", "icons"):
        assert (ASSETS / f"LICENSE-{what}.txt").read_text().strip()


def test_icons_are_found_and_an_unknown_one_is_a_sheet_of_paper():
    assert len(icon_names()) > 250
    assert is_icon("home")
    assert not is_icon("nothing of the kind")
    assert icon_character("nothing of the kind") == icon_character("file-text")
    assert icon_character("star", filled=True)[1] is Font.ICON_FILLED
    assert icon_character("star")[1] is Font.ICON
