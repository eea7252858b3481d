"""Lines typed on a keyboard that is a card reader: from evdev records to the text of each line.

Only what a reader types makes a line: digits and the letters A to F, ended by Enter or Tab, one key
soon after the other.  Everything else spoils the line it is in.  A parser never raises.
"""

from collections.abc import Sequence
from typing import Final

from anjungan.appliance.drivers.card_reader.evdev_node import EVENT

KEY_GAP_US: Final = 100_000
"""Readers type a key every 5 to 15 ms; after a longer pause a new line begins."""
LONGEST_LINE: Final = 20  # ten bytes in hexadecimal

_MICROSECONDS: Final = 1_000_000
_EV_SYN: Final = 0
_EV_KEY: Final = 1
_SYN_REPORT: Final = 0
_SYN_DROPPED: Final = 3
_RELEASED: Final = 0
_PRESSED: Final = 1

_ENDS: Final = frozenset({28, 96, 15})  # Enter, keypad Enter, Tab
_SHIFTS: Final = frozenset({42, 54})
_LOCKS: Final = frozenset({58, 69})  # Caps Lock and Num Lock: some readers set them before typing
_DIGITS: Final = dict(zip(range(2, 12), "1234567890", strict=True))
_KEYPAD: Final = {
    71: "7", 72: "8", 73: "9", 75: "4", 76: "5", 77: "6", 79: "1", 80: "2", 81: "3", 82: "0",
}  # fmt: skip
_LETTERS: Final = {30: "A", 48: "B", 46: "C", 32: "D", 18: "E", 33: "F"}


class TypedKeys:
    """Takes records in pieces of any size and yields the lines completed by them, in order."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._line = ""
        self._spoilt = False
        self._shifts: set[int] = set()
        self._skipping = False
        self._last_key_us = 0
        self.spoilt_lines = 0
        """How many lines held other keys, were too long, or were never ended."""

    @property
    def in_a_line(self) -> bool:
        """Whether a line, or a record, was begun and not ended."""
        return bool(self._line) or self._spoilt or bool(self._pending)

    def feed(self, data: bytes) -> Sequence[str]:
        """Take ``data`` and return the lines completed by it."""
        self._pending += data
        whole = len(self._pending) - len(self._pending) % EVENT.size
        records = bytes(self._pending[:whole])
        del self._pending[:whole]
        lines: list[str] = []
        for seconds, microseconds, kind, code, value in EVENT.iter_unpack(records):
            now_us = seconds * _MICROSECONDS + microseconds
            if kind == _EV_SYN:
                self._synchronise(code, now_us)
            elif kind == _EV_KEY and not self._skipping:
                line = self._key(code, value, now_us)
                if line is not None:
                    lines.append(line)
        return lines

    def give_up(self) -> None:
        """Drop what was not ended, and keep nothing of it."""
        self.spoilt_lines += self.in_a_line
        self._begin()
        self._pending.clear()  # the kernel gives whole records only

    def reset(self) -> None:
        """Start anew, as after the node was lost."""
        self.give_up()
        self._shifts.clear()
        self._skipping = False

    def _synchronise(self, code: int, now_us: int) -> None:
        """After SYN_DROPPED records are missing, and the rest up to a report is useless."""
        if code == _SYN_DROPPED:
            self._skipping = self._spoilt = True
            self._shifts.clear()
        if self._skipping:
            self._last_key_us = now_us  # what follows soon is the rest of a line cut short
        if code == _SYN_REPORT:
            self._skipping = False

    def _key(self, code: int, value: int, now_us: int) -> str | None:
        if code in _SHIFTS:
            (self._shifts.discard if value == _RELEASED else self._shifts.add)(code)
            return None
        if value != _PRESSED or code in _LOCKS:
            return None
        if (self._line or self._spoilt) and abs(now_us - self._last_key_us) > KEY_GAP_US:
            self.spoilt_lines += 1
            self._begin()
        self._last_key_us = now_us
        if code in _ENDS:
            return self._end()
        letter = _LETTERS.get(code) or _KEYPAD.get(code)
        if letter is None and not self._shifts:
            letter = _DIGITS.get(code)
        if letter is None or len(self._line) == LONGEST_LINE:
            self._line, self._spoilt = "", True
        elif not self._spoilt:
            self._line += letter
        return None

    def _end(self) -> str | None:
        line, spoilt = self._line, self._spoilt
        self._begin()
        self.spoilt_lines += spoilt
        return line if line and not spoilt else None

    def _begin(self) -> None:
        self._line, self._spoilt = "", False
