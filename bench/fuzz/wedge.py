"""What a reader that types sends: records of the kernel's evdev, and the numbers typed with them.

Oracle: all that was pressed is written down as one text, with a mark for every other key and every
pause; a line may be told only if it stands in that text from one end to the next, whole.
"""

import struct
from collections.abc import Iterator
from random import Random
from typing import Final, get_args

from anjungan.appliance.drivers.card_reader.typed_identifier import TypedAs, typed_identifier
from anjungan.appliance.drivers.card_reader.typed_keys import LONGEST_LINE, TypedKeys
from bench.fuzz.protocol import expect, halves

_RECORD: Final = struct.Struct("@llHHi")
_KEYS: Final = {
    **dict(zip((2, 3, 4, 5, 6, 7, 8, 9, 10, 11), "1234567890", strict=True)),
    **dict(zip((79, 80, 81, 75, 76, 77, 71, 72, 73, 82), "1234567890", strict=True)),
    **dict(zip((30, 48, 46, 32, 18, 33), "ABCDEF", strict=True)),
    **dict.fromkeys((28, 96, 15), "\n"),
    **dict.fromkeys((58, 69), ""),
}
_TYPED_AS: Final[tuple[TypedAs, ...]] = get_args(TypedAs)
_PAUSE_US: Final = 100_000
_UPPER_ROW: Final = range(2, 12)
_SHIFTS: Final = (42, 54)
_TYPED: Final = (*_KEYS, *_SHIFTS, 57, 103)


class Wedge:
    """See the module."""

    name = "wedge"

    def mend(self, data: bytes, random: Random) -> bytes:
        """Make whole records of keys pressed one soon after the other, most of them digits."""
        mended = b""
        now_us = 1_000_000
        for byte in data[:40]:
            code = _TYPED[byte % len(_TYPED)] if byte & 0x80 else 2 + byte % 10
            now_us += random.choice((8_000, 15_000, 15_000, 150_000))
            kind, value = random.choice(((1, 1), (1, 1), (1, 0), (1, 2), (0, 0)))
            mended += _RECORD.pack(*divmod(now_us, 1_000_000), kind, code if kind else 0, value)
        return mended + _RECORD.pack(*divmod(now_us + 9_000, 1_000_000), 1, 28, 1)

    def check(self, data: bytes) -> int:
        """Count the identifiers."""
        keys = TypedKeys()
        lines = list(keys.feed(data))
        kept = len(keys._line) + len(keys._pending)  # noqa: SLF001 - memory is what is checked
        expect(kept < LONGEST_LINE + 1 + _RECORD.size, "keeps more than a line and a record")
        first, second = halves(data)
        in_pieces = TypedKeys()
        expect(
            [*in_pieces.feed(first), *in_pieces.feed(second)] == lines, "pieces change what is read"
        )
        if not lines:
            return 0
        said = f"|{written(data)}".replace("\n", "\n|")
        return sum(_check_line(line, said) for line in lines)


def _check_line(line: str, said: str) -> int:
    expect(f"|{line}\n" in said, "a line that was not typed, or not whole")
    identifiers = 0
    for types in _TYPED_AS:
        identifier = typed_identifier(line, types)
        if identifier is None:
            continue
        identifiers += 1
        expect(len(identifier) in {4, 5, 7, 10}, "an identifier of a strange length")
        match types:
            case "hex":
                is_same = identifier.hex().upper() == line
            case "decimal-be":
                is_same = int.from_bytes(identifier, "big") == int(line)
            case "decimal-le":
                is_same = int.from_bytes(identifier, "little") == int(line)
        expect(is_same, "another identifier than was typed")
    return identifiers


def written(data: bytes) -> str:
    """All keys pressed: a line feed for an end, ``!`` for another key, ``|`` for a pause."""
    return "".join(_written(data))


def _written(data: bytes) -> Iterator[str]:
    shifts: set[int] = set()
    dropped = was_dropped = False
    last_us: int | None = None
    whole = len(data) - len(data) % _RECORD.size
    for seconds, microseconds, kind, code, value in _RECORD.iter_unpack(data[:whole]):
        now_us = seconds * 1_000_000 + microseconds
        if kind == 0:
            dropped = code == 3 or (dropped and code != 0)
            if code == 3:
                shifts = set()
                yield "!"
            last_us = now_us if dropped or was_dropped else last_us
            was_dropped = dropped
        elif kind == 1 and code in _SHIFTS and not dropped:
            shifts = shifts - {code} if value == 0 else shifts | {code}
        elif kind == 1 and value == 1 and code not in _SHIFTS:
            letter = "" if dropped else _KEYS.get(code, "!")
            if letter:
                yield "|" if last_us is not None and abs(now_us - last_us) > _PAUSE_US else ""
                last_us = now_us
                yield "!" if shifts and code in _UPPER_ROW else letter
