"""Fields that show what is typed. They keep nothing: the text is in the page's draft.

Kivy's own text input is not used: its selection, undo history and clipboard would keep what
somebody typed.
"""

from typing import Final

from anjungan.appliance.screens.context import Draft
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import FIELD, LABEL, SUPPORT, Font, TextStyle

_CARET_W: Final = 4.0
_LARGEST_LETTER: Final = 46
_CELL: Final = 0.6
_MONO_CELL: Final = 0.64
_GAP: Final = 0.34
_SEPARATED_GAP: Final = 0.5
_GAP_ROUND: Final = 0.06


def _paint_label(painter: Painter, room: Rect, text: str, *, wrong: bool) -> Rect:
    """Draw the question, or what was wrong with the answer; return the room below it."""
    palette = painter.theme.palette
    colour = palette.error.text if wrong else palette.muted
    typeset = painter.kit.typesetter.set_text(text, LABEL, room.w - 30, max_lines=1, fixed=True)
    if not typeset.fits:
        return room
    line, rest = room.cut_top(24, 2)
    if wrong:
        icon, line = line.cut_left(24, 6)
        painter.icon(icon, "alert-circle", 22, colour)
    painter.typeset(line, typeset, colour)
    return rest


class TextField:
    """One or two lines of text with a steady caret, and the question above it."""

    def __init__(
        self,
        page: Page,
        rect: Rect,
        label: str,
        draft: Draft,
        *,
        hint: str = "",
        wrong: bool = False,
    ) -> None:
        self._painter = page.layer()
        self._wrong = wrong
        self._rect = rect
        self._label = label
        self._hint = hint
        self._draft = draft
        self.repaint()

    def repaint(self) -> None:
        """Draw the field with the draft's present text."""
        painter, rect = self._painter, self._rect
        palette = painter.theme.palette
        painter.clear()
        painter.box(rect, palette.surface, radius=18, line=palette.indigo_900, stroke=3)
        inner = rect.inset(20, 8)
        inner = _paint_label(painter, inner, self._label, wrong=self._wrong)
        text = self._draft.text
        if not text and self._hint:
            hint = Rect(inner.x + 14, inner.y, inner.w - 14, inner.h)
            painter.text(hint, self._hint, SUPPORT, palette.muted, fixed=True, max_lines=2)
        end_x, line_y, line_h = self._paint_tail(painter, inner, text)
        caret = Rect(min(end_x, inner.right - _CARET_W), line_y, _CARET_W, line_h)
        painter.fill(caret, palette.teal_700)

    def _paint_tail(self, painter: Painter, room: Rect, text: str) -> tuple[float, float, float]:
        """Draw the last lines that fit; return where the caret stands."""
        palette, scale = painter.theme.palette, painter.theme.scale
        typesetter = painter.kit.typesetter
        style = FIELD
        one_line = typesetter.set_text(
            text, style, room.w - 10, max_lines=1, max_height=room.h, fixed=True, keep_size=True
        )
        if not one_line.fits:
            style = TextStyle(25, Font.BOLD, 1.08)
        shown = typesetter.set_text(
            text, style, room.w - 10, max_lines=2, max_height=room.h, fixed=True, keep_size=True
        )
        rows = max(1, int(room.h * scale // shown.pitch_px))
        tail = type(shown)(shown.lines[-rows:], shown.font_px, shown.pitch_px, True, False)
        rect = painter.typeset(room, tail, palette.ink)
        last = tail.lines[-1].width_px / scale if text else 0.0
        trailing = len(text) - len(text.rstrip(" "))
        space = typesetter.width_px(" ", style.font, shown.font_px) / scale
        pitch = shown.pitch_px / scale
        bottom = rect.y + tail.height_px / scale
        return room.x + last + trailing * space + 5, bottom - pitch + 2, pitch - 4


class GroupedField:
    """Characters in groups with a place for every one, as on a card or a form."""

    def __init__(
        self,
        page: Page,
        rect: Rect,
        draft: Draft,
        *,
        groups: tuple[int, ...],
        separator: str = "",
        placeholders: str = "",
        font: Font = Font.BOLD,
        label: str = "",
        wrong: bool = False,
    ) -> None:
        self._painter = page.layer()
        self._label = label
        self._wrong = wrong
        self._rect = rect
        self._draft = draft
        self._groups = groups
        self._separator = separator.strip()
        self._placeholders = placeholders
        self._font = font
        self.repaint()

    def repaint(self) -> None:
        """Draw typed characters, and lines or letters where some are still missing."""
        painter, rect = self._painter, self._rect
        palette = painter.theme.palette
        painter.clear()
        painter.box(rect, palette.surface, radius=18, line=palette.indigo_900, stroke=3)
        text = self._draft.text
        inner = rect.inset(16, 6)
        if self._label:
            inner = _paint_label(painter, inner, self._label, wrong=self._wrong)
        cell, gap, size = self._measures(inner.w)
        style = TextStyle(size, self._font, 1.0)
        x = inner.x + min(8.0, (inner.w - self._whole(cell, gap)) / 2)
        index = 0
        for group, count in enumerate(self._groups):
            if group and self._separator:
                mark = Rect(x - gap, inner.y, gap, inner.h)
                painter.text(
                    mark.inset(-8, 0),
                    self._separator,
                    style,
                    palette.muted,
                    align="centre",
                    fixed=True,
                    max_lines=1,
                )
            for _ in range(count):
                self._paint_place(painter, Rect(x, inner.y, cell, inner.h), index, text, style)
                x += cell
                index += 1
            x += gap

    def _paint_place(
        self, painter: Painter, cell: Rect, index: int, text: str, style: TextStyle
    ) -> None:
        palette = painter.theme.palette
        if index < len(text):
            painter.text(
                cell.inset(-6, 0),
                text[index],
                style,
                palette.ink,
                align="centre",
                fixed=True,
                max_lines=1,
            )
            return
        line = Rect(cell.x + 2, cell.middle + style.size * 0.52, cell.w - 4, 3)
        if index == len(text):
            height = style.size * 1.02
            here = Rect(line.x, line.y - height, line.w, height)
            painter.fill(here, palette.focus_fill)
            painter.fill(line, palette.teal_700)
        else:
            painter.fill(line, palette.line_touch)
        if index < len(self._placeholders) and self._placeholders[index] not in "_ ":
            letter = TextStyle(min(style.size, 26), Font.REGULAR, 1.0)
            painter.text(
                cell.inset(-6, 0),
                self._placeholders[index],
                letter,
                palette.muted,
                align="centre",
                fixed=True,
                max_lines=1,
            )

    def _measures(self, width: float) -> tuple[float, float, float]:
        """Return cell width, gap and letter size so that all groups fit."""
        count, gaps = sum(self._groups), len(self._groups) - 1
        wide = _MONO_CELL if self._font in {Font.MONO, Font.MONO_CODE} else _CELL
        between = _GAP
        if self._separator:
            between = _MONO_CELL + _GAP_ROUND if wide == _MONO_CELL else _SEPARATED_GAP
        size = min(
            _LARGEST_LETTER, int(self._rect.h * 0.5), int(width / (count * wide + gaps * between))
        )
        return size * wide, size * between, float(size)

    def _whole(self, cell: float, gap: float) -> float:
        return sum(self._groups) * cell + (len(self._groups) - 1) * gap
