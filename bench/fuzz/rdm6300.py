"""Frames of the RDM6300 and its relatives.

Oracle: a tag may be told only where the bytes hold ``02``, twelve hexadecimal digits whose XOR is
zero, perhaps CR LF, and ``03``; and only with those five bytes.
"""

import re
from functools import reduce
from operator import xor
from random import Random
from typing import Final

from anjungan.appliance.drivers.card_reader.card import CardTechnology
from anjungan.appliance.drivers.card_reader.em4100_frame import Em4100Parser
from bench.fuzz.protocol import expect, halves

# a frame may begin inside another, so every position is looked at
_FRAME: Final = re.compile(rb"(?=\x02([0-9A-Fa-f]{12})(?:\r\n)?\x03)")
_MOST_KEPT_BYTES: Final = 14


class Rdm6300:
    """See the module."""

    name = "rdm6300"

    def mend(self, data: bytes, random: Random) -> bytes:
        """Write twelve digits with a right checksum over what follows the first ``02``."""
        start = data.find(b"\x02")
        if start < 0:
            return data
        identifier = random.randbytes(5)
        digits = f"{identifier.hex()}{reduce(xor, identifier):02X}".encode()
        end = b"\r\n\x03" if random.random() < 0.5 else b"\x03"
        return data[: start + 1] + digits + end + data[start + 14 :]

    def check(self, data: bytes) -> int:
        """Count the tags."""
        parser = Em4100Parser()
        told = list(parser.feed(data))
        kept = parser._body  # noqa: SLF001 - memory is what is checked
        expect(kept is None or len(kept) <= _MOST_KEPT_BYTES, "keeps more than a frame")
        first, second = halves(data)
        in_pieces = Em4100Parser()
        expect(
            [*in_pieces.feed(first), *in_pieces.feed(second)] == told, "pieces change what is read"
        )
        if told:
            said = set(tags_in(data))
            for target in told:
                expect(target.technology is CardTechnology.EM4100, "another technology")
                expect(target.identifier in said, "a tag that is not in the bytes")
        return len(told)


def tags_in(data: bytes) -> list[bytes]:
    """Every tag that a frame with a right checksum says."""
    found = []
    for match in _FRAME.finditer(data):
        number = bytes.fromhex(match[1].decode("ascii"))
        if reduce(xor, number) == 0:
            found.append(number[:5])
    return found
