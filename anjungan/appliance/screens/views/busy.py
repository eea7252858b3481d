"""A short wait, said in words."""

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.theme import BODY, DISPLAY
from anjungan.appliance.session.views import BusyView


def build(view: BusyView, context: Context) -> Page:
    """Return the page of a busy view; nothing moves on it."""
    page = frame_page(context, view.frame)
    paint_message(page, context.layout.content, "hourglass", view.title, view.text)
    return page


def paint_message(page: Page, room: Rect, icon: str, title: str, text: str) -> None:
    """Draw an icon in a plate, a title and a text in the middle of a room."""
    painter, palette = page.painter, page.theme.palette
    plate = 104.0
    width = min(room.w, 720.0)
    typesetter, scale = painter.kit.typesetter, page.theme.scale
    heading = typesetter.set_text(title, DISPLAY, width, max_lines=3, balance=True)
    words = typesetter.set_text(text, BODY, width, max_lines=6, balance=True)
    heading_h, words_h = heading.height_px / scale, words.height_px / scale
    top = room.y + max(0.0, (room.h - plate - 24 - heading_h - 14 - words_h) / 2)
    box = Rect(room.x + (room.w - plate) / 2, top, plate, plate)
    painter.box(box, palette.teal_700, radius=28)
    painter.icon(box, icon, 64, palette.white)
    line = Rect(room.x + (room.w - width) / 2, box.bottom + 24, width, heading_h)
    painter.typeset(line, heading, palette.ink, align="centre")
    below = Rect(line.x, line.bottom + 14, width, words_h)
    painter.typeset(below, words, palette.ink_2, align="centre")
