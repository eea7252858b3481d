"""A segmented choice: parts side by side in one frame, one of them chosen."""

from collections.abc import Callable
from typing import Literal

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import TILE_TITLE
from anjungan.appliance.screens.widgets.touchable import Touchable

Place = Literal["first", "middle", "last"]


class SegmentPart(Touchable):
    """One part; the chosen one is indigo with a check mark."""

    radius = 18.0

    def __init__(
        self,
        kit: Kit,
        rect: Rect,
        label: str,
        press: Callable[[], None] | None,
        *,
        chosen: bool,
        place: Place,
    ) -> None:
        super().__init__(kit, rect, label, press)
        self.chosen = chosen
        self.place = place
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw the part with round corners only where the frame has them."""
        palette = self.theme.palette
        if self.chosen:
            fill, colour = palette.indigo_900, palette.white
        elif self.pressed:
            fill, colour = palette.selected_fill, palette.indigo_900
        elif self.focused:
            fill, colour = palette.focus_fill, palette.indigo_900
        else:
            fill, colour = palette.surface, palette.indigo_900
        painter.box(self.rect, fill, radius=self.radius, line=palette.indigo_900, stroke=3)
        self._square_off(painter, fill)
        room = self.rect.inset(12, 6)
        label = self.kit.typesetter.set_text(
            self.name,
            TILE_TITLE,
            room.w - (74 if self.chosen else 0),
            max_lines=2,
            max_height=room.h,
        )
        if not self.chosen:
            painter.typeset(room, label, colour, align="centre")
            return
        width = label.width_px / self.theme.scale
        left = self.rect.x + (self.rect.w - width - 38) / 2
        painter.icon(Rect(left, room.y, 28, room.h), "check", 28, colour)
        painter.typeset(Rect(left + 38, room.y, width, room.h), label, colour)

    def _square_off(self, painter: Painter, fill: str) -> None:
        """Fill the corners where the next part joins."""
        palette = self.theme.palette
        rect, r = self.rect, self.radius
        if self.place != "first":
            left = Rect(rect.x, rect.y, r, rect.h)
            painter.fill(left, palette.indigo_900)
            painter.fill(Rect(rect.x + 1, rect.y + 3, r, rect.h - 6), fill)
        if self.place != "last":
            right = Rect(rect.right - r, rect.y, r, rect.h)
            painter.fill(right, palette.indigo_900)
            painter.fill(Rect(rect.right - r, rect.y + 3, r - 1, rect.h - 6), fill)


def segment_place(index: int, count: int) -> Place:
    """Return where a part stands in its frame."""
    if index == 0:
        return "first"
    return "last" if index == count - 1 else "middle"
