"""Something a finger or the buttons can press."""

from collections.abc import Callable
from typing import Any, Final

from kivy.clock import Clock
from kivy.uix.widget import Widget

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Kit, Painter

WITHOUT_RULES: Final = {"__no_builder": True}
"""Keeps the rules of Kivy's own style sheet away, which match widgets by the name of a class."""

RELEASE_AFTER_S: Final = 0.12


class Touchable(Widget):
    """A rectangle with a name, drawn by ``paint`` of its subclass.

    A touch shows at once and counts when the finger is lifted inside. It goes on showing for a
    moment: drawing its end at once would make the next screen a frame later. Without ``press`` it
    is disabled: drawn as such, skipped by the focus, deaf to touches.

    Attributes:
        rect: where it is, in logical pixels.
        name: what it is called for tests and for reading aloud; normally its label.
        focused: whether the focus ring is on it and visible.
        pressed: whether a finger is on it.
        touch: the touch that began on it and still lasts, or None.
        ring_inside: whether the ring is drawn within its edge.
        radius: of its corners and of the ring.
    """

    radius = 16.0
    ring_inside = False

    def __init__(self, kit: Kit, rect: Rect, name: str, press: Callable[[], None] | None) -> None:
        scale = kit.theme.scale
        left, right = round(rect.x * scale), round(rect.right * scale)
        top, bottom = round(rect.y * scale), round(rect.bottom * scale)
        super().__init__(
            pos=(left, kit.height_px - bottom),
            size=(right - left, bottom - top),
            size_hint=(None, None),
            **WITHOUT_RULES,
        )
        self.kit = kit
        self.theme = kit.theme
        self.rect = rect
        self.name = name
        self.focused = False
        self.pressed = False
        self.touch: Any = None
        self._press = press
        self._releasing: Any = None
        self.painter = Painter(kit, self.canvas)

    @property
    def enabled(self) -> bool:
        """Whether it can be pressed now."""
        return self._press is not None

    def set_press(self, press: Callable[[], None] | None) -> None:
        """Change what pressing does, or disable it."""
        changed = (press is None) != (self._press is None)
        self._press = press
        if changed:
            self.repaint()

    def activate(self) -> None:
        """Do what pressing does."""
        if self._press is not None:
            self._press()

    def set_focused(self, *, focused: bool) -> None:
        """Show or hide the focus."""
        if self.focused != focused:
            self.focused = focused
            self.repaint()

    def set_pressed(self, *, pressed: bool) -> None:
        """Show or hide the finger."""
        self._keep_pressed()
        if self.pressed != pressed:
            self.pressed = pressed
            self.repaint()

    def repaint(self) -> None:
        """Draw again in the present state."""
        self.painter.clear()
        self.paint(self.painter)

    def paint(self, painter: Painter) -> None:
        """Draw; subclasses say how."""
        raise NotImplementedError

    def release(self) -> None:
        """Forget what pressing does and everything drawn."""
        self._keep_pressed()
        self._let_go()
        self._press = None
        self.painter.clear()

    def take_finger(self, before: "Touchable") -> None:
        """Go on with the touch that began on ``before``, which is the same thing drawn earlier."""
        touch = before.touch
        before.touch = None
        touch.ungrab(before)
        self._hold(touch)
        self.set_pressed(pressed=before.pressed and bool(self.collide_point(*touch.pos)))

    def _hold(self, touch: Any) -> None:
        touch.grab(self)
        self.touch = touch

    def _let_go(self) -> None:
        if self.touch is not None:
            self.touch.ungrab(self)
            self.touch = None

    def on_touch_down(self, touch: Any) -> bool:
        """Take a touch that begins here."""
        if not self.collide_point(*touch.pos):
            return False
        if self.enabled:
            self._hold(touch)
            self.set_pressed(pressed=True)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Let go visibly when the finger slides off."""
        if touch.grab_current is not self:
            return False
        self.set_pressed(pressed=bool(self.collide_point(*touch.pos)))
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Count the press when the finger is lifted inside."""
        if touch.grab_current is not self:
            return False
        self._let_go()
        if self.pressed:
            self.activate()
            self._release_soon()
        return True

    def _release_soon(self) -> None:
        if self.enabled:  # otherwise the press has taken this page away
            self._releasing = Clock.schedule_once(self._release_now, RELEASE_AFTER_S)

    def _release_now(self, _elapsed_s: float) -> None:
        self.set_pressed(pressed=False)

    def _keep_pressed(self) -> None:
        if self._releasing is not None:
            self._releasing.cancel()
            self._releasing = None

    def surface(self) -> tuple[str, str]:
        """Return fill and line of a white thing that can be touched, in the present state."""
        palette = self.theme.palette
        if not self.enabled:
            return palette.disabled_fill, palette.line_touch
        if self.pressed:
            return palette.selected_fill, palette.teal_700
        if self.focused:
            return palette.focus_fill, palette.line_touch
        return palette.surface, palette.line_touch
