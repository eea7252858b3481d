"""A page with header and rail around its content."""

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page, Zone
from anjungan.appliance.screens.widgets.header import HeaderBar
from anjungan.appliance.screens.widgets.rail import RailItem
from anjungan.appliance.session.intents import EndVisit, Intent
from anjungan.appliance.session.views import Frame, Rail


def frame_page(
    context: Context,
    frame: Frame,
    *,
    home: bool = False,
    appearance: bool = False,
) -> Page:
    """Return a page with paper, header and rail; ``home`` and ``appearance`` mark "here"."""
    page = Page(context)
    layout = context.layout
    page.painter.ground(Rect(0, 0, layout.width, layout.height), context.theme.palette.paper)
    header = HeaderBar(page, frame, home=home)
    page.live.append(header)
    add_rail(page, frame, home=home, appearance=appearance)
    return page


_Item = tuple[str, str, Intent | None, bool]


def _rail_items(rail: Rail, *, home: bool, appearance: bool, compact: bool) -> list[_Item]:
    """Return label, icon, intent and "here" of every item; a small rail has room for four."""
    leave = isinstance(rail.back, EndVisit)
    items: list[_Item] = [
        (rail.back_label, "logout" if leave else "arrow-left", rail.back, False),
        (rail.home_label, "home", rail.home, home),
    ]
    sound = rail.sound
    if sound is not None and not compact:
        items.append((sound.label, "volume", sound.press, sound.on))
    if sound is not None and compact:
        icon = "volume" if sound.on else "volume-off"
        items.append((sound.shared_label, icon, rail.appearance, appearance or sound.on))
    else:
        items.append((rail.appearance_label, "text-size", rail.appearance, appearance))
    items.append((rail.help_label, "help", rail.help, False))
    return items


def add_rail(page: Page, frame: Frame, *, home: bool = False, appearance: bool = False) -> None:
    """Add the items of the rail at the right, or at the bottom in portrait."""
    context = page.context
    layout, palette = context.layout, context.theme.palette
    page.painter.fill(layout.rail, palette.indigo_900)
    items = _rail_items(frame.rail, home=home, appearance=appearance, compact=layout.compact)
    count = len(items)
    cells = layout.rail.columns(count, 0) if layout.portrait else layout.rail.rows(count, 0)
    for index, (cell, (label, icon, intent, here)) in enumerate(zip(cells, items, strict=True)):
        if layout.portrait:
            room = Rect(cell.x + (2 if index else 0), cell.y, cell.w - (2 if index else 0), cell.h)
            line = Rect(cell.x, cell.y, 2, cell.h)
        else:
            room = Rect(
                cell.x + 2, cell.y + (2 if index else 0), cell.w - 2, cell.h - (2 if index else 0)
            )
            line = Rect(cell.x, cell.y, cell.w, 2)
        if index:
            page.painter.fill(line, palette.indigo_line)
        item = RailItem(
            context.kit,
            room,
            label,
            icon,
            context.pressing(intent),
            here=here,
            is_help=index == count - 1,
        )
        page.put(item, Zone.RAIL)
    if not layout.portrait:
        edge = Rect(layout.rail.x, 0, 2, layout.height)
        page.painter.fill(edge, palette.indigo_line)
