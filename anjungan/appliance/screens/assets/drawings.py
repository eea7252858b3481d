"""Draws the pictures of the screens: kawung, band, mark and the idle illustration.

The pictures are ours: simple shapes in the colours of the look, drawn four times too large and
scaled down. A developer runs this through ``make_assets``; the kiosk only reads the PNG files.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

_OVERSAMPLE: Final = 4

_INDIGO_900: Final = "#14213F"
_INDIGO_800: Final = "#1D2F5C"
_INDIGO_700: Final = "#2A4180"
_STRIP: Final = "#1A2A52"
_STRIP_PETAL: Final = "#263A70"
_MARIGOLD: Final = "#F5B335"
_INDIGO_OFF: Final = "#8FA0CC"
_SKY: Final = "#F3EAD5"
_TEAL: Final = "#0A5558"
_TEAL_MIDDLE: Final = "#0E6B6C"
_TEAL_LIGHT: Final = "#1B7A73"

_Point = tuple[float, float]


def draw_all(folder: Path) -> None:
    """Write kawung.png, band.png, mark.png and landscape.png into ``folder``."""
    _kawung().save(folder / "kawung.png", optimize=True)
    _band().save(folder / "band.png", optimize=True)
    _mark().save(folder / "mark.png", optimize=True)
    _landscape().convert("RGBA").save(folder / "landscape.png", optimize=True)


def _canvas(width: int, height: int, colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGBA", (width * _OVERSAMPLE, height * _OVERSAMPLE), colour)
    return image, ImageDraw.Draw(image)


def _shrink(image: Image.Image) -> Image.Image:
    size = (image.width // _OVERSAMPLE, image.height // _OVERSAMPLE)
    return image.resize(size, Image.Resampling.LANCZOS)


def _scaled(points: Sequence[_Point]) -> list[_Point]:
    return [(x * _OVERSAMPLE, y * _OVERSAMPLE) for x, y in points]


def _bezier(start: _Point, control: _Point, end: _Point, count: int = 24) -> list[_Point]:
    """Return points of a quadratic curve."""
    points = []
    for index in range(count + 1):
        t = index / count
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        points.append(
            (
                a * start[0] + b * control[0] + c * end[0],
                a * start[1] + b * control[1] + c * end[1],
            )
        )
    return points


def _petal(draw: ImageDraw.ImageDraw, tip: _Point, root: _Point, fill: str, seed: str) -> None:
    """Draw one leaf of the kawung from ``tip`` to ``root`` with its seed line."""
    bulge = 0.92
    corner_a = (
        tip[0] + (root[0] - tip[0]) * bulge,
        tip[1] + (root[1] - tip[1]) * (1 - bulge),
    )
    corner_b = (
        tip[0] + (root[0] - tip[0]) * (1 - bulge),
        tip[1] + (root[1] - tip[1]) * bulge,
    )
    outline = _bezier(tip, corner_a, root) + _bezier(root, corner_b, tip)
    draw.polygon(_scaled(outline), fill=fill)
    length = abs(root[0] - tip[0])
    ends = [
        (tip[0] + (root[0] - tip[0]) * share, tip[1] + (root[1] - tip[1]) * share)
        for share in (0.32, 0.68)
    ]
    width = max(1, round(length * 0.13 * _OVERSAMPLE))
    draw.line(_scaled(ends), fill=seed, width=width)
    for x, y in _scaled(ends):
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=seed)


def _flower(
    draw: ImageDraw.ImageDraw, centre: _Point, reach: tuple[float, float], fill: str, seed: str
) -> None:
    """Draw four leaves around ``centre``; ``reach`` is the distance of root and tip."""
    near, far = reach
    for x in (-1, 1):
        for y in (-1, 1):
            tip = (centre[0] + x * far, centre[1] + y * far)
            root = (centre[0] + x * near, centre[1] + y * near)
            _petal(draw, tip, root, fill, seed)


def _diamond(draw: ImageDraw.ImageDraw, centre: _Point, half: float, fill: str) -> None:
    x, y = centre
    draw.polygon(_scaled([(x, y - half), (x + half, y), (x, y + half), (x - half, y)]), fill=fill)


def _kawung() -> Image.Image:
    image, draw = _canvas(48, 48, _STRIP)
    _flower(draw, (24, 24), (2.2, 22.2), _STRIP_PETAL, _STRIP)
    _diamond(draw, (24, 24), 2, _STRIP_PETAL)
    return _shrink(image)


def _band() -> Image.Image:
    image, draw = _canvas(24, 12, _INDIGO_900)
    _diamond(draw, (6, 6), 4.6, _MARIGOLD)
    _diamond(draw, (18, 6), 2.3, _INDIGO_OFF)
    return _shrink(image)


def _mark() -> Image.Image:
    image, draw = _canvas(120, 120, "#00000000")
    size = 120 * _OVERSAMPLE
    draw.rounded_rectangle((0, 0, size - 1, size - 1), 24 * _OVERSAMPLE, fill=_INDIGO_800)
    _flower(draw, (60, 60), (8.5, 48), _MARIGOLD, _INDIGO_800)
    _diamond(draw, (60, 60), 6, _MARIGOLD)
    return _shrink(image)


def _wave(levels: tuple[float, float, float, float]) -> list[_Point]:
    """Return a terrace's upper edge over 440 px through four heights."""
    y0, y1, y2, y3 = levels
    points: list[_Point] = []
    for index in range(89):
        t = index / 88
        a, b = (1 - t) ** 3, 3 * t * (1 - t) ** 2
        c, d = 3 * t**2 * (1 - t), t**3
        points.append((440 * t, a * y0 + b * y1 + c * y2 + d * y3))
    return points


