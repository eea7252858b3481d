"""The buttons of the action row."""

from collections.abc import Callable
from typing import Final

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import BUTTON, SUPPORT, Font, TextStyle
from anjungan.appliance.screens.typeset import Run
from anjungan.appliance.screens.widgets.touchable import Touchable

_REASON: Final = TextStyle(20, Font.REGULAR, 1.15)
_ICON: Final = 38.0
_ICON_GAP: Final = 14.0
_PADDING: Final = 16.0
_ICON_AFTER: Final = frozenset({"arrow-right", "chevron-down", "chevron-right"})


class ActionButton(Touchable):
    """A button with a label and an icon; ``primary`` is the one teal button of a screen."""

    radius = 18.0

    def __init__(
        self,
        kit: Kit,
        rect: Rect,
        label: str,
        press: Callable[[], None] | None,
        *,
        icon: str = "",
        primary: bool = False,
        reason: str = "",
    ) -> None:
        super().__init__(kit, rect, label, press)
        self.icon = icon
        self.primary = primary
        self.reason = reason
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw the box, then icon and label together in its middle."""
        palette = self.theme.palette
        if not self.enabled:
            painter.box(
                self.rect,
                palette.disabled_fill,
                radius=self.radius,
                line=palette.line_touch,
                stroke=3,
                dashed=True,
            )
            self._paint_disabled(painter)
            return
        if self.primary:
            fill = palette.teal_800 if self.pressed else palette.teal_700
            painter.box(self.rect, fill, radius=self.radius)
            colour = palette.white
        else:
            fill = palette.line if self.pressed else palette.surface
            if self.pressed and self.theme.high_contrast:
                fill = palette.selected_fill
            painter.box(self.rect, fill, radius=self.radius, line=palette.indigo_900, stroke=3)
            colour = palette.indigo_900
        paint_label(painter, self.rect, self.name, self.icon, colour)

    def _paint_disabled(self, painter: Painter) -> None:
        palette = self.theme.palette
        room = self.rect.inset(10, 6)
        if not self.reason:
            paint_label(painter, self.rect, self.name, self.icon, palette.disabled_text)
            return
        one_line = [
            Run(f"{self.name}  ", Font.BOLD),
            Run(f"— {self.reason}", Font.REGULAR),
        ]
        fitting = painter.kit.typesetter.set_text(
            one_line, SUPPORT, room.w, max_lines=1, max_height=room.h
        )
        if fitting.fits and not fitting.reduced:
            painter.typeset(room, fitting, palette.disabled_text, align="centre")
            return
        two_lines = [Run(self.name, Font.BOLD), Run("\n" + self.reason, Font.REGULAR)]
        painter.text(room, two_lines, _REASON, palette.disabled_text, align="centre", max_lines=3)


def paint_label(painter: Painter, rect: Rect, label: str, icon: str, colour: str) -> None:
    """Draw icon and label as one group in the middle; the icon goes when there is no room."""
    typesetter = painter.kit.typesetter
    room = rect.inset(_PADDING, 6)
    for with_icon, whole_words_only in ((bool(icon), True), (False, True), (False, False)):
        space = room.w - (_ICON + _ICON_GAP if with_icon else 0)
        if space <= 0:
            continue
        typeset = typesetter.set_text(
            label, BUTTON, space, max_lines=2, max_height=room.h, keep_size=whole_words_only
        )
        if typeset.fits or not whole_words_only:
            break
    if not with_icon:
        painter.typeset(room, typeset, colour, align="centre")
        return
    width = typeset.width_px / painter.theme.scale
    whole = width + _ICON + _ICON_GAP
    left = rect.x + (rect.w - whole) / 2
    if icon in _ICON_AFTER:
        text_left, icon_left = left, left + width + _ICON_GAP
    else:
        text_left, icon_left = left + _ICON + _ICON_GAP, left
    painter.typeset(Rect(text_left, room.y, width, room.h), typeset, colour)
    painter.icon(Rect(icon_left, rect.y, _ICON, rect.h), icon, _ICON, colour)
