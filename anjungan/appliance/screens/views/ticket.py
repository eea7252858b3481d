"""The stored request: everything the paper says, so that a dead printer loses nothing.

What does not fit beside the code stands on the following pages of this view.
"""

from dataclasses import dataclass, replace
from typing import Final

import msgspec

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.pages_of_items import uneven_pages
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import (
    LABEL_BOLD,
    SECTION,
    SUPPORT,
    SUPPORT_BOLD,
    Font,
    TextStyle,
)
from anjungan.appliance.screens.typeset import Run, Typeset
from anjungan.appliance.screens.widgets.actions import add_actions
from anjungan.appliance.screens.widgets.pager import add_pager
from anjungan.appliance.screens.widgets.qr_code import paint_qr
from anjungan.appliance.screens.widgets.ticket_code import (
    GOOD_CODE_PX,
    LEAST_CODE_PX,
    code_height,
    paint_code,
)
from anjungan.appliance.screens.widgets.ticket_parts import (
    FACT_GAP,
    LOOKS,
    Look,
    Part,
    PartHeights,
    paint_note,
    paint_parts,
    set_note,
)
from anjungan.appliance.session.views import TicketView, Trouble

_HEAD_LINE_H: Final = 10.0
_TITLE_LINE_H: Final = 8.0
_WITH_NOTE_BESIDE: Final = 2
_RIGHT_W: Final = 290.0
_RIGHT_W_COMPACT: Final = 216.0
_BETWEEN_ARROWS: Final = 72.0
_LEAST_QR: Final = 150.0
_PAD: Final = 22.0
_NARROW_W: Final = 410.0
_SAFE_ICON: Final = "shield-check"


def build(view: TicketView, context: Context) -> Page:
    """Return the page of a ticket view."""
    page = frame_page(context, view.frame)
    layout = context.layout
    room, actions = layout.content.cut_bottom(layout.action_h, layout.gap)
    beside, narrower = actions.cut_left(round(actions.w * 0.29), 12)
    roomy = not layout.portrait and not layout.compact and len(view.buttons) <= _WITH_NOTE_BESIDE
    note_beside = roomy and set_note(page.painter, view.print_note, beside.w, beside.h).fits
    if note_beside:
        paint_note(page.painter, beside, view.print_note)
        actions = narrower
    left, right = _halves(page, view, room)
    parts = _parts(view, note_beside=note_beside)
    plan = _plan(_Space(page, view, left), parts)
    if plan.later:
        room, left, right = _with_pager(page, view, room)
        space = _Space(page, view, left)
        plan = _plan(space, parts, paged=True)
        if view.trouble is not None and not space.fits(plan, LEAST_CODE_PX):
            # its title says already what happened
            trouble = msgspec.structs.replace(view.trouble, what="")
            view = msgspec.structs.replace(view, trouble=trouble)
            plan = _plan(_Space(page, view, left), parts, paged=True)
        _paint_one_page(page, view, left, plan, pager=room)
    else:
        context.place.page = 0
        _paint_code_card(page, view, left, plan)
    add_actions(page, view.buttons, actions)
    _paint_qr_card(page, view, right)
    return page


def _halves(
    page: Page, view: TicketView, room: Rect, least_right: float = 0.0
) -> tuple[Rect, Rect]:
    layout = page.context.layout
    if layout.portrait:
        return room.cut_top(room.h * 0.55, 16)
    crowded = view.banner is not None or view.trouble is not None
    width = _RIGHT_W_COMPACT if layout.compact or crowded else _RIGHT_W
    return room.cut_right(max(width, least_right), 14)


def _with_pager(page: Page, view: TicketView, room: Rect) -> tuple[Rect, Rect, Rect]:
    """Return the places of the pager, the card and the QR: only the card changes with the page."""
    layout = page.context.layout
    if layout.portrait:
        room, pager = room.cut_bottom(layout.touch + 8, 12)
        return pager, *_halves(page, view, room)
    left, right = _halves(page, view, room, 2 * layout.touch + _BETWEEN_ARROWS)
    right, pager = right.cut_bottom(layout.touch, 10)
    return pager, left, right


