"""Where one request stands: the state word, the timeline, and what to do."""

from dataclasses import dataclass, replace
from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.pages_of_items import uneven_pages
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import SECTION, SUPPORT, Font
from anjungan.appliance.screens.typeset import Run, Typeset
from anjungan.appliance.screens.widgets.actions import add_actions
from anjungan.appliance.screens.widgets.banner import (
    Letters,
    banner_height,
    chip_width,
    paint_banner,
    paint_chip,
)
from anjungan.appliance.screens.widgets.pager import PAGER_W, add_pager
from anjungan.appliance.screens.widgets.timeline import paint_timeline, timeline_height
from anjungan.appliance.session.views import Banner, Node, StatusView

_GAP: Final = 8.0
_CHIP_H: Final = 58.0
_NOTE_PAD: Final = 8.0
_MOST_NOTE_LINES: Final = 60


def build(view: StatusView, context: Context) -> Page:
    """Return the page of a status view.

    The officer's words are never cut. Where they leave no room for the timeline, this view has
    pages: what to do first, then where the request stands; the state word is on every page.
    """
    page = frame_page(context, view.frame)
    layout = context.layout
    room, actions = layout.content.cut_bottom(layout.action_h, layout.gap)
    room = _paint_heading(page, view, room)
    # who reads larger text gets another page before smaller letters
    choices = [each for each in Letters if not (each is Letters.SMALLEST and page.theme.enlarged)]
    letters = next((each for each in choices if _fits(page, view, room, each)), None)
    if letters is None:
        _add_one_page(page, view, room)
    else:
        context.place.page = 0
        note = _notes(page.painter, view, room)
        parts: tuple[_Part, ...] = (*note, _Strip(view.banner, letters))
        below_h = sum(_height(page.painter, each, room.w) + _GAP for each in parts)
        upper, lower = room.cut_bottom(below_h - _GAP, _GAP)
        paint_timeline(page.painter, view.nodes, upper)
        _paint_parts(page.painter, lower, parts)
    add_actions(page, view.buttons, actions)
    return page


@dataclass(frozen=True, slots=True)
class _Strip:
    """The banner, and how large its letters are."""

    banner: Banner
    letters: Letters = Letters.USUAL


_Part = _Strip | Typeset | tuple[Node, ...]
"""A banner, a stretch of the officer's words, or the timeline."""


def _height(painter: Painter, part: _Part, width: float) -> float:
    match part:
        case _Strip(banner=banner, letters=letters):
            return banner_height(painter, banner, width, letters)
        case Typeset():
            return part.height_px / painter.theme.scale + 2 * _NOTE_PAD
        case _:
            return timeline_height(painter, part, width)


def _fits(page: Page, view: StatusView, room: Rect, letters: Letters) -> bool:
    """Tell whether everything has room on one page."""
    notes = _notes(page.painter, view, room)
    parts: tuple[_Part, ...] = (view.nodes, *notes, _Strip(view.banner, letters))
    return sum(_height(page.painter, each, room.w) + _GAP for each in parts) - _GAP <= room.h


def _add_one_page(page: Page, view: StatusView, room: Rect) -> None:
    painter, place = page.painter, page.context.place
    room, pager = room.cut_right(PAGER_W, 12)
    parts: tuple[_Part, ...] = (
        *_notes(painter, view, room),
        _Strip(view.banner),
        view.nodes,
    )
    heights = [_height(painter, each, room.w) for each in parts]
    pages = uneven_pages(heights, room.h, _GAP)
    place.page = min(place.page, len(pages) - 1)
    _paint_parts(painter, room, tuple(parts[index] for index in pages[place.page]))
    add_pager(
        page,
        pager,
        count=len(pages),
        page_word=view.page_word,
        previous_label=view.previous_label,
        next_label=view.next_label,
        keep_focus=True,
    )


def _paint_parts(painter: Painter, room: Rect, parts: tuple[_Part, ...]) -> None:
    """Draw parts from top to bottom; the timeline takes what is left."""
    palette = painter.theme.palette
    for part in parts:
        if isinstance(part, tuple):
            paint_timeline(painter, part, room)
            return
        box, room = room.cut_top(_height(painter, part, room.w), _GAP)
        if isinstance(part, _Strip):
            paint_banner(painter, box, part.banner, part.letters)
        else:
            painter.box(box, palette.surface, radius=14, line=palette.line, stroke=2)
            painter.typeset(box.inset(18, _NOTE_PAD), part, palette.ink)


def _notes(painter: Painter, view: StatusView, room: Rect) -> list[Typeset]:
    """Set the officer's words, shared among boxes no higher than a page."""
    if not view.note:
        return []
    runs = [Run(f"{view.note_label}: ", Font.BOLD), Run(view.note, Font.REGULAR)]
    note = painter.kit.typesetter.set_text(runs, SUPPORT, room.w - 36, max_lines=_MOST_NOTE_LINES)
    a_page = max(1, int((room.h - 2 * _NOTE_PAD) * painter.theme.scale // note.pitch_px))
    return [
        replace(note, lines=note.lines[start : start + a_page])
        for start in range(0, len(note.lines), a_page)
    ]


def _paint_tall_heading(page: Page, view: StatusView, room: Rect) -> Rect:
    """Draw the heading over the whole width, the state word in the row below."""
    painter, palette = page.painter, page.theme.palette
    heading = painter.kit.typesetter.set_text(view.heading, SECTION, room.w, max_lines=3)
    top, rest = room.cut_top(heading.height_px / page.theme.scale, 4)
    painter.typeset(top, heading, palette.ink)
    row, rest = rest.cut_top(_CHIP_H, _GAP)
    words, chip = row.cut_right(min(chip_width(painter, view.chip), room.w * 0.6), 14)
    painter.text(words, view.subline, SUPPORT, palette.muted, max_lines=2)
    paint_chip(painter, chip, view.chip)
    return rest


def _paint_heading(page: Page, view: StatusView, room: Rect) -> Rect:
    if page.context.layout.portrait:
        return _paint_tall_heading(page, view, room)
    painter, palette, scale = page.painter, page.theme.palette, page.theme.scale
    chip_w = min(chip_width(painter, view.chip), room.w * 0.45)
    words_w = room.w - chip_w - 14
    typesetter = painter.kit.typesetter
    heading = typesetter.set_text(view.heading, SECTION, words_w, max_lines=2, max_height=74)
    subline = typesetter.set_text(view.subline, SUPPORT, words_w, max_lines=1)
    with_subline = subline.fits and not (page.context.layout.compact and len(heading.lines) > 1)
    height = (heading.height_px + (subline.height_px if with_subline else 0)) / scale
    height = max(height, 54.0)
    head, rest = room.cut_top(height, 8)
    chip = Rect(head.right - chip_w, head.y, chip_w, min(_CHIP_H, head.h))
    paint_chip(painter, chip, view.chip)
    top, below = Rect(head.x, head.y, words_w, head.h).cut_top(heading.height_px / scale)
    painter.typeset(top, heading, palette.ink)
    if with_subline:
        painter.typeset(below, subline, palette.muted, valign="top")
    return rest
