"""Strips and chips in the colours of a tone: banner, chip, state word."""

import enum
from typing import Final

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import SUPPORT, Font, TextStyle
from anjungan.appliance.screens.typeset import Run, Typeset
from anjungan.appliance.session.views import Banner, Chip

_ICON: Final = 36.0
_PAD: Final = 16.0
_GAP: Final = 12.0
_LEAST: Final = 64.0
_LEAST_TIGHT: Final = 44.0
_TIGHT: Final = TextStyle(20, Font.REGULAR, 1.15)
_CHIP: Final = TextStyle(24, Font.BOLD, 1.0)


class Letters(enum.Enum):
    """How large the letters of a banner are, from the largest to the smallest.

    USUAL follows the resident's text size, STANDARD is what they are without it: where larger
    text has no room, it is tried before the smallest letters there are.
    """

    USUAL = "usual"
    STANDARD = "standard"
    SMALLEST = "smallest"


def _runs(banner: Banner) -> list[Run]:
    runs = []
    if banner.strong:
        runs.append(Run(banner.strong + (" " if banner.text else ""), Font.BOLD))
    if banner.text:
        runs.append(Run(banner.text, Font.REGULAR))
    return runs


def _typeset(
    painter: Painter, banner: Banner, width: float, max_height: float | None, letters: Letters
) -> Typeset:
    return painter.kit.typesetter.set_text(
        _runs(banner),
        _TIGHT if letters is Letters.SMALLEST else SUPPORT,
        width - 2 * _PAD - _ICON - _GAP,
        max_lines=4,
        max_height=max_height,
        fixed=letters is not Letters.USUAL,
    )


def banner_height(
    painter: Painter, banner: Banner, width: float, letters: Letters = Letters.USUAL
) -> float:
    """Return the height a banner needs."""
    typeset = _typeset(painter, banner, width, None, letters)
    height = typeset.height_px / painter.theme.scale
    if letters is Letters.SMALLEST:
        return max(_LEAST_TIGHT, height + 10)
    return max(_LEAST, height + 18)


def paint_banner(
    painter: Painter, rect: Rect, banner: Banner, letters: Letters = Letters.USUAL
) -> None:
    """Draw a strip with its icon and its text, the strong part in bold."""
    colours = painter.theme.palette.tone(banner.tone)
    painter.box(rect, colours.fill, radius=14, line=colours.line, stroke=painter.theme.card_stroke)
    icon = Rect(rect.x + _PAD, rect.y, _ICON, rect.h)
    painter.icon(icon, banner.icon, _ICON, colours.text)
    margin = 2 if letters is Letters.SMALLEST else 4
    room = Rect(
        icon.right + _GAP,
        rect.y + margin,
        rect.w - 2 * _PAD - _ICON - _GAP,
        rect.h - 2 * margin,
    )
    typeset = _typeset(painter, banner, rect.w, room.h, letters)
    painter.typeset(room, typeset, colours.text)


def chip_width(painter: Painter, chip: Chip) -> float:
    """Return the width of a chip at the resident's text size."""
    font_px = painter.theme.text_px(_CHIP)
    width = painter.kit.typesetter.width_px(chip.label, _CHIP.font, font_px)
    return width / painter.theme.scale + 34 + 3 * 16


def paint_chip(painter: Painter, rect: Rect, chip: Chip) -> None:
    """Draw a state word with its icon."""
    colours = painter.theme.palette.tone(chip.tone)
    painter.box(rect, colours.fill, radius=14, line=colours.line, stroke=painter.theme.card_stroke)
    icon = Rect(rect.x + 16, rect.y, 34, rect.h)
    painter.icon(icon, chip.icon, 32, colours.text)
    room = Rect(icon.right + 12, rect.y + 3, rect.right - icon.right - 24, rect.h - 6)
    painter.text(room, chip.label, _CHIP, colours.text, max_lines=2)