def _parts(view: TicketView, *, note_beside: bool) -> tuple[Part, ...]:
    """Return everything below the code, the most urgent first.

    A trouble says what the note says, unless another paper is meant.
    """
    said = note_beside or (view.trouble is not None and view.print_note.text == view.trouble.title)
    note: tuple[Part, ...] = () if said else (view.print_note,)
    banner: tuple[Part, ...] = () if view.banner is None else (view.banner,)
    return (*note, *banner, *view.facts)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What stands below the code, how large, and what has to stand on a later page."""

    look: Look
    head_h: float
    now: tuple[Part, ...]
    later: tuple[Part, ...]


def _inner(page: Page, card: Rect) -> Rect:
    compact = page.context.layout.compact
    return card.inset(14 if compact else _PAD, 8 if compact else 14)


class _Space:
    """The card for which a plan is made; everything is measured once."""

    def __init__(self, page: Page, view: TicketView, card: Rect) -> None:
        self.page = page
        self.view = view
        self.room = _inner(page, card)
        self._heights = PartHeights(page.painter, self.room.w)
        self._around: dict[bool, tuple[float, float]] = {}

    def plan(self, look: Look, now: tuple[Part, ...], later: tuple[Part, ...]) -> _Plan:
        """Return a plan, whether or not it fits."""
        return _Plan(look, self._head_and_code(look)[0], now, later)

    def fits(self, plan: _Plan, code_px: int) -> bool:
        """Tell whether a plan leaves room for a code of that size."""
        head_h, code_h = self._head_and_code(plan.look)
        parts_h = self._heights.together(plan.now, plan.look)
        return head_h + _HEAD_LINE_H + parts_h + code_h + code_px <= self.room.h

    def _head_and_code(self, look: Look) -> tuple[float, float]:
        fixed = look.fixed
        if fixed not in self._around:
            head_h = _head_height(self.page, self.view, self.room, fixed=fixed)
            code_h = code_height(self.page.painter, self.view, self.room.w, 0, fixed=fixed)
            self._around[fixed] = (head_h, code_h)
        return self._around[fixed]


def _plan(space: _Space, parts: tuple[Part, ...], *, paged: bool = False) -> _Plan:
    """Choose what is shown: first everything large, then smaller; then less on this page."""
    if not paged:
        for code_px in (GOOD_CODE_PX, LEAST_CODE_PX):
            for look in LOOKS:
                plan = space.plan(look, parts, ())
                if space.fits(plan, code_px):
                    return plan
    return _first_of_many(space, parts)


def _first_of_many(space: _Space, parts: tuple[Part, ...]) -> _Plan:
    """Return what stands below the code when there are later pages, which hold all facts."""
    facts = space.view.facts
    urgent = tuple(each for each in parts if each not in facts)
    for look in LOOKS:
        plan = space.plan(look, urgent, facts)
        if space.fits(plan, GOOD_CODE_PX):
            return _with_facts(space, plan)
    for look in LOOKS:
        plan = space.plan(look, urgent, facts)
        if space.fits(plan, LEAST_CODE_PX):
            return plan
    for count in range(len(urgent), -1, -1):
        plan = space.plan(LOOKS[-1], urgent[:count], (*urgent[count:], *facts))
        if space.fits(plan, LEAST_CODE_PX):
            break
    return plan


def _with_facts(space: _Space, plan: _Plan) -> _Plan:
    """Show the first facts already here, as far as there is room beside a good code."""
    for fact in space.view.facts:
        more = replace(plan, now=(*plan.now, fact))
        if not space.fits(more, GOOD_CODE_PX):
            break
        plan = more
    return plan


def _paint_one_page(page: Page, view: TicketView, card: Rect, plan: _Plan, *, pager: Rect) -> None:
    """Draw the code, or the later parts of one page, and the arrows."""
    painter, place = page.painter, page.context.place
    service = painter.kit.typesetter.set_text(
        view.frame.subtitle, SUPPORT_BOLD, _inner(page, card).w, max_lines=2
    )
    head_h = service.height_px / page.theme.scale + _TITLE_LINE_H if view.frame.subtitle else 0.0
    room = _inner(page, card).cut_top(head_h)[1]
    look, shares = _share(painter, room, plan.later)
    pages = 1 + len(shares)
    place.page = min(place.page, pages - 1)
    if place.page == 0:
        _paint_code_card(page, view, card, plan)
    else:
        palette = page.theme.palette
        painter.box(card, palette.surface, radius=18, line=palette.indigo_900, stroke=2)
        if head_h:
            head = _inner(page, card).cut_top(head_h - _TITLE_LINE_H + 1)[0]
            painter.typeset(head, service, palette.ink, valign="top")
            painter.fill(Rect(room.x, head.bottom, room.w, 2), palette.line)
        paint_parts(painter, room, shares[place.page - 1], look)
    add_pager(
        page,
        pager,
        count=pages,
        page_word=view.page_word,
        previous_label=view.previous_label,
        next_label=view.next_label,
        keep_focus=True,
    )


def _share(
    painter: Painter, room: Rect, parts: tuple[Part, ...]
) -> tuple[Look, list[tuple[Part, ...]]]:
    """Share parts among as few pages as the resident's text size allows, in order."""
    heights = PartHeights(painter, room.w)
    for look in LOOKS[:-1] if painter.theme.enlarged else LOOKS:
        if heights.together(parts, look) - FACT_GAP <= room.h:
            return look, [parts]
    look = next(
        (look for look in LOOKS[1:-1] if max(heights.of(each, look) for each in parts) <= room.h),
        LOOKS[-1],
    )
    pages = uneven_pages([heights.of(each, look) for each in parts], room.h, FACT_GAP)
    return look, [tuple(parts[index] for index in each) for each in pages]


