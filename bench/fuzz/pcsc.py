"""What pcscd hands on from a card: an ATR, the answer to Get UID, the answer to Get ATS.

The bytes are cut into the three by two length bytes in front. Oracle: an identifier may be told
only if the answer is it and ``90 00``, and a technology only where the ATR, written as a pattern,
has it.
"""

import re
from random import Random
from typing import Final

from anjungan.appliance.drivers.card_reader.card import CardTechnology
from anjungan.appliance.drivers.card_reader.pcsc_card import is_type_a, technology_of, uid_of
from bench.fuzz.protocol import expect

_STORAGE: Final = re.compile(
    rb"\x3b[\x80-\x8f]\x80\x01\x80\x4f\x0c\xa0\x00\x00\x03\x06([\x01-\x03\x05-\x07]).*", re.DOTALL
)
_CONTACTLESS: Final = re.compile(rb"\x3b([\x80-\x8f])\x80\x01(.*)", re.DOTALL)
_UID: Final = re.compile(rb"((?:.{4}|.{7}|.{10}))\x90\x00", re.DOTALL)


class Pcsc:
    """See the module."""

    name = "pcsc"

    def mend(self, data: bytes, random: Random) -> bytes:
        """Make the lengths and the status words right for what is there."""
        body = data[2:]
        atr, uid = bytearray(body[:20]), body[20 : 20 + random.choice((4, 7, 10))]
        if atr:
            atr[1:2] = bytes((0x80 | max(0, len(atr) - 5) & 0x0F,))
        return bytes((len(atr), len(uid) + 2)) + atr + uid + b"\x90\x00" + body[30:] + b"\x90\x00"

    def check(self, data: bytes) -> int:
        """Count the identifiers."""
        lengths, body = (*data[:2], 0, 0)[:2], data[2:]
        atr, rest = body[: lengths[0]], body[lengths[0] :]
        answer, ats = rest[: lengths[1]], rest[lengths[1] :]
        uid = uid_of(answer)
        whole = _UID.fullmatch(answer)
        expect(uid == (whole and whole[1]), "another identifier than was answered")
        technology = technology_of(atr, uid or b"")
        shape = _CONTACTLESS.fullmatch(atr)
        is_whole = shape is not None and len(shape[2]) == (shape[1][0] & 0x0F) + 1
        if isinstance(technology, CardTechnology):
            expect(is_whole, "a technology of an ATR that is not whole")
            _check_technology(technology, atr)
        if is_type_a(atr, ats):
            expect(is_whole and ats.endswith(b"\x90\x00"), "type A without an answer")
        return uid is not None


def _check_technology(technology: CardTechnology, atr: bytes) -> None:
    storage = _STORAGE.fullmatch(atr)
    if storage is None:
        expect(technology is CardTechnology.ISO14443A, "type B without its standard byte")
        return
    is_b = storage[1][0] >= 5
    told_b = technology is CardTechnology.ISO14443B
    expect(is_b is told_b, "another technology than the standard byte says")
