"""What the doctor found, as values."""

import enum
from dataclasses import dataclass

from anjungan.appliance.doctor.words import Said


class Verdict(enum.Enum):
    """How a finding counts. A NOTE is worth knowing and nothing to mend."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    ``answered`` is what was found, ``expected`` what should have been, ``fix`` what to do; a good
    finding has only the first.
    """

    subject: Said
    verdict: Verdict
    answered: Said
    expected: Said | None = None
    fix: Said | None = None


def good(subject: Said, answered: Said) -> Finding:
    """Everything is as it should be."""
    return Finding(subject, Verdict.GOOD, answered)


def note(subject: Said, answered: Said, fix: Said | None = None) -> Finding:
    """Worth knowing; ``fix`` is a hint."""
    return Finding(subject, Verdict.NOTE, answered, fix=fix)


def wrong(subject: Said, answered: Said, *, expected: Said, fix: Said) -> Finding:
    """Something to mend."""
    return Finding(subject, Verdict.WRONG, answered, expected, fix)
