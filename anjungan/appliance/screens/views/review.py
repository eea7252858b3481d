"""All answers before they are sent."""

from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.pages_of_items import Grid, best_grid, page_count, page_of
from anjungan.appliance.screens.widgets.actions import add_actions
from anjungan.appliance.screens.widgets.banner import banner_height, paint_banner
from anjungan.appliance.screens.widgets.choice_row import ReviewCell, review_value
from anjungan.appliance.screens.widgets.pager import PAGER_W, add_pager
from anjungan.appliance.session.views import ReviewRow, ReviewView

_GAP: Final = 8.0
_ROW_H: Final = 93.0


def build(view: ReviewView, context: Context) -> Page:
    """Return the page of a review view."""
    page = frame_page(context, view.frame)
    layout = context.layout
    room, actions = layout.content.cut_bottom(layout.action_h, layout.gap)
    add_actions(page, (view.secondary, view.primary), actions)
    strip_h = banner_height(page.painter, view.banner, room.w)
    if strip_h < room.h * 0.4:
        room, strip = room.cut_bottom(strip_h, 10)
        paint_banner(page.painter, strip, view.banner)
    grid = _grid(context, view.rows, room)
    pages = page_count(len(view.rows), grid.places)
    context.place.page = min(context.place.page, pages - 1)
    if pages > 1:
        room, pager = room.cut_right(PAGER_W, 12)
    cells = room.grid(grid.columns, grid.rows, _GAP)
    shown = page_of(view.rows, grid.places, context.place.page)
    for row, cell in zip(shown, cells, strict=False):
        page.put(ReviewCell(context.kit, cell, row, context.pressing(row.press)))
    if pages > 1:
        add_pager(
            page,
            pager,
            count=pages,
            page_word=view.page_word,
            previous_label=view.previous_label,
            next_label=view.next_label,
        )
    return page


def _grid(context: Context, rows: tuple[ReviewRow, ...], room: Rect) -> Grid:
    """Return the grid in which every answer fits; long ones get the whole width."""
    layout = context.layout
    height = layout.touch if layout.compact else max(context.theme.row(_ROW_H), layout.touch)
    most_rows = max(1, int((room.h + _GAP) // (height + _GAP)))

    def fits(row: ReviewRow, grid: Grid) -> bool:
        paged = len(rows) > grid.places
        width = room.w - (PAGER_W + 12 if paged else 0)
        cell_w = (width - _GAP * (grid.columns - 1)) / grid.columns
        cell_h = (room.h - _GAP * (grid.rows - 1)) / grid.rows
        return review_value(context.kit, row, cell_w, cell_h).fits

    return best_grid(rows, most_rows, fits)
