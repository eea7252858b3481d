"""What InListPassiveTarget found, read strictly.  Source: NXP UM0701-02, section 7.3.5.

Anything that is not exactly what the manual shows is no card: a kiosk shall rather ask for the card
again than take a wrong one.  The reader switches automatic RATS off, so no ATS follows a UID.
"""

from dataclasses import dataclass

from anjungan.appliance.drivers.card_reader.card import CardTechnology, Target

REPLY_CODE = 0x4B
MAX_TARGETS = 2
_UID_LENGTHS = (4, 7, 10)  # ISO/IEC 14443-3 type A: single, double, triple size
_TYPE_A_HEADER_LENGTH = 5  # target number, SENS_RES (2), SEL_RES, UID length
_ATQB_LENGTH = 12  # 50, PUPI (4), application data (4), protocol info (3)
_ATQB_FIRST_BYTE = 0x50
_PUPI = slice(2, 6)
_TYPE_B_HEADER_LENGTH = 1 + _ATQB_LENGTH + 1  # target number, ATQB, ATTRIB_RES length


@dataclass(frozen=True, slots=True)
class Malformed:
    """The reply is not what the manual shows; ``problem`` holds no byte of it."""

    problem: str


def parse_targets(technology: CardTechnology, reply: bytes) -> tuple[Target, ...] | Malformed:
    """Read a whole reply (``4B``, count, targets) to a poll for ``technology``."""
    if len(reply) < 2 or reply[0] != REPLY_CODE:  # noqa: PLR2004 - code and count
        return Malformed("no target list")
    count, rest = reply[1], reply[2:]
    if count > MAX_TARGETS:
        return Malformed("more targets than asked for")
    targets: list[Target] = []
    for number in range(1, count + 1):
        split = (
            _split_type_a(rest) if technology is CardTechnology.ISO14443A else _split_type_b(rest)
        )
        if split is None or rest[0] != number:
            return Malformed("target cut short or out of order")
        identifier, rest = split
        targets.append(Target(technology, identifier))
    if rest:
        return Malformed("bytes after the last target")
    return tuple(targets)


def _split_type_a(data: bytes) -> tuple[bytes, bytes] | None:
    if len(data) < _TYPE_A_HEADER_LENGTH:
        return None
    end = _TYPE_A_HEADER_LENGTH + data[4]
    if data[4] not in _UID_LENGTHS or len(data) < end:
        return None
    return data[_TYPE_A_HEADER_LENGTH:end], data[end:]


def _split_type_b(data: bytes) -> tuple[bytes, bytes] | None:
    if len(data) < _TYPE_B_HEADER_LENGTH or data[1] != _ATQB_FIRST_BYTE:
        return None
    end = _TYPE_B_HEADER_LENGTH + data[_TYPE_B_HEADER_LENGTH - 1]
    if len(data) < end:
        return None
    return data[_PUPI], data[end:]
