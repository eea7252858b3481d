"""Taps on a reader that tells each tap once, and not when the card leaves: a pure machine.

A link needs two activations with the field off between, and here these are two taps: the first tap
of a card the kiosk has not met is answered with "once more", the second is the card.  From then on
one tap is enough, because it agrees with an earlier one.
"""

from dataclasses import dataclass
from typing import Final

from anjungan.appliance.drivers.card_reader.card import (
    Card,
    CardEvent,
    CardPresented,
    CardRejected,
    CardRejection,
    CardRemoved,
    Linking,
    NotLinkable,
    NotLinkableReason,
    Target,
)
from anjungan.appliance.drivers.card_reader.first_readings import FirstReadings
from anjungan.appliance.drivers.card_reader.tap import DEBOUNCE_S, linking_of

HAND_S: Final = 0.4
"""A hand needs longer to lift a card and lay it down again: what comes sooner is the same tap."""
STRANGERS: Final = 3
"""So many taps in a row, each with a number never seen, are a card that changes its number."""
STRANGERS_WITHIN_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told last, for as long as it may be the same tap; ``card`` if one was presented."""

    target: Target
    card: Card | None
    last_s: float


class SingleTaps:
    """Turns readings into events; call :meth:`rest` while not idle.

    A card that was presented is told as removed after ``hold_s``, in which the same number is the
    same tap: some readers type again while the card stays.
    """

    def __init__(self, hold_s: float = DEBOUNCE_S) -> None:
        self._hold_s = hold_s
        self._first_readings = FirstReadings()
        self._told: _Told | None = None
        self._strangers = 0
        self._stranger_s = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether passing time would tell nothing more."""
        return self._told is None

    def take(self, target: Target, now_s: float) -> list[CardEvent]:
        """Take one reading; return what is to be told."""
        events = self.rest(now_s)
        told = self._told
        if told is not None and told.target == target:
            self._told = _Told(target, told.card, now_s)
            return events
        events += self.forget()
        linking = self._linking(target, now_s)
        if linking is None:
            self._told = _Told(target, None, now_s)
            return [*events, CardRejected(CardRejection.READ_ONCE)]
        card = Card(target.technology, target.identifier, linking)
        self._told = _Told(target, card, now_s)
        return [*events, CardPresented(card)]

    def rest(self, now_s: float) -> list[CardEvent]:
        """Take note of the time that passed; return what is to be told."""
        told = self._told
        if told is None:
            return []
        is_over = now_s - told.last_s >= (HAND_S if told.card is None else self._hold_s)
        return self.forget() if is_over else []

    def forget(self) -> list[CardEvent]:
        """Take it that no card is there; one that was presented is told as removed."""
        told, self._told = self._told, None
        return [] if told is None or told.card is None else [CardRemoved()]

    def _linking(self, target: Target, now_s: float) -> Linking | None:
        """What is known of the identifier; None: it must be read in another tap."""
        linking = linking_of(target, target)
        if isinstance(linking, NotLinkable):
            return linking
        if self._first_readings.knows(target):
            self._strangers = 0
            return linking
        self._strangers = self._strangers + 1 if self._is_in_a_row(now_s) else 1
        self._stranger_s = now_s
        if self._strangers < STRANGERS:
            return None
        self._strangers = 0
        return NotLinkable(NotLinkableReason.CHANGES)

    def _is_in_a_row(self, now_s: float) -> bool:
        return now_s - self._stranger_s < STRANGERS_WITHIN_S
