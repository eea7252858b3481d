"""Rows in pages, with categories at the left and a search field above."""

from collections.abc import Callable
from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.matching import matches
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.pages_of_items import page_count, page_of, uneven_pages
from anjungan.appliance.screens.theme import LABEL_BOLD, SECTION
from anjungan.appliance.screens.views.search import search_page
from anjungan.appliance.screens.widgets.actions import add_actions
from anjungan.appliance.screens.widgets.banner import banner_height, paint_banner
from anjungan.appliance.screens.widgets.pager import PAGER_W, add_pager
from anjungan.appliance.screens.widgets.rows import (
    CategoryButton,
    ListRow,
    row_height,
)
from anjungan.appliance.screens.widgets.search_row import add_nothing_found, add_search
from anjungan.appliance.session.views import Category, ListView, Row

_GAP: Final = 6.0
_CATEGORY_GAP: Final = 6.0
_CATEGORY_W: Final = 168.0
_CATEGORY_W_COMPACT: Final = 132.0


def build(view: ListView, context: Context) -> Page:
    """Return the page of a list, or the keyboard of its search."""
    place = context.place
    if view.search is not None and place.searching:
        return search_page(view.frame, view.search, context, lambda: len(_shown(view, context)))
    page = frame_page(context, view.frame)
    room = context.layout.content
    if view.buttons:
        room, actions = room.cut_bottom(context.layout.action_h, context.layout.gap)
        add_actions(page, view.buttons, actions)
    if view.banner is not None:
        strip, room = room.cut_top(banner_height(page.painter, view.banner, room.w), 10)
        paint_banner(page.painter, strip, view.banner)
    if view.heading:
        heading, room = room.cut_top(40, 6)
        page.painter.text(heading, view.heading, SECTION, context.theme.palette.ink, max_lines=1)
    if view.categories:
        room = _add_categories(page, view, room)
    _add_rows(page, view, room)
    return page


def _shown(view: ListView, context: Context) -> list[Row]:
    """Return the rows of the chosen category, or those that match the search."""
    place = context.place
    if place.query:
        return [row for row in view.rows if matches(place.query, f"{row.title} {row.search_key}")]
    chosen = _chosen(view, context)
    if not chosen:
        return list(view.rows)
    return [row for row in view.rows if chosen in row.categories]


def _chosen(view: ListView, context: Context) -> str:
    ids = [category.id for category in view.categories]
    if context.place.category in ids:
        return context.place.category
    return ids[0] if ids else ""


def _add_categories(page: Page, view: ListView, room: Rect) -> Rect:
    """Add the filters at the left; further ones come behind a "next" cell."""
    context = page.context
    layout, place = context.layout, context.place
    width = _CATEGORY_W_COMPACT if layout.compact else _CATEGORY_W
    column, room = room.cut_left(width, layout.gap + 2)
    most = max(2, int((column.h + _CATEGORY_GAP) // (layout.touch + _CATEGORY_GAP)))
    chosen = "" if place.query else _chosen(view, context)
    categories = list(view.categories)
    paged = len(categories) > most
    if paged:
        pages = page_count(len(categories), most - 1)
        place.category_page %= pages
        categories = list(page_of(categories, most - 1, place.category_page))
    cells = column.rows(most if paged else max(len(categories), min(4, most)), _CATEGORY_GAP)
    for category, cell in zip(categories, cells, strict=False):
        button = CategoryButton(
            context.kit, cell, category, _choose(context, category.id), chosen=category.id == chosen
        )
        page.put(button)
    if paged:
        more = Category(id="", label=view.more_categories, icon="chevron-down")
        page.put(
            CategoryButton(
                context.kit,
                cells[-1],
                more,
                _next_categories(context),
                chosen=False,
                style=LABEL_BOLD,
            )
        )
    return room


def _choose(context: Context, category: str) -> Callable[[], None]:
    def choose() -> None:
        context.place.category = category
        context.place.query = ""
        context.place.page = 0
        context.rebuild()

    return choose


def _next_categories(context: Context) -> Callable[[], None]:
    def further() -> None:
        context.place.category_page += 1
        context.rebuild()

    return further


def _add_rows(page: Page, view: ListView, room: Rect) -> None:
    context = page.context
    layout, place = context.layout, context.place
    rows = _shown(view, context)
    height = context.theme.row(93 if not layout.compact else 90)
    search_h = max(height if not layout.compact else 80, layout.touch)
    below_search = room
    if view.search is not None:
        field, below_search = room.cut_top(search_h, _GAP)
    with_pager, pager = room.cut_right(PAGER_W, layout.gap + 2)
    if layout.portrait:
        below_search, pager = below_search.cut_bottom(max(layout.touch, PAGER_W), _GAP)
        with_pager = room
    most = max(1, int((below_search.h + _GAP) // (max(height, layout.touch) + _GAP)))
    usual = (below_search.h - _GAP * (most - 1)) / most
    heights = [row_height(context.kit, row, with_pager.w, usual) for row in rows]
    sheets = uneven_pages(heights, below_search.h, _GAP)
    pages = len(sheets)
    place.page = min(place.page, pages - 1)
    width = with_pager.w if pages > 1 else room.w
    if view.search is not None:
        add_search(page, Rect(field.x, field.y, width, field.h), view.search, found=bool(rows))
    area = Rect(below_search.x, below_search.y, width, below_search.h)
    if not rows and view.search is not None:
        add_nothing_found(page, area, view.search)
    y = area.y
    for index in sheets[place.page]:
        row = rows[index]
        cell_h = min(max(heights[index], usual), area.h) if pages > 1 else min(heights[index], 130)
        cell = Rect(area.x, round(y), area.w, round(y + cell_h) - round(y))
        widget = ListRow(context.kit, cell, row, context.pressing(row.press))
        page.put(widget, first=index == sheets[place.page].start)
        y += cell_h + _GAP
    if pages > 1:
        add_pager(
            page,
            pager,
            count=pages,
            page_word=view.page_word,
            previous_label=view.previous_label,
            next_label=view.next_label,
        )
