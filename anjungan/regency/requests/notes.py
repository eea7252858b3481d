"""Notes to residents: plain text that the kiosk and the tracking page show to anybody."""

import enum
import re
import unicodedata
from typing import Final

from anjungan.protocol.status import RequestStatus

MAX_NOTE_CHARACTERS: Final = 500

_BETWEEN: Final = r"[ .()\-\u2010-\u2015]{0,3}"
"""What people write between the groups of a number; a slash is not among it: "470/081/2026"."""
_IDENTITY_NUMBER: Final = re.compile(rf"(?:[0-9]{_BETWEEN}){{15}}[0-9]")
_MOBILE_NUMBER: Final = re.compile(
    rf"(?<![0-9])(?:(?:00)?62{_BETWEEN})?(?:0{_BETWEEN})?8{_BETWEEN}[1-9](?:{_BETWEEN}[0-9]){{7,10}}"
)
"""``08…``, ``+62 8…``, ``628…`` or ``8…``: nine to twelve digits from the 8 on, and not 80."""
_DATE: Final = re.compile(r"(?<![0-9])[0-3]?[0-9][-./][01]?[0-9][-./]20[0-9]{2}(?![0-9])")
"""Beside times of the day, the digits of a date would look like a longer number."""


class NoteProblem(enum.Enum):
    """Why a note cannot be sent."""

    TOO_LONG = "too_long"
    MISSING = "missing"
    IDENTITY_NUMBER = "identity_number"
    MOBILE_NUMBER = "mobile_number"


NOTE_REQUIRED: Final = frozenset({RequestStatus.INCOMPLETE, RequestStatus.CANCELLED})
"""Statuses that help nobody without a word of what is missing, or why."""


def clean_note(text: str) -> str:
    """Plain text of at most one line break in a row, without control and direction marks."""
    visible = "".join(
        character
        for character in text.replace("\r\n", "\n").replace("\t", " ")
        if character == "\n" or unicodedata.category(character)[0] != "C"
    )
    lines = (" ".join(line.split()) for line in visible.split("\n"))
    return "\n".join(line for line in lines if line)


def note_problem(note: str, status: RequestStatus) -> NoteProblem | None:
    """What is wrong with a cleaned note going with ``status``, or None.

    A number of sixteen digits is a NIK or a KK number, and a mobile number is a resident's; the
    note stands on pages without login. The landline of a village office is none of both.
    """
    if len(note) > MAX_NOTE_CHARACTERS:
        return NoteProblem.TOO_LONG
    plain = _DATE.sub("/", unicodedata.normalize("NFKC", note))
    if _IDENTITY_NUMBER.search(plain):
        return NoteProblem.IDENTITY_NUMBER
    if _MOBILE_NUMBER.search(plain):
        return NoteProblem.MOBILE_NUMBER
    if status in NOTE_REQUIRED and not note:
        return NoteProblem.MISSING
    return None