def _landscape() -> Image.Image:
    """Draw Kelud, a candi and terraced fields, 440 by 600."""
    image, draw = _canvas(440, 600, _SKY)
    draw.ellipse([v * _OVERSAMPLE for v in (26, 234, 130, 338)], fill=_MARIGOLD)
    draw.polygon(_scaled([(0, 420), (90, 440), (0, 470)]), fill=_INDIGO_800)
    kelud: list[_Point] = [
        (20, 432), (80, 396), (130, 351), (174, 305), (200, 276), (210, 286), (224, 270),
        (240, 290), (252, 276), (272, 304), (315, 353), (350, 380), (400, 410), (440, 421),
        (440, 470), (20, 470),
    ]  # fmt: skip
    draw.polygon(_scaled(kelud), fill=_INDIGO_700)
    candi: list[tuple[float, float, float]] = [
        (372, 384, 328), (362, 394, 338), (354, 402, 348), (346, 410, 358), (338, 418, 370),
        (344, 412, 378), (338, 418, 388), (330, 426, 410), (320, 436, 422),
    ]  # fmt: skip
    ground = 436.0
    for index, (left, right, top) in enumerate(candi):
        bottom = candi[index + 1][2] if index + 1 < len(candi) else ground
        box = [v * _OVERSAMPLE for v in (left, top, right, bottom)]
        draw.rectangle([box[0], box[1], box[2] - 1, box[3]], fill=_INDIGO_900)
    fields: list[tuple[tuple[float, float, float, float], str]] = [
        ((432, 400, 470, 421), _TEAL),
        ((460, 428, 486, 448), _TEAL_LIGHT),
        ((489, 462, 512, 480), _TEAL_MIDDLE),
        ((522, 494, 540, 510), _TEAL),
        ((558, 530, 572, 546), _INDIGO_900),
    ]
    for levels, colour in fields:
        draw.polygon(_scaled([*_wave(levels), (440, 600), (0, 600)]), fill=colour)
    for levels in ((489, 462, 512, 480), (522, 494, 540, 510)):
        draw.line(_scaled(_wave(levels)), fill=_MARIGOLD, width=3 * _OVERSAMPLE, joint="curve")
    base = _scaled([(314, 422), (436, 422), (436, 436), (320, 436)])
    draw.polygon(base, fill=_INDIGO_900)
    draw.rectangle([v * _OVERSAMPLE for v in (338, 410, 418, 424)], fill=_INDIGO_900)
    draw.rectangle([v * _OVERSAMPLE for v in (368, 400, 388, 436)], fill=_MARIGOLD)
    return _shrink(image)
