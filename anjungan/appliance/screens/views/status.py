"""Where one request stands: the state word, the timeline, and what to do."""

from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import (
    BODY_BOLD,
    LABEL_BOLD,
    SECTION,
    SUPPORT,
    Font,
    TextStyle,
)
from anjungan.appliance.screens.typeset import Run, Typeset
from anjungan.appliance.screens.widgets.actions import add_actions
from anjungan.appliance.screens.widgets.banner import (
    banner_height,
    chip_width,
    paint_banner,
    paint_chip,
)
from anjungan.appliance.session.views import Node, NodeState, StatusView

_NODE: Final = 68.0
_NODE_COMPACT: Final = 52.0
_WHEN: Final = TextStyle(20, Font.REGULAR, 1.08)


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
    _paint_timeline(painter, view.nodes, room)
    return page


def _paint_heading(page: Page, view: StatusView, room: Rect) -> Rect:
    painter, palette, scale = page.painter, page.theme.palette, page.theme.scale
    chip_w = min(chip_width(painter, view.chip), room.w * 0.45)
    words_w = room.w - chip_w - 14
    typesetter = painter.kit.typesetter
    heading = typesetter.set_text(view.heading, SECTION, words_w, max_lines=2, max_height=74)
    subline = typesetter.set_text(view.subline, SUPPORT, words_w, max_lines=1)
    height = (heading.height_px + subline.height_px) / scale
    if page.context.layout.compact and heading.height_px / scale > 40:
        height = heading.height_px / scale
        subline = None
    height = max(height, 54.0)
    head, rest = room.cut_top(height, 8)
    chip = Rect(head.right - chip_w, head.y, chip_w, min(58.0, head.h))
    paint_chip(painter, chip, view.chip)
    top, below = Rect(head.x, head.y, words_w, head.h).cut_top(heading.height_px / scale)
    painter.typeset(top, heading, palette.ink)
    if subline is not None and subline.fits:
        painter.typeset(below, subline, palette.muted, valign="top")
    return rest


def _paint_note(painter: Painter, view: StatusView, room: Rect) -> Rect:
    """Draw the officer's words; they are never cut, the timeline gives way."""
    palette, scale = painter.theme.palette, painter.theme.scale
    runs = [Run(f"{view.note_label}: ", Font.BOLD), Run(view.note, Font.REGULAR)]
    note = painter.kit.typesetter.set_text(
        runs, SUPPORT, room.w - 36, max_lines=8, max_height=room.h - _least_timeline(painter) - 24
    )
    height = note.height_px / scale + 16
    room, box = room.cut_bottom(height, 8)
    painter.box(box, palette.surface, radius=14, line=palette.line, stroke=2)
    painter.typeset(box.inset(18, 8), note, palette.ink)
    return room


def _least_timeline(painter: Painter) -> float:
    """Height of the timeline without dates."""
    return (
        16 + _NODE_COMPACT + 24 + 2 * painter.theme.text_px(BODY_BOLD) * 1.1 / painter.theme.scale
    )


def _paint_timeline(painter: Painter, nodes: tuple[Node, ...], room: Rect) -> None:
    palette = painter.theme.palette
    painter.box(room, palette.surface, radius=18, line=palette.line, stroke=2)
    columns = room.inset(14, 0).columns(len(nodes), 8)
    typesetter = painter.kit.typesetter
    size = _NODE if room.h >= 190 else _NODE_COMPACT
    label_style = TextStyle(24 if room.h >= 190 else 21, Font.BOLD, 1.08)
    labels = [
        typesetter.set_text(node.label, label_style, cell.w, max_lines=2)
        for node, cell in zip(nodes, columns, strict=True)
    ]
    centres = [cell.x + cell.w / 2 for cell in columns]
    content_h = size + 26 + 6 + max(each.height_px for each in labels) / painter.theme.scale
    whens = [
        typesetter.set_text(node.when, _WHEN, cell.w, max_lines=2, keep_size=True)
        for node, cell in zip(nodes, columns, strict=True)
    ]
    when_h = max(
        (each.height_px if node.when else 0) for each, node in zip(whens, nodes, strict=True)
    )
    when_h /= painter.theme.scale
    show_when = all(each.fits for each in whens) and content_h + when_h + 6 <= room.h - 16
    whole = content_h + (when_h + 6 if show_when and when_h else 0)
    top = room.y + (room.h - whole) / 2
    middle = top + size / 2
    for index in range(len(nodes) - 1):
        _paint_bar(
            painter,
            nodes[index + 1],
            centres[index] + size / 2,
            centres[index + 1] - size / 2,
            middle,
        )
    for index, (node, cell) in enumerate(zip(nodes, columns, strict=True)):
        _paint_node(painter, node, Rect(centres[index] - size / 2, top, size, size))
        y = top + size + 4
        _paint_state(painter, node, Rect(cell.x, y, cell.w, 26))
        label_h = max(each.height_px for each in labels) / painter.theme.scale
        below = Rect(cell.x, y + 28, cell.w, label_h)
        painter.typeset(below, labels[index], palette.ink, align="centre")
        if show_when and node.when:
            when = Rect(cell.x, below.bottom + 4, cell.w, when_h)
            painter.typeset(when, whens[index], palette.muted, align="centre", valign="top")


def _paint_bar(painter: Painter, following: Node, left: float, right: float, y: float) -> None:
    palette = painter.theme.palette
    if following.state is not NodeState.LATER:
        painter.fill(Rect(left - 2, y - 4, right - left + 4, 8), palette.ok_strong)
        return
    count = max(1, int((right - left - 12) // 16))
    step = (right - left - 12) / count
    for index in range(count):
        dot = Rect(left + 6 + step * index + (step - 8) / 2, y - 4, 8, 8)
        painter.circle(dot, palette.line_touch)


def _paint_node(painter: Painter, node: Node, circle: Rect) -> None:
    palette = painter.theme.palette
    size = circle.w * 0.55
    if node.state is NodeState.DONE:
        painter.circle(circle, palette.ok_strong)
        painter.icon(circle, node.icon, size, palette.white)
    elif node.state is NodeState.NOW:
        painter.circle(circle, palette.marigold, line=palette.indigo_900, stroke=5)
        painter.icon(circle, node.icon, size, palette.indigo_900)
    else:
        painter.circle(circle, palette.surface, line=palette.line_touch, stroke=3)
        painter.icon(circle, node.icon, size, palette.muted)


def _paint_state(painter: Painter, node: Node, line: Rect) -> None:
    """Say the state in a word, never by colour alone."""
    palette, scale = painter.theme.palette, painter.theme.scale
    word: Typeset = painter.kit.typesetter.set_text(
        node.state_label, LABEL_BOLD, line.w - 30, max_lines=1, fixed=True
    )
    width = word.width_px / scale
    if node.state is NodeState.DONE:
        left = line.x + (line.w - width - 24) / 2
        painter.icon(Rect(left, line.y, 20, line.h), "check", 20, palette.ok_strong)
        painter.typeset(Rect(left + 24, line.y, width, line.h), word, palette.ok_strong)
    elif node.state is NodeState.NOW:
        chip = Rect(line.x + (line.w - width - 24) / 2, line.y, width + 24, line.h)
        painter.box(chip, palette.focus_fill, radius=12)
        painter.typeset(chip, word, palette.ink, align="centre")
    else:
        painter.typeset(line, word, palette.muted, align="centre")
