"""Cuts what a printer has received into commands; knows their lengths, not their meaning.

Source: Epson ESC/POS reference.  Unknown commands print their letters, as on a real printer.
"""

from collections.abc import Callable
from dataclasses import dataclass

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10
_PREFIXES = {ESC: "ESC", FS: "FS", GS: "GS", DLE: "DLE"}

# How many parameter bytes follow the two bytes of a command of fixed length.
_FIXED = {
    "ESC @": 0,
    "ESC !": 1,
    "ESC E": 1,
    "ESC G": 1,
    "ESC -": 1,
    "ESC {": 1,
    "ESC M": 1,
    "ESC a": 1,
    "ESC d": 1,
    "ESC J": 1,
    "ESC 2": 0,
    "ESC 3": 1,
    "ESC t": 1,
    "ESC R": 1,
    "ESC $": 2,
    "ESC p": 3,
    "ESC =": 1,
    "ESC c": 2,
    "ESC i": 0,
    "ESC m": 0,
    "ESC V": 1,
    "ESC SP": 1,
    "ESC %": 1,
    "ESC ?": 1,
    "ESC B": 2,
    "ESC K": 1,
    "ESC L": 0,
    "ESC S": 0,
    "ESC T": 1,
    "ESC U": 1,
    "ESC W": 8,
    "ESC \\": 2,
    "ESC e": 1,
    "ESC r": 1,
    "ESC u": 1,
    "ESC v": 0,
    "ESC FF": 0,
    "FS !": 1,
    "FS -": 1,
    "FS .": 0,
    "FS &": 0,
    "FS C": 1,
    "FS S": 2,
    "FS W": 1,
    "FS p": 2,
    "GS !": 1,
    "GS B": 1,
    "GS b": 1,
    "GS h": 1,
    "GS w": 1,
    "GS f": 1,
    "GS H": 1,
    "GS a": 1,
    "GS r": 1,
    "GS I": 1,
    "GS L": 2,
    "GS W": 2,
    "GS P": 2,
    "GS $": 2,
    "GS /": 1,
    "GS :": 0,
    "GS T": 1,
    "GS \\": 2,
    "GS ^": 3,
    "GS c": 0,
    "GS g": 4,
    "DLE EOT": 1,
    "DLE ENQ": 1,
}
_NAMED = {0x20: "SP", 0x04: "EOT", 0x05: "ENQ", 0x0C: "FF", 0x14: "DC4"}
_CONTROLS = {0x0A: "LF", 0x0D: "CR", 0x09: "HT", 0x0C: "FF", 0x18: "CAN"}


@dataclass(frozen=True, slots=True)
class Command:
    """One command or one character: ``name`` as in the reference, then its parameter bytes."""

    name: str
    parameters: bytes = b""

    def __repr__(self) -> str:
        # Parameters may be the letters of a resident's paper.
        return f"Command({self.name!r}, <{len(self.parameters)} bytes>)"


