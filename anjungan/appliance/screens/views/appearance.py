"""Text size, language, contrast and reading aloud; they last until the end of the visit."""

from collections.abc import Callable
from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import (
    BODY_BOLD,
    SECTION,
    SUPPORT_BOLD,
    TILE_TITLE,
    Font,
    TextStyle,
)
from anjungan.appliance.screens.widgets.actions import add_button
from anjungan.appliance.screens.widgets.segments import add_segments
from anjungan.appliance.screens.widgets.touchable import Touchable
from anjungan.appliance.session.views import AppearanceView, Segment, Toggle

_SAMPLE_SIZES: Final = (34, 42, 50)
_SAMPLE: Final = "Aa"
_PORTRAIT_H: Final = 580.0
_ROOMY_W: Final = 360.0


class SizeTile(Touchable):
    """A text size with a sample of it."""

    radius = 18.0

    def __init__(
        self,
        kit: Kit,
        rect: Rect,
        segment: Segment,
        sample: float,
        press: Callable[[], None] | None,
    ) -> None:
        super().__init__(kit, rect, segment.label, press)
        self.chosen = segment.chosen
        self.sample = TextStyle(sample, Font.BOLD, 1.0)
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw the sample over the label; the chosen one is indigo with a check mark."""
        palette, rect, scale = self.theme.palette, self.rect, self.theme.scale
        if self.chosen:
            colour = palette.white
            painter.box(rect, palette.indigo_900, radius=self.radius)
        else:
            fill, line = self.surface()
            colour = palette.indigo_900
            stroke = self.theme.card_stroke
            painter.box(rect, fill, radius=self.radius, line=line, stroke=stroke)
        typesetter = self.kit.typesetter
        sample = typesetter.set_text(_SAMPLE, self.sample, rect.w, max_lines=1, fixed=True)
        label = typesetter.set_text(
            self.name, TILE_TITLE, rect.w - 60, max_lines=2, max_height=rect.h * 0.5
        )
        sample_h, label_h = sample.height_px / scale, label.height_px / scale
        top = rect.y + (rect.h - sample_h - label_h - 4) / 2
        painter.typeset(Rect(rect.x, top, rect.w, sample_h), sample, colour, align="centre")
        width = label.width_px / scale
        check = 28.0 if self.chosen else 0.0
        left = rect.x + (rect.w - width - check) / 2
        below = Rect(left + check, top + sample_h + 4, width, label_h)
        if self.chosen:
            painter.icon(Rect(left - 2, below.y, 26, label_h), "check", 24, colour)
        painter.typeset(below, label, colour, align="centre")


class ToggleRow(Touchable):
    """A switch with its state in a word."""

    def __init__(
        self, kit: Kit, rect: Rect, toggle: Toggle, press: Callable[[], None] | None
    ) -> None:
        super().__init__(kit, rect, toggle.label, press)
        self.icon = toggle.icon
        self.on = toggle.on
        self.word = toggle.word
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw icon, label, switch and word."""
        palette, rect = self.theme.palette, self.rect
        fill, line = self.surface()
        painter.box(rect, fill, radius=self.radius, line=line, stroke=self.theme.card_stroke)
        side = 20 if rect.w >= _ROOMY_W else 12
        icon, rest = rect.inset(side, 0).cut_left(42, 12 if rect.w >= _ROOMY_W else 8)
        painter.icon(icon, self.icon, 38, palette.teal_700)
        colour = palette.teal_700 if self.on else palette.muted
        word = self.kit.typesetter.set_text(self.word, SUPPORT_BOLD, 110, max_lines=1)
        word_w = word.width_px / self.theme.scale
        rest, words = rest.cut_right(word_w + 2, 10)
        painter.typeset(words, word, colour)
        rest, switch = rest.cut_right(46, 10)
        body = Rect(switch.x, rect.middle - 14, 46, 28)
        painter.box(body, fill, radius=14, line=colour, stroke=4)
        knob_x = body.right - 22 if self.on else body.x + 8
        painter.circle(Rect(knob_x, body.y + 7, 14, 14), colour)
        painter.text(rest, self.name, BODY_BOLD, palette.ink, max_lines=2)


def build(view: AppearanceView, context: Context) -> Page:
    """Return the page of an appearance view."""
    page = frame_page(context, view.frame, appearance=True)
    layout, content = context.layout, context.layout.content
    if layout.portrait:
        content = content.cut_bottom(min(content.h, _PORTRAIT_H))[1]
    bottom_h = max(layout.touch, layout.action_h if not layout.compact else 82)
    rest, last = content.cut_bottom(bottom_h, layout.gap)
    label_h = min(40.0, context.theme.text_px(SECTION) * 1.15 / context.theme.scale)
    label, rest = rest.cut_top(label_h, 4)
    page.painter.text(label, view.size_label, SECTION, context.theme.palette.ink, max_lines=1)
    segment_h = max(layout.touch, 94.0 if not layout.compact else 80.0)
    rest, segments = rest.cut_bottom(segment_h, 4)
    rest, label = rest.cut_bottom(label_h, 8)
    page.painter.text(label, view.language_label, SECTION, context.theme.palette.ink, max_lines=1)
    sizes = rest.columns(len(view.sizes), 10)
    for segment, cell, sample in zip(view.sizes, sizes, _SAMPLE_SIZES, strict=False):
        press = context.pressing(segment.press)
        page.put(SizeTile(context.kit, cell, segment, sample, press), first=segment.chosen)
    add_segments(page, view.languages, segments)
    _add_last(page, view, last)
    return page


def _add_last(page: Page, view: AppearanceView, last: Rect) -> None:
    """Add the switches, and the way back where there is room for it beside them."""
    toggles = [view.contrast] if view.reading is None else [view.contrast, view.reading]
    if view.primary is not None:
        last, primary = last.cut_right(round(last.w * 0.36), 14)
        add_button(page, view.primary, primary, primary=True)
    for toggle, cell in zip(toggles, last.columns(len(toggles), 14), strict=True):
        press = page.context.pressing(toggle.press)
        page.put(ToggleRow(page.context.kit, cell, toggle, press))
