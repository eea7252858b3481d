"""From the bouncing edges of a button to presses, with time handed in.

gpiozero's own debouncing drops edges and can swallow a short press or its release (gpiozero issues
1039, 550, 697), so it stays off.  Here the first edge that closes is a press, told at once however
short it is; the release counts once the contact has been open and still for 30 ms.  So a press is
never late, never lost, and neither a bounce nor a worn contact that lets go for a moment makes two.

Edges bear the time they happened, so a loop that runs late changes nothing.  Edges may also be
lost: the kernel keeps few of them.  Whoever ticks therefore hands in the level read at that moment,
and what disagrees with the edges for 30 ms is believed.
"""

from dataclasses import dataclass

from anjungan.appliance.drivers.buttons.events import (
    ButtonEvent,
    ButtonHeld,
    ButtonPressed,
    ButtonReleased,
    ButtonRepeated,
)


@dataclass(frozen=True, slots=True)
class ButtonTimings:
    """When a contact counts as still, a press as held, how often it repeats, when it is stuck."""

    settle_s: float = 0.030
    hold_s: float = 0.500
    repeat_s: float = 0.150
    stuck_after_s: float = 30.0


class ButtonContact:
    """One button.  Give it every edge; call :meth:`tick` when :attr:`deadline_s` has come.

    ``closed`` is the contact's level at the start.  A button that is down then has not been
    pressed: nothing is told of it until it was up once.
    """

    def __init__(
        self, name: str, timings: ButtonTimings | None = None, *, closed: bool = False
    ) -> None:
        self._name = name
        self._timings = timings or ButtonTimings()
        self._closed = closed
        self._pressed = False
        self._held = False
        self._stuck = closed
        self._settles_at_s: float | None = None
        self._doubted_since_s: float | None = None
        self._pressed_at_s = 0.0
        self._repeats_at_s: float | None = None

    @property
    def is_pressed(self) -> bool:
        """Whether the button counts as down."""
        return self._pressed

    @property
    def is_stuck(self) -> bool:
        """Whether it has been down for longer than a person holds a button, or from the start."""
        return self._stuck

    @property
    def deadline_s(self) -> float | None:
        """When :meth:`tick` is wanted next; None when nothing is under way."""
        if self._doubted_since_s is not None:
            return self._doubted_since_s + self._timings.settle_s
        if self._settles_at_s is not None:
            return self._settles_at_s
        return self._repeats_at_s

    def edge(self, *, closed: bool, at_s: float) -> tuple[ButtonEvent, ...]:
        """Take an edge: ``closed`` is the contact's level after it."""
        made_up: tuple[ButtonEvent, ...] = ()
        if self._doubted_since_s is not None and self._doubted_since_s < at_s:
            # What was read then came from an edge before this one, which was lost.
            made_up = self._move(closed=not self._closed, at_s=self._doubted_since_s)
        self._doubted_since_s = None
        return (*made_up, *self._settle(at_s), *self._move(closed=closed, at_s=at_s))

    def tick(self, *, closed: bool, at_s: float) -> tuple[ButtonEvent, ...]:
        """Let time pass; ``closed`` is the contact's level now, in case an edge went missing."""
        if closed == self._closed:
            self._doubted_since_s = None
            return (*self._settle(at_s), *self._repeat(at_s))
        if self._doubted_since_s is None:
            # The edge may be on its way from the pin library's thread, and knows its time.
            self._doubted_since_s = at_s
        elif at_s >= self._doubted_since_s + self._timings.settle_s:
            since_s, self._doubted_since_s = self._doubted_since_s, None
            return self._move(closed=closed, at_s=since_s)
        return ()

    def _move(self, *, closed: bool, at_s: float) -> tuple[ButtonEvent, ...]:
        self._closed = closed
        self._settles_at_s = at_s + self._timings.settle_s
        if not closed or self._pressed or self._stuck:
            return ()
        self._pressed = True
        self._pressed_at_s = at_s
        self._repeats_at_s = at_s + self._timings.hold_s
        return (ButtonPressed(self._name),)

    def _settle(self, at_s: float) -> tuple[ButtonEvent, ...]:
        if self._settles_at_s is None or at_s < self._settles_at_s:
            return ()
        self._settles_at_s = None
        if self._closed:
            return ()
        was_pressed, self._pressed = self._pressed, False
        self._held = False
        self._stuck = False
        self._repeats_at_s = None
        return (ButtonReleased(self._name),) if was_pressed else ()

    def _repeat(self, at_s: float) -> tuple[ButtonEvent, ...]:
        is_moving = self._settles_at_s is not None
        if is_moving or self._repeats_at_s is None or at_s < self._repeats_at_s:
            return ()
        if at_s >= self._pressed_at_s + self._timings.stuck_after_s:
            self._stuck = True
            self._repeats_at_s = None
            return ()
        # From now, not from when it was due: a late loop must not send a burst.
        self._repeats_at_s = at_s + self._timings.repeat_s
        was_held, self._held = self._held, True
        return (ButtonRepeated(self._name) if was_held else ButtonHeld(self._name),)
