"""One letter: what to bring at the left; cost, time and place at the right."""

from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.pages_of_items import items_a_page, page_count, page_of
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import (
    LABEL_BOLD,
    ROW_TITLE,
    SECTION,
    SUPPORT,
    Font,
    TextStyle,
)
from anjungan.appliance.screens.typeset import Typeset
from anjungan.appliance.screens.widgets.actions import add_button
from anjungan.appliance.screens.widgets.banner import banner_height, paint_banner
from anjungan.appliance.screens.widgets.pager import add_pager
from anjungan.appliance.session.views import Banner, Fact, Need, RequirementsView, Tone

_GAP: Final = 10.0
_NEED_H: Final = 92.0
_LONE_NEED_H: Final = 120.0
_LEAST_NEED_H: Final = 76.0
_NEED_H_COMPACT: Final = 66.0
_PLATE: Final = 64.0
_RIGHT_W: Final = 304.0
_RIGHT_W_COMPACT: Final = 250.0
_PAGER_H: Final = 93.0
_NARROW_CARD_W: Final = 260.0
_FACT_LABEL: Final = TextStyle(20, Font.REGULAR, 1.1)
_FACT_VALUE: Final = TextStyle(26, Font.BOLD, 1.08)
_FACT_VALUE_NARROW: Final = TextStyle(22, Font.BOLD, 1.08)


def build(view: RequirementsView, context: Context) -> Page:
    """Return the page of a requirements view."""
    page = frame_page(context, view.frame)
    layout = context.layout
    content = layout.content
    if layout.portrait:
        left, right = content.cut_bottom(round(content.h * 0.5), 16)
    else:
        width = _RIGHT_W_COMPACT if layout.compact else _RIGHT_W
        left, right = content.cut_right(width, 16)
    _add_needs(page, view, left)
    rest, primary = right.cut_bottom(layout.action_h, 12)
    if view.secondary is not None:
        rest, secondary = rest.cut_bottom(layout.action_h, 12)
        add_button(page, view.secondary, secondary, primary=False)
    add_button(page, view.primary, primary, primary=True, first=True)
    _paint_facts(page.painter, rest, view.facts)
    return page


def _add_needs(page: Page, view: RequirementsView, room: Rect) -> None:
    context = page.context
    painter, palette = page.painter, context.theme.palette
    heading = painter.kit.typesetter.set_text(
        view.heading, SECTION, room.w, max_lines=1, max_height=44
    )
    line, room = room.cut_top(heading.height_px / context.theme.scale, 6)
    painter.typeset(line, heading, palette.ink)
    height = context.theme.row(_LEAST_NEED_H if not context.layout.compact else _NEED_H_COMPACT)
    if view.banner is not None:
        banner = view.banner
        strip_h = banner_height(painter, banner, room.w)
        above = Rect(room.x, room.y, room.w, room.h - strip_h - 10)
        if context.layout.compact and _needs_a_page(context.kit, view, above, height) < len(
            view.needs
        ):
            banner = Banner(tone=banner.tone, icon=banner.icon, strong=banner.strong, text="")
            strip_h = banner_height(painter, banner, room.w)
        room, strip = room.cut_bottom(strip_h, 10)
        paint_banner(painter, strip, banner)
    a_page = _needs_a_page(context.kit, view, room, height)
    pages = page_count(len(view.needs), a_page)
    context.place.page = min(context.place.page, pages - 1)
    if pages > 1:
        room, pager = room.cut_bottom(
            max(_PAGER_H if not context.layout.compact else 80, context.layout.touch), 8
        )
        a_page = _needs_a_page(context.kit, view, room, height)
        pages = page_count(len(view.needs), a_page)
        context.place.page = min(context.place.page, pages - 1)
        add_pager(
            page,
            pager,
            count=pages,
            page_word=view.page_word,
            previous_label=view.previous_label,
            next_label=view.next_label,
        )
    shown = page_of(view.needs, a_page, context.place.page)
    most = _NEED_H if a_page > 1 else _LONE_NEED_H
    usual = min((room.h - _GAP * (a_page - 1)) / a_page, context.theme.row(most))
    y = room.y
    for need in shown:
        need_h = _need_height(context.kit, need, room.w, max(height, usual))
        _paint_need(painter, Rect(room.x, y, room.w, need_h), need)
        y += need_h + _GAP


