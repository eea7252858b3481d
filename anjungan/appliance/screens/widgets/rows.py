"""Rows of lists, categories beside them, and the field that opens the search."""

from collections.abc import Callable
from typing import Final

import msgspec

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import (
    BODY,
    LABEL_BOLD,
    ROW_TITLE,
    SUPPORT,
    TILE_TITLE,
    Font,
    TextStyle,
)
from anjungan.appliance.screens.typeset import Run, Typeset
from anjungan.appliance.screens.widgets.touchable import Touchable
from anjungan.appliance.session.views import Category, Row

_PLATE: Final = 64.0
_EDGE: Final = 18.0
_CHEVRON: Final = 40.0
_MOST_TITLE_LINES: Final = 6
_WIDEST_BADGE: Final = 0.3


def row_height(kit: Kit, row: Row, width: float, usual: float) -> float:
    """Return the height of a row: the usual one, or more where a long title needs it."""
    words = _words_width(kit, row, width)
    title = kit.typesetter.set_text(
        row.title, ROW_TITLE, words, max_lines=_MOST_TITLE_LINES, keep_size=True
    )
    second = _second_line(kit, row, words)
    needed = title.height_px / kit.theme.scale + 16
    if _badge_below(kit, row, width) and second is not None:
        needed += second.height_px / kit.theme.scale
    return max(usual, needed)


def _words_width(kit: Kit, row: Row, width: float) -> float:
    badge = 0.0 if _badge_below(kit, row, width) else _badge_width(kit, row.badge)
    plate = _PLATE + 16 if row.icon else 0.0
    return width - 2 * _EDGE - plate - _CHEVRON - badge


def _badge_below(kit: Kit, row: Row, width: float) -> bool:
    """Tell whether the badge is too wide to stand beside the title."""
    return _badge_width(kit, row.badge) > width * _WIDEST_BADGE


def _second_line(kit: Kit, row: Row, width: float) -> Typeset | None:
    """Set the subtitle, with the badge's word before it where the badge stands below."""
    if row.badge and _badge_width(kit, row.badge) > 0:
        runs = [Run(row.badge, Font.BOLD), Run(f" · {row.subtitle}", Font.REGULAR)]
        whole = kit.typesetter.set_text(runs, SUPPORT, width, max_lines=1)
        if whole.fits:
            return whole
        return kit.typesetter.set_text([runs[0]], SUPPORT, width, max_lines=1)
    if not row.subtitle:
        return None
    return kit.typesetter.set_text(row.subtitle, SUPPORT, width, max_lines=1, keep_size=True)


def _badge_width(kit: Kit, badge: str) -> float:
    if not badge:
        return 0.0
    font_px = kit.theme.text_px(LABEL_BOLD, fixed=True)
    return kit.typesetter.width_px(badge, LABEL_BOLD.font, font_px) / kit.theme.scale + 36


