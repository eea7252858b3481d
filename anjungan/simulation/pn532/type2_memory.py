"""The memory of a Mifare Ultralight with nothing written on it, as far as it can be read.

Source: NXP MF0ICU1, section 7.5 (memory) and 9.2 (READ).  libnfc reads page 0 to see whether such a
card is still there.
"""

from typing import Final

READ_COMMAND: Final = 0x30
_PAGES: Final = 16
_PAGE_BYTES: Final = 4
_CASCADE_TAG: Final = 0x88
_INTERNAL: Final = 0x48
UID_BYTES: Final = 7


def read_pages(uid: bytes, page: int) -> bytes | None:
    """What READ answers: four pages from ``page``, over the end back to page 0; None: no answer."""
    if len(uid) != UID_BYTES or not 0 <= page < _PAGES:
        return None
    first, second = uid[:3], uid[3:]
    serial = first + bytes((_check(bytes((_CASCADE_TAG,)) + first),))
    serial += second + bytes((_check(second), _INTERNAL))
    memory = serial.ljust(_PAGES * _PAGE_BYTES, b"\x00")
    start = page * _PAGE_BYTES
    return (memory + memory)[start : start + 4 * _PAGE_BYTES]


def _check(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
    return value
