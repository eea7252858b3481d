"""Notes to residents: plain text that the kiosk and the tracking page show to anybody."""

import enum
import re
import unicodedata
from typing import Final

from anjungan.protocol.status import RequestStatus

MAX_NOTE_CHARACTERS: Final = 500
_IDENTITY_NUMBER: Final = re.compile(r"(?:[0-9][ .\-]?){15}[0-9]")


class NoteProblem(enum.Enum):
    """Why a note cannot be sent."""

    TOO_LONG = "too_long"
    MISSING = "missing"
    IDENTITY_NUMBER = "identity_number"


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

    A number of sixteen digits is a NIK or a KK number; the note stands on pages without login.
    """
    if len(note) > MAX_NOTE_CHARACTERS:
        return NoteProblem.TOO_LONG
    if _IDENTITY_NUMBER.search(note):
        return NoteProblem.IDENTITY_NUMBER
    if status in NOTE_REQUIRED and not note:
        return NoteProblem.MISSING
    return None
