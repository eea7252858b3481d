"""What a selected card says to the bytes it is sent: blocks of ISO/IEC 14443-4, or an Ultralight.

Cards with the transport protocol know no application, so every instruction is unknown to them.
"""

from typing import Final

from anjungan.appliance.drivers.card_reader.card import CardTechnology
from anjungan.simulation.pn532.card import SimulatedCard
from anjungan.simulation.pn532.type2_memory import READ_COMMAND, read_pages

HLTA: Final = b"\x50\x00"
UNKNOWN_INSTRUCTION: Final = b"\x6d\x00"  # ISO/IEC 7816-4
_RATS: Final = 0xE0
_ATTRIB: Final = 0x1D
_ATTRIB_BYTES: Final = 9
_READ_BYTES: Final = 2
_BLOCK_CARRIES_CID: Final = 0x08
_NAK: Final = 0x10


def to_application(card: SimulatedCard, data: bytes) -> bytes | None:
    """The answer to ``data`` as the chip passes it on, without the blocks around; None: silence."""
    if card.speaks_14443_4:
        return UNKNOWN_INSTRUCTION
    if len(data) == _READ_BYTES and data[0] == READ_COMMAND:
        return read_pages(card.identifier, data[1])
    return None


def to_raw(card: SimulatedCard, data: bytes) -> bytes | None:
    """The answer to ``data`` as it goes through the air, without its check bytes; None: silence."""
    if not data:
        return None
    if not card.speaks_14443_4:
        return to_application(card, data)
    if data[0] == _ATTRIB and data[1:5] == card.identifier and len(data) >= _ATTRIB_BYTES:
        return bytes((data[8] & 0x0F,))  # the CID it was given; no higher layer answers
    header = data[:2] if data[0] & _BLOCK_CARRIES_CID else data[:1]
    match data[0]:
        case code if code == _RATS and card.spec.ats is not None:
            return bytes((len(card.spec.ats) + 1,)) + card.spec.ats
        case code if code & 0xE2 == 0x02:  # noqa: PLR2004 - I block
            return header + UNKNOWN_INSTRUCTION
        case code if code & 0xE6 == 0xA2:  # noqa: PLR2004 - R block: answered with R(ACK)
            return bytes((code & ~_NAK,)) + header[1:]
        case code if is_deselect(card, data):
            return header
        case _:
            return None


def is_deselect(card: SimulatedCard, data: bytes) -> bool:
    """Whether ``data`` sends the card to sleep: S(DESELECT), or HLTA without the protocol."""
    return data[:1] in (b"\xc2", b"\xca") if card.speaks_14443_4 else data == HLTA


def check_bytes(technology: CardTechnology, data: bytes) -> bytes:
    """CRC_A or CRC_B over ``data`` (ISO/IEC 14443-3, annex B), as sent: low byte first."""
    is_b = technology is CardTechnology.ISO14443B
    crc = 0xFFFF if is_b else 0x6363
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
    return (crc ^ (0xFFFF if is_b else 0)).to_bytes(2, "little")