def _paint_code_card(page: Page, view: TicketView, card: Rect, plan: _Plan) -> None:
    painter, palette = page.painter, page.theme.palette
    warn = view.trouble is not None
    line = palette.warn.line if warn else palette.indigo_900
    painter.box(card, palette.surface, radius=18, line=line, stroke=3 if warn else 2)
    inner = _inner(page, card)
    fixed = plan.look.fixed
    head, rest = inner.cut_top(plan.head_h, 4)
    if view.trouble is None:
        _paint_thanks(painter, head, view, fixed=fixed)
    else:
        _paint_trouble(painter, head, view.trouble, fixed=fixed)
    painter.fill(Rect(inner.x, rest.y, inner.w, 2), palette.line)
    rest = rest.cut_top(2, 4)[1]
    below_h = PartHeights(painter, rest.w).together(plan.now, plan.look)
    left = paint_code(painter, rest.cut_bottom(below_h)[0], view, fixed=fixed)
    paint_parts(painter, Rect(rest.x, left.y, rest.w, rest.bottom - left.y), plan.now, plan.look)


def _head_height(page: Page, view: TicketView, room: Rect, *, fixed: bool) -> float:
    if view.trouble is not None:
        return _trouble_height(page.painter, view.trouble, room.w, fixed=fixed)
    return 48.0 if page.context.layout.compact else 58.0


