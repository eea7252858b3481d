"""The action row: always at the bottom, the primary button at its right."""

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page, Zone
from anjungan.appliance.screens.theme import BUTTON
from anjungan.appliance.screens.widgets.buttons import ActionButton
from anjungan.appliance.session.views import Button


def add_actions(page: Page, buttons: tuple[Button, ...], room: Rect) -> None:
    """Add buttons from left to right; the last one is the primary one and wider."""
    if not buttons:
        return
    for index, (button, cell) in enumerate(zip(buttons, _cells(page, buttons, room), strict=True)):
        last = index == len(buttons) - 1
        add_button(page, button, cell, primary=last, first=last)


def add_button(
    page: Page, button: Button, rect: Rect, *, primary: bool, first: bool = False
) -> ActionButton:
    """Add one button of the action row."""
    context = page.context
    widget = ActionButton(
        context.kit,
        rect,
        button.label,
        context.pressing(button.press),
        icon=button.icon,
        primary=primary,
        reason=button.reason,
    )
    page.put(widget, Zone.ACTION, first=first and widget.enabled)
    return widget


def _cells(page: Page, buttons: tuple[Button, ...], room: Rect) -> list[Rect]:
    """Share the row: every button what its label needs, the primary one what is left."""
    gap = 12.0
    if len(buttons) == 1:
        width = max(room.w * 0.5, 280.0) if not page.context.layout.portrait else room.w
        return [room.cut_right(width)[1]]
    kit = page.context.kit
    space = room.w - gap * (len(buttons) - 1)
    wanted = []
    for button in buttons:
        font_px = kit.theme.text_px(BUTTON)
        width = kit.typesetter.width_px(button.label, BUTTON.font, font_px) / kit.theme.scale
        wanted.append(width + 36 + (52 if button.icon else 0))
    wanted[-1] = max(wanted[-1], space * 0.34)
    total = sum(wanted)
    if total <= space:
        wanted[-1] += space - total
        if wanted[-1] > space * 0.62:
            spare = wanted[-1] - space * 0.62
            wanted[-1] -= spare
            wanted[:-1] = [width + spare / (len(wanted) - 1) for width in wanted[:-1]]
    else:
        wanted = [width * space / total for width in wanted]
    cells = []
    left = room.x
    for width in wanted:
        cells.append(Rect(round(left), room.y, round(left + width) - round(left), room.h))
        left += width + gap
    return cells
