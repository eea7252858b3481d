"""How villages already write card identifiers down, and finding a card among what they wrote.

OpenSID keeps what a keyboard-wedge reader once typed (``tag_id_card``): the four bytes of a card as
a decimal number padded to ten digits, or hexadecimal digits.  Which byte came first depends on the
reader, so an enrolment made with one reader is not what another one types.  Here the identifier
itself is kept, and every spelling is tried.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from anjungan.appliance.drivers.card_reader.card import Card, CardTechnology

_SINGLE_SIZE_BYTES: Final = 4
_PADDED_DIGITS: Final = 10
_SEPARATORS: Final = str.maketrans("", "", " :-.")


class Spelling(Enum):
    """One way to write an identifier down."""

    HEX = "hex"
    """Two capital digits a byte, in the order in which the card sends them."""
    DECIMAL_LITTLE_ENDIAN = "decimal-le"
    """A number whose lowest byte is the card's first."""
    DECIMAL_BIG_ENDIAN = "decimal-be"
    """A number whose highest byte is the card's first."""
    PRINTED = "printed"
    """The number printed on a 125 kHz tag: its last four bytes, highest first."""


@dataclass(frozen=True, slots=True)
class NotEnrolled:
    """No entry is this card."""


@dataclass(frozen=True, slots=True, repr=False)
class Enrolled:
    """One entry is this card; ``entry`` as it was written."""

    entry: str
    spelling: Spelling

    def __repr__(self) -> str:
        return f"Enrolled({self.spelling.value}, entry withheld)"


@dataclass(frozen=True, slots=True, repr=False)
class Ambiguous:
    """More than one entry can be read as this card, so none is taken: an officer must look."""

    entries: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Ambiguous({len(self.entries)} entries withheld)"


Enrolment = NotEnrolled | Enrolled | Ambiguous


def spellings_of(card: Card) -> Mapping[Spelling, str]:
    """Every way in which a village may hold this card.

    Decimal numbers of four bytes are padded to ten digits, longer ones not, as readers type them.
    """
    identifier = card.identifier
    spelled = {
        Spelling.HEX: identifier.hex().upper(),
        Spelling.DECIMAL_LITTLE_ENDIAN: _decimal(identifier[::-1]),
        Spelling.DECIMAL_BIG_ENDIAN: _decimal(identifier),
    }
    if card.technology is CardTechnology.EM4100:
        spelled[Spelling.PRINTED] = _decimal(identifier[-_SINGLE_SIZE_BYTES:])
    return spelled


def find_enrolment(card: Card, entries: Iterable[str]) -> Enrolment:
    """Find the card among a village's entries.

    Leading zeros, blanks, separators between bytes and the case of hexadecimal digits do not
    matter.  Two entries that both fit are ambiguous: one may be another card's number in the other
    byte order, or two people were enrolled with one card.
    """
    spelled = spellings_of(card) if any(card.identifier) else {}  # nothing is no entry of anybody
    wanted: dict[str, Spelling] = {}
    for spelling, text in spelled.items():
        wanted.setdefault(_plain(text), spelling)
    found = [
        Enrolled(entry, wanted[plain]) for entry in entries if (plain := _plain(entry)) in wanted
    ]
    match found:
        case []:
            return NotEnrolled()
        case [only]:
            return only
        case _:
            return Ambiguous(tuple(each.entry for each in found))


def _decimal(big_endian: bytes) -> str:
    number = int.from_bytes(big_endian, "big")
    return f"{number:0{_PADDED_DIGITS}d}" if len(big_endian) == _SINGLE_SIZE_BYTES else str(number)


def _plain(text: str) -> str:
    return text.strip().translate(_SEPARATORS).upper().lstrip("0")
