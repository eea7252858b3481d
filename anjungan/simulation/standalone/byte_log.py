"""The bytes on a line as people read them: direction, hexadecimal, text."""

from collections.abc import Callable, Iterator
from typing import Final

from anjungan.simulation.simulated_line import ByteLog, Direction

BYTES_A_LINE: Final = 16
_SIDES: Final = {Direction.FROM_HOST: "host  ", Direction.TO_HOST: "device"}
_PRINTABLE: Final = range(0x20, 0x7F)


def byte_lines(direction: Direction, data: bytes) -> Iterator[str]:
    """One line for every 16 bytes: who sent them, the bytes, and what of them is text."""
    for start in range(0, len(data), BYTES_A_LINE):
        part = data[start : start + BYTES_A_LINE]
        text = "".join(chr(byte) if byte in _PRINTABLE else "." for byte in part)
        yield f"{_SIDES[direction]}> {part.hex(' '):<{BYTES_A_LINE * 3}} {text}"


def byte_log_to(write_line: Callable[[str], None]) -> ByteLog:
    """A log that tells every byte through ``write_line``."""

    def tell(direction: Direction, data: bytes) -> None:
        for line in byte_lines(direction, data):
            write_line(line)

    return tell
