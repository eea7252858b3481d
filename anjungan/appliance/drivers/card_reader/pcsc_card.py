"""Which card a PC/SC reader has: from ATR and answers to technology and identifier.

Source: PC/SC workgroup part 3 (contactless cards): section 3.1.3.2.3 for the ATR, 3.2.2.1.3 for Get
Data; ACR122U API for its own commands.  Whatever is not as written there is no card.
"""

from enum import Enum
from typing import Final

from anjungan.appliance.drivers.card_reader.card import CardTechnology

GET_UID: Final = bytes.fromhex("FFCA000000")
GET_ATS: Final = bytes.fromhex("FFCA010000")
ACR122_BUZZER_OFF: Final = bytes.fromhex("FF00520000")
"""No beep when a card is laid on; forgotten when the reader loses its power."""

_SUCCESS: Final = b"\x90\x00"
_UID_LENGTHS: Final = (4, 7, 10)
_PUPI_BYTES: Final = 4
_ATR_START: Final = 0x3B
_CONTACTLESS_INTERFACE: Final = b"\x80\x01"  # TD1, TD2
_STORAGE_CARD: Final = bytes.fromhex("804F0CA000000306")
_STANDARD_AT: Final = len(_STORAGE_CARD)
_STANDARDS: Final = {
    1: CardTechnology.ISO14443A, 2: CardTechnology.ISO14443A, 3: CardTechnology.ISO14443A,
    5: CardTechnology.ISO14443B, 6: CardTechnology.ISO14443B, 7: CardTechnology.ISO14443B,
}  # fmt: skip
_TYPE_B_HISTORICAL_BYTES: Final = 8


class Unsure(Enum):
    """The ATR does not tell the technology by itself."""

    A_OR_B = "a_or_b"
    """Eight historical bytes: all type B cards with ISO/IEC 14443-4, and a few of type A."""
    NOT_CONTACTLESS = "not_contactless"
    """A contact card, or a contactless one that no kiosk knows."""


def uid_of(answer: bytes) -> bytes | None:
    """The identifier in an answer to :data:`GET_UID`; PUPI of a type B card."""
    if answer[-2:] != _SUCCESS or len(answer) - 2 not in _UID_LENGTHS:
        return None
    return answer[:-2]


def technology_of(atr: bytes, uid: bytes) -> CardTechnology | Unsure:
    """What the ATR says; ask :func:`is_type_a` where it leaves A or B open."""
    historical = _historical_bytes(atr)
    if historical is None:
        return Unsure.NOT_CONTACTLESS
    if historical.startswith(_STORAGE_CARD):
        standard = historical[_STANDARD_AT] if len(historical) > _STANDARD_AT else 0
        return _STANDARDS.get(standard, Unsure.NOT_CONTACTLESS)
    if len(historical) == _TYPE_B_HISTORICAL_BYTES and len(uid) == _PUPI_BYTES:
        return Unsure.A_OR_B
    return CardTechnology.ISO14443A


def is_type_a(atr: bytes, answer: bytes) -> bool:
    """Whether the answer to :data:`GET_ATS` shows a type A card: only these have an ATS."""
    historical = _historical_bytes(atr)
    if not historical or answer[-2:] != _SUCCESS:
        return False
    return historical in answer[:-2]


def _historical_bytes(atr: bytes) -> bytes | None:
    """``3B 8n 80 01``, n historical bytes, check byte."""
    if len(atr) < 5 or atr[0] != _ATR_START or atr[1] >> 4 != 8:  # noqa: PLR2004 - see above
        return None
    count = atr[1] & 0x0F
    if atr[2:4] != _CONTACTLESS_INTERFACE or len(atr) != 5 + count:
        return None
    return atr[4 : 4 + count]
