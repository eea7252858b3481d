"""Typed text in one form, without anything that cannot be seen."""

import enum
import unicodedata
from typing import Final

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidirectional marks, zero width), surrogate, private, unassigned, separators.

They can hide words from the officer, reorder a line or break the printer.
"""


class CleanRefusal(enum.Enum):
    """Why a text was not taken."""

    FORBIDDEN_CHARACTER = "forbidden_character"


def clean_text(raw: str, *, multiline: bool) -> str | CleanRefusal:
    """Return `raw` in NFC, trimmed, runs of spaces made one; line ends only if `multiline`."""
    lines = raw.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    if len(lines) > 1 and not multiline:
        return CleanRefusal.FORBIDDEN_CHARACTER
    cleaned: list[str] = []
    for line in lines:
        text = unicodedata.normalize("NFC", line.replace("\t", " "))
        if any(unicodedata.category(char) in _INVISIBLE for char in text):
            return CleanRefusal.FORBIDDEN_CHARACTER
        cleaned.append(" ".join(text.split()))
    return "\n".join(cleaned).strip("\n")
