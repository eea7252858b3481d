"""From the bouncing edges of a contact to presses, with time handed in.

gpiozero's own debouncing drops edges and can swallow a short press or its release (gpiozero issues
1039, 550, 697), so it stays off.  Here the first edge counts at once, then the contact has to be
still for 30 ms before the next one can; whatever level it then rests at is the truth.  So a press
is never late, never doubled, and one shorter than the window is told too, with its release.
"""

from dataclasses import dataclass

from anjungan.appliance.drivers.buttons.events import (
    ButtonEvent,
    ButtonHeld,
    ButtonName,
    ButtonPressed,
    ButtonReleased,
    ButtonRepeated,
)


@dataclass(frozen=True, slots=True)
class ButtonTimings:
    """When a contact counts as still, when a press counts as held, how often it then repeats."""

    settle_s: float = 0.030
    hold_s: float = 0.500
    repeat_s: float = 0.150


class ButtonContact:
    """One button.  Give it every edge; call :meth:`tick` when :attr:`deadline_s` has come."""

    def __init__(self, name: ButtonName, timings: ButtonTimings | None = None) -> None:
        self._name = name
        self._timings = timings or ButtonTimings()
        self._pressed = False
        self._held = False
        self._settles_at_s: float | None = None
        self._repeats_at_s: float | None = None

    @property
    def is_pressed(self) -> bool:
        """Whether the button counts as down."""
        return self._pressed

    @property
    def deadline_s(self) -> float | None:
        """When :meth:`tick` is wanted next; None when nothing is under way."""
        deadlines = [at for at in (self._settles_at_s, self._repeats_at_s) if at is not None]
        return min(deadlines, default=None)

    def edge(self, *, closed: bool, at_s: float) -> tuple[ButtonEvent, ...]:
        """Take an edge: ``closed`` is the contact's level after it."""
        is_still = self._settles_at_s is None
        self._settles_at_s = at_s + self._timings.settle_s
        return self._accept(closed=closed, at_s=at_s) if is_still else ()

    def tick(self, *, closed: bool, at_s: float) -> tuple[ButtonEvent, ...]:
        """Let time pass; ``closed`` is the contact's level now, in case an edge went missing."""
        events: tuple[ButtonEvent, ...] = ()
        if self._settles_at_s is not None and at_s >= self._settles_at_s:
            self._settles_at_s = None
            events = self._accept(closed=closed, at_s=at_s)
        if self._repeats_at_s is not None and at_s >= self._repeats_at_s:
            # From now, not from when it was due: a late loop must not send a burst.
            self._repeats_at_s = at_s + self._timings.repeat_s
            repeat = ButtonRepeated(self._name) if self._held else ButtonHeld(self._name)
            self._held = True
            events = (*events, repeat)
        return events

    def _accept(self, *, closed: bool, at_s: float) -> tuple[ButtonEvent, ...]:
        if closed == self._pressed:
            return ()
        self._pressed = closed
        self._held = False
        # The contact bounces on the way up as on the way down.
        self._settles_at_s = at_s + self._timings.settle_s
        if closed:
            self._repeats_at_s = at_s + self._timings.hold_s
            return (ButtonPressed(self._name),)
        self._repeats_at_s = None
        return (ButtonReleased(self._name),)
