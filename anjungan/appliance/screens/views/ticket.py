"""The stored request: everything the paper says, so that a dead printer loses nothing."""

from dataclasses import dataclass, replace
from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import (
    LABEL,
    LABEL_BOLD,
    SECTION,
    SUPPORT,
    SUPPORT_BOLD,
    Font,
    TextStyle,
)
from anjungan.appliance.screens.typeset import Run, Typeset
from anjungan.appliance.screens.widgets.actions import add_actions
from anjungan.appliance.screens.widgets.banner import banner_height, paint_banner
from anjungan.appliance.screens.widgets.qr_code import paint_qr
from anjungan.appliance.session.views import Banner, Fact, PrintNote, TicketView, Tone, Trouble

_CODE_SIZES: Final = range(84, 47, -2)
_CODE_LABEL_H: Final = 36.0
_CODE_GOOD_PX: Final = 64
_HEAD_LINE_H: Final = 14.0
_SMALL_FACT: Final = TextStyle(20, Font.REGULAR, 1.15)
_FACT_GAP: Final = 5.0
_WITH_NOTE_BESIDE: Final = 2
_RIGHT_W: Final = 290.0
_RIGHT_W_COMPACT: Final = 216.0
_PAD: Final = 22.0


def build(view: TicketView, context: Context) -> Page:
    """Return the page of a ticket view."""
    page = frame_page(context, view.frame)
    layout = context.layout
    room, actions = layout.content.cut_bottom(layout.action_h, layout.gap)
    beside, narrower = actions.cut_left(round(actions.w * 0.29), 12)
    roomy = not layout.portrait and not layout.compact and len(view.buttons) <= _WITH_NOTE_BESIDE
    note_beside = roomy and _note(page.painter, view.print_note, beside.w, beside.h).fits
    if note_beside:
        _paint_note(page.painter, beside, view.print_note)
        actions = narrower
    add_actions(page, view.buttons, actions)
    if layout.portrait:
        left, right = room.cut_top(room.h * 0.55, 16)
    else:
        crowded = view.banner is not None or view.trouble is not None
        width = _RIGHT_W_COMPACT if layout.compact or crowded else _RIGHT_W
        left, right = room.cut_right(width, 14)
    note = None if note_beside or view.trouble is not None else view.print_note
    _paint_code_card(page, view, left, note)
    _paint_qr_card(page, view, right)
    return page


