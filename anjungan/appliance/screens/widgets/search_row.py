"""The search of a list: the field, what clears it, and what is said when nothing matches."""

from collections.abc import Callable
from typing import Final

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import BODY, LABEL_BOLD
from anjungan.appliance.screens.widgets.buttons import ActionButton
from anjungan.appliance.screens.widgets.rows import SearchField
from anjungan.appliance.screens.widgets.touchable import Touchable
from anjungan.appliance.session.views import Search

_CLEAR_W: Final = 172.0
_CLEAR_W_COMPACT: Final = 132.0
_ICON_FROM_W: Final = 160.0
_ICON: Final = 32.0
_GAP: Final = 8.0
_SIGN: Final = 64.0
_BUTTON_W: Final = 380.0


class ClearSearch(Touchable):
    """Beside the field: shows the whole list again."""

    def __init__(self, kit: Kit, rect: Rect, label: str, press: Callable[[], None]) -> None:
        super().__init__(kit, rect, label, press)
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw a white box with an eraser, where there is room for it, and the label."""
        palette, rect = self.theme.palette, self.rect
        fill, _ = self.surface()
        painter.box(rect, fill, radius=self.radius, line=palette.indigo_900, stroke=3)
        words = rect.inset(8, 6)
        if rect.w >= _ICON_FROM_W:
            icon, words = words.cut_left(_ICON, 8)
            painter.icon(icon, "eraser", _ICON, palette.indigo_900)
        painter.text(words, self.name, LABEL_BOLD, palette.indigo_900, align="centre", max_lines=2)


def add_search(page: Page, room: Rect, search: Search, *, found: bool) -> None:
    """Add the field; beside it the button that clears it, unless ``add_nothing_found`` has one."""
    context = page.context
    place = context.place

    def start() -> None:
        place.searching = True
        place.query = ""
        context.rebuild()

    field, cell = room, None
    if place.query and found:
        width = _CLEAR_W_COMPACT if context.layout.compact else _CLEAR_W
        field, cell = room.cut_right(width, _GAP)
    page.put(SearchField(context.kit, field, search.placeholder, place.query, start))
    if cell is not None:
        page.put(ClearSearch(context.kit, cell, search.clear_label, _clear(page)))


def add_nothing_found(page: Page, room: Rect, search: Search) -> None:
    """Say that nothing matches, and offer the whole list."""
    context, painter = page.context, page.painter
    palette, scale = context.theme.palette, context.theme.scale
    words = context.kit.typesetter.set_text(search.empty, BODY, room.w, max_lines=3)
    words_h, button_h = words.height_px / scale, context.layout.action_h
    sign_h = _SIGN if room.h >= _SIGN + words_h + button_h + 2 * _GAP else 0.0
    top = room.y + (room.h - sign_h - words_h - button_h - 2 * _GAP) / 2
    if sign_h:
        painter.icon(Rect(room.x, top, room.w, sign_h), "search", _SIGN, palette.muted)
    line = Rect(room.x, top + sign_h + _GAP, room.w, words_h)
    painter.typeset(line, words, palette.ink, align="centre")
    width = min(room.w, _BUTTON_W)
    cell = Rect(room.x + (room.w - width) / 2, line.bottom + _GAP, width, button_h)
    clear = ActionButton(
        context.kit, cell, search.clear_label, _clear(page), icon="eraser", primary=True
    )
    page.put(clear, first=True)


def _clear(page: Page) -> Callable[[], None]:
    context = page.context

    def clear() -> None:
        context.place.query = ""
        context.place.page = 0
        context.place.focus = ""
        context.rebuild()

    return clear
