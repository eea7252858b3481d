"""Frames of the RDM6300 and its relatives, and a parser that takes any bytes.

``02``, ten hexadecimal digits (version or customer, and the number), two digits of a checksum (the
XOR of the five bytes), ``03``.  ID-12 and RDM630 put CR and LF before the ``03``.  Source: RDM630
and ID-12 data sheets, "Output data format (ASCII)".  A parser never raises: what does not check is
skipped.
"""

from collections.abc import Sequence
from functools import reduce
from operator import xor
from typing import Final

from anjungan.appliance.drivers.card_reader.card import CardTechnology, Target

STX: Final = 0x02
ETX: Final = 0x03
IDENTIFIER_BYTES: Final = 5
_DIGITS: Final = 2 * (IDENTIFIER_BYTES + 1)
_CR_LF: Final = b"\r\n"
_LONGEST_BODY_BYTES: Final = _DIGITS + len(_CR_LF)
_HEX_DIGITS: Final = frozenset(b"0123456789ABCDEFabcdef")


def checksum_of(identifier: bytes) -> int:
    """The XOR of all bytes."""
    return reduce(xor, identifier, 0)


def encode_frame(identifier: bytes, *, cr_lf: bool = False) -> bytes:
    """Write the frame of a tag, as an RDM6300 does, or with ``cr_lf`` as an ID-12.

    Raises:
        ValueError: the identifier has not five bytes (a bug of the caller).
    """
    if len(identifier) != IDENTIFIER_BYTES:
        raise ValueError("an EM4100 has five bytes")
    digits = f"{identifier.hex()}{checksum_of(identifier):02x}".upper().encode()
    return bytes((STX,)) + digits + (_CR_LF if cr_lf else b"") + bytes((ETX,))


class Em4100Parser:
    """Takes bytes in pieces of any size and yields the tags of the frames that check, in order."""

    def __init__(self) -> None:
        self._body: bytearray | None = None
        self.bad_frames = 0
        """How many frames were begun and did not check, or were cut off by the next one."""

    def feed(self, data: bytes) -> Sequence[Target]:
        """Take ``data`` and return the tags completed by it."""
        found: list[Target] = []
        for byte in data:
            if byte == STX:
                self.bad_frames += self._body is not None
                self._body = bytearray()
            elif self._body is None:
                continue  # between frames there is nothing but noise
            elif byte == ETX:
                target = _read(bytes(self._body))
                self._body = None
                if target is None:
                    self.bad_frames += 1
                else:
                    found.append(target)
            elif len(self._body) == _LONGEST_BODY_BYTES:
                self.bad_frames += 1
                self._body = None
            else:
                self._body.append(byte)
        return found

    def reset(self) -> None:
        """Forget an unfinished frame, as after the line was lost."""
        self._body = None


def _read(body: bytes) -> Target | None:
    digits = body.removesuffix(_CR_LF)
    if len(digits) != _DIGITS or not _HEX_DIGITS.issuperset(digits):
        return None
    *identifier, checksum = bytes.fromhex(digits.decode("ascii"))
    if checksum_of(bytes(identifier)) != checksum:
        return None
    return Target(CardTechnology.EM4100, bytes(identifier))