def _paint_thanks(painter: Painter, room: Rect, view: TicketView, *, fixed: bool) -> None:
    palette = painter.theme.palette
    narrow = room.w < _NARROW_W
    side = 40.0 if narrow else min(50.0, room.h)
    mark = Rect(room.x + 4, room.middle - side / 2, side, side)
    painter.circle(mark, palette.ok_strong)
    painter.icon(mark, "check", side * 0.6, palette.white)
    words = Rect(room.x, room.y, room.w, room.h).cut_left(side + (14 if narrow else 20))[1]
    title = TextStyle(30, Font.BOLD, 1.08)
    scale = painter.theme.scale
    typesetter = painter.kit.typesetter
    thanks = typesetter.set_text(view.thanks, title, words.w, max_lines=1, fixed=fixed)
    state = typesetter.set_text(view.state_line, SUPPORT, words.w, max_lines=2, fixed=fixed)
    whole = (thanks.height_px + state.height_px) / scale
    if whole > words.h:
        painter.text(words, view.state_line, SUPPORT_BOLD, palette.ink, max_lines=2, fixed=fixed)
        return
    upper = Rect(words.x, words.y + (words.h - whole) / 2, words.w, thanks.height_px / scale)
    painter.typeset(upper, thanks, palette.ink)
    lower = Rect(words.x, upper.bottom, words.w, state.height_px / scale)
    painter.typeset(lower, state, palette.ink_2)


def _trouble_lines(
    painter: Painter, trouble: Trouble, width: float, *, fixed: bool
) -> list[tuple[str, Typeset]]:
    typesetter = painter.kit.typesetter
    return [
        (
            icon,
            typesetter.set_text([Run(text, font)], SUPPORT, width - 42, max_lines=2, fixed=fixed),
        )
        for icon, text, font in (
            ("alert-triangle", trouble.what, Font.REGULAR),
            (_SAFE_ICON, trouble.safe, Font.BOLD),
            ("circle-arrow-right", trouble.todo, Font.REGULAR),
        )
        if text
    ]


def _trouble_height(painter: Painter, trouble: Trouble, width: float, *, fixed: bool) -> float:
    lines = _trouble_lines(painter, trouble, width, fixed=fixed)
    return 48 + sum(each.height_px / painter.theme.scale + 4 for _, each in lines)


def _paint_trouble(painter: Painter, room: Rect, trouble: Trouble, *, fixed: bool) -> None:
    palette, scale = painter.theme.palette, painter.theme.scale
    head, rest = room.cut_top(44, 2)
    plate = Rect(head.x, head.y, 44, 44)
    painter.box(plate, palette.warn.fill, radius=12, line=palette.warn.line, stroke=2)
    painter.icon(plate, trouble.icon, 32, palette.warn.text)
    words = Rect(plate.right + 12, head.y, head.right - plate.right - 12, head.h)
    painter.text(words, trouble.title, SECTION, palette.ink, max_lines=1)
    for icon, typeset in _trouble_lines(painter, trouble, room.w, fixed=fixed):
        colour = palette.ok_strong if icon == _SAFE_ICON else palette.ink
        line, rest = rest.cut_top(typeset.height_px / scale, 4)
        painter.icon(Rect(line.x + 4, line.y, 30, line.h), icon, 26, colour)
        painter.typeset(Rect(line.x + 42, line.y, line.w - 42, line.h), typeset, colour)


def _paint_qr_card(page: Page, view: TicketView, card: Rect) -> None:
    painter, palette = page.painter, page.theme.palette
    painter.box(card, palette.surface, radius=18, line=palette.indigo_900, stroke=2)
    inner = card.inset(10, 10)
    scale = page.theme.scale
    caption = painter.kit.typesetter.set_text(
        view.qr_caption,
        LABEL_BOLD,
        inner.w - 8,
        max_lines=4,
        max_height=max(inner.h - _LEAST_QR - 8, 46.0),
        balance=True,
    )
    height = caption.height_px / scale
    side = min(inner.w, inner.h - height - 8)
    whole = side + height + 6
    top = inner.y + max(0.0, (inner.h - whole) / 2)
    place = paint_qr(painter, Rect(inner.x, top, inner.w, side), view.qr_text)
    below = Rect(inner.x + 4, place.bottom + 2, inner.w - 8, height)
    painter.typeset(below, caption, palette.ink, align="centre")