def _needs_a_page(kit: Kit, view: RequirementsView, room: Rect, height: float) -> int:
    """Return how many needs fit below one another, the largest counted for all."""
    tallest = max((_need_height(kit, need, room.w, height) for need in view.needs), default=height)

    def fits(_need: Need, count: int) -> bool:
        return count * tallest + (count - 1) * _GAP <= room.h + 0.5

    return max(1, items_a_page(view.needs, max(1, len(view.needs)), fits))


def _badge_w(kit: Kit, need: Need) -> float:
    font_px = kit.theme.text_px(LABEL_BOLD, fixed=True)
    return kit.typesetter.width_px(need.badge, LABEL_BOLD.font, font_px) / kit.theme.scale + 38


def _need_texts(kit: Kit, need: Need, width: float) -> tuple[Typeset, Typeset]:
    words = width - 36 - _PLATE - 16 - _badge_w(kit, need) - 8
    title = kit.typesetter.set_text(need.title, ROW_TITLE, words, max_lines=3)
    note = kit.typesetter.set_text(need.note, SUPPORT, words, max_lines=2)
    return title, note


def _need_height(kit: Kit, need: Need, width: float, least: float) -> float:
    title, _ = _need_texts(kit, need, width)
    return max(least, title.height_px / kit.theme.scale + 18)


def _paint_need(painter: Painter, rect: Rect, need: Need) -> None:
    palette, scale = painter.theme.palette, painter.theme.scale
    painter.box(rect, palette.surface, radius=18, line=palette.line, stroke=2)
    plate = min(_PLATE, rect.h - 20)
    box = Rect(rect.x + 18, rect.middle - plate / 2, plate, plate)
    painter.box(box, palette.plate(0), radius=12)
    painter.icon(box, need.icon, plate * 0.62, palette.white)
    title, note = _need_texts(painter.kit, need, rect.w)
    left = rect.x + 18 + _PLATE + 16
    width = rect.w - 36 - _PLATE - 16 - _badge_w(painter.kit, need) - 8
    title_h, note_h = title.height_px / scale, note.height_px / scale
    with_note = bool(need.note) and note.fits and title_h + note_h <= rect.h - 10
    whole = title_h + (note_h if with_note else 0)
    top = rect.y + (rect.h - whole) / 2
    painter.typeset(Rect(left, top, width, title_h), title, palette.ink)
    if with_note:
        painter.typeset(Rect(left, top + title_h, width, note_h), note, palette.muted)
    badge_w = _badge_w(painter.kit, need)
    badge = Rect(rect.right - 18 - badge_w, rect.y, badge_w, rect.h)
    colour = palette.ok_strong if need.badge_tone is Tone.OK else palette.tone(need.badge_tone).text
    dot = Rect(badge.x, badge.middle - 14, 28, 28)
    painter.circle(dot, colour)
    icon = "check" if need.badge_tone is Tone.OK else "dots"
    painter.icon(dot, icon, 20, palette.white)
    words = Rect(badge.x + 36, badge.y, badge.w - 34, badge.h)
    painter.text(words, need.badge, LABEL_BOLD, colour, fixed=True, max_lines=1)


def _paint_facts(painter: Painter, card: Rect, facts: tuple[Fact, ...]) -> None:
    """Draw cost, time and place; a fact's small label goes when the value needs the room."""
    palette, scale = painter.theme.palette, painter.theme.scale
    painter.box(card, palette.surface, radius=18, line=palette.line, stroke=2)
    if not facts:
        return
    narrow = card.w < _NARROW_CARD_W
    cells = card.inset(12 if narrow else 18, 6).rows(len(facts), 4)
    typesetter = painter.kit.typesetter
    for fact, cell in zip(facts, cells, strict=True):
        icon, words = cell.cut_left(34 if narrow else 42, 8 if narrow else 12)
        painter.icon(icon, fact.icon, 32 if narrow else 38, palette.teal_700)
        label = typesetter.set_text(fact.label, _FACT_LABEL, words.w, max_lines=1)
        label_h = label.height_px / scale
        style = _FACT_VALUE_NARROW if narrow else _FACT_VALUE
        value = typesetter.set_text(
            fact.value, style, words.w, max_lines=3, max_height=cell.h - label_h
        )
        with_label = label.fits and value.fits and not value.reduced
        if not with_label:
            value = typesetter.set_text(fact.value, style, words.w, max_lines=3, max_height=cell.h)
            painter.typeset(words, value, palette.ink)
            continue
        value_h = value.height_px / scale
        top = cell.y + (cell.h - label_h - value_h) / 2
        painter.typeset(Rect(words.x, top, words.w, label_h), label, palette.muted)
        painter.typeset(Rect(words.x, top + label_h, words.w, value_h), value, palette.ink)
