"""The keyboard of a list's search: local to the screens, the agent never sees what is typed."""

from collections.abc import Callable
from typing import Final

from anjungan.appliance.screens.context import Context, Draft
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.views.typing_page import TypingParts, typing_page
from anjungan.appliance.screens.widgets.buttons import ActionButton
from anjungan.appliance.screens.widgets.field import TextField
from anjungan.appliance.screens.widgets.keys import add_keyboard
from anjungan.appliance.session.views import Button, Frame, Search

_LONGEST_QUERY: Final = 30


def search_page(frame: Frame, search: Search, context: Context, count: Callable[[], int]) -> Page:
    """Return the keyboard page; ``count`` tells how many rows match what is typed so far."""
    place = context.place
    draft = Draft(place.query)

    def leave() -> None:
        place.searching = False
        place.page = 0
        place.focus = ""
        context.rebuild()

    def cancel() -> None:
        place.query = ""
        leave()

    parts = typing_page(frame, context, on_back=cancel)
    page = parts.page

    def changed() -> None:
        place.query = draft.text
        context.typed(len(draft.text))
        field.repaint()
        show_count()

    def show_count() -> None:
        found = count() if draft.text else 0
        button.name = f"{search.show_label} ({found})" if draft.text else search.show_label
        button.repaint()

    def typed(character: str) -> None:
        if len(draft.text) < _LONGEST_QUERY:
            draft.text += character
            changed()

    def delete() -> None:
        draft.text = draft.text[:-1]
        changed()

    def switch() -> None:
        place.layer = "letters" if place.layer == "figures" else "figures"
        context.rebuild()

    field = TextField(page, parts.field, search.placeholder, draft)
    figures = place.layer == "figures"
    add_keyboard(
        page,
        parts.keys,
        alphabet="",
        on_character=typed,
        on_delete=delete,
        on_layer=switch,
        space_label=search.space_label,
        delete_label=search.delete_label,
        layer_label="ABC" if figures else "123",
        figures=figures,
    )
    button = _add_show(parts, Button(label=search.show_label, press=None, icon="search"), leave)
    page.on_hold = leave
    page.on_dispose.append(draft.wipe)
    show_count()
    return page


def _add_show(parts: TypingParts, button: Button, leave: Callable[[], None]) -> ActionButton:
    widget = parts.add_primary(button)
    widget.set_press(leave)
    return widget
