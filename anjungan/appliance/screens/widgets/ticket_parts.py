"""The parts of a ticket that may stand on one page or on the next: facts, note, banner."""

from dataclasses import dataclass
from typing import Final

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import SUPPORT, SUPPORT_BOLD, Font, TextStyle
from anjungan.appliance.screens.typeset import Run, Typeset
from anjungan.appliance.screens.widgets.banner import Letters, banner_height, paint_banner
from anjungan.appliance.session.views import Banner, Fact, PrintNote, Tone

SMALL_FACT: Final = TextStyle(20, Font.REGULAR, 1.15)
FACT_GAP: Final = 4.0
_ICON_W: Final = 42.0
_MOST_LINES: Final = 12


@dataclass(frozen=True, slots=True)
class Look:
    """How large the parts are drawn; ``fixed`` leaves the resident's text size out."""

    style: TextStyle = SUPPORT
    fixed: bool = False

    @property
    def letters(self) -> Letters:
        """The same for a banner."""
        if not self.fixed:
            return Letters.USUAL
        return Letters.STANDARD if self.style is SUPPORT else Letters.SMALLEST


LOOKS: Final = (Look(), Look(SMALL_FACT), Look(fixed=True), Look(SMALL_FACT, fixed=True))
"""From the largest to the smallest."""

Part = Fact | PrintNote | Banner


def _part_height(painter: Painter, part: Part, width: float, look: Look) -> float:
    """Return the height of a part without the gap below it."""
    match part:
        case Fact():
            return set_fact(painter, part, width, look).height_px / painter.theme.scale
        case PrintNote():
            return note_height(painter, part, width, fixed=look.fixed)
        case Banner():
            return banner_height(painter, part, width, look.letters)


class PartHeights:
    """Heights of parts at one width, each measured once; lives as long as a page is built."""

    def __init__(self, painter: Painter, width: float) -> None:
        self._painter = painter
        self._width = width
        self._known: dict[tuple[Part, Look], float] = {}

    def of(self, part: Part, look: Look) -> float:
        """Return the height of a part without the gap below it."""
        if (part, look) not in self._known:
            self._known[part, look] = _part_height(self._painter, part, self._width, look)
        return self._known[part, look]

    def together(self, parts: tuple[Part, ...], look: Look) -> float:
        """Return the height of all parts, each with its gap."""
        return sum(self.of(each, look) + FACT_GAP for each in parts)


def paint_parts(painter: Painter, room: Rect, parts: tuple[Part, ...], look: Look) -> None:
    """Draw parts from top to bottom."""
    for part in parts:
        line, room = room.cut_top(_part_height(painter, part, room.w, look), FACT_GAP)
        match part:
            case Fact():
                _paint_fact(painter, line, part, look)
            case PrintNote():
                paint_note(painter, line, part, fixed=look.fixed)
            case Banner():
                paint_banner(painter, line, part, look.letters)


def set_fact(painter: Painter, fact: Fact, width: float, look: Look) -> Typeset:
    """Set a fact whole, in as many lines as it takes."""
    runs = [Run(f"{fact.label} ", Font.REGULAR), Run(fact.value, Font.BOLD)]
    return painter.kit.typesetter.set_text(
        runs, look.style, width - _ICON_W, max_lines=_MOST_LINES, fixed=look.fixed
    )


def _paint_fact(painter: Painter, line: Rect, fact: Fact, look: Look) -> None:
    palette = painter.theme.palette
    painter.icon(Rect(line.x, line.y, 34, min(line.h, 28)), fact.icon, 27, palette.teal_700)
    words = line.cut_left(_ICON_W)[1]
    painter.typeset(words, set_fact(painter, fact, line.w, look), palette.ink)


def set_note(
    painter: Painter,
    note: PrintNote,
    width: float,
    height: float | None = None,
    *,
    fixed: bool = False,
) -> Typeset:
    """Set what is known of the paper."""
    return painter.kit.typesetter.set_text(
        note.text, SUPPORT_BOLD, width - 50, max_lines=3, max_height=height, fixed=fixed
    )


def note_height(painter: Painter, note: PrintNote, width: float, *, fixed: bool = False) -> float:
    """Return the height a note needs."""
    height_px = set_note(painter, note, width, fixed=fixed).height_px
    return max(34.0, height_px / painter.theme.scale)


def paint_note(painter: Painter, room: Rect, note: PrintNote, *, fixed: bool = False) -> None:
    """Draw a note with its printer."""
    palette = painter.theme.palette
    colour = palette.ink if note.tone is Tone.NEUTRAL else palette.tone(note.tone).text
    painter.icon(Rect(room.x + 2, room.y, 38, room.h), note.icon, 36, colour)
    words = Rect(room.x + 50, room.y, room.w - 50, room.h)
    typeset = set_note(painter, note, room.w, room.h + 1, fixed=fixed)
    painter.typeset(words, typeset, colour)
