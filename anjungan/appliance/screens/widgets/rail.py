"""The rail beside the physical buttons: back, home, sound, text and language, help."""

from collections.abc import Callable

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import LABEL
from anjungan.appliance.screens.widgets.touchable import Touchable


class RailItem(Touchable):
    """One item of the rail; ``here`` marks the screen one is on, ``help`` is marigold."""

    radius = 4.0
    ring_inside = True

    def __init__(
        self,
        kit: Kit,
        rect: Rect,
        label: str,
        icon: str,
        press: Callable[[], None] | None,
        *,
        here: bool = False,
        is_help: bool = False,
    ) -> None:
        super().__init__(kit, rect, label, press)
        self.icon = icon
        self.here = here
        self.is_help = is_help
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw a flat cell with icon and label in its middle."""
        palette = self.theme.palette
        if self.is_help and self.enabled:
            fill = palette.focus_fill if self.pressed else palette.marigold
            colour = palette.indigo_900
        else:
            fill = palette.indigo_800 if self.pressed else palette.indigo_900
            colour = palette.white if self.enabled else palette.indigo_off
            if self.here:
                colour = palette.marigold
        painter.fill(self.rect, fill)
        label = self.kit.typesetter.set_text(
            self.name, LABEL, self.rect.w - 8, max_lines=2, fixed=True
        )
        height = label.height_px / self.theme.scale
        whole = 44 + 4 + height
        top = self.rect.y + (self.rect.h - whole) / 2
        painter.icon(Rect(self.rect.x, top, self.rect.w, 44), self.icon, 40, colour)
        below = Rect(self.rect.x + 4, top + 48, self.rect.w - 8, height)
        painter.typeset(below, label, colour, align="centre")
