"""A fault, a question or an explanation: what happened, what is safe, what to do."""

from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.theme import BODY, LABEL, QUESTION, Font
from anjungan.appliance.screens.typeset import Run, Typeset
from anjungan.appliance.screens.widgets.actions import add_actions
from anjungan.appliance.session.views import Fact, NoticeView

_PLATE: Final = 84.0
_LEAST_GAP: Final = 6.0
_SAFE_ICONS: Final = frozenset({"shield-check", "shield-lock", "circle-check"})


def build(view: NoticeView, context: Context) -> Page:
    """Return the page of a notice view."""
    page = frame_page(context, view.frame)
    layout = context.layout
    card, actions = layout.content.cut_bottom(layout.action_h, layout.gap)
    add_actions(page, view.buttons, actions)
    painter, palette = page.painter, page.theme.palette
    colours = palette.tone(view.tone)
    painter.box(card, palette.surface, radius=18, line=colours.line, stroke=3)
    inner = card.inset(18 if layout.compact else 26, 12 if layout.compact else 20)
    side = _PLATE if not layout.compact else 64.0
    title = painter.kit.typesetter.set_text(
        view.title, QUESTION, inner.w - side - 18, max_lines=2, max_height=inner.h * 0.4
    )
    head, rest = inner.cut_top(max(side, title.height_px / page.theme.scale), 12)
    plate = Rect(head.x, head.y, side, side)
    painter.box(plate, colours.fill, radius=20, line=colours.line, stroke=3)
    painter.icon(plate, view.icon, side * 0.6, colours.text)
    words = Rect(plate.right + 18, head.y, head.right - plate.right - 18, head.h)
    painter.typeset(words, title, palette.ink)
    _paint_lines(page, view.lines, rest)
    return page


def _paint_lines(page: Page, facts: tuple[Fact, ...], room: Rect) -> None:
    """Draw the lines evenly; their small headings go first when the text needs the room."""
    if not facts:
        return
    scale = page.theme.scale
    for with_labels, fixed in ((True, False), (False, False), (False, True)):
        texts = [_typeset(page, fact, room.w - 52, fixed=fixed) for fact in facts]
        label_h = page.theme.text_px(LABEL) * 1.1 / scale if with_labels else 0.0
        labels_h = sum(label_h for fact in facts if fact.label)
        needed = sum(text.height_px for text in texts) / scale + labels_h
        if needed + _LEAST_GAP * (len(facts) - 1) <= room.h:
            break
    gap = min(22.0, max(_LEAST_GAP, (room.h - needed) / len(facts)))
    painter, palette, scale = page.painter, page.theme.palette, page.theme.scale
    y = room.y
    for fact, text in zip(facts, texts, strict=True):
        safe = fact.icon in _SAFE_ICONS
        colour = palette.ok_strong if safe else palette.ink
        above = label_h if fact.label else 0.0
        height = text.height_px / scale + above
        icon = Rect(room.x, y, 40, min(height, 44.0))
        painter.icon(icon, fact.icon, 34, colour if safe else palette.teal_700)
        if above:
            label = Rect(room.x + 52, y, room.w - 52, above)
            painter.text(label, fact.label, LABEL, palette.muted, max_lines=1)
        value = Rect(room.x + 52, y + above, room.w - 52, text.height_px / scale)
        painter.typeset(value, text, colour)
        y += height + gap


def _typeset(page: Page, fact: Fact, width: float, *, fixed: bool) -> Typeset:
    font = Font.BOLD if fact.icon in _SAFE_ICONS else Font.REGULAR
    return page.context.kit.typesetter.set_text(
        [Run(fact.value, font)], BODY, width, max_lines=4, fixed=fixed
    )
