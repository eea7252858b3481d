"""Simulated contactless cards, described in one line of text.

``a:04a1b2c3d4e5f6`` is a type A card with that UID (4, 7 or 10 bytes), ``b:11223344`` a type B card
with that PUPI.  Options follow, each after a comma:

- ``random``: a new random identifier each time the field comes on, for type A beginning with 08;
- ``changing``: likewise new each time, but not marked as random;
- ``ats=7577810280``: type A that speaks ISO/IEC 14443-4, with the ATS after its length byte;
- ``pulled=1``: leaves the field by itself after that many activations.
"""

from dataclasses import dataclass
from enum import Enum
from random import Random

from anjungan.appliance.drivers.card_reader.card import CardTechnology

PROTOCOL_14443_4 = 0x20  # bit of SEL_RES
_UID_LENGTHS = {CardTechnology.ISO14443A: (4, 7, 10), CardTechnology.ISO14443B: (4,)}
_SENS_RES = {4: b"\x00\x04", 7: b"\x00\x44", 10: b"\x00\x84"}
_SENS_RES_14443_4 = {4: b"\x00\x04", 7: b"\x03\x44", 10: b"\x03\x84"}
_SEL_RES_MEMORY = {4: 0x08, 7: 0x00, 10: 0x00}  # Mifare Classic 1K, and Ultralight or NTAG
_RANDOM_FIRST_BYTE = 0x08
_TECHNOLOGIES = {"a": CardTechnology.ISO14443A, "b": CardTechnology.ISO14443B}


class CardSpecError(ValueError):
    """The description of a card is not understood; the message says where."""


class Identity(Enum):
    """How the identifier behaves from one power-up to the next."""

    FIXED = "fixed"
    RANDOM = "random"
    CHANGING = "changing"


@dataclass(frozen=True, slots=True)
class CardSpec:
    """What a card is; see the module for its text form."""

    technology: CardTechnology
    identifier: bytes
    identity: Identity = Identity.FIXED
    ats: bytes | None = None
    pulled_after_activations: int | None = None


def parse_card_spec(text: str) -> CardSpec:
    """Read the text form of a card.

    Raises:
        CardSpecError: with a sentence that says what is wrong.
    """
    head, *options = text.strip().lower().split(",")
    letter, _, digits = head.partition(":")
    technology = _TECHNOLOGIES.get(letter)
    if technology is None:
        raise CardSpecError("a card begins with a: or b:")
    identifier = _hex(digits)
    lengths = _UID_LENGTHS[technology]
    if len(identifier) not in lengths:
        raise CardSpecError(f"the identifier must have {_either(lengths)} bytes")
    identity, ats, pulled = Identity.FIXED, None, None
    for option in options:
        match option.strip().partition("="):
            case ("random" | "changing" as word, "", ""):
                identity = Identity(word)
            case ("ats", "=", value) if technology is CardTechnology.ISO14443A:
                ats = _hex(value)
            case ("pulled", "=", value) if value.isdecimal() and int(value) > 0:
                pulled = int(value)
            case _:
                raise CardSpecError(f"unknown option of this card: {option.strip()!r}")
    return CardSpec(technology, identifier, identity, ats, pulled)


class SimulatedCard:
    """A card in the field: its power, its identifier of this power-up, its activations."""

    def __init__(self, spec: CardSpec, random: Random) -> None:
        self.spec = spec
        self._random = random
        self.identifier = spec.identifier
        self.activations = 0

    def power_up(self) -> None:
        """Begin anew, as a card does whenever the field comes on."""
        fixed = self.spec.identifier
        match self.spec.identity:
            case Identity.FIXED:
                return
            case Identity.RANDOM if self.spec.technology is CardTechnology.ISO14443A:
                self.identifier = bytes((_RANDOM_FIRST_BYTE,)) + self._random.randbytes(3)
            case Identity.RANDOM | Identity.CHANGING:
                previous = self.identifier
                while self.identifier == previous:
                    self.identifier = fixed[:1] + self._random.randbytes(len(fixed) - 1)

    @property
    def speaks_14443_4(self) -> bool:
        """Whether the card has the transport protocol on top of its anticollision."""
        return self.spec.technology is CardTechnology.ISO14443B or self.spec.ats is not None

    @property
    def atqb(self) -> bytes:
        """The answer of a type B card to REQB or WUPB: 50, PUPI, application data, protocol."""
        return b"\x50" + self.identifier + b"\x00\x00\x00\x00" + b"\x00\x71\x71"

    def target_data(self, number: int, *, with_ats: bool) -> bytes:
        """The entry of this card in a target list (UM0701-02, 7.3.5)."""
        if self.spec.technology is CardTechnology.ISO14443B:
            return bytes((number,)) + self.atqb + b"\x01\x00"
        length = len(self.identifier)
        ats = self.spec.ats
        sens_res = (_SENS_RES if ats is None else _SENS_RES_14443_4)[length]
        sel_res = _SEL_RES_MEMORY[length] if ats is None else PROTOCOL_14443_4
        entry = bytes((number,)) + sens_res + bytes((sel_res, length)) + self.identifier
        if ats is not None and with_ats:
            entry += bytes((len(ats) + 1,)) + ats
        return entry


def _hex(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise CardSpecError("not a hexadecimal number of whole bytes") from None


def _either(lengths: tuple[int, ...]) -> str:
    return " or ".join(str(length) for length in lengths)
