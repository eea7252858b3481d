"""The values of a letter's fields: begun from answers, corrected by the officer, checked. Pure."""

import enum
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # the library has no types

from anjungan.catalogue import shown
from anjungan.catalogue.nik import NikRefused, check_nik
from anjungan.protocol.sealing import Answers
from anjungan.regency.letters.template_file import RESIDENT
from anjungan.regency.letters.templates import LetterTemplate

_APPLICANT: Final = ("kiosk_name", "kiosk_nik")
_SUBJECT: Final = ("kiosk_subject_name", "kiosk_subject_nik")

Values = Mapping[str, str]


class ValueProblem(enum.Enum):
    """Why a value cannot stand in a letter."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field; ``limit`` and ``count`` are characters."""

    name: str
    problem: ValueProblem
    limit: int = 0
    count: int = 0


def begin_values(template: LetterTemplate, answers: Answers, today: date) -> Values:
    """What each field begins with: the answer, what the NIK tells, or the template's default.

    Date of birth and sex are read from the NIK, which may err; the officer compares them with the
    family card.
    """
    given = {each.name: clean_line(each.shown or each.value) for each in answers.items}
    full = {each.name: clean_line(each.value) for each in answers.items}
    values = {
        name: given.get(field.answer, "") or field.default if field.answer else field.default
        for name, field in template.fields.items()
    }
    for name, field in template.fields.items():
        if field.multiline and field.answer:
            value = next((each.shown for each in answers.items if each.name == field.answer), "")
            values[name] = clean_text(value) or field.default
    name_answer, nik_answer = _subject_answers(template, given)
    nik = full.get(nik_answer, "")
    values[f"{RESIDENT}_nama"] = given.get(name_answer, "")
    values[f"{RESIDENT}_nik"] = nik
    values.update(_told_by_nik(nik, today))
    if template.subject_answers is not None:
        # whoever asks for a pupil's letter is most often the parent
        asking = {
            "orang_tua_nama": given.get(_APPLICANT[0]),
            "orang_tua_nik": full.get(_APPLICANT[1]),
        }
        values.update({name: told for name, told in asking.items() if told and name in values})
    return values


def _subject_answers(template: LetterTemplate, given: Values) -> tuple[str, str]:
    if template.subject_answers is not None:
        return template.subject_answers
    # a NIK that was left out is never taken from the applicant
    return _SUBJECT if given.get(_SUBJECT[0]) else _APPLICANT


def _told_by_nik(nik: str, today: date) -> Values:
    checked = check_nik(nik, today)
    if isinstance(checked, NikRefused):
        return {}
    return {
        # of two centuries the later one: the other makes a person older than a hundred years
        f"{RESIDENT}_tanggal_lahir": shown.date(max(checked.birth_dates)),
        f"{RESIDENT}_jenis_kelamin": "Perempuan" if checked.sex == "female" else "Laki-laki",
    }


def clean_values(template: LetterTemplate, given: Mapping[str, str]) -> Values:
    """Each field of the template as typed, without what cannot be seen; others are left out."""
    return {
        name: clean_text(given.get(name, ""))
        if field.multiline
        else clean_line(given.get(name, ""))
        for name, field in template.fields.items()
    }


def problems_of(template: LetterTemplate, values: Values) -> Sequence[FieldProblem]:
    """Everything that keeps these values from being a letter, in the order of the fields."""
    found = []
    for name, field in template.fields.items():
        value = values.get(name, "")
        if field.required and not value:
            found.append(FieldProblem(name, ValueProblem.MISSING))
        elif len(value) > field.max_characters:
            found.append(
                FieldProblem(name, ValueProblem.TOO_LONG, field.max_characters, len(value))
            )
        elif not is_printable(value):
            found.append(FieldProblem(name, ValueProblem.UNPRINTABLE))
    return found


def changed_fields(begun: Values, values: Values) -> Sequence[str]:
    """The fields that say something else than what they began with, where that was something."""
    return [name for name, value in values.items() if begun.get(name) and value != begun[name]]


def clean_line(text: str) -> str:
    """One line in NFC, without control characters and direction marks; runs of spaces are one."""
    return " ".join(_visible(text.replace("\n", " ")).split())


def clean_text(text: str) -> str:
    """The same over several lines; empty lines go."""
    lines = (
        clean_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    )
    return "\n".join(line for line in lines if line)


def _visible(text: str) -> str:
    composed = unicodedata.normalize("NFC", text.replace("\t", " "))
    return "".join(
        " " if unicodedata.category(each) in ("Zl", "Zp") else each
        for each in composed
        if unicodedata.category(each)[0] != "C"
    )


def is_printable(text: str) -> bool:
    """Whether the font of letters has every character; others would be left out silently."""
    return all(each == "\n" or ord(each) in _characters() for each in text)


@cache
def _characters() -> frozenset[int]:
    folder = resources.files("anjungan.regency.letters").joinpath("fonts")
    found: frozenset[int] | None = None
    for name in ("tinos-regular.ttf", "tinos-bold.ttf"):
        with folder.joinpath(name).open("rb") as file:
            points = frozenset(TTFont(file).getBestCmap())
        found = points if found is None else found & points
    return found or frozenset()
