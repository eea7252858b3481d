"""A readable page with its year and, until it is confirmed, the word "contoh"."""

from anjungan.appliance.screens.article_flow import paginate, paint_pieces, pieces_of
from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.theme import LABEL
from anjungan.appliance.screens.widgets.banner import chip_width, paint_chip
from anjungan.appliance.screens.widgets.pager import PAGER_W, add_pager
from anjungan.appliance.session.views import ArticleView


def build(view: ArticleView, context: Context) -> Page:
    """Return the page of an article view."""
    page = frame_page(context, view.frame)
    room, foot = context.layout.content.cut_bottom(52, 8)
    _paint_foot(page, view, foot)
    room, pager = room.cut_right(PAGER_W, 14)
    wide = Rect(room.x, room.y, pager.right - room.x, room.h)
    inner = _inner(context, wide)
    sheets = paginate(pieces_of(context.kit, view.blocks, inner.w, inner.h), inner.h)
    card = wide
    if len(sheets) > 1:
        card, inner = room, _inner(context, room)
        sheets = paginate(pieces_of(context.kit, view.blocks, inner.w, inner.h), inner.h)
    place = context.place
    place.page = min(place.page, len(sheets) - 1)
    palette = context.theme.palette
    page.painter.box(card, palette.surface, radius=18, line=palette.line, stroke=2)
    paint_pieces(page.painter, sheets[place.page], inner)
    if len(sheets) > 1:
        add_pager(
            page,
            pager,
            count=len(sheets),
            page_word=view.page_word,
            previous_label=view.previous_label,
            next_label=view.next_label,
        )
    return page


def _inner(context: Context, card: Rect) -> Rect:
    return card.inset(16, 12) if context.layout.compact else card.inset(24, 18)


def _paint_foot(page: Page, view: ArticleView, foot: Rect) -> None:
    painter, palette = page.painter, page.theme.palette
    words = foot
    if view.example_chip is not None:
        width = min(chip_width(painter, view.example_chip), foot.w * 0.6)
        chip, words = foot.cut_left(width, 14)
        paint_chip(painter, Rect(chip.x, chip.y + 2, chip.w, 48), view.example_chip)
    painter.text(words, view.year_line, LABEL, palette.muted, max_lines=2)
