"""An option of a question, and an answer of the review."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import (
    BODY_BOLD,
    LABEL_BOLD,
    ROW_TITLE,
    SUPPORT_BOLD,
    Font,
    TextStyle,
)
from anjungan.appliance.screens.typeset import Typeset
from anjungan.appliance.screens.widgets.touchable import Touchable
from anjungan.appliance.session.views import Choice, ReviewRow

_PLATE: Final = 60.0
_REVIEW_LABEL: Final = TextStyle(20, Font.REGULAR, 1.05)


@dataclass(frozen=True, slots=True)
class RowLook:
    """How tightly a row is drawn; ``word`` writes the word under the pencil of an answer."""

    style: TextStyle = ROW_TITLE
    edge: float = 18
    mark: float = 40
    gap: float = 12
    margin: float = 14
    word: bool = True

    @property
    def change_w(self) -> float:
        """Width of the pencil of an answer."""
        return 70.0 if self.word else 40.0


USUAL: Final = RowLook()
TIGHT: Final = tuple(
    RowLook(style=style, edge=12, mark=34, gap=8, margin=8, word=False)
    for style in (ROW_TITLE, BODY_BOLD, SUPPORT_BOLD, LABEL_BOLD)
)
"""For small glasses, from the largest to the smallest."""


def choice_label(
    kit: Kit, choice: Choice, width: float, height: float, look: RowLook = USUAL
) -> Typeset:
    """Set the label of an option that is that wide and high."""
    plate = _PLATE + 16 if choice.icon else 4.0
    return kit.typesetter.set_text(
        choice.label,
        look.style,
        width - 2 * look.edge - plate - look.mark - look.gap,
        max_lines=3,
        max_height=height - look.margin,
        keep_size=True,
    )


class ChoiceRow(Touchable):
    """A row with an empty circle, or chosen with a check mark and the word."""

    def __init__(
        self,
        kit: Kit,
        rect: Rect,
        choice: Choice,
        press: Callable[[], None] | None,
        look: RowLook = USUAL,
    ) -> None:
        super().__init__(kit, rect, choice.label, press)
        self.look = look
        self.choice = choice
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw plate, label and circle."""
        palette, rect, choice, look = self.theme.palette, self.rect, self.choice, self.look
        fill, line = self.surface()
        stroke = self.theme.card_stroke
        if choice.chosen:
            line, stroke = palette.teal_700, 4
            if not self.focused:
                fill = palette.selected_fill
        painter.box(rect, fill, radius=self.radius, line=line, stroke=stroke)
        left = rect.x + look.edge
        if choice.icon:
            plate = min(_PLATE, rect.h - 24)
            box = Rect(left, rect.middle - plate / 2, plate, plate)
            colour = palette.teal_700 if choice.chosen else palette.indigo_800
            painter.box(box, colour, radius=12)
            painter.icon(box, choice.icon, plate * 0.62, palette.white)
            left += _PLATE + 16
        else:
            left += 4
        size = look.mark
        mark = Rect(rect.right - look.edge - size, rect.middle - size / 2, size, size)
        if choice.chosen:
            painter.circle(mark, palette.teal_700)
            painter.icon(mark, "check", size * 0.7, palette.white)
        else:
            painter.circle(mark, fill, line=palette.muted, stroke=4)
        label = choice_label(self.kit, choice, rect.w, rect.h, look)
        if not label.fits:
            label = self.kit.typesetter.set_text(
                choice.label,
                look.style,
                mark.x - look.gap - left,
                max_lines=3,
                max_height=rect.h - 12,
            )
        room = Rect(left, rect.y + 3, mark.x - look.gap - left, rect.h - 6)
        painter.typeset(room, label, palette.ink)


def review_value(
    kit: Kit, row: ReviewRow, width: float, height: float | None, look: RowLook = USUAL
) -> Typeset:
    """Set an answer in a row that is that wide and high."""
    label_h = _review_label(kit, row, width, look).height_px / kit.theme.scale
    return kit.typesetter.set_text(
        row.value,
        look.style,
        width - 2 * look.edge - look.change_w,
        max_lines=3 if height is not None else 12,
        max_height=height - label_h - look.margin if height is not None else None,
        keep_size=True,
    )


def review_fits(
    kit: Kit, row: ReviewRow, width: float, height: float, look: RowLook = USUAL
) -> bool:
    """Tell whether label and answer are whole in a row that is that wide and high."""
    label = _review_label(kit, row, width, look)
    return label.fits and review_value(kit, row, width, height, look).fits


def review_height(kit: Kit, row: ReviewRow, width: float, look: RowLook) -> float:
    """Return the height in which an answer is whole."""
    label = _review_label(kit, row, width, look)
    value = review_value(kit, row, width, None, look)
    return (label.height_px + value.height_px) / kit.theme.scale + look.margin


def _review_label(kit: Kit, row: ReviewRow, width: float, look: RowLook) -> Typeset:
    words = width - 2 * look.edge - look.change_w
    return kit.typesetter.set_text(row.label, _REVIEW_LABEL, words, max_lines=1)


class ReviewCell(Touchable):
    """An answer; the whole row is pressed to change it."""

    def __init__(
        self,
        kit: Kit,
        rect: Rect,
        row: ReviewRow,
        press: Callable[[], None] | None,
        look: RowLook = USUAL,
    ) -> None:
        super().__init__(kit, rect, f"{row.change_label}: {row.label}", press)
        self.look = look
        self.row = row
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw label, value, and the pencil."""
        palette, rect, row, look = self.theme.palette, self.rect, self.row, self.look
        scale, typesetter = self.theme.scale, self.kit.typesetter
        fill, line = self.surface()
        painter.box(rect, fill, radius=self.radius, line=line, stroke=self.theme.card_stroke)
        width = rect.w - 2 * look.edge - look.change_w
        label = _review_label(self.kit, row, rect.w, look)
        value = review_value(self.kit, row, rect.w, rect.h, look)
        if not value.fits:
            room_h = rect.h - label.height_px / scale - look.margin + 2
            value = typesetter.set_text(
                row.value, look.style, width, max_lines=6, max_height=room_h
            )
        between = 2 if look.word else 0
        whole = (label.height_px + value.height_px) / scale + between
        top = rect.y + (rect.h - whole) / 2
        left = rect.x + look.edge
        label_h = label.height_px / scale
        colour = palette.ink_2 if self.focused else palette.muted
        painter.typeset(Rect(left, top, width, label_h), label, colour)
        below = Rect(left, top + label_h + between, width, value.height_px / scale)
        painter.typeset(below, value, palette.ink)
        self._paint_pencil(painter, rect.cut_right(look.change_w + look.edge - 6)[1])

    def _paint_pencil(self, painter: Painter, room: Rect) -> None:
        """Draw the pencil, with its word where there is room."""
        palette, look = self.theme.palette, self.look
        change = Rect(room.x, room.y, look.change_w, room.h)
        if not look.word:
            painter.icon(change, "pencil", 30, palette.teal_700)
            return
        word = self.kit.typesetter.set_text(
            self.row.change_label, LABEL_BOLD, change.w, fixed=True, max_lines=1
        )
        word_h = word.height_px / self.theme.scale
        top = change.y + (change.h - 34 - word_h) / 2
        painter.icon(Rect(change.x, top, change.w, 32), "pencil", 30, palette.teal_700)
        below = Rect(change.x, top + 34, change.w, word_h)
        painter.typeset(below, word, palette.teal_700, align="centre")

    def release(self) -> None:
        """Forget the answer, too."""
        super().release()
        del self.row
