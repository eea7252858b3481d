"""The home screen: tiles, and the choice of language below."""

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.theme import LABEL_BOLD
from anjungan.appliance.screens.widgets.banner import paint_banner
from anjungan.appliance.screens.widgets.segments import add_segments
from anjungan.appliance.screens.widgets.tile import HomeTile
from anjungan.appliance.session.views import HomeView


def build(view: HomeView, context: Context) -> Page:
    """Return the page of a home view."""
    page = frame_page(context, view.frame, home=True)
    layout = context.layout
    tiles_room, language_room = layout.content.cut_bottom(layout.action_h, layout.gap)
    for tile, (cell, shape) in zip(
        view.tiles, _cells(context, tiles_room, len(view.tiles)), strict=True
    ):
        press = context.pressing(tile.press)
        if press is not None:
            widget = HomeTile(context.kit, cell, tile, press, shape)
            page.put(widget, first=tile is view.tiles[0])
    if view.banner is None:
        _add_languages(page, view, language_room)
    else:
        paint_banner(page.painter, language_room, view.banner)
    return page


def _cells(context: Context, room: Rect, count: int) -> list[tuple[Rect, str]]:
    """Return a cell and a shape for every tile.

    Four columns hold up to eight tiles; with fewer the columns are wider. An odd number fills
    its grid because the first tile, the letters, takes two cells.
    """
    layout = context.layout
    gap = 14.0 if not layout.compact else 10.0
    if layout.portrait or count <= 4:
        columns = 2
    elif count <= 6:
        columns = 3
    else:
        columns = 4
    first_double = count % columns != 0 and (count + 1) % columns == 0
    places = count + 1 if first_double else count
    rows = -(-places // columns)
    grid = room.grid(columns, rows, gap)
    cells: list[tuple[Rect, str]] = []
    wide_cells = layout.portrait or grid[0].w > grid[0].h * 2
    for index in range(count):
        if first_double and index == 0:
            double = Rect(grid[0].x, grid[0].y, grid[1].right - grid[0].x, grid[0].h)
            cells.append((double, "wide"))
            continue
        cell = grid[index + 1] if first_double else grid[index]
        shape = "wide" if wide_cells else "centred" if layout.compact else "tall"
        cells.append((cell, shape))
    return cells


def _add_languages(page: Page, view: HomeView, room: Rect) -> None:
    context = page.context
    if not context.layout.compact and not context.layout.portrait:
        label, room = room.cut_left(204, 14)
        painter, palette = page.painter, context.theme.palette
        icon, words = label.cut_left(40, 8)
        painter.icon(icon, "language", 36, palette.teal_700)
        painter.text(words, view.language_label, LABEL_BOLD, palette.ink, max_lines=2)
    add_segments(page, view.languages, room)
