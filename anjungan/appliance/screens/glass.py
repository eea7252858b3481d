"""What is on the glass: shows pages, moves the focus, sends what is pressed."""

import gc
import time
from collections.abc import Callable
from typing import Any, Final, assert_never

from kivy.graphics import Rectangle

from anjungan.appliance.ipc.messages import (
    Act,
    ButtonAction,
    ButtonMoved,
    ButtonName,
    Drawn,
    ScreensMessage,
    Show,
    ShowAmbient,
    Touched,
)
from anjungan.appliance.screens.builders import build_page
from anjungan.appliance.screens.connection import AgentGone, Arrived
from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.layout import Layout, ScreenSize, layout_for
from anjungan.appliance.screens.listening import Listening
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Kit
from anjungan.appliance.screens.rail_buttons import RailButton, meaning_of
from anjungan.appliance.screens.shapes import Shapes
from anjungan.appliance.screens.theme import Theme, theme_for
from anjungan.appliance.screens.typeset import Typesetter
from anjungan.appliance.screens.visit_memory import VisitMemory
from anjungan.appliance.session.intents import Intent
from anjungan.appliance.session.views import (
    Ambient,
    IdleView,
    LineBadge,
    Look,
    Tone,
    View,
)

TOUCHED_EVERY_S: Final = 1.0
_REPEAT_GUARD_S: Final = 0.7
ECHO_S: Final = 0.3
"""Nobody answers a new screen so soon: a tap within this is the second of a double tap, and must
not press what the screen has in that place ("Selesai" comes where "Kirim" was)."""
_ECHO_NEAR: Final = 60.0
_UNKNOWN: Final = Ambient(
    clock="--.--",
    day="",
    date="",
    line=LineBadge(tone=Tone.NEUTRAL, icon="wifi-off", text="…", sentence="…"),
)


