"""Keys of the number pad and of the keyboard."""

from collections.abc import Callable
from typing import Final

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import KEY_DIGIT, KEY_LETTER, Font, TextStyle
from anjungan.appliance.screens.widgets.touchable import Touchable

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ."
FIGURES: Final = "1234567890.,-/'()&:+?!@%=*\""
_FUNCTION: Final = TextStyle(22, Font.BOLD, 1.05)
_DELETE_CELLS: Final = 2


class Key(Touchable):
    """A character, or with ``icon`` or a longer name a function such as "Hapus"."""

    def __init__(
        self,
        kit: Kit,
        rect: Rect,
        name: str,
        press: Callable[[], None] | None,
        *,
        style: TextStyle | None = None,
        icon: str = "",
        plain: bool = False,
    ) -> None:
        super().__init__(kit, rect, name, press)
        self.style = style
        self.icon = icon
        self.plain = plain
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw the key; a pressed one is teal with a white character."""
        palette, rect = self.theme.palette, self.rect
        stroke = self.theme.card_stroke
        if not self.enabled:
            painter.box(
                rect,
                palette.disabled_fill,
                radius=self.radius,
                line=palette.line_touch,
                stroke=2,
                dashed=True,
            )
            colour = palette.disabled_text
        else:
            fill = palette.surface if self.style or self.plain else palette.surface_2
            colour = palette.indigo_900
            if self.pressed:
                fill, colour = palette.teal_700, palette.white
            elif self.focused:
                fill = palette.focus_fill
            painter.box(rect, fill, radius=self.radius, line=palette.line_touch, stroke=stroke)
        if self.style is not None:
            painter.text(
                rect, self.name, self.style, colour, align="centre", fixed=True, max_lines=1
            )
        elif self.icon and rect.w < 1.7 * rect.h:
            self._paint_upright(painter, colour)
        else:
            self._paint_lying(painter, colour)

    def _paint_upright(self, painter: Painter, colour: str) -> None:
        rect = self.rect
        room = rect.inset(6, 8)
        label = self.kit.typesetter.set_text(
            self.name, _FUNCTION, room.w, max_lines=2, max_height=room.h - 42, fixed=True
        )
        height = label.height_px / self.theme.scale
        top = rect.y + (rect.h - 38 - 4 - height) / 2
        painter.icon(Rect(rect.x, top, rect.w, 38), self.icon, 36, colour)
        painter.typeset(Rect(room.x, top + 42, room.w, height), label, colour, align="centre")

    def _paint_lying(self, painter: Painter, colour: str) -> None:
        rect = self.rect
        icon_w = 46.0 if self.icon else 0.0
        label = self.kit.typesetter.set_text(
            self.name,
            _FUNCTION,
            rect.w - 20 - icon_w,
            max_lines=2,
            max_height=rect.h - 8,
            fixed=True,
        )
        width = label.width_px / self.theme.scale
        left = rect.x + (rect.w - width - icon_w) / 2
        painter.icon(Rect(left, rect.y, 36, rect.h), self.icon, 34, colour)
        painter.typeset(Rect(left + icon_w, rect.y, width, rect.h), label, colour)


def add_keypad(
    page: Page,
    rect: Rect,
    *,
    on_digit: Callable[[str], None],
    on_clear: Callable[[], None],
    on_delete: Callable[[], None],
    clear_label: str,
    delete_label: str,
) -> list[Key]:
    """Add a 3 by 4 number pad that fills ``rect``; returns its digits' keys."""
    kit = page.context.kit
    cells = rect.grid(3, 4, 12 if rect.h >= 440 else 8)
    digits: list[Key] = []
    for cell, name in zip(cells, ("1", "2", "3", "4", "5", "6", "7", "8", "9"), strict=False):
        digits.append(Key(kit, cell, name, _typing(on_digit, name), style=KEY_DIGIT))
        page.put(digits[-1], first=name == "1")
    page.put(Key(kit, cells[9], clear_label, on_clear, icon="trash"))
    zero = Key(kit, cells[10], "0", _typing(on_digit, "0"), style=KEY_DIGIT)
    page.put(zero)
    page.put(Key(kit, cells[11], delete_label, on_delete, icon="backspace"))
    return [*digits, zero]


def _typing(on_character: Callable[[str], None], character: str) -> Callable[[], None]:
    return lambda: on_character(character)


def keyboard_grid(page: Page) -> tuple[int, int]:
    """Return columns and rows of the keyboard: fewer columns on a narrow glass."""
    return (7, 5) if page.context.layout.portrait else (8, 4)


def needs_delete_elsewhere(page: Page, alphabet: str) -> bool:
    """Tell whether a restricted keyboard has no room left for its delete key."""
    columns, rows = keyboard_grid(page)
    return columns * rows - len(alphabet) < _DELETE_CELLS


def add_keyboard(
    page: Page,
    rect: Rect,
    *,
    alphabet: str,
    on_character: Callable[[str], None],
    on_delete: Callable[[], None],
    on_layer: Callable[[], None],
    space_label: str,
    delete_label: str,
    layer_label: str,
    figures: bool,
) -> None:
    """Add a keyboard in the order of the alphabet.

    With ``alphabet`` only its characters are there, without space and second layer.
    """
    kit = page.context.kit
    columns, rows = keyboard_grid(page)
    cells = rect.grid(columns, rows, 7)
    characters = alphabet or (FIGURES if figures else LETTERS)
    for index, (cell, character) in enumerate(zip(cells, characters, strict=False)):
        key = Key(kit, cell, character, _typing(on_character, character), style=KEY_LETTER)
        page.put(key, first=index == 0)
    rest = cells[len(characters) :]
    if alphabet:
        if not needs_delete_elsewhere(page, alphabet):
            delete = _join(rest[0], rest[-1])
            page.put(Key(kit, delete, delete_label, on_delete, icon="backspace"))
        return
    page.put(Key(kit, rest[0], layer_label, on_layer))
    half = len(rest) // 2
    space = Key(
        kit,
        _join(rest[1], rest[half]),
        space_label,
        _typing(on_character, " "),
        icon="space",
        plain=True,
    )
    page.put(space)
    delete = _join(rest[half + 1], rest[-1])
    page.put(Key(kit, delete, delete_label, on_delete, icon="backspace"))


def _join(left: Rect, right: Rect) -> Rect:
    return Rect(left.x, left.y, right.right - left.x, left.h)
