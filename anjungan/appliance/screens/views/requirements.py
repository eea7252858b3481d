"""One letter: what to bring at the left; cost, time and place at the right."""

from dataclasses import dataclass
from typing import Final

import msgspec

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.pages_of_items import uneven_pages
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
from anjungan.appliance.screens.widgets.banner import Letters, banner_height, paint_banner
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
_BADGE_H: Final = 26.0
_PAGER_H: Final = 93.0
_PAGER_H_COMPACT: Final = 80.0
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
    for banner in (view.banner, view.printed):
        room = _paint_banner(page, view, room, banner)
    measure = _measure(context)
    pages = _pages(context, view, room, measure)
    if len(pages) > 1:
        pager_h = max(
            _PAGER_H_COMPACT if context.layout.compact else _PAGER_H, context.layout.touch
        )
        room, pager = room.cut_bottom(pager_h, 8)
        pages = _pages(context, view, room, measure)
        context.place.page = min(context.place.page, len(pages) - 1)
        add_pager(
            page,
            pager,
            count=len(pages),
            page_word=view.page_word,
            previous_label=view.previous_label,
            next_label=view.next_label,
        )
    context.place.page = min(context.place.page, len(pages) - 1)
    a_page = max(len(each) for each in pages)
    usual = min(
        (room.h - _GAP * (a_page - 1)) / a_page,
        context.theme.row(_NEED_H if a_page > 1 else _LONE_NEED_H),
    )
    needs = [view.needs[index] for index in pages[context.place.page]]
    heights = [_need_height(context.kit, need, room.w, measure) for need in needs]
    wide = [max(height, usual) for height in heights]
    if sum(wide) + _GAP * (len(wide) - 1) <= room.h + 0.5:
        heights = wide
    y = room.y
    for need, need_h in zip(needs, heights, strict=True):
        _paint_need(painter, Rect(room.x, y, room.w, need_h), need, measure)
        y += need_h + _GAP


@dataclass(frozen=True, slots=True)
class _Measure:
    """How a need is drawn; ``below`` puts the badge under the title, which keeps its width."""

    least_h: float
    edge: float
    plate: float
    gap: float
    below: bool


def _measure(context: Context) -> _Measure:
    row = context.theme.row
    if context.layout.compact:
        return _Measure(row(_NEED_H_COMPACT), edge=12, plate=52, gap=12, below=True)
    return _Measure(row(_LEAST_NEED_H), edge=18, plate=_PLATE, gap=16, below=False)


def _paint_banner(page: Page, view: RequirementsView, room: Rect, banner: Banner | None) -> Rect:
    """Draw a banner at the bottom; on a small glass its second sentence gives way to needs."""
    context, painter = page.context, page.painter
    if banner is None:
        return room
    letters = Letters.USUAL
    strip_h = banner_height(painter, banner, room.w)
    above = room.cut_bottom(strip_h, 10)[0]
    if context.layout.compact and len(_pages(context, view, above, _measure(context))) > 1:
        banner, letters = msgspec.structs.replace(banner, text=""), Letters.SMALLEST
        strip_h = banner_height(painter, banner, room.w, letters)
    room, strip = room.cut_bottom(strip_h, 10)
    paint_banner(painter, strip, banner, letters)
    return room


def _pages(context: Context, view: RequirementsView, room: Rect, measure: _Measure) -> list[range]:
    """Share the needs among pages, in order."""
    heights = [_need_height(context.kit, need, room.w, measure) for need in view.needs]
    return uneven_pages(heights, room.h, _GAP)


def _badge_w(kit: Kit, need: Need) -> float:
    font_px = kit.theme.text_px(LABEL_BOLD, fixed=True)
    return kit.typesetter.width_px(need.badge, LABEL_BOLD.font, font_px) / kit.theme.scale + 38


def _words_width(kit: Kit, need: Need, width: float, measure: _Measure) -> float:
    words = width - 2 * measure.edge - measure.plate - measure.gap
    return words if measure.below else words - _badge_w(kit, need) - 8


def _title(kit: Kit, need: Need, width: float, measure: _Measure) -> Typeset:
    words = _words_width(kit, need, width, measure)
    return kit.typesetter.set_text(need.title, ROW_TITLE, words, max_lines=3)


def _need_height(kit: Kit, need: Need, width: float, measure: _Measure) -> float:
    title_h = _title(kit, need, width, measure).height_px / kit.theme.scale
    below_h = _BADGE_H + 2 if measure.below else 0.0
    return max(measure.least_h, title_h + below_h + 18)


def _paint_need(painter: Painter, rect: Rect, need: Need, measure: _Measure) -> None:
    palette, scale, kit = painter.theme.palette, painter.theme.scale, painter.kit
    painter.box(rect, palette.surface, radius=18, line=palette.line, stroke=2)
    plate = min(measure.plate, rect.h - 20)
    box = Rect(rect.x + measure.edge, rect.middle - plate / 2, plate, plate)
    painter.box(box, palette.plate(0), radius=12)
    painter.icon(box, need.icon, plate * 0.62, palette.white)
    width = _words_width(kit, need, rect.w, measure)
    title = _title(kit, need, rect.w, measure)
    note = kit.typesetter.set_text(need.note, SUPPORT, width, max_lines=2)
    title_h, note_h = title.height_px / scale, note.height_px / scale
    badge_w = _badge_w(kit, need)
    badge_h = _BADGE_H + 2 if measure.below else 0.0
    with_note = bool(need.note) and note.fits and title_h + note_h + badge_h <= rect.h - 10
    whole = title_h + badge_h + (note_h if with_note else 0)
    left = rect.x + measure.edge + measure.plate + measure.gap
    top = rect.y + (rect.h - whole) / 2
    painter.typeset(Rect(left, top, width, title_h), title, palette.ink)
    if with_note:
        painter.typeset(Rect(left, top + title_h, width, note_h), note, palette.muted)
    if measure.below:
        _paint_badge(painter, Rect(left, top + whole - _BADGE_H, badge_w, _BADGE_H), need)
    else:
        right = rect.right - measure.edge - badge_w
        _paint_badge(painter, Rect(right, rect.y, badge_w, rect.h), need)


def _paint_badge(painter: Painter, badge: Rect, need: Need) -> None:
    palette = painter.theme.palette
    colour = palette.ok_strong if need.badge_tone is Tone.OK else palette.tone(need.badge_tone).text
    side = min(28.0, badge.h)
    dot = Rect(badge.x, badge.middle - side / 2, side, side)
    painter.circle(dot, colour)
    icon = "check" if need.badge_tone is Tone.OK else "dots"
    painter.icon(dot, icon, side * 0.7, palette.white)
    words = Rect(badge.x + side + 8, badge.y, badge.w - side - 6, badge.h)
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
