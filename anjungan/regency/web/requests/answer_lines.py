"""Opened answers as lines of a page; identity and phone numbers are covered until asked for."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from anjungan.regency.requests.opened_answers import JoinedAnswer

_LONG_NUMBER: Final = re.compile(r"\+?[0-9][0-9 .\-]{7,}[0-9]", re.ASCII)
_SHOWN_BEGIN: Final = 4
_SHOWN_END: Final = 4


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer; ``covered`` is what stands there until the officer uncovers it, or empty.

    ``amended_at`` is when the resident changed it, ``older`` how it read before, oldest first.
    """

    label: str
    shown: str
    covered: str
    amended_at: datetime | None
    older: Sequence[str]

    def __repr__(self) -> str:
        return f"AnswerLine(label={self.label!r}, …)"


def answer_lines(answers: Sequence[JoinedAnswer]) -> Sequence[AnswerLine]:
    """The lines in the order they were asked."""
    return [_line(each) for each in answers]


def _line(joined: JoinedAnswer) -> AnswerLine:
    shown = _inert(joined.answer.shown)
    return AnswerLine(
        label=_inert(joined.answer.label),
        shown=shown,
        covered=cover(shown),
        amended_at=joined.amended_at,
        older=[_inert(each.shown) for each in joined.older],
    )


def _inert(text: str) -> str:
    # direction marks and other invisible characters would make a text read as another one
    return "".join(
        character
        for character in text
        if character == "\n" or unicodedata.category(character)[0] != "C"
    )


def cover(text: str) -> str:
    """``3505 •••• •••• 0147`` for a long number, empty for anything else."""
    if _LONG_NUMBER.fullmatch(text.strip()) is None:
        return ""
    digits = re.sub(r"[^0-9]", "", text)
    return f"{digits[:_SHOWN_BEGIN]} •••• •••• {digits[-_SHOWN_END:]}"
