"""All answers before they are sent."""

from dataclasses import dataclass
from typing import Final

import msgspec

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.pages_of_items import Grid, best_grid, page_count, uneven_pages
from anjungan.appliance.screens.widgets.actions import add_actions
from anjungan.appliance.screens.widgets.banner import Letters, banner_height, paint_banner
from anjungan.appliance.screens.widgets.choice_row import (
    TIGHT,
    USUAL,
    ReviewCell,
    RowLook,
    review_fits,
    review_height,
)
from anjungan.appliance.screens.widgets.pager import PAGER_W, add_pager
from anjungan.appliance.session.views import ReviewRow, ReviewView

_GAP: Final = 8.0
_GAP_COMPACT: Final = 6.0
_ABOVE_BANNER: Final = 10.0
_ROW_H: Final = 93.0
_FEWEST_ROWS: Final = 3


def build(view: ReviewView, context: Context) -> Page:
    """Return the page of a review view."""
    page = frame_page(context, view.frame)
    layout = context.layout
    action_h = layout.touch + 1 if layout.compact else layout.action_h
    room, actions = layout.content.cut_bottom(action_h, layout.gap)
    add_actions(page, (view.secondary, view.primary), actions)
    room = _paint_banner(page, view, room)
    sheets = _sheets(context, view.rows, room)
    context.place.page = min(context.place.page, len(sheets.pages) - 1)
    if len(sheets.pages) > 1:
        room, pager = room.cut_right(PAGER_W, 12)
        add_pager(
            page,
            pager,
            count=len(sheets.pages),
            page_word=view.page_word,
            previous_label=view.previous_label,
            next_label=view.next_label,
        )
    for index, cell in zip(
        sheets.pages[context.place.page], sheets.cells(context, view.rows, room), strict=False
    ):
        row = view.rows[index]
        page.put(ReviewCell(context.kit, cell, row, context.pressing(row.press), sheets.look))
    return page


def _paint_banner(page: Page, view: ReviewView, room: Rect) -> Rect:
    """Draw the promise below the answers; smaller or shorter where three rows would not fit."""
    painter, context = page.painter, page.context
    rows_h = _FEWEST_ROWS * context.layout.touch + (_FEWEST_ROWS - 1) * _gap(context)
    above = _GAP if context.layout.compact else _ABOVE_BANNER
    brief = msgspec.structs.replace(view.banner, text="")
    choices = (*((view.banner, letters) for letters in Letters), (brief, Letters.SMALLEST))
    for banner, letters in choices:
        strip_h = banner_height(painter, banner, room.w, letters)
        if room.h - strip_h - above >= rows_h:
            break
    if strip_h >= room.h * 0.4:
        return room
    room, strip = room.cut_bottom(strip_h, above)
    paint_banner(painter, strip, banner, letters)
    return room


@dataclass(frozen=True, slots=True)
class _Sheets:
    """Which rows stand on which page, and how; without a grid they have their own heights."""

    pages: list[range]
    look: RowLook
    grid: Grid | None

    def cells(self, context: Context, rows: tuple[ReviewRow, ...], room: Rect) -> list[Rect]:
        """Return the places of the rows of the present page."""
        gap = _gap(context)
        if self.grid is not None:
            return room.grid(self.grid.columns, self.grid.rows, gap)
        shown = [rows[index] for index in self.pages[context.place.page]]
        heights = [_height(context, row, room.w, self.look) for row in shown]
        spare = (room.h - sum(heights) - gap * (len(heights) - 1)) / len(heights)
        cells = []
        for height in heights:
            cell, room = room.cut_top(height + max(0.0, min(spare, _ROW_H - height)), gap)
            cells.append(cell)
        return cells


def _sheets(context: Context, rows: tuple[ReviewRow, ...], room: Rect) -> _Sheets:
    """Share the answers among pages; long ones get the whole width.

    On a small glass the letters become smaller within the look's type scale before answers
    move to a further page, and every row is as high as its answer.
    """
    tight = TIGHT[:-1] if context.theme.enlarged else TIGHT
    looks = tight if context.layout.compact else (USUAL,)
    found = [(_grid(context, rows, room, look), look) for look in looks]
    grid, look = max(found, key=lambda each: each[0].places)
    best, pages = None, page_count(len(rows), grid.places)
    if context.layout.compact:
        narrow = room.cut_right(PAGER_W, 12)[0]
        for each in tight:
            heights = [_height(context, row, narrow.w, each) for row in rows]
            if max(heights) > narrow.h:
                continue
            uneven = uneven_pages(heights, narrow.h, _gap(context))
            if len(uneven) < pages:
                best, pages = _Sheets(uneven, each, None), len(uneven)
    if best is not None:
        return best
    places = grid.places
    return _Sheets(
        [range(at * places, min(len(rows), (at + 1) * places)) for at in range(pages)], look, grid
    )


def _height(context: Context, row: ReviewRow, width: float, look: RowLook) -> float:
    return max(context.layout.touch, review_height(context.kit, row, width, look))


def _grid(context: Context, rows: tuple[ReviewRow, ...], room: Rect, look: RowLook) -> Grid:
    """Return the grid in which every answer fits."""
    layout, gap = context.layout, _gap(context)
    height = layout.touch if layout.compact else max(context.theme.row(_ROW_H), layout.touch)
    most_rows = max(1, int((room.h + gap) // (height + gap)))

    def fits(row: ReviewRow, grid: Grid) -> bool:
        paged = len(rows) > grid.places
        width = room.w - (PAGER_W + 12 if paged else 0)
        cell_w = (width - gap * (grid.columns - 1)) / grid.columns
        cell_h = (room.h - gap * (grid.rows - 1)) / grid.rows
        return review_fits(context.kit, row, cell_w, cell_h, look)

    return best_grid(rows, most_rows, fits)


def _gap(context: Context) -> float:
    return _GAP_COMPACT if context.layout.compact else _GAP