class ListRow(Touchable):
    """A row with plate, title, subtitle and a chevron."""

    def __init__(self, kit: Kit, rect: Rect, row: Row, press: Callable[[], None] | None) -> None:
        super().__init__(kit, rect, row.title, press)
        self.row = row
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw the row; the subtitle goes first when words need the room."""
        palette, rect, row = self.theme.palette, self.rect, self.row
        fill, line = self.surface()
        painter.box(rect, fill, radius=self.radius, line=line, stroke=self.theme.card_stroke)
        left = rect.x + _EDGE
        if row.icon:
            plate = min(_PLATE, rect.h - 20)
            box = Rect(left, rect.middle - plate / 2, plate, plate)
            painter.box(box, palette.plate(0), radius=12)
            painter.icon(box, row.icon, plate * 0.62, palette.white)
            left += plate + 16
        width = _words_width(self.kit, row, rect.w)
        self._paint_words(painter, Rect(left, rect.y + 6, width, rect.h - 12))
        chevron = Rect(rect.right - _EDGE - 28, rect.y, 28, rect.h)
        painter.icon(chevron, "chevron-right", 34, palette.indigo_900)
        if row.badge and not _badge_below(self.kit, row, rect.w):
            self._paint_badge(painter, chevron.x - 6)

    def _paint_words(self, painter: Painter, room: Rect) -> None:
        palette, scale = self.theme.palette, self.theme.scale
        typesetter = self.kit.typesetter
        title = typesetter.set_text(
            self.row.title, ROW_TITLE, room.w, max_lines=_MOST_TITLE_LINES, max_height=room.h
        )
        height = title.height_px / scale
        below_title = _badge_below(self.kit, self.row, self.rect.w)
        row = self.row if below_title else msgspec.structs.replace(self.row, badge="")
        second = _second_line(self.kit, row, room.w)
        below = second.height_px / scale if second is not None else 0.0
        if second is None or not second.fits or height + below > room.h + 1:
            painter.typeset(room, title, palette.ink)
            return
        top = room.y + (room.h - height - below) / 2
        painter.typeset(Rect(room.x, top, room.w, height), title, palette.ink)
        colour = palette.ink_2 if self.focused else palette.muted
        painter.typeset(Rect(room.x, top + height, room.w, below), second, colour)

    def _paint_badge(self, painter: Painter, right: float) -> None:
        colours = self.theme.palette.info
        width = _badge_width(self.kit, self.row.badge) - 12
        chip = Rect(right - width, self.rect.middle - 18, width, 36)
        painter.box(chip, colours.fill, radius=12, line=colours.line, stroke=2)
        painter.text(
            chip, self.row.badge, LABEL_BOLD, colours.text, align="centre", fixed=True, max_lines=1
        )


class CategoryButton(Touchable):
    """A filter beside a list; the chosen one is indigo with a check mark."""

    def __init__(
        self,
        kit: Kit,
        rect: Rect,
        category: Category,
        press: Callable[[], None] | None,
        *,
        chosen: bool,
        style: TextStyle = TILE_TITLE,
    ) -> None:
        super().__init__(kit, rect, category.label, press)
        self.style = style
        self.category = category
        self.chosen = chosen
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw icon and label in the middle."""
        palette, rect = self.theme.palette, self.rect
        if self.chosen:
            painter.box(rect, palette.indigo_900, radius=self.radius)
            colour = palette.white
        else:
            fill = palette.surface_2
            if self.pressed:
                fill = palette.selected_fill
            elif self.focused:
                fill = palette.focus_fill
            stroke = self.theme.card_stroke
            painter.box(rect, fill, radius=self.radius, line=palette.line_touch, stroke=stroke)
            colour = palette.indigo_900
        check = 26.0 if self.chosen else 0.0
        icon_h = 40.0 if self.category.icon else 0.0
        label = self.kit.typesetter.set_text(
            self.name,
            self.style,
            rect.w - 12 - check,
            max_lines=2,
            max_height=rect.h - icon_h - 8,
        )
        height, width = label.height_px / self.theme.scale, label.width_px / self.theme.scale
        top = rect.y + (rect.h - icon_h - height - 4) / 2
        painter.icon(Rect(rect.x, top, rect.w, icon_h), self.category.icon, 38, colour)
        left = rect.x + (rect.w - width - check) / 2
        if self.chosen:
            painter.icon(Rect(left - 2, top + icon_h + 4, 22, height), "check", 22, colour)
        room = Rect(left + check, top + icon_h + 4, width, height)
        painter.typeset(room, label, colour, align="centre")


class SearchField(Touchable):
    """The first row of a list: opens the keyboard."""

    def __init__(
        self,
        kit: Kit,
        rect: Rect,
        placeholder: str,
        query: str,
        press: Callable[[], None] | None,
    ) -> None:
        super().__init__(kit, rect, placeholder, press)
        self.query = query
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw a white field with a magnifying glass; the example after a colon is bold."""
        palette, rect = self.theme.palette, self.rect
        fill, _ = self.surface()
        painter.box(rect, fill, radius=self.radius, line=palette.indigo_900, stroke=3)
        icon = Rect(rect.x + 18, rect.y, 42, rect.h)
        painter.icon(icon, "search", 40, palette.indigo_900)
        room = Rect(icon.right + 14, rect.y + 4, rect.right - icon.right - 30, rect.h - 8)
        if self.query:
            painter.text(room, self.query, ROW_TITLE, palette.ink, max_lines=3)
            return
        before, colon, example = self.name.partition(": ")
        runs = [Run(before + colon, Font.REGULAR)]
        if example:
            runs.append(Run(example, Font.BOLD))
        painter.text(room, runs, BODY, palette.ink_2, max_lines=2)

    def release(self) -> None:
        """Forget what was searched, too."""
        self.query = ""
        super().release()
