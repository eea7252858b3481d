"""Text on the keyboard in the order of the alphabet; ticket codes on a restricted one."""

from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.theme import Font
from anjungan.appliance.screens.views.typing_page import TypingParts, typing_page
from anjungan.appliance.screens.widgets.actions import add_button
from anjungan.appliance.screens.widgets.field import GroupedField, TextField
from anjungan.appliance.screens.widgets.keys import (
    Key,
    add_keyboard,
    needs_delete_elsewhere,
)
from anjungan.appliance.session.intents import EnterText
from anjungan.appliance.session.views import Button, KeyboardView

_DELETE_W: Final = 108.0


def build(view: KeyboardView, context: Context) -> Page:
    """Return the page of a keyboard view."""
    parts = typing_page(view.frame, context)
    _KeyboardPage(parts, view)
    return parts.page


class _KeyboardPage:
    """Joins field, keys and the button that goes on."""

    def __init__(self, parts: TypingParts, view: KeyboardView) -> None:
        self._page = parts.page
        self._view = view
        self._draft = parts.page.context.draft
        field = self._place_field(parts)
        self._field: TextField | GroupedField
        if view.groups:
            self._field = GroupedField(
                self._page,
                field,
                self._draft,
                groups=view.groups,
                separator="-",
                font=Font.MONO,
                label=view.error or view.hint or view.question,
                wrong=bool(view.error),
            )
        else:
            self._field = TextField(
                self._page,
                field,
                view.error or view.question,
                self._draft,
                hint=view.hint,
                wrong=bool(view.error),
            )
        place = self._page.context.place
        figures = place.layer == "figures"
        add_keyboard(
            self._page,
            parts.keys,
            alphabet=view.alphabet,
            on_character=self._type,
            on_delete=self._delete,
            on_layer=self._switch,
            space_label=view.space_label,
            delete_label=view.delete_label,
            layer_label=view.letters_label if figures else view.digits_label,
            figures=figures,
        )
        self._next = parts.add_primary(
            Button(
                label=view.next_label,
                press=None,
                icon="arrow-right",
                reason=view.incomplete_reason,
            )
        )
        self._page.on_hold = self._enter
        self._changed()

    def _place_field(self, parts: TypingParts) -> Rect:
        """Return the field's place beside a delete key or a skip button where there is one."""
        view, field = self._view, parts.field
        if view.alphabet and needs_delete_elsewhere(self._page, view.alphabet):
            field, rect = field.cut_right(_DELETE_W, 10)
            key = Key(
                self._page.context.kit, rect, view.delete_label, self._delete, icon="backspace"
            )
            self._page.put(key)
        if view.skip is not None:
            field, rect = field.cut_right(150 if self._page.context.layout.compact else 170, 10)
            plain = Button(label=view.skip.label, press=view.skip.press)
            add_button(self._page, plain, rect, primary=False)
        return field

    def _type(self, character: str) -> None:
        view, text = self._view, self._draft.text
        doubled_space = character == " " and (not text or text.endswith(" "))
        if len(text) < view.max_length and not doubled_space:
            self._draft.text = text + character
            self._changed(typed=True)

    def _delete(self) -> None:
        self._draft.text = self._draft.text[:-1]
        self._changed(typed=True)

    def _switch(self) -> None:
        place = self._page.context.place
        place.layer = "letters" if place.layer == "figures" else "figures"
        place.focus = ""
        self._page.context.rebuild()

    def _enter(self) -> None:
        text = self._draft.text.strip()
        if len(text) >= self._view.min_length:
            self._page.context.press(EnterText(text=text))

    def _changed(self, *, typed: bool = False) -> None:
        if typed:
            self._page.context.typed(len(self._draft.text))
        self._field.repaint()
        complete = len(self._draft.text.strip()) >= self._view.min_length
        self._next.set_press(self._enter if complete else None)
