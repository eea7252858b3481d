"""Options to choose one from, in pages, then the button that goes on."""

from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.matching import matches
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.pages_of_items import Grid, best_grid, page_count, page_of
from anjungan.appliance.screens.theme import SECTION, SUPPORT
from anjungan.appliance.screens.views.search import search_page
from anjungan.appliance.screens.widgets.actions import add_button
from anjungan.appliance.screens.widgets.choice_row import (
    TIGHT,
    USUAL,
    ChoiceRow,
    RowLook,
    choice_label,
)
from anjungan.appliance.screens.widgets.pager import PAGER_W, add_pager
from anjungan.appliance.screens.widgets.search_row import add_nothing_found, add_search
from anjungan.appliance.session.views import Choice, ChoiceView

_GAP: Final = 12.0
_GAP_COMPACT: Final = 6.0
_ROW_H: Final = 93.0
_SEARCH_H: Final = 79.0
_FEWEST_ROWS: Final = 3
_LEAST_HINT_W: Final = 180.0


def build(view: ChoiceView, context: Context) -> Page:
    """Return the page of a choice view, or the keyboard of its search."""
    place = context.place
    if view.search is not None and place.searching:
        return search_page(view.frame, view.search, context, lambda: len(_shown(view, place.query)))
    page = frame_page(context, view.frame)
    room, actions = context.layout.content.cut_bottom(context.layout.action_h, context.layout.gap)
    _add_actions(page, view, actions)
    room = _paint_question(page, view, room)
    _add_options(page, view, room)
    return page


def _shown(view: ChoiceView, query: str) -> list[Choice]:
    return [
        option for option in view.options if matches(query, f"{option.label} {option.search_key}")
    ]


def _paint_question(page: Page, view: ChoiceView, room: Rect) -> Rect:
    painter, theme = page.painter, page.context.theme
    question = painter.kit.typesetter.set_text(
        view.question, SECTION, room.w, max_lines=2, max_height=110
    )
    line, room = room.cut_top(question.height_px / theme.scale, 8)
    painter.typeset(line, question, theme.palette.ink)
    return room


def _add_actions(page: Page, view: ChoiceView, row: Rect) -> None:
    context = page.context
    chosen = any(option.chosen for option in view.options)
    rest, primary = row.cut_right(round(row.w * 0.33), 14)
    if view.skip is not None:
        rest, skip = rest.cut_right(round(row.w * 0.24), 14)
        add_button(page, view.skip, skip, primary=False)
    add_button(page, view.primary, primary, primary=True, first=chosen)
    if view.hint and rest.w >= _LEAST_HINT_W:
        icon, words = rest.cut_left(36, 8)
        palette = context.theme.palette
        hint = context.kit.typesetter.set_text(
            view.hint, SUPPORT, words.w, max_lines=3, max_height=row.h, keep_size=False
        )
        if hint.fits:
            page.painter.icon(icon, "hand-finger", 34, palette.muted)
            page.painter.typeset(words, hint, palette.muted)


def _add_options(page: Page, view: ChoiceView, room: Rect) -> None:
    context = page.context
    place = context.place
    options = _shown(view, place.query)
    grid_room = room
    if view.search is not None:
        field, grid_room = room.cut_top(max(context.layout.touch, _SEARCH_H), _gap(context))
    grid, look = _grid(context, options, grid_room)
    pages = page_count(len(options), grid.places)
    place.page = min(place.page, pages - 1)
    narrow, pager = room.cut_right(PAGER_W, _gap(context))
    if pages > 1:
        grid_room = Rect(grid_room.x, grid_room.y, narrow.w, grid_room.h)
    if view.search is not None:
        field = Rect(field.x, field.y, grid_room.w, field.h)
        add_search(page, field, view.search, found=bool(options))
        if not options:
            add_nothing_found(page, grid_room, view.search)
    rows = grid.rows
    if pages == 1:
        # few options keep the height they would have among more
        rows = min(rows, max(-(-len(options) // grid.columns), _FEWEST_ROWS))
    cells = grid_room.grid(grid.columns, rows, _gap(context))
    any_chosen = any(option.chosen for option in view.options)
    for index, (option, cell) in enumerate(
        zip(page_of(options, grid.places, place.page), cells, strict=False)
    ):
        widget = ChoiceRow(context.kit, cell, option, context.pressing(option.press), look)
        page.put(widget, first=not any_chosen and index == 0)
    if pages > 1:
        add_pager(
            page,
            pager,
            count=pages,
            page_word=view.page_word,
            previous_label=view.previous_label,
            next_label=view.next_label,
        )


def _grid(context: Context, options: list[Choice], room: Rect) -> tuple[Grid, RowLook]:
    """Return the grid in which every label fits at the resident's text size, and its look."""
    if not context.layout.compact:
        return _grid_of(context, options, room, USUAL), USUAL
    found = [(_grid_of(context, options, room, look), look) for look in (USUAL, *TIGHT)]
    return max(found, key=lambda each: min(each[0].places, len(options)))


def _grid_of(context: Context, options: list[Choice], room: Rect, look: RowLook) -> Grid:
    kit, layout = context.kit, context.layout
    gap = _gap(context)
    height = layout.touch if layout.compact else max(context.theme.row(_ROW_H), layout.touch)
    most_rows = max(1, int((room.h + gap) // (height + gap)))

    def fits(option: Choice, grid: Grid) -> bool:
        paged = len(options) > grid.places
        width = room.w - (PAGER_W + gap if paged else 0)
        cell_w = (width - gap * (grid.columns - 1)) / grid.columns
        cell_h = (room.h - gap * (grid.rows - 1)) / grid.rows
        return choice_label(kit, option, cell_w, cell_h, look).fits

    return best_grid(options, most_rows, fits)


def _gap(context: Context) -> float:
    return _GAP_COMPACT if context.layout.compact else _GAP
