"""The stored request: everything the paper says, so that a dead printer loses nothing."""

from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import (
    BODY_BOLD,
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
from anjungan.appliance.session.views import Fact, PrintNote, TicketView, Tone, Trouble

_CODE_SIZES: Final = range(84, 43, -2)
_RIGHT_W: Final = 290.0
_RIGHT_W_COMPACT: Final = 216.0
_PAD: Final = 22.0


def build(view: TicketView, context: Context) -> Page:
    """Return the page of a ticket view."""
    page = frame_page(context, view.frame)
    layout = context.layout
    room, actions = layout.content.cut_bottom(layout.action_h, layout.gap)
    note_beside = not layout.portrait and not layout.compact and len(view.buttons) < 3
    if note_beside:
        note, actions = actions.cut_left(round(actions.w * 0.29), 12)
        _paint_note(page.painter, note, view.print_note)
    add_actions(page, view.buttons, actions)
    if layout.portrait:
        left, right = room.cut_top(room.h * 0.55, 16)
    else:
        width = _RIGHT_W_COMPACT if layout.compact else _RIGHT_W
        left, right = room.cut_right(width, 14)
    note = None if note_beside else view.print_note
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
    if view.trouble is None:
        head, rest = inner.cut_top(54 if compact else 64, 6)
        _paint_thanks(painter, head, view)
    else:
        head, rest = inner.cut_top(_trouble_height(painter, view.trouble, inner.w), 6)
        _paint_trouble(painter, head, view.trouble)
    painter.fill(Rect(inner.x, rest.y, inner.w, 2), palette.line)
    rest = rest.cut_top(2, 6)[1]
    rest = _paint_code(painter, rest, view)
    if view.banner is not None:
        height = banner_height(painter, view.banner, rest.w)
        if height <= rest.h:
            rest, strip = rest.cut_bottom(height, 6)
            paint_banner(painter, strip, view.banner)
    if note is not None and rest.h >= 40:
        rest, strip = rest.cut_bottom(min(rest.h, _note_height(painter, note, rest.w)), 4)
        _paint_note(painter, strip, note)
    _paint_facts(painter, rest, view.facts)


def _paint_thanks(painter: Painter, room: Rect, view: TicketView) -> None:
    palette = painter.theme.palette
    side = min(50.0, room.h)
    mark = Rect(room.x + 4, room.middle - side / 2, side, side)
    painter.circle(mark, palette.ok_strong)
    painter.icon(mark, "check", side * 0.6, palette.white)
    words = Rect(mark.right + 16, room.y, room.right - mark.right - 16, room.h)
    title = TextStyle(30, Font.BOLD, 1.08)
    scale = painter.theme.scale
    typesetter = painter.kit.typesetter
    thanks = typesetter.set_text(view.thanks, title, words.w, max_lines=1)
    state = typesetter.set_text(view.state_line, SUPPORT, words.w, max_lines=2)
    whole = (thanks.height_px + state.height_px) / scale
    if whole > words.h:
        painter.text(words, view.state_line, SECTION, palette.ink, max_lines=2)
        return
    upper = Rect(words.x, words.y + (words.h - whole) / 2, words.w, thanks.height_px / scale)
    painter.typeset(upper, thanks, palette.ink)
    lower = Rect(words.x, upper.bottom, words.w, state.height_px / scale)
    painter.typeset(lower, state, palette.ink_2)


def _trouble_lines(painter: Painter, trouble: Trouble, width: float) -> list[tuple[str, Typeset]]:
    typesetter = painter.kit.typesetter
    return [
        (icon, typesetter.set_text([Run(text, font)], SUPPORT, width - 42, max_lines=2))
        for icon, text, font in (
            ("alert-triangle", trouble.what, Font.REGULAR),
            ("shield-check", trouble.safe, Font.BOLD),
            ("circle-arrow-right", trouble.todo, Font.REGULAR),
        )
    ]


def _trouble_height(painter: Painter, trouble: Trouble, width: float) -> float:
    lines = _trouble_lines(painter, trouble, width)
    return 48 + sum(each.height_px / painter.theme.scale + 4 for _, each in lines)


def _paint_trouble(painter: Painter, room: Rect, trouble: Trouble) -> None:
    palette, scale = painter.theme.palette, painter.theme.scale
    head, rest = room.cut_top(44, 2)
    plate = Rect(head.x, head.y, 44, 44)
    painter.box(plate, palette.warn.fill, radius=12, line=palette.warn.line, stroke=2)
    painter.icon(plate, trouble.icon, 32, palette.warn.text)
    words = Rect(plate.right + 12, head.y, head.right - plate.right - 12, head.h)
    painter.text(words, trouble.title, SECTION, palette.ink, max_lines=1)
    colours = (palette.ink, palette.ok_strong, palette.ink)
    for (icon, typeset), colour in zip(
        _trouble_lines(painter, trouble, room.w), colours, strict=True
    ):
        line, rest = rest.cut_top(typeset.height_px / scale, 4)
        painter.icon(Rect(line.x + 4, line.y, 30, line.h), icon, 26, colour)
        painter.typeset(Rect(line.x + 42, line.y, line.w - 42, line.h), typeset, colour)


def _paint_code(painter: Painter, room: Rect, view: TicketView) -> Rect:
    """Draw the code as large as it fits, then the queue number; return what is left."""
    palette, scale = painter.theme.palette, painter.theme.scale
    label_h = painter.theme.text_px(LABEL) * 1.1 / scale
    label, rest = room.cut_top(label_h, 0)
    painter.text(label, view.code_label, LABEL, palette.muted, max_lines=1)
    largest = 84 if room.h > 250 else 60
    typesetter = painter.kit.typesetter
    for size in _CODE_SIZES:
        style = TextStyle(size, Font.MONO_CODE, 1.0)
        code = typesetter.set_text(
            view.code, style, room.w, max_lines=1, fixed=True, keep_size=True
        )
        if code.fits and size <= largest:
            break
    line, rest = rest.cut_top(code.height_px / scale, 2)
    painter.typeset(line, code, palette.indigo_900)
    if view.queue_number:
        runs = [
            Run(f"{view.queue_label}  ", Font.REGULAR),
            Run(view.queue_number, Font.MONO),
        ]
        queue = typesetter.set_text(runs, BODY_BOLD, room.w, max_lines=2)
        line, rest = rest.cut_top(queue.height_px / scale, 8)
        painter.typeset(line, queue, palette.ink)
    return rest


def _paint_facts(painter: Painter, room: Rect, facts: tuple[Fact, ...]) -> None:
    """Draw as many facts as fit, in the order of their weight."""
    palette, scale = painter.theme.palette, painter.theme.scale
    for fact in facts:
        runs = [Run(f"{fact.label} ", Font.REGULAR), Run(fact.value, Font.BOLD)]
        typeset = painter.kit.typesetter.set_text(runs, SUPPORT, room.w - 42, max_lines=3)
        height = typeset.height_px / scale
        if height > room.h:
            return
        line, room = room.cut_top(height, 7)
        painter.icon(Rect(line.x, line.y, 34, min(line.h, 30)), fact.icon, 28, palette.teal_700)
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


def _note_height(painter: Painter, note: PrintNote, width: float) -> float:
    typeset = painter.kit.typesetter.set_text(note.text, SUPPORT_BOLD, width - 46, max_lines=3)
    return max(34.0, typeset.height_px / painter.theme.scale)


def _paint_note(painter: Painter, room: Rect, note: PrintNote) -> None:
    palette = painter.theme.palette
    colours = palette.tone(note.tone)
    colour = palette.ink if note.tone is Tone.NEUTRAL else colours.text
    painter.icon(Rect(room.x + 2, room.y, 38, room.h), note.icon, 36, colour)
    words = Rect(room.x + 50, room.y, room.w - 50, room.h)
    painter.text(words, note.text, SUPPORT_BOLD, colour, max_lines=4)
