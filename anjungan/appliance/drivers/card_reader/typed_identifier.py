"""The identifier in what a keyboard-wedge reader typed.

Most "e-KTP readers" type the four bytes of a card as one decimal number of ten digits, first byte
lowest or highest; others type hexadecimal digits, or the seven bytes of a longer identifier.  What
cannot be an identifier of whole bytes is none: better no card than a wrong one.
"""

from typing import Final, Literal

TypedAs = Literal["hex", "decimal-be", "decimal-le"]

_HEX_LENGTHS: Final = frozenset({8, 10, 14, 20})
"""4 bytes, an EM4100's 5, and 7 or 10."""
_FEWEST_DIGITS: Final = 5
"""Readers that do not pad leave out leading zeros, but a shorter number is rather a mistake."""
_SHORT_BYTES, _SHORT_DIGITS = 4, 10
_LONG_BYTES, _LONG_DIGITS = 7, 17


def typed_identifier(line: str, types: TypedAs) -> bytes | None:
    """Read one typed line; the bytes are in the order in which the card sends them."""
    if not line.isascii():
        return None
    if types == "hex":
        return _from_hex(line)
    return _from_decimal(line, "big" if types == "decimal-be" else "little")


def _from_hex(line: str) -> bytes | None:
    if len(line) not in _HEX_LENGTHS:
        return None
    try:
        identifier = bytes.fromhex(line)
    except ValueError:
        return None
    return identifier if 2 * len(identifier) == len(line) else None  # blanks are no digits


def _from_decimal(line: str, order: Literal["big", "little"]) -> bytes | None:
    if not line.isdecimal() or not _FEWEST_DIGITS <= len(line) <= _LONG_DIGITS:
        return None
    size_bytes = _SHORT_BYTES if len(line) <= _SHORT_DIGITS else _LONG_BYTES
    number = int(line)
    if number.bit_length() > 8 * size_bytes:
        return None
    return number.to_bytes(size_bytes, order)
