"""The letters of the simulated printer: font A (12x24 dots) and font B (9x17), in black and white.

They are Roboto Mono (Apache-2.0), which the Kivy wheel carries; its advance is exactly 0.6 em, so
20 pixels give the 12 dots of font A and 15 pixels the 9 of font B.  The file is read without
importing Kivy.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

INK, PAPER = 0, 255  # as Pillow stores mode "1"; a 1 is white too, but does not invert to black
_FONT_FILE = Path("data") / "fonts" / "RobotoMono-Regular.ttf"


@dataclass(frozen=True, slots=True)
class Face:
    """One of the two built-in fonts."""

    width_dots: int
    height_dots: int
    size_px: int
    baseline_dots: int


FONT_A = Face(width_dots=12, height_dots=24, size_px=20, baseline_dots=18)
FONT_B = Face(width_dots=9, height_dots=17, size_px=15, baseline_dots=13)


@lru_cache(maxsize=1024)
def glyph(
    character: str,
    face: Face,
    *,
    width_scale: int,
    height_scale: int,
    bold: bool,
    rotated: bool = False,
) -> Image.Image:
    """Return the picture of one character: mode "1", black ink on :data:`PAPER`.

    Printers enlarge by repeating dots and embolden by striking twice, one dot apart; ``rotated``
    letters lie a quarter turn clockwise.
    """
    cell = Image.new("1", (face.width_dots, face.height_dots), PAPER)
    draw = ImageDraw.Draw(cell)
    draw.fontmode = "1"
    draw.text((0, face.baseline_dots), character, font=_font(face.size_px), fill=INK, anchor="ls")
    if bold:
        moved = Image.new("1", cell.size, PAPER)
        moved.paste(cell, (1, 0))
        cell = ImageChops.logical_and(cell, moved)
    if rotated:
        cell = cell.transpose(Image.Transpose.ROTATE_270)
    size = (cell.width * width_scale, cell.height * height_scale)
    return cell.resize(size, Image.Resampling.NEAREST)


@lru_cache(maxsize=4)
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    kivy = find_spec("kivy")
    if kivy is None or not kivy.submodule_search_locations:
        raise RuntimeError("the picture of printed paper needs the font in the kivy package")
    return ImageFont.truetype(Path(kivy.submodule_search_locations[0]) / _FONT_FILE, size_px)
