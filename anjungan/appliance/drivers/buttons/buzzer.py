"""Short patterns on an active buzzer (one that sounds while its pin is high), by the loop's timers.

Nothing waits: a pattern plays on while the program goes on, and a later one takes its place.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

LONGEST_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class BuzzPattern:
    """Seconds on, off, on, …; an odd number of them, so that it ends with sound.

    Raises:
        ValueError: it has no such shape, or lasts longer than two seconds.
    """

    steps_s: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what would buzz for long, or end in a wait that nobody hears."""
        is_shaped = len(self.steps_s) % 2 == 1 and all(step > 0 for step in self.steps_s)
        if not is_shaped or sum(self.steps_s) > LONGEST_S:
            raise ValueError(f"not a pattern for a buzzer: {self.steps_s}")


PRESS: Final = BuzzPattern((0.020,))
"""A button was pressed: a tick."""
ACCEPTED: Final = BuzzPattern((0.070, 0.060, 0.070))
"""A card, a code or a request was taken: two short tones."""
REFUSED: Final = BuzzPattern((0.400,))
"""A card or a code was refused: one long tone."""


class Buzzer:
    """Plays patterns through ``switch``, which is called on the event loop."""

    def __init__(self, switch: Callable[[bool], None]) -> None:
        self._switch = switch
        self._timer: asyncio.TimerHandle | None = None

    def play(self, pattern: BuzzPattern) -> None:
        """Start ``pattern``; one that is playing ends here."""
        self.stop()
        self._step(pattern.steps_s, 0)

    def stop(self) -> None:
        """Be silent at once."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._switch(False)

    def _step(self, steps_s: tuple[float, ...], index: int) -> None:
        self._timer = None
        self._switch(index % 2 == 0)
        if index < len(steps_s):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(steps_s[index], self._step, steps_s, index + 1)
