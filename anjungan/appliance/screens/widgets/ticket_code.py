"""The code of a ticket, as large as there is room for, with its queue number."""

from dataclasses import dataclass
from typing import Final

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import LABEL, Font, TextStyle
from anjungan.appliance.screens.typeset import Run, Typeset
from anjungan.appliance.session.views import TicketView

LEAST_CODE_PX: Final = 48
GOOD_CODE_PX: Final = 64
_SIZES: Final = range(84, LEAST_CODE_PX - 1, -2)
_GAP: Final = 4.0


@dataclass(frozen=True, slots=True)
class _Labels:
    """Label and queue number; they share a line where that is wide enough."""

    label: Typeset
    queue: Typeset
    beside: bool


def code_height(
    painter: Painter, view: TicketView, width: float, code_px: int, *, fixed: bool
) -> float:
    """Return the height of label, code and queue number, with the gap below."""
    labels, scale = _labels(painter, view, width, fixed=fixed), painter.theme.scale
    queue_h = 0.0 if labels.beside else labels.queue.height_px / scale + _GAP
    return labels.label.height_px / scale + 2 + code_px + _GAP + queue_h


def paint_code(painter: Painter, room: Rect, view: TicketView, *, fixed: bool) -> Rect:
    """Draw the code as large as ``room`` allows; return what is left below."""
    palette, scale = painter.theme.palette, painter.theme.scale
    labels = _labels(painter, view, room.w, fixed=fixed)
    line, rest = room.cut_top(labels.label.height_px / scale, 2)
    painter.typeset(line, labels.label, palette.muted)
    if view.queue_number and labels.beside:
        painter.typeset(line, labels.queue, palette.ink, align="right")
    queue_h = 0.0 if labels.beside else labels.queue.height_px / scale + _GAP
    code = _code(painter, view.code, room.w, rest.h - queue_h - _GAP)
    line, rest = rest.cut_top(code.height_px / scale, _GAP)
    painter.typeset(line, code, palette.indigo_900)
    if queue_h:
        line, rest = rest.cut_top(queue_h - _GAP, _GAP)
        painter.typeset(line, labels.queue, palette.ink)
    return rest


def _labels(painter: Painter, view: TicketView, width: float, *, fixed: bool) -> _Labels:
    typesetter, scale = painter.kit.typesetter, painter.theme.scale
    label = typesetter.set_text(view.code_label, LABEL, width, max_lines=1, fixed=fixed)
    runs = [Run(f"{view.queue_label} ", Font.SEMIBOLD), Run(view.queue_number, Font.BOLD)]
    queue = typesetter.set_text(runs, LABEL, width, max_lines=1, fixed=fixed)
    together = (label.width_px + queue.width_px) / scale + 20
    return _Labels(label, queue, beside=not view.queue_number or together <= width)


def _code(painter: Painter, code: str, width: float, height: float) -> Typeset:
    """Set the code: never broken, as large as width and height allow."""
    typesetter = painter.kit.typesetter
    for size in _SIZES:
        style = TextStyle(size, Font.MONO_CODE, 1.0)
        typeset = typesetter.set_text(code, style, width, max_lines=1, fixed=True, keep_size=True)
        if typeset.fits and size <= height:
            break
    return typeset
