"""From frames that devices send to frames that nobody sent."""

from collections.abc import Sequence
from random import Random
from typing import Final

MOST_BYTES: Final = 4096
_MOST_CHANGES: Final = 4
MEND_SHARE: Final = 0.3
_TELLING: Final = bytes.fromhex("00ff55d4d54b02030d0a09373f22251012169000017f80fe1c5d513f")
"""Bytes that mean something in one of the protocols."""


class Mutator:
    """Endless mutations of ``seeds``; the same random source gives the same ones."""

    def __init__(self, seeds: Sequence[bytes], random: Random) -> None:
        self._seeds = list(seeds)
        self._random = random

    def next(self) -> tuple[bytes, bool]:
        """Return the next frame, and whether its checks shall be mended."""
        random = self._random
        data = bytearray(random.choice(self._seeds))
        for _ in range(random.randint(1, _MOST_CHANGES)):
            self._change(data)
        return bytes(data[:MOST_BYTES]), random.random() < MEND_SHARE

    def _change(self, data: bytearray) -> None:
        random = self._random
        at = random.randrange(len(data)) if data else 0
        match random.randrange(9):
            case 0 if data:
                data[at] ^= 1 << random.randrange(8)
            case 1 if data:
                data[at] = random.choice(_TELLING)
            case 2 if data:
                data[at] = random.randrange(256)
            case 3:
                data[at:at] = random.randbytes(random.randint(1, 8))
            case 4:
                del data[at : at + random.randint(1, 8)]
            case 5:
                piece = data[at : at + random.randint(1, 32)]
                data[at:at] = piece
            case 6:
                del data[at:]  # the line was cut
            case 7:
                data[at:at] = random.choice(self._seeds)  # a frame inside another
            case _:
                data += random.choice(self._seeds)