class CommandBuffer:
    """The receive buffer of a printer."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._measured_bytes = 0  # whole commands from the front, as far as already looked at

    def __len__(self) -> int:
        return len(self._bytes)

    def add(self, data: bytes) -> None:
        """Append received bytes."""
        self._bytes += data

    def clear(self) -> None:
        """Lose everything (power off, DLE ENQ 2, DLE DC4 8)."""
        self._bytes.clear()
        self._measured_bytes = 0

    def drop_realtime(self, count: int) -> None:
        """Take a real-time command of ``count`` bytes off the end, unless it is another's data.

        Without this the questions asked while the printer is offline would fill its buffer.
        """
        end = len(self._bytes) - count
        while self._measured_bytes < end:
            found = self._at(self._measured_bytes)
            if found is None:
                return
            self._measured_bytes += found[1]
        if self._measured_bytes == end:
            del self._bytes[end:]

    def peek(self) -> Command | None:
        """Return the command at the front, or None when it has not arrived completely."""
        found = self._at(0)
        return None if found is None else found[0]

    def take(self) -> None:
        """Remove the command at the front."""
        found = self._at(0)
        if found is not None:
            del self._bytes[: found[1]]
            self._measured_bytes = max(0, self._measured_bytes - found[1])

    def _at(self, offset: int) -> tuple[Command, int] | None:
        data = self._bytes[offset:] if offset else self._bytes
        if not data:
            return None
        prefix = _PREFIXES.get(data[0])
        if prefix is None:
            return _single(data[0]), 1
        if len(data) < 2:  # noqa: PLR2004 - prefix and letter
            return None
        name = f"{prefix} {_NAMED.get(data[1], chr(data[1]))}"
        measure = _MEASURES.get(name)
        if measure is None and name not in _FIXED:
            return Command("unknown", bytes(data[:2])), 2
        count = _FIXED[name] if measure is None else measure(data)
        if count is None or len(data) < 2 + count:
            return None
        return Command(name, bytes(data[2 : 2 + count])), 2 + count


def _single(byte: int) -> Command:
    """Return the command that one byte alone makes."""
    name = _CONTROLS.get(byte)
    if name is not None:
        return Command(name)
    return Command("character" if byte >= 0x20 else "NUL", bytes((byte,)))  # noqa: PLR2004 - first printable


def _little_endian(data: bytearray, at: int, count: int) -> int | None:
    if len(data) < at + count:
        return None
    return int.from_bytes(data[at : at + count], "little")


def _measure_counted(data: bytearray) -> int | None:
    """GS ( x pL pH: one letter, two bytes of length, the data."""
    length = _little_endian(data, 3, 2)
    return None if length is None else 3 + length


def _measure_long_counted(data: bytearray) -> int | None:
    """GS 8 L: one letter, four bytes of length, the data."""
    length = _little_endian(data, 3, 4)
    return None if length is None else 5 + length


def _measure_raster(data: bytearray) -> int | None:
    """GS v 0 m xL xH yL yH, then x bytes times y rows."""
    width, height = _little_endian(data, 4, 2), _little_endian(data, 6, 2)
    return None if width is None or height is None else 6 + width * height


def _measure_columns(data: bytearray) -> int | None:
    """ESC * m nL nH, then one byte a column, or three in 24-dot modes."""
    count = _little_endian(data, 3, 2)
    if count is None:
        return None
    return 3 + count * (3 if data[2] >= 32 else 1)  # noqa: PLR2004 - modes 32 and 33


def _measure_cut(data: bytearray) -> int | None:
    """GS V m, and n with functions B and later."""
    if len(data) < 3:  # noqa: PLR2004 - prefix, letter, m
        return None
    return 1 if data[2] in {0, 1, 48, 49} else 2


def _measure_barcode(data: bytearray) -> int | None:
    """GS k m, then data to a NUL (A) or a length and data (B)."""
    if len(data) < 4:  # noqa: PLR2004 - prefix, letter, m and one more
        return None
    if data[2] >= 65:  # noqa: PLR2004 - function B
        return 2 + data[3]
    end = data.find(0, 3)
    return None if end < 0 else end - 1


def _measure_tabs(data: bytearray) -> int | None:
    """ESC D, positions, NUL."""
    end = data.find(0, 2)
    return None if end < 0 else end - 1


def _measure_dc4(data: bytearray) -> int | None:
    """DLE DC4 fn: 1 and 2 have two parameters, 8 has seven."""
    if len(data) < 3:  # noqa: PLR2004 - prefix, letter, fn
        return None
    return 8 if data[2] == 8 else 3  # noqa: PLR2004 - function 8


def _measure_downloaded(data: bytearray) -> int | None:
    """GS * x y, then eight times x times y bytes."""
    if len(data) < 4:  # noqa: PLR2004 - prefix, letter, x, y
        return None
    return 2 + 8 * data[2] * data[3]


_MEASURES: dict[str, Callable[[bytearray], int | None]] = {
    "ESC (": _measure_counted,
    "FS (": _measure_counted,
    "GS (": _measure_counted,
    "GS *": _measure_downloaded,
    "GS 8": _measure_long_counted,
    "GS v": _measure_raster,
    "ESC *": _measure_columns,
    "GS V": _measure_cut,
    "GS k": _measure_barcode,
    "ESC D": _measure_tabs,
    "DLE DC4": _measure_dc4,
}
