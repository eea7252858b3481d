"""A contactless card as a reader sees it, and what a reader tells.

The identifier is all that an e-KTP gives without a government SAM.  It recognises a card, it proves
nothing: identifiers can be copied.  It is personal data, so no representation shows it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class CardTechnology(Enum):
    """How the card speaks; part of its identity, because numbers of two technologies may collide.

    The specification of the e-KTP allows ISO/IEC 14443 A and B, and both are in the field.
    """

    ISO14443A = "iso14443a"
    ISO14443B = "iso14443b"
    EM4100 = "em4100"
    """125 kHz: a fixed number of five bytes, sent for as long as the tag has power."""
    TYPED = "typed"
    """Typed by a keyboard-wedge reader, which does not tell how the card spoke."""


class NotLinkableReason(Enum):
    """Why a card cannot be recognised at its next tap."""

    RANDOM = "random"
    """The identifier says of itself that it is random (ISO/IEC 14443-3: first of 4 bytes is 08)."""
    CHANGES = "changes"
    """Two activations of the same card gave different identifiers."""
    BLANK = "blank"
    """All bytes are zero, so it tells no card from another."""


@dataclass(frozen=True, slots=True)
class Linkable:
    """Two activations with the field off between them gave the same identifier."""


@dataclass(frozen=True, slots=True)
class NotLinkable:
    """The card must not be linked to anything."""

    reason: NotLinkableReason


Linking = Linkable | NotLinkable


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """One card: technology and full identifier, in the order in which the card sends it.

    Type A: a UID of 4, 7 or 10 bytes; type B: a PUPI of 4; EM4100: version and number, 5; typed: 4,
    5, 7 or 10.  The identifier is never cut: its last bytes alone collide.
    """

    technology: CardTechnology
    identifier: bytes
    linking: Linking

    def __repr__(self) -> str:
        return (
            f"Card({self.technology.value}, {len(self.identifier)} bytes withheld, {self.linking})"
        )


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """A card in the field, with the identifier of this one activation."""

    technology: CardTechnology
    identifier: bytes

    def __repr__(self) -> str:
        return f"Target({self.technology.value}, {len(self.identifier)} bytes withheld)"


class CardRejection(Enum):
    """Why a tap gave no card; each has a sentence on the screen."""

    TWO_CARDS = "two_cards"
    """More than one card lies on the reader."""
    PULLED_EARLY = "pulled_early"
    """The card was gone before it could be read twice."""
    READ_ONCE = "read_once"
    """The reader tells a card once a tap, and has not told this one before: tap it again."""


@dataclass(frozen=True, slots=True)
class CardPresented:
    """A card was tapped.  Told once for a tap, however long the card stays."""

    card: Card


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card that was presented has been gone for the debounce time."""


@dataclass(frozen=True, slots=True)
class CardRejected:
    """A tap that gave no card."""

    reason: CardRejection


CardEvent = CardPresented | CardRemoved | CardRejected
CardListener = Callable[[CardEvent], None]
