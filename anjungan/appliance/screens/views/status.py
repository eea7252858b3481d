"""Where one request stands: the state word, the timeline, and what to do."""

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import (
    SECTION,
    SUPPORT,
    Font,
)
from anjungan.appliance.screens.typeset import Run
from anjungan.appliance.screens.widgets.actions import add_actions
from anjungan.appliance.screens.widgets.banner import (
    banner_height,
    chip_width,
    paint_banner,
    paint_chip,
)
from anjungan.appliance.screens.widgets.timeline import LEAST_HEIGHT, paint_timeline
from anjungan.appliance.session.views import StatusView


def build(view: StatusView, context: Context) -> Page:
    """Return the page of a status view."""
    page = frame_page(context, view.frame)
    layout = context.layout
    room, actions = layout.content.cut_bottom(layout.action_h, layout.gap)
    add_actions(page, view.buttons, actions)
    room = _paint_heading(page, view, room)
    painter = page.painter
    height = banner_height(painter, view.banner, room.w)
    room, strip = room.cut_bottom(height, 8)
    paint_banner(painter, strip, view.banner)
    if view.note:
        room = _paint_note(painter, view, room)
    if room.h >= LEAST_HEIGHT:
        paint_timeline(painter, view.nodes, room)
    return page


def _paint_heading(page: Page, view: StatusView, room: Rect) -> Rect:
    painter, palette, scale = page.painter, page.theme.palette, page.theme.scale
    chip_w = min(chip_width(painter, view.chip), room.w * 0.45)
    words_w = room.w - chip_w - 14
    typesetter = painter.kit.typesetter
    heading = typesetter.set_text(view.heading, SECTION, words_w, max_lines=2, max_height=74)
    subline = typesetter.set_text(view.subline, SUPPORT, words_w, max_lines=1)
    with_subline = subline.fits and not (page.context.layout.compact and len(heading.lines) > 1)
    height = (heading.height_px + (subline.height_px if with_subline else 0)) / scale
    height = max(height, 54.0)
    head, rest = room.cut_top(height, 8)
    chip = Rect(head.right - chip_w, head.y, chip_w, min(58.0, head.h))
    paint_chip(painter, chip, view.chip)
    top, below = Rect(head.x, head.y, words_w, head.h).cut_top(heading.height_px / scale)
    painter.typeset(top, heading, palette.ink)
    if with_subline:
        painter.typeset(below, subline, palette.muted, valign="top")
    return rest


def _paint_note(painter: Painter, view: StatusView, room: Rect) -> Rect:
    """Draw the officer's words; they are never cut, the timeline gives way."""
    palette, scale = painter.theme.palette, painter.theme.scale
    runs = [Run(f"{view.note_label}: ", Font.BOLD), Run(view.note, Font.REGULAR)]
    note = painter.kit.typesetter.set_text(
        runs, SUPPORT, room.w - 36, max_lines=8, max_height=room.h - 24
    )
    height = note.height_px / scale + 16
    room, box = room.cut_bottom(height, 8)
    painter.box(box, palette.surface, radius=14, line=palette.line, stroke=2)
    painter.typeset(box.inset(18, 8), note, palette.ink)
    return room
