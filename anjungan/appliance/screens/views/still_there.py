"""The countdown before everything is wiped."""

from typing import Final

from kivy.graphics import Color, SmoothLine

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.theme import (
    BODY,
    BODY_BOLD,
    COUNTDOWN,
    DISPLAY,
    SUPPORT,
    Font,
    TextStyle,
    rgba,
)
from anjungan.appliance.screens.widgets.actions import add_actions
from anjungan.appliance.session.views import Ambient, StillThereView

_RING: Final = 270.0
_LINE: Final = 18.0


class CountdownRing:
    """A ring that empties once a second, with the number in its middle."""

    def __init__(self, page: Page, rect: Rect, seconds_word: str) -> None:
        self._painter = page.layer()
        self._rect = rect
        self._word = seconds_word
        self.set_ambient(page.context.ambient)

    def set_ambient(self, ambient: Ambient) -> None:
        """Draw the seconds that are left."""
        painter, rect = self._painter, self._rect
        palette = painter.theme.palette
        painter.clear()
        painter.circle(rect, palette.line)
        painter.circle(rect.inset(_LINE), palette.surface)
        countdown = ambient.countdown
        if countdown is None:
            return
        share = countdown.seconds_left / max(1, countdown.total_s)
        self._paint_arc(share)
        size = min(COUNTDOWN.size, rect.w * 0.36)
        number = Rect(rect.x, rect.y + rect.h * 0.25, rect.w, size)
        style = TextStyle(size, Font.EXTRABOLD, 1.0)
        painter.text(
            number,
            str(countdown.seconds_left),
            style,
            palette.indigo_900,
            align="centre",
            fixed=True,
            max_lines=1,
        )
        word = Rect(rect.x, number.bottom + 2, rect.w, 32)
        painter.text(
            word, self._word, SUPPORT, palette.muted, align="centre", fixed=True, max_lines=1
        )

    def _paint_arc(self, share: float) -> None:
        painter, rect, theme = self._painter, self._rect, self._painter.theme
        if share <= 0:
            return
        centre_x = theme.px(rect.x + rect.w / 2)
        centre_y = painter.kit.height_px - theme.px(rect.middle)
        radius = theme.px(rect.w / 2 - _LINE / 2)
        painter.canvas.add(Color(*rgba(theme.palette.teal_700)))
        painter.canvas.add(
            SmoothLine(
                circle=(centre_x, centre_y, radius, 0, 360 * min(1.0, share)),
                width=theme.px(_LINE / 2),
                cap="none",
                overdraw_width=1.2,
            )
        )


def build(view: StillThereView, context: Context) -> Page:
    """Return the page of the countdown; "Ya, lanjutkan" has the focus."""
    page = frame_page(context, view.frame)
    layout, painter, palette = context.layout, page.painter, context.theme.palette
    room, actions = layout.content.cut_bottom(layout.action_h, layout.gap)
    add_actions(page, (view.secondary, view.primary), actions)
    side = min(_RING, room.h - 24, room.w * 0.34)
    if layout.portrait:
        upper, words = room.cut_top(room.h * 0.42, 20)
        ring = upper.centred(side * 1.0, side * 1.0)
    else:
        left, words = room.cut_left(side + 24, 24)
        ring = Rect(left.x + 12, left.y + (left.h - side) / 2, side, side)
    page.live.append(CountdownRing(page, ring, view.seconds_word))
    typesetter, scale = painter.kit.typesetter, context.theme.scale
    for fixed in (False, True):
        question = typesetter.set_text(view.question, DISPLAY, words.w, max_lines=3, fixed=fixed)
        text = typesetter.set_text(view.text, BODY, words.w, max_lines=5, fixed=fixed)
        safe = typesetter.set_text(view.safe, BODY_BOLD, words.w - 52, max_lines=3, fixed=fixed)
        heights = [each.height_px / scale for each in (question, text, safe)]
        if sum(heights) + 32 <= words.h:
            break
    y = words.y + max(0.0, (words.h - sum(heights) - 32) / 2)
    painter.typeset(Rect(words.x, y, words.w, heights[0]), question, palette.ink)
    y += heights[0] + 12
    painter.typeset(Rect(words.x, y, words.w, heights[1]), text, palette.ink)
    y += heights[1] + 20
    if view.safe:
        icon = Rect(words.x, y, 40, heights[2])
        painter.icon(icon, "shield-check", 38, palette.ok_strong)
        below = Rect(words.x + 52, y, words.w - 52, heights[2])
        painter.typeset(below, safe, palette.ok_strong)
    page.confirm_unseen = True
    return page
