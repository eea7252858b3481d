"""The timeline of a request: four nodes, each with its state in a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import LABEL_BOLD, Font, TextStyle
from anjungan.appliance.screens.typeset import Typeset
from anjungan.appliance.session.views import Node, NodeState

_WHEN: Final = TextStyle(20, Font.REGULAR, 1.08)
_STATE_H: Final = 26.0
_MARGIN: Final = 8.0


@dataclass(frozen=True, slots=True)
class _Measure:
    """How large the parts are drawn; the first that fits is taken."""

    node: float
    label: TextStyle
    fixed: bool
    with_when: bool


_LEAST_ENLARGED: Final = _Measure(44, TextStyle(24, Font.BOLD, 1.05), fixed=True, with_when=False)
"""For who reads larger text no label is smaller than it would be at the standard size."""
_MEASURES: Final = (
    _Measure(68, TextStyle(24, Font.BOLD, 1.08), fixed=False, with_when=True),
    _Measure(52, TextStyle(22, Font.BOLD, 1.05), fixed=False, with_when=True),
    _Measure(52, TextStyle(22, Font.BOLD, 1.05), fixed=False, with_when=False),
    _Measure(68, TextStyle(24, Font.BOLD, 1.08), fixed=True, with_when=True),
    _Measure(52, TextStyle(24, Font.BOLD, 1.05), fixed=True, with_when=True),
    _LEAST_ENLARGED,
    _Measure(52, TextStyle(22, Font.BOLD, 1.05), fixed=True, with_when=True),
    _Measure(52, TextStyle(22, Font.BOLD, 1.05), fixed=True, with_when=False),
    _Measure(44, TextStyle(20, Font.BOLD, 1.05), fixed=True, with_when=False),
)
_LEAST: Final = _MEASURES[-1]
_GAP: Final = 4.0


@dataclass(frozen=True, slots=True)
class _Arranged:
    """The words of all nodes at one measure."""

    measure: _Measure
    labels: list[Typeset]
    whens: list[Typeset]
    label_h: float
    when_h: float

    @property
    def whole_h(self) -> float:
        """Height of circle, state, label and date."""
        return self.measure.node + _GAP + _STATE_H + 2 + self.label_h + self.when_h


def timeline_height(painter: Painter, nodes: Sequence[Node], width: float) -> float:
    """Return the height the nodes need at their smallest."""
    least = _LEAST_ENLARGED if painter.theme.enlarged else _LEAST
    columns = _columns(nodes, Rect(0, 0, width, 0))
    return _arranged(painter, nodes, columns, least).whole_h + 2 * _MARGIN


def paint_timeline(painter: Painter, nodes: Sequence[Node], room: Rect) -> None:
    """Draw the nodes in a card; dates go first where the card is low."""
    palette = painter.theme.palette
    painter.box(room, palette.surface, radius=18, line=palette.line, stroke=2)
    columns = _columns(nodes, room)
    for measure in _MEASURES:
        arranged = _arranged(painter, nodes, columns, measure)
        if arranged.whole_h <= room.h - 2 * _MARGIN:
            break
    size = arranged.measure.node
    top = room.y + (room.h - arranged.whole_h) / 2
    _paint_bars(painter, nodes, columns, size, top + size / 2)
    for node, cell, label, when in zip(
        nodes, columns, arranged.labels, arranged.whens, strict=True
    ):
        circle = Rect(cell.x + (cell.w - size) / 2, top, size, size)
        _paint_node(painter, node, circle)
        state = Rect(cell.x, circle.bottom + _GAP, cell.w, _STATE_H)
        _paint_state(painter, node, state)
        below = Rect(cell.x, state.bottom + 2, cell.w, arranged.label_h)
        painter.typeset(below, label, palette.ink, align="centre", valign="top")
        if arranged.when_h and node.when:
            date = Rect(cell.x, below.bottom + _GAP, cell.w, arranged.when_h - _GAP)
            painter.typeset(date, when, palette.muted, align="centre", valign="top")


def _columns(nodes: Sequence[Node], room: Rect) -> list[Rect]:
    return room.inset(14, 0).columns(len(nodes), 8)


def _arranged(
    painter: Painter, nodes: Sequence[Node], columns: Sequence[Rect], measure: _Measure
) -> _Arranged:
    typesetter, scale = painter.kit.typesetter, painter.theme.scale
    labels = [
        typesetter.set_text(
            node.label, measure.label, cell.w, max_lines=2, fixed=measure.fixed, balance=True
        )
        for node, cell in zip(nodes, columns, strict=True)
    ]
    whens = [
        typesetter.set_text(node.when, _WHEN, cell.w, max_lines=2, fixed=measure.fixed)
        for node, cell in zip(nodes, columns, strict=True)
    ]
    when_h = 0.0
    if measure.with_when and any(node.when for node in nodes):
        when_h = max(each.height_px for each in whens) / scale + _GAP
    label_h = max(each.height_px for each in labels) / scale
    return _Arranged(measure, labels, whens, label_h, when_h)


def _paint_bars(
    painter: Painter, nodes: Sequence[Node], columns: Sequence[Rect], size: float, y: float
) -> None:
    """Join the nodes: a bar to what is reached, dots to what comes later."""
    for index, following in enumerate(nodes[1:]):
        left = columns[index].x + columns[index].w / 2 + size / 2
        right = columns[index + 1].x + columns[index + 1].w / 2 - size / 2
        _paint_bar(painter, following, left, right, y)


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
    beside = 0.0 if node.state is NodeState.LATER else 30.0
    word = painter.kit.typesetter.set_text(
        node.state_label, LABEL_BOLD, line.w - beside, max_lines=1, fixed=True
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
