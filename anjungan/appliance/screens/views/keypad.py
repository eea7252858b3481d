"""Digits on the big keypad: NIK, phone, date, time, number."""

from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.frame_page import frame_page
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Painter
from anjungan.appliance.screens.theme import QUESTION, SUPPORT, SUPPORT_BOLD
from anjungan.appliance.screens.typeset import Typeset
from anjungan.appliance.screens.widgets.actions import add_button
from anjungan.appliance.screens.widgets.banner import banner_height, paint_banner
from anjungan.appliance.screens.widgets.buttons import ActionButton
from anjungan.appliance.screens.widgets.field import GroupedField
from anjungan.appliance.screens.widgets.keys import add_keypad
from anjungan.appliance.session.intents import EnterText
from anjungan.appliance.session.views import Banner, Button, KeypadView

_KEYPAD_W: Final = 420.0
_KEYPAD_W_COMPACT: Final = 312.0
_ERROR_ICON_W: Final = 36.0
_FIELD_H: Final = 84.0
_PROGRESS_H: Final = 34.0


def build(view: KeypadView, context: Context) -> Page:
    """Return the page of a keypad view."""
    page = frame_page(context, view.frame)
    _KeypadPage(page, view)
    return page


class _KeypadPage:
    """Joins field, keys, progress line and the button that goes on."""

    def __init__(self, page: Page, view: KeypadView) -> None:
        self._page = page
        self._view = view
        self._draft = page.context.draft
        # not over digits that are being corrected, when the view comes again for another reason
        self._error_shown = bool(view.error) and self._draft.text == view.value
        left, keys = _split(page)
        self._field_rect, self._progress_rect, self._next_rect = self._paint_left(left)
        self._progress = page.layer()
        self._field = GroupedField(
            page,
            self._field_rect,
            self._draft,
            groups=view.groups,
            separator=view.separator,
            placeholders=view.placeholders,
        )
        self._digits = add_keypad(
            page,
            keys,
            on_digit=self._type,
            on_clear=self._clear,
            on_delete=self._delete,
            clear_label=view.clear_label,
            delete_label=view.delete_label,
        )
        self._next = self._add_next()
        page.on_hold = self._enter
        page.on_dispose.append(self._draft_gone)
        self._changed()

    def _paint_left(self, left: Rect) -> tuple[Rect, Rect, Rect]:
        """Draw question, hint and banner; return the places of field, progress and button."""
        page, view = self._page, self._view
        layout, painter = page.context.layout, page.painter
        rest, next_rect = left.cut_bottom(layout.action_h, 12)
        if view.skip is not None:
            skip, next_rect = next_rect.cut_left(next_rect.w * 0.42, 12)
            add_button(page, view.skip, skip, primary=False)
        field_h = _FIELD_H if not layout.compact else 74.0
        below_h = max(_progress_height(painter), self._error_height(painter, rest.w))
        fixed = field_h + 10 + below_h
        question = painter.kit.typesetter.set_text(
            view.question, QUESTION, rest.w, max_lines=3, max_height=rest.h - fixed
        )
        scale = page.context.theme.scale
        room = rest.h - fixed - question.height_px / scale - 8
        banner, banner_h = _fitting_banner(painter, view.banner, rest.w, room)
        if banner is not None:
            rest, strip = rest.cut_bottom(banner_h, 10)
            paint_banner(painter, strip, banner)
            room -= banner_h + 10
        hint = _fitting_hint(painter, view.hint, rest.w, room)
        palette = page.context.theme.palette
        line, rest = rest.cut_top(question.height_px / scale, 6)
        painter.typeset(line, question, palette.ink)
        if hint is not None:
            line, rest = rest.cut_top(hint.height_px / scale, 8)
            painter.typeset(line, hint, palette.ink)
        field, rest = rest.cut_top(field_h, 8)
        return field, rest.cut_top(max(_progress_height(painter), min(rest.h, 64.0)))[0], next_rect

    def _error_height(self, painter: Painter, width: float) -> float:
        """Return the room that what was wrong needs, at least at the standard text size."""
        if not self._error_shown:
            return 0.0
        error = painter.kit.typesetter.set_text(
            self._view.error, SUPPORT_BOLD, width - _ERROR_ICON_W, max_lines=3, fixed=True
        )
        return error.height_px / painter.theme.scale

    def _add_next(self) -> ActionButton:
        view = self._view
        button = Button(
            label=view.next_label,
            press=None,
            icon="arrow-right",
            reason=view.incomplete_reason,
        )
        return add_button(self._page, button, self._next_rect, primary=True)

    def _type(self, digit: str) -> None:
        if len(self._draft.text) < self._view.max_length:
            self._draft.text += digit
            self._changed(typed=True)

    def _delete(self) -> None:
        self._draft.text = self._draft.text[:-1]
        self._changed(typed=True)

    def _clear(self) -> None:
        self._draft.text = ""
        self._changed(typed=True)

    def _enter(self) -> None:
        if len(self._draft.text) >= self._view.min_length:
            self._page.context.press(EnterText(text=self._draft.text))

    def _changed(self, *, typed: bool = False) -> None:
        """Show the new text; what was wrong before is not said any more."""
        if typed:
            self._error_shown = False
            self._page.context.typed(len(self._draft.text))
        self._field.repaint()
        complete = len(self._draft.text) >= self._view.min_length
        self._next.set_press(self._enter if complete else None)
        self._paint_progress()

    def _paint_progress(self) -> None:
        painter, palette = self._progress, self._page.context.theme.palette
        painter.clear()
        rect = self._progress_rect
        if self._error_shown:
            icon, words = rect.cut_left(_ERROR_ICON_W - 6, 6)
            first = Rect(icon.x, icon.y, icon.w, min(icon.h, 34))
            painter.icon(first, "alert-circle", 28, palette.error.text)
            painter.text(words, self._view.error, SUPPORT_BOLD, palette.error.text, valign="top")
            return
        count = len(self._draft.text)
        if count < len(self._view.progress):
            text = self._view.progress[count]
            painter.text(rect, text, SUPPORT_BOLD, palette.teal_700, valign="top", max_lines=2)

    def _draft_gone(self) -> None:
        self._digits.clear()


def _split(page: Page) -> tuple[Rect, Rect]:
    """Return the places of words and keys."""
    layout = page.context.layout
    content = layout.content
    if layout.portrait:
        above, keys = content.cut_bottom(round(content.h * 0.5), 16)
        return above, keys
    width = _KEYPAD_W_COMPACT if layout.compact else _KEYPAD_W
    return content.cut_right(width, 20 if not layout.compact else 14)


def _progress_height(painter: Painter) -> float:
    return painter.theme.text_px(SUPPORT_BOLD) * 1.2 / painter.theme.scale + 4


def _fitting_banner(
    painter: Painter, banner: Banner | None, width: float, room: float
) -> tuple[Banner | None, float]:
    """Return the banner if there is room; else its strong words alone; else nothing."""
    if banner is None:
        return None, 0.0
    short = Banner(tone=banner.tone, icon=banner.icon, strong=banner.strong, text="")
    for candidate in (banner, short):
        height = banner_height(painter, candidate, width)
        if height + 10 <= room:
            return candidate, height
    return None, 0.0


def _fitting_hint(painter: Painter, hint: str, width: float, room: float) -> Typeset | None:
    if not hint or room < 30:
        return None
    typeset = painter.kit.typesetter.set_text(
        hint, SUPPORT, width, max_lines=2, max_height=room - 10, keep_size=True
    )
    return typeset if typeset.fits else None
