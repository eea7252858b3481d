"""Answers as people read them, in the three languages."""

import datetime as dt
import decimal
from typing import Final

from anjungan.catalogue.nik import mask_nik
from anjungan.catalogue.phone import mask_phone
from anjungan.catalogue.questions import NumberQuestion
from anjungan.catalogue.texts import Language

_MONTHS_ID: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
_MONTHS_JV: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Dhesember",
)
_MONTHS_EN: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "id": _MONTHS_ID,
    "jv": _MONTHS_JV,
    "en": _MONTHS_EN,
}


def date(day: dt.date, language: Language = "id") -> str:
    """Return a day such as "24 November 2026"."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def time(minutes: int) -> str:
    """Return a time of day such as "07.30" from minutes since midnight."""
    return f"{minutes // 60:02d}.{minutes % 60:02d}"


def number(question: NumberQuestion, value: decimal.Decimal | int, language: Language) -> str:
    """Return a number with its marks, as "Rp1.500.000" or "0,25 hektare"."""
    marks = f"{value:,f}" if isinstance(value, decimal.Decimal) else f"{value:,}"
    if language != "en":
        marks = marks.translate(str.maketrans(",.", ".,"))
    if question.money:
        return f"Rp{marks}"
    if question.unit is not None:
        return f"{marks} {question.unit.get(language)}"
    return marks


def nik(digits: str) -> str:
    """Return a NIK masked, in groups of four."""
    masked = mask_nik(digits)
    return " ".join(masked[start : start + 4] for start in range(0, len(masked), 4))


def phone(digits: str) -> str:
    """Return a phone number masked, in groups of four."""
    masked = mask_phone(digits)
    return " ".join(masked[start : start + 4] for start in range(0, len(masked), 4))
