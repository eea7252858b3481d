"""Taps on a reader that repeats a card's number for as long as the card stays: a pure machine.

Two equal numbers in a row are the two activations that a link needs.  A number that comes alone is
a card pulled too early, or a reader (ID-12) that tells each tap once; so the same number alone a
second time, in another tap, counts as well.
"""

from typing import Final

from anjungan.appliance.drivers.card_reader.card import CardEvent, Target
from anjungan.appliance.drivers.card_reader.first_readings import FirstReadings
from anjungan.appliance.drivers.card_reader.tap import TapTracker

SILENCE_S: Final = 0.5
"""A card is gone when its reader, which repeats every 50 to 65 ms, was silent for so long."""
STEP_S: Final = 0.25
"""How long the second reading is waited for: four repetitions, in case some are garbled."""


class RepeatedTaps:
    """Turns readings and silence into events.

    For each reading call :meth:`take`; call :meth:`rest` when ``STEP_S`` passed without one.
    """

    def __init__(self, silence_s: float = SILENCE_S) -> None:
        self._tracker = TapTracker(silence_s)
        self._alone: Target | None = None
        self._first_readings = FirstReadings()
        self._last_s = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether silence would tell nothing more."""
        return self._alone is None and self._tracker.is_empty

    def take(self, target: Target, now_s: float) -> list[CardEvent]:
        """Take one reading; return what is to be told."""
        events = self.rest(now_s)
        self._last_s = now_s
        first, self._alone = self._alone, None
        if first is not None and first != target:
            # These tags never change their number, so there are two of them.
            return events + self._tracker.observe((first, target), None, now_s)
        if first is not None:
            return events + self._tracker.observe((first,), (target,), now_s)
        if self._tracker.second_look((target,)):
            self._alone = target
            return events
        return events + self._tracker.observe((target,), None, now_s)

    def rest(self, now_s: float) -> list[CardEvent]:
        """Take note of the silence since the last reading; return what is to be told."""
        if now_s - self._last_s < STEP_S:
            return []
        self._last_s = now_s
        alone, self._alone = self._alone, None
        if alone is None:
            return self._tracker.observe((), None, now_s)
        known = self._first_readings.knows(alone)
        return self._tracker.observe((alone,), (alone,) if known else (), now_s)

    def forget(self) -> list[CardEvent]:
        """Start anew, as after the reader was lost; a card that was told is told as removed."""
        self._alone = None
        return self._tracker.forget()
