"""The indigo bar at the top: title, steps, line and clock, with the diamond band below."""

from typing import Final

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import (
    LABEL_BOLD,
    SCREEN_TITLE,
    Font,
    TextStyle,
)
from anjungan.appliance.session.views import Ambient, Frame, LineBadge, Steps, Tone

_CLOCK: Final = TextStyle(29, Font.BOLD, 1.0)
_SUBTITLE: Final = TextStyle(20, Font.REGULAR, 1.1)
_TWO_LINES: Final = TextStyle(25, Font.BOLD, 1.05)
_TWO_LINES_COMPACT: Final = TextStyle(23, Font.BOLD, 1.05)
_PILL_H: Final = 44.0
_PILL_H_COMPACT: Final = 38.0
_DOT: Final = 26.0
_DOT_GAP: Final = 6.0


class HeaderBar:
    """Draws the bar; drawn again when the clock or the line changes."""

    def __init__(self, page: Page, frame: Frame, *, home: bool) -> None:
        self._frame = frame
        self._home = home
        self._layout = page.context.layout
        self._theme = page.context.theme
        self._long_title = _TWO_LINES_COMPACT if self._layout.compact else _TWO_LINES
        self._painter = page.layer()
        page.painter.pattern(self._layout.band, "band")
        self.set_ambient(page.context.ambient)

    def set_ambient(self, ambient: Ambient) -> None:
        """Draw with the new clock and line."""
        painter, palette, bar = self._painter, self._theme.palette, self._layout.header
        painter.clear()
        painter.fill(bar, palette.indigo_900)
        pad = self._layout.pad
        left = bar.x + pad
        if self._home and not self._layout.portrait:
            side = bar.h - (20 if not self._layout.compact else 14)
            painter.picture(Rect(left, bar.y + (bar.h - side) / 2, side, side), "mark")
            left += side + (16 if not self._layout.compact else 10)
        right = self._paint_clock(painter, ambient.clock, bar.right - pad - 2)
        sentence = self._sentence_fits(painter, ambient.line, left, right)
        words = ambient.line.sentence if sentence else ambient.line.text
        right = self._paint_pill(painter, ambient.line, words, right - 16)
        room = Rect(left, bar.y + 1, right - 16 - left, bar.h - 2)
        steps = self._frame.steps
        if steps is not None:
            beside = room.cut_right(steps.total * (_DOT + _DOT_GAP) - _DOT_GAP, 16)[0]
            if self._title_fits(painter, beside):
                # a title is never cut for the dots
                self._paint_steps(painter, steps, room.right)
                room = beside
        self._paint_title(painter, room, with_subtitle=not sentence)

    def _title_fits(self, painter: Painter, room: Rect) -> bool:
        """Tell whether the title has room on two lines at the size it has there."""
        return painter.kit.typesetter.set_text(
            self._frame.title, self._long_title, room.w, max_lines=2, max_height=room.h, fixed=True
        ).fits

    def _paint_clock(self, painter: Painter, clock: str, right: float) -> float:
        """Draw the clock in a box wide enough for any time, so that nothing moves."""
        style = _CLOCK
        font_px = self._theme.text_px(style, fixed=True)
        scale = self._theme.scale
        width = painter.kit.typesetter.width_px("00.00", style.font, font_px) / scale
        room = Rect(right - width, 0, width, self._layout.header_h)
        painter.text(
            room, clock, style, self._theme.palette.white, align="right", fixed=True, max_lines=1
        )
        return right - width

    def _sentence_fits(self, painter: Painter, line: LineBadge, left: float, right: float) -> bool:
        """Tell whether the home screen has room to say the offline sentence in full."""
        if not self._home or line.tone is not Tone.WARN or self._layout.portrait:
            return False
        typesetter, scale = painter.kit.typesetter, self._theme.scale
        title_px = self._theme.text_px(SCREEN_TITLE, fixed=True)
        label_px = self._theme.text_px(LABEL_BOLD, fixed=True)
        title = typesetter.width_px(self._frame.title, SCREEN_TITLE.font, title_px) / scale
        words = typesetter.width_px(line.sentence, LABEL_BOLD.font, label_px) / scale
        return left + title + 16 + words + 70 + 16 <= right

    def _paint_pill(self, painter: Painter, line: LineBadge, words: str, right: float) -> float:
        colours = self._theme.palette.tone(line.tone)
        height = _PILL_H_COMPACT if self._layout.compact else _PILL_H
        font_px = self._theme.text_px(LABEL_BOLD, fixed=True)
        width = painter.kit.typesetter.width_px(words, LABEL_BOLD.font, font_px)
        text_w = width / self._theme.scale
        whole = 14 + 26 + 6 + text_w + 16
        pill = Rect(right - whole, (self._layout.header_h - height) / 2, whole, height)
        text = colours.text
        if line.tone is Tone.WARN and not self._theme.high_contrast:
            text = "#6A4300"
        painter.box(pill, colours.fill, radius=height / 2)
        painter.icon(Rect(pill.x + 12, pill.y, 26, height), line.icon, 24, text)
        room = Rect(pill.x + 46, pill.y, text_w + 1, height)
        painter.text(room, words, LABEL_BOLD, text, fixed=True, max_lines=1)
        return pill.x

    def _paint_steps(self, painter: Painter, steps: Steps, right: float) -> None:
        """Draw one dot a step: done with a check, now in marigold, later as an outline."""
        palette = self._theme.palette
        total = steps.total
        left = right - total * _DOT - (total - 1) * _DOT_GAP
        top = (self._layout.header_h - _DOT) / 2
        for number in range(1, total + 1):
            dot = Rect(left + (number - 1) * (_DOT + _DOT_GAP), top, _DOT, _DOT)
            if number < steps.now:
                painter.circle(dot, palette.marigold)
                painter.icon(dot, "check", 20, palette.indigo_900)
                continue
            if number == steps.now:
                painter.circle(dot, palette.marigold)
                colour = palette.indigo_900
            else:
                painter.circle(dot, palette.indigo_900, line=palette.indigo_off)
                colour = palette.indigo_text
            painter.text(
                dot, str(number), LABEL_BOLD, colour, align="centre", fixed=True, max_lines=1
            )

    def _paint_title(self, painter: Painter, room: Rect, *, with_subtitle: bool) -> None:
        """Draw title and subtitle; a long title takes both lines for itself."""
        palette, typesetter = self._theme.palette, painter.kit.typesetter
        frame = self._frame
        style = SCREEN_TITLE if not self._layout.compact else TextStyle(28, Font.BOLD, 1.0)
        title = typesetter.set_text(
            frame.title, style, room.w, max_lines=1, fixed=True, keep_size=True
        )
        if not title.fits:
            painter.text(
                room, frame.title, self._long_title, palette.white, max_lines=2, fixed=True
            )
            return
        subtitle = typesetter.set_text(
            frame.subtitle, _SUBTITLE, room.w, max_lines=1, fixed=True, keep_size=True
        )
        shown = with_subtitle and frame.subtitle and subtitle.fits
        if not shown or self._layout.compact:
            painter.typeset(room, title, palette.white)
            return
        upper, lower = room.cut_top(room.h * 0.62)
        painter.typeset(upper, title, palette.white)
        painter.typeset(lower, subtitle, palette.indigo_text, valign="top")
