"""The frame of every keyboard page: field and primary button above the keys.

On a small screen header and rail give way to the keys, and Kembali becomes a key beside the
field.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page, Zone
from anjungan.appliance.screens.widgets.buttons import ActionButton
from anjungan.appliance.screens.widgets.keys import Key
from anjungan.appliance.session.views import Button, Frame

_FIELD_H: Final = 93.0


@dataclass(frozen=True, slots=True)
class TypingParts:
    """The page and the places on it."""

    page: Page
    field: Rect
    primary: Rect
    keys: Rect

    def add_primary(self, button: Button) -> ActionButton:
        """Add the primary button beside the field."""
        page = self.page
        widget = ActionButton(
            page.context.kit,
            self.primary,
            button.label,
            page.context.pressing(button.press),
            icon=button.icon,
            primary=True,
            reason=button.reason,
        )
        page.put(widget, Zone.ACTION)
        return widget


def typing_page(
    frame: Frame,
    context: Context,
    *,
    on_back: Callable[[], None] | None = None,
) -> TypingParts:
    """Return a page with room for field, button and keys."""
    layout = context.layout
    if layout.compact:
        return _bare_page(frame, context, on_back)
    page = frame_page(context, frame)
    page.on_back = on_back
    if on_back is not None:
        _redirect_back(page, on_back)
    content = layout.content
    if layout.portrait:
        field, rest = content.cut_top(110, 16)
        rest, primary = rest.cut_bottom(layout.action_h, 16)
        keys = rest.cut_bottom(min(rest.h, 560))[1]
        return TypingParts(page, field, primary, keys)
    whole = Rect(content.x - 2, content.y - 4, content.w + 4, content.h + 8)
    line, keys = whole.cut_top(max(_FIELD_H, layout.touch), 8)
    field, primary = line.cut_right(212, 14)
    return TypingParts(page, field, primary, keys)


def _bare_page(frame: Frame, context: Context, on_back: Callable[[], None] | None) -> TypingParts:
    page = Page(context)
    layout, palette = context.layout, context.theme.palette
    page.painter.ground(Rect(0, 0, layout.width, layout.height), palette.paper)
    whole = Rect(6, 6, layout.width - 12, layout.height - 12)
    line, keys = whole.cut_top(80, 6)
    back, line = line.cut_left(108, 8)
    field, primary = line.cut_right(186, 8)
    press = on_back or context.pressing(frame.rail.back)
    page.put(Key(context.kit, back, frame.rail.back_label, press, icon="arrow-left"), Zone.RAIL)
    page.on_back = press
    return TypingParts(page, field, primary, keys)


def _redirect_back(page: Page, on_back: Callable[[], None]) -> None:
    """Let the rail's Kembali do what is local to the page."""
    page.rail[0].set_press(on_back)