def _paint_code_card(page: Page, view: TicketView, card: Rect, note: PrintNote | None) -> None:
    painter, palette = page.painter, page.theme.palette
    compact = page.context.layout.compact
    warn = view.trouble is not None
    line = palette.warn.line if warn else palette.indigo_900
    painter.box(card, palette.surface, radius=18, line=line, stroke=3 if warn else 2)
    inner = card.inset(14 if compact else _PAD, 8 if compact else 14)
    plan = _plan(painter, view, inner, note, compact=compact)
    head, rest = inner.cut_top(plan.head_h, 4)
    if view.trouble is None:
        _paint_thanks(painter, head, view, fixed=plan.fixed)
    else:
        _paint_trouble(painter, head, view.trouble, fixed=plan.fixed)
    painter.fill(Rect(inner.x, rest.y, inner.w, 2), palette.line)
    rest = rest.cut_top(2, 4)[1]
    below_h = plan.banner_h + plan.note_h + plan.facts_h
    rest = _paint_code(painter, rest, view, below_h, fixed=plan.fixed)
    if plan.banner is not None:
        rest, strip = rest.cut_bottom(plan.banner_h - 6, 6)
        paint_banner(painter, strip, plan.banner, tight=plan.fixed)
    if note is not None and plan.note_h:
        rest, strip = rest.cut_bottom(plan.note_h - 4, 4)
        _paint_note(painter, strip, note)
    _paint_facts(painter, rest, view.facts, plan.facts)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the card has room for; heights include the gap below."""

    fixed: bool
    head_h: float
    banner: Banner | None
    banner_h: float
    note_h: float
    facts: list[Typeset]
    facts_h: float

    @property
    def above_facts_h(self) -> float:
        """Height of everything but code and facts, with the line below the head."""
        return self.head_h + self.banner_h + self.note_h + _HEAD_LINE_H


def _plan(
    painter: Painter, view: TicketView, room: Rect, note: PrintNote | None, *, compact: bool
) -> _Plan:
    """Choose what is shown: first everything large, then smaller, then less.

    The code is always there, and what became of the request; the header's pill says that it is
    offline, too, so the banner may be shortened or left out.
    """
    short = None
    if view.banner is not None:
        short = Banner(
            tone=view.banner.tone, icon=view.banner.icon, strong=view.banner.strong, text=""
        )
    plans = [
        _measured(painter, view, room, note, _Wish(banner, fixed, compact, style))
        for banner, fixed, style in (
            (view.banner, False, SUPPORT),
            (view.banner, False, _SMALL_FACT),
            (view.banner, True, _SMALL_FACT),
            (short, True, _SMALL_FACT),
        )
    ]
    for code_px in (_CODE_GOOD_PX, _CODE_SIZES[-1]):
        for plan in plans:
            left = room.h - plan.above_facts_h - code_px - _CODE_LABEL_H
            if left >= plan.facts_h:
                return plan
    for plan in plans:
        left = room.h - plan.above_facts_h - _CODE_SIZES[-1] - _CODE_LABEL_H
        if left >= 0:
            return replace(plan, facts_h=left)
    return replace(plans[-1], banner=None, banner_h=0.0, facts_h=0.0)


@dataclass(frozen=True, slots=True)
class _Wish:
    """How a plan would draw the parts."""

    banner: Banner | None
    fixed: bool
    compact: bool
    fact: TextStyle


def _measured(
    painter: Painter, view: TicketView, room: Rect, note: PrintNote | None, wish: _Wish
) -> _Plan:
    if view.trouble is not None:
        head_h = _trouble_height(painter, view.trouble, room.w, fixed=wish.fixed)
    else:
        head_h = 48.0 if wish.compact else 58.0
    facts = _facts(painter, view.facts, room.w, wish.fact, fixed=wish.fixed)
    banner_h = 0.0
    if wish.banner is not None:
        banner_h = banner_height(painter, wish.banner, room.w, tight=wish.fixed) + 6
    return _Plan(
        fixed=wish.fixed,
        head_h=head_h,
        banner=wish.banner,
        banner_h=banner_h,
        note_h=_note_height(painter, note, room.w) + 4 if note is not None else 0.0,
        facts=facts,
        facts_h=_facts_height(painter, facts),
    )


def _paint_thanks(painter: Painter, room: Rect, view: TicketView, *, fixed: bool) -> None:
    palette = painter.theme.palette
    side = min(50.0, room.h)
    mark = Rect(room.x + 4, room.middle - side / 2, side, side)
    painter.circle(mark, palette.ok_strong)
    painter.icon(mark, "check", side * 0.6, palette.white)
    words = Rect(mark.right + 16, room.y, room.right - mark.right - 16, room.h)
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
            ("shield-check", trouble.safe, Font.BOLD),
            ("circle-arrow-right", trouble.todo, Font.REGULAR),
        )
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
    colours = (palette.ink, palette.ok_strong, palette.ink)
    for (icon, typeset), colour in zip(
        _trouble_lines(painter, trouble, room.w, fixed=fixed), colours, strict=True
    ):
        line, rest = rest.cut_top(typeset.height_px / scale, 4)
        painter.icon(Rect(line.x + 4, line.y, 30, line.h), icon, 26, colour)
        painter.typeset(Rect(line.x + 42, line.y, line.w - 42, line.h), typeset, colour)


def _paint_code(
    painter: Painter, room: Rect, view: TicketView, needed: float, *, fixed: bool
) -> Rect:
    """Draw the code as large as leaves ``needed`` below it; return what is left.

    The queue number stands beside the code's label, or below the code where that is too narrow.
    """
    palette, scale = painter.theme.palette, painter.theme.scale
    typesetter = painter.kit.typesetter
    label = typesetter.set_text(view.code_label, LABEL, room.w, max_lines=1, fixed=fixed)
    runs = [Run(f"{view.queue_label} ", Font.SEMIBOLD), Run(view.queue_number, Font.BOLD)]
    queue = typesetter.set_text(runs, LABEL, room.w, max_lines=1, fixed=fixed)
    beside = (label.width_px + queue.width_px) / scale + 20 <= room.w
    line, rest = room.cut_top(label.height_px / scale, 2)
    painter.typeset(line, label, palette.muted)
    if view.queue_number and beside:
        painter.typeset(line, queue, palette.ink, align="right")
    queue_h = 0.0 if beside or not view.queue_number else queue.height_px / scale + 4
    code = _code(painter, view.code, room.w, rest.h - needed - queue_h - 6)
    line, rest = rest.cut_top(code.height_px / scale, 4)
    painter.typeset(line, code, palette.indigo_900)
    if queue_h:
        line, rest = rest.cut_top(queue_h - 4, 4)
        painter.typeset(line, queue, palette.ink)
    return rest


def _code(painter: Painter, code: str, width: float, height: float) -> Typeset:
    """Set the code: never broken, as large as width and height allow, never below 44."""
    typesetter = painter.kit.typesetter
    for size in _CODE_SIZES:
        style = TextStyle(size, Font.MONO_CODE, 1.0)
        typeset = typesetter.set_text(code, style, width, max_lines=1, fixed=True, keep_size=True)
        if typeset.fits and size <= height:
            break
    return typeset


def _facts(
    painter: Painter, facts: tuple[Fact, ...], width: float, style: TextStyle, *, fixed: bool
) -> list[Typeset]:
    return [
        painter.kit.typesetter.set_text(
            [Run(f"{fact.label} ", Font.REGULAR), Run(fact.value, Font.BOLD)],
            style,
            width - 42,
            max_lines=4,
            fixed=fixed,
        )
        for fact in facts
    ]


def _facts_height(painter: Painter, facts: list[Typeset]) -> float:
    return sum(each.height_px / painter.theme.scale + _FACT_GAP for each in facts)


def _paint_facts(
    painter: Painter, room: Rect, facts: tuple[Fact, ...], typesets: list[Typeset]
) -> None:
    """Draw as many facts as fit, in the order of their weight."""
    palette, scale = painter.theme.palette, painter.theme.scale
    for fact, typeset in zip(facts, typesets, strict=True):
        height = typeset.height_px / scale
        if height > room.h + 1:
            continue
        line, room = room.cut_top(height, _FACT_GAP)
        painter.icon(Rect(line.x, line.y, 34, min(line.h, 28)), fact.icon, 27, palette.teal_700)
        painter.typeset(Rect(line.x + 42, line.y, line.w - 42, line.h), typeset, palette.ink)


def _paint_qr_card(page: Page, view: TicketView, card: Rect) -> None:
    painter, palette = page.painter, page.theme.palette
    painter.box(card, palette.surface, radius=18, line=palette.indigo_900, stroke=2)
    inner = card.inset(10, 10)
    scale = page.theme.scale
    caption = painter.kit.typesetter.set_text(view.qr_caption, LABEL_BOLD, inner.w - 8, max_lines=4)
    height = caption.height_px / scale
    side = min(inner.w, inner.h - height - 8)
    whole = side + height + 6
    top = inner.y + max(0.0, (inner.h - whole) / 2)
    place = paint_qr(painter, Rect(inner.x, top, inner.w, side), view.qr_text)
    below = Rect(inner.x + 4, place.bottom + 2, inner.w - 8, height)
    painter.typeset(below, caption, palette.ink, align="centre")


def _note(painter: Painter, note: PrintNote, width: float, height: float | None = None) -> Typeset:
    return painter.kit.typesetter.set_text(
        note.text, SUPPORT_BOLD, width - 50, max_lines=3, max_height=height
    )


def _note_height(painter: Painter, note: PrintNote, width: float) -> float:
    return max(34.0, _note(painter, note, width).height_px / painter.theme.scale)


def _paint_note(painter: Painter, room: Rect, note: PrintNote) -> None:
    palette = painter.theme.palette
    colour = palette.ink if note.tone is Tone.NEUTRAL else palette.tone(note.tone).text
    painter.icon(Rect(room.x + 2, room.y, 38, room.h), note.icon, 36, colour)
    words = Rect(room.x + 50, room.y, room.w - 50, room.h)
    painter.typeset(words, _note(painter, note, room.w, room.h + 1), colour)
