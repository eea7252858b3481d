"""When a card on the reader is a tap: a pure state machine over what each poll saw.

A tap is told once however long the card stays; the same card seen again within the debounce time is
the same tap.  A card is linkable only when a second activation, with the field off between, gave
the same identifier.
"""

from dataclasses import dataclass

from anjungan.appliance.drivers.card_reader.card import (
    Card,
    CardEvent,
    CardPresented,
    CardRejected,
    CardRejection,
    CardRemoved,
    CardTechnology,
    Linkable,
    Linking,
    NotLinkable,
    NotLinkableReason,
    Target,
)

DEBOUNCE_S = 1.5
EMPTY_POLLS_AFTER_TWO_CARDS = 2
_RANDOM_FIRST_BYTE = 0x08
_SINGLE_SIZE_BYTES = 4
_MARKS_RANDOM = (CardTechnology.ISO14443A, CardTechnology.TYPED)


def linking_of(first: Target, second: Target) -> Linking:
    """Tell from two activations of one card whether its identifier can be relied on."""
    if is_random(first) and is_random(second):
        return NotLinkable(NotLinkableReason.RANDOM)
    if first != second:
        return NotLinkable(NotLinkableReason.CHANGES)
    if not any(first.identifier):
        return NotLinkable(NotLinkableReason.BLANK)
    return Linkable()


def is_random(target: Target) -> bool:
    """Whether the identifier says of itself that it is random (ISO/IEC 14443-3, 6.5.4).

    Only type A has this mark.  What a keyboard wedge typed may be of type A, so it counts there.
    """
    return (
        target.technology in _MARKS_RANDOM
        and len(target.identifier) == _SINGLE_SIZE_BYTES
        and target.identifier[0] == _RANDOM_FIRST_BYTE
    )


@dataclass(frozen=True, slots=True)
class _Empty:
    pass


@dataclass(frozen=True, slots=True)
class _Lying:
    """A card that was told; ``last_seen_s`` on the reader's clock."""

    card: Card
    last_seen_s: float


@dataclass(frozen=True, slots=True)
class _TwoCards:
    """Refused; the field must be seen empty, so that neither card is taken by chance."""

    empty_polls: int


class TapTracker:
    """Turns polls into events.  For each poll: ask :meth:`second_look`, then :meth:`observe`."""

    def __init__(self, debounce_s: float = DEBOUNCE_S) -> None:
        self._debounce_s = debounce_s
        self._field: _Empty | _Lying | _TwoCards = _Empty()

    @property
    def is_empty(self) -> bool:
        """Whether no card is on the reader, as far as was told."""
        return isinstance(self._field, _Empty)

    def second_look(self, seen: tuple[Target, ...]) -> bool:
        """Whether what a poll saw must be activated a second time before it is observed."""
        if len(seen) != 1:
            return False
        match self._field:
            case _Empty():
                return True
            case _Lying(card, _):
                return not _is_same(card, seen[0])
            case _TwoCards():
                return False

    def observe(
        self, seen: tuple[Target, ...], again: tuple[Target, ...] | None, now_s: float
    ) -> list[CardEvent]:
        """Take one poll, and its second look if there was one; return what is to be told."""
        if len(seen) > 1 or (again is not None and len(again) > 1):
            return self._refuse_two_cards()
        if not seen:
            return self._miss(now_s)
        match self._field:
            case _TwoCards():
                self._field = _TwoCards(empty_polls=0)
                return []
            case _Lying(card, _) if _is_same(card, seen[0]):
                self._field = _Lying(card, now_s)
                return []
            case _:
                return self._arrive(seen[0], again, now_s)

    def forget(self) -> list[CardEvent]:
        """Start anew, as after the reader was lost; a card that was told is told as removed."""
        was, self._field = self._field, _Empty()
        return [CardRemoved()] if isinstance(was, _Lying) else []

    def _arrive(
        self, first: Target, again: tuple[Target, ...] | None, now_s: float
    ) -> list[CardEvent]:
        was = self._field
        if not again:
            if isinstance(was, _Lying):
                return []  # a flicker of the card that lies there; its debounce time goes on
            return [CardRejected(CardRejection.PULLED_EARLY)]
        linking = linking_of(first, again[0])
        card = Card(first.technology, first.identifier, linking)
        self._field = _Lying(card, now_s)
        if not isinstance(was, _Lying):
            return [CardPresented(card)]
        if isinstance(linking, NotLinkable) and was.card.linking == linking:
            return []  # the same changing card, activated once more
        return [CardRemoved(), CardPresented(card)]

    def _refuse_two_cards(self) -> list[CardEvent]:
        was, self._field = self._field, _TwoCards(empty_polls=0)
        match was:
            case _TwoCards():
                return []
            case _Lying():
                return [CardRemoved(), CardRejected(CardRejection.TWO_CARDS)]
            case _Empty():
                return [CardRejected(CardRejection.TWO_CARDS)]

    def _miss(self, now_s: float) -> list[CardEvent]:
        match self._field:
            case _Lying(_, last_seen_s) if now_s - last_seen_s >= self._debounce_s:
                self._field = _Empty()
                return [CardRemoved()]
            case _TwoCards(empty_polls) if empty_polls + 1 >= EMPTY_POLLS_AFTER_TWO_CARDS:
                self._field = _Empty()
            case _TwoCards(empty_polls):
                self._field = _TwoCards(empty_polls + 1)
            case _:
                pass
        return []


def _is_same(card: Card, target: Target) -> bool:
    return card.technology is target.technology and card.identifier == target.identifier
