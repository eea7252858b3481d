"""Opened answers as lines of a page; identity and phone numbers are covered until asked for."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from anjungan.protocol.sealing import Answers

_LONG_NUMBER: Final = re.compile(r"\+?[0-9][0-9 .\-]{7,}[0-9]", re.ASCII)
_SHOWN_BEGIN: Final = 4
_SHOWN_END: Final = 4


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer; ``covered`` is what stands there until the officer uncovers it, or empty."""

    label: str
    shown: str
    covered: str

    def __repr__(self) -> str:
        return f"AnswerLine(label={self.label!r}, …)"


def answer_lines(answers: Answers) -> Sequence[AnswerLine]:
    """The lines in the order they were asked."""
    lines = ((_inert(each.label), _inert(each.shown)) for each in answers.items)
    return [AnswerLine(label, shown, cover(shown)) for label, shown in lines]


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
