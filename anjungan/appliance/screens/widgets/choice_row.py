"""An option of a question, and an answer of the review."""

from collections.abc import Callable
from typing import Final

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import LABEL_BOLD, ROW_TITLE, Font, TextStyle
from anjungan.appliance.screens.typeset import Typeset
from anjungan.appliance.screens.widgets.touchable import Touchable
from anjungan.appliance.session.views import Choice, ReviewRow

_MARK: Final = 40.0
_PLATE: Final = 60.0
_EDGE: Final = 18.0
_CHANGE_W: Final = 70.0
_REVIEW_LABEL: Final = TextStyle(20, Font.REGULAR, 1.05)


def choice_label(kit: Kit, choice: Choice, width: float, height: float) -> Typeset:
    """Set the label of an option that is that wide and high."""
    plate = _PLATE + 16 if choice.icon else 4.0
    return kit.typesetter.set_text(
        choice.label,
        ROW_TITLE,
        width - 2 * _EDGE - plate - _MARK - 12,
        max_lines=3,
        max_height=height - 14,
        keep_size=True,
    )


class ChoiceRow(Touchable):
    """A row with an empty circle, or chosen with a check mark and the word."""

    def __init__(
        self, kit: Kit, rect: Rect, choice: Choice, press: Callable[[], None] | None
    ) -> None:
        super().__init__(kit, rect, choice.label, press)
        self.choice = choice
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw plate, label and circle."""
        palette, rect, choice = self.theme.palette, self.rect, self.choice
        fill, line = self.surface()
        stroke = self.theme.card_stroke
        if choice.chosen:
            line, stroke = palette.teal_700, 4
            if not self.focused:
                fill = palette.selected_fill
        painter.box(rect, fill, radius=self.radius, line=line, stroke=stroke)
        left = rect.x + _EDGE
        if choice.icon:
            plate = min(_PLATE, rect.h - 24)
            box = Rect(left, rect.middle - plate / 2, plate, plate)
            colour = palette.teal_700 if choice.chosen else palette.indigo_800
            painter.box(box, colour, radius=12)
            painter.icon(box, choice.icon, plate * 0.62, palette.white)
            left += _PLATE + 16
        else:
            left += 4
        mark = Rect(rect.right - _EDGE - _MARK, rect.middle - _MARK / 2, _MARK, _MARK)
        if choice.chosen:
            painter.circle(mark, palette.teal_700)
            painter.icon(mark, "check", 28, palette.white)
        else:
            painter.circle(mark, fill, line=palette.muted, stroke=4)
        label = choice_label(self.kit, choice, rect.w, rect.h)
        if not label.fits:
            label = self.kit.typesetter.set_text(
                choice.label, ROW_TITLE, mark.x - 12 - left, max_lines=3, max_height=rect.h - 12
            )
        room = Rect(left, rect.y + 6, mark.x - 12 - left, rect.h - 12)
        painter.typeset(room, label, palette.ink)


def review_value(kit: Kit, row: ReviewRow, width: float, height: float) -> Typeset:
    """Set an answer in a row that is that wide and high."""
    label_h = kit.theme.text_px(_REVIEW_LABEL) * 1.05 / kit.theme.scale
    return kit.typesetter.set_text(
        row.value,
        ROW_TITLE,
        width - 2 * _EDGE - _CHANGE_W,
        max_lines=3,
        max_height=height - label_h - 14,
        keep_size=True,
    )


class ReviewCell(Touchable):
    """An answer; the whole row is pressed to change it."""

    def __init__(
        self, kit: Kit, rect: Rect, row: ReviewRow, press: Callable[[], None] | None
    ) -> None:
        super().__init__(kit, rect, f"{row.change_label}: {row.label}", press)
        self.row = row
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw label, value, and the pencil."""
        palette, rect, row = self.theme.palette, self.rect, self.row
        scale, typesetter = self.theme.scale, self.kit.typesetter
        fill, line = self.surface()
        painter.box(rect, fill, radius=self.radius, line=line, stroke=self.theme.card_stroke)
        width = rect.w - 2 * _EDGE - _CHANGE_W
        label = typesetter.set_text(row.label, _REVIEW_LABEL, width, max_lines=1)
        value = review_value(self.kit, row, rect.w, rect.h)
        if not value.fits:
            room_h = rect.h - label.height_px / scale - 12
            value = typesetter.set_text(row.value, ROW_TITLE, width, max_lines=6, max_height=room_h)
        whole = (label.height_px + value.height_px) / scale + 2
        top = rect.y + (rect.h - whole) / 2
        left = rect.x + _EDGE
        label_h = label.height_px / scale
        colour = palette.ink_2 if self.focused else palette.muted
        painter.typeset(Rect(left, top, width, label_h), label, colour)
        below = Rect(left, top + label_h + 2, width, value.height_px / scale)
        painter.typeset(below, value, palette.ink)
        change = Rect(rect.right - _EDGE - _CHANGE_W + 6, rect.y, _CHANGE_W, rect.h)
        word = typesetter.set_text(row.change_label, LABEL_BOLD, _CHANGE_W, fixed=True, max_lines=1)
        word_h = word.height_px / scale
        icon_top = rect.y + (rect.h - 34 - word_h) / 2
        painter.icon(Rect(change.x, icon_top, change.w, 32), "pencil", 30, palette.teal_700)
        painter.typeset(
            Rect(change.x, icon_top + 34, change.w, word_h), word, palette.teal_700, align="centre"
        )

    def release(self) -> None:
        """Forget the answer, too."""
        super().release()
        del self.row