class Glass:
    """The present page and everything that changes it.

    ``add`` and ``remove`` put a page on the window and take it away; ``send`` gives a message to
    the agent and tells whether it could be taken.
    """

    def __init__(
        self,
        screen: ScreenSize,
        *,
        add: Callable[[Any], None],
        remove: Callable[[Any], None],
        send: Callable[[ScreensMessage], bool],
        stirred: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.screen = screen
        self.layout: Layout = layout_for(screen)
        self.page: Page | None = None
        self.view: View | None = None
        self.step: int | None = None
        self.ambient = _UNKNOWN
        self.memory = VisitMemory()
        self._look = Look()
        self._add = add
        self._remove = remove
        self._send = send
        self._stirred = stirred
        self._clock = clock
        self._listening = Listening(send)
        self._shapes = Shapes()
        self._typesetters: dict[Theme, Typesetter] = {}
        self._touched_at_s = float("-inf")
        self._acted: tuple[int, Intent, float] | None = None
        self._pressed_at: tuple[int, float] | None = None
        self._finger = (0.0, 0.0)
        self._ok_down = False
        self._undrawn: int | None = None
        self._drawn_at_s = float("-inf")
        self._sweep = False
        self._buttons_used = False

    def warm_up(self, canvas: Any) -> None:
        """Draw one pixel below everything: the driver compiles while the agent still starts.

        Mesa's software renderer takes some 50 ms for the first thing it draws (measured).
        """
        canvas.add(Rectangle(texture=self._shapes.white(), size=(1, 1)))

    def take(self, messages: list[Arrived]) -> None:
        """Apply what has arrived since the last frame."""
        for message in messages:
            match message:
                case Show():
                    self.show(message)
                case ShowAmbient(ambient=ambient):
                    self.set_ambient(ambient)
                case ButtonMoved(button=button, action=action):
                    self.button(button, action)
                case AgentGone():
                    self.agent_gone()
                case _:
                    assert_never(message)

    def show(self, shown: Show) -> None:
        """Replace the page by the one of a new view."""
        leaving = self.view is not None and not isinstance(self.view, IdleView)
        renewed = shown.step == self.step
        self.memory.enter(shown.view, shown.look)
        self.step, self.view, self._look = shown.step, shown.view, shown.look
        self._acted = None
        if isinstance(shown.view, IdleView):
            self._buttons_used = False
        self._build(renewed=renewed)
        self._undrawn = shown.step
        self._sweep = self._sweep or (leaving and isinstance(shown.view, IdleView))

    def set_ambient(self, ambient: Ambient) -> None:
        """Show clock, line and countdown."""
        self.ambient = ambient
        if self.page is not None:
            self.page.set_ambient(ambient)

    def agent_gone(self) -> None:
        """Wipe everything and say calmly that the kiosk is coming back."""
        from anjungan.appliance.screens.preparing import build_preparing  # noqa: PLC0415 - rare

        self.memory.wipe()
        self.step = self.view = self._acted = self._undrawn = None
        self._look = Look()
        self._buttons_used = self._ok_down = False
        self._replace(build_preparing(self._context()), renewed=False)
        self._sweep = True

    def button(self, button: ButtonName, action: ButtonAction) -> None:
        """Apply a physical button."""
        page = self.page
        if page is None:
            return
        self._stirred()
        if page.on_any_button is not None:
            if action is ButtonAction.PRESSED:
                self._buttons_used = True
                page.on_any_button()
            return
        match button:
            case ButtonName.UP | ButtonName.DOWN:
                if action in {ButtonAction.PRESSED, ButtonAction.REPEATED}:
                    self._walk(page, 1 if button is ButtonName.DOWN else -1)
            case ButtonName.OK:
                self._ok(page, action)
            case _:
                if action is ButtonAction.PRESSED:
                    self._press_rail(page, button)
        self._touch_noticed()

    def accepts(self, x_px: float, y_px: float) -> bool:
        """Tell whether a finger there means this screen, and not still the one before."""
        near = self.screen.scale * _ECHO_NEAR
        close = abs(x_px - self._finger[0]) <= near and abs(y_px - self._finger[1]) <= near
        if close and self._is_echo():
            return False
        self._finger = (x_px, y_px)
        return True

    def echo_left_s(self) -> float:
        """Return how long a tap may still be the echo of the press that changed the screen."""
        if self._pressed_at is None:
            return 0.0
        step, at_s = self._pressed_at
        if step == self.step:
            return 0.0
        if self._undrawn is not None:
            return ECHO_S
        # from when it could be seen: a slow card may hold back the ticket for seconds
        return max(0.0, max(at_s, self._drawn_at_s) + ECHO_S - self._clock())

    def _is_echo(self) -> bool:
        return self.echo_left_s() > 0

    def touched(self) -> None:
        """Note a finger: the agent hears of it at most once a second."""
        self._buttons_used = False
        self._stirred()
        self._touch_noticed(by_finger=True)

    def frame_drawn(self) -> None:
        """Tell the agent once that the present step is on the glass."""
        if self._undrawn is not None:
            step, self._undrawn = self._undrawn, None
            self._drawn_at_s = self._clock()
            self._send(Drawn(step=step))
        if self._sweep:
            # after the frame, so that it does not make anybody wait
            self._sweep = False
            gc.collect()

    def _walk(self, page: Page, step: int) -> None:
        self._buttons_used = True
        if not page.focus.visible:
            page.focus.show()
        else:
            page.focus.move(step)
        self._remember_focus(page)
        self._show_ring(page)

    def _ok(self, page: Page, action: ButtonAction) -> None:
        """Press the focus; where holding has a meaning, a press counts when it is released."""
        match action:
            case ButtonAction.PRESSED if self._undrawn is not None or self._is_echo():
                pass  # meant for the screen before: also the press that ends a countdown
            case ButtonAction.PRESSED:
                unseen = not page.focus.visible
                self._buttons_used = True
                page.focus.show()
                self._remember_focus(page)  # what is pressed may make another one the first
                self._show_ring(page)
                if unseen and not page.confirm_unseen:
                    return
                current = page.focus.current
                if current is None:
                    return
                if page.on_hold is not None:
                    self._ok_down = True
                    current.set_pressed(pressed=True)
                else:
                    current.activate()
            case ButtonAction.HELD:
                if self._ok_down and page.on_hold is not None:
                    self._ok_up(page)
                    page.on_hold()
            case ButtonAction.RELEASED:
                if self._ok_down:
                    self._ok_up(page)
                    current = page.focus.current
                    if current is not None:
                        current.activate()
            case ButtonAction.REPEATED:
                pass
            case _:
                assert_never(action)

    def _ok_up(self, page: Page) -> None:
        self._ok_down = False
        if page.focus.current is not None:
            page.focus.current.set_pressed(pressed=False)

    def _press_rail(self, page: Page, button: RailButton) -> None:
        """Press what the button stands for; a page's own way back comes first."""
        self._buttons_used = True
        if button is ButtonName.BACK and page.on_back is not None:
            page.on_back()
        elif self.view is not None:
            intent = meaning_of(button, self.view)
            if intent is not None:
                self._press(intent)

    def _press(self, intent: Intent) -> None:
        """Send an intent with the step of what is on the glass; a doubled press counts once."""
        if self.step is None:
            return
        now_s = self._clock()
        if self._acted is not None:
            step, before, at_s = self._acted
            if step == self.step and before == intent and now_s - at_s < _REPEAT_GUARD_S:
                return
        self._acted = (self.step, intent, now_s)
        self._pressed_at = (self.step, now_s)
        self._touched_at_s = now_s
        self._stirred()
        self._send(Act(step=self.step, intent=intent))

    def _touch_noticed(self, *, by_finger: bool = False) -> None:
        now_s = self._clock()
        if self.step is None:
            return
        stops_voice = by_finger and self._look.read_aloud
        if stops_voice or now_s - self._touched_at_s >= TOUCHED_EVERY_S:
            self._touched_at_s = now_s
            self._send(Touched(by_finger=by_finger))

    def _show_ring(self, page: Page) -> None:
        page.draw_ring()
        self._listening.focus_moved(self.step, self._look, page)

    def _typed(self, length: int) -> None:
        self._listening.typed(self.step, self.view, length)

    def _remember_focus(self, page: Page) -> None:
        current = page.focus.current
        if current is not None:
            page.context.place.focus = current.name

    def _context(self) -> Context:
        theme = theme_for(self._look, self.screen.scale)
        typesetter = self._typesetters.setdefault(theme, Typesetter(theme))
        kit = Kit(theme, self._shapes, typesetter, self.screen.height_px)
        if self.view is None:
            return Context(kit, self.layout, self._look, self.ambient, self._press, self._rebuild)
        return Context(
            kit,
            self.layout,
            self._look,
            self.ambient,
            self._press,
            self._rebuild,
            self.memory.draft,
            self.memory.place_of(self.view),
            self._typed,
        )

    def _rebuild(self) -> None:
        """Draw the present view again, after something local has changed."""
        self._build(renewed=True)

    def _build(self, *, renewed: bool) -> None:
        """Build the page of the present view, with the focus where it was.

        ``renewed``: it is still the same step, so that a finger on the glass means it.
        """
        if self.view is None:
            return
        held = self.page.focus.current if self.page and self._ok_down and renewed else None
        held_name = None if held is None else held.name
        page = build_page(self.view, self._context())
        name = page.context.place.focus
        if name:
            page.focus.put(name)
        self._replace(page, renewed=renewed)
        if self._buttons_used and page.on_any_button is None:
            page.focus.show()
            self._show_ring(page)
        self._keep_ok_down(page, held_name)

    def _keep_ok_down(self, page: Page, name: str | None) -> None:
        """Go on with an OK that is held on an earlier page of the same step, as with a finger."""
        current = page.focus.current
        self._ok_down = (
            name is not None
            and page.on_hold is not None
            and current is not None
            and current.enabled
            and current.name == name
        )
        if self._ok_down and current is not None:
            current.set_pressed(pressed=True)

    def _replace(self, page: Page, *, renewed: bool) -> None:
        old, self.page = self.page, page
        if old is not None:
            if renewed:
                page.take_finger(old)
            self._remove(old)
            old.dispose()
        page.on_touched = self.touched
        page.accepts = self.accepts
        self._add(page)
