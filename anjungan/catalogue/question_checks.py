"""Mistakes in one question."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from anjungan.catalogue import limits
from anjungan.catalogue.answers import Refused, check_answer
from anjungan.catalogue.date_rules import is_rule, resolve_rule
from anjungan.catalogue.icon_names import ICON_NAMES
from anjungan.catalogue.questions import (
    ChoiceQuestion,
    DateQuestion,
    NumberQuestion,
    Option,
    Question,
    TextQuestion,
    default_answer,
)
from anjungan.catalogue.structure import Mistake
from anjungan.catalogue.text_checks import check_text

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OPTION_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_MAX_TEXT_CHARS: Final = 500
_SOME_DAY: Final = dt.date(2026, 2, 28)
"""Rules are tried on this day; which one does not matter for their order."""


def check_question(question: Question, where: str) -> Iterator[Mistake]:
    """Yield the mistakes of a question whose options have been filled in."""
    if not _NAME.fullmatch(question.name):
        yield f"{where}.name", "hanya huruf kecil, angka, dan garis bawah; diawali huruf"
    yield from check_text(
        question.label, f"{where}.label", limits.LABEL_CHARS, limits.LABEL_CHARS_JV
    )
    yield from check_text(question.short, f"{where}.short", limits.SHORT_CHARS)
    if question.hint is not None:
        yield from check_text(question.hint, f"{where}.hint", limits.HINT_CHARS)
    if question.section is not None:
        yield from check_text(question.section, f"{where}.section", limits.LABEL_CHARS)
    ranges = list(_check_range(question, where))
    yield from ranges
    if not ranges:
        yield from _check_default(question, where)


def check_options(options: tuple[Option, ...], where: str) -> Iterator[Mistake]:
    """Yield the mistakes of the options of a question or a list."""
    for index, option in enumerate(options):
        place = f"{where}[{index}]"
        if not _OPTION_ID.fullmatch(option.id):
            yield f"{place}.id", "hanya huruf kecil, angka, tanda hubung, dan garis bawah"
        yield from check_text(option.label, f"{place}.label", limits.OPTION_CHARS)
        if option.icon is not None and option.icon not in ICON_NAMES:
            yield f"{place}.icon", f"ikon {option.icon!r} tidak dikenal; lihat icon_names.py"
    for option_id, count in Counter(option.id for option in options).items():
        if count > 1:
            yield where, f"{option_id!r} ada {count} kali"


def _check_range(question: Question, where: str) -> Iterator[Mistake]:
    match question:
        case TextQuestion() if not 1 <= question.max_length <= _MAX_TEXT_CHARS:
            yield f"{where}.max_length", f"harus 1 sampai {_MAX_TEXT_CHARS}"
        case NumberQuestion():
            if not 0 <= question.min < question.max:
                yield f"{where}.max", "harus lebih besar dari min, dan min tidak di bawah nol"
            if not 0 <= question.decimals <= limits.MAX_DECIMALS:
                yield f"{where}.decimals", f"harus 0 sampai {limits.MAX_DECIMALS}"
        case DateQuestion():
            yield from _check_bounds(question, where)
        case ChoiceQuestion():
            if question.options_ref is None:
                yield from check_options(question.options, f"{where}.options")
            if not question.options and question.options_ref is None:
                yield f"{where}.options", "pilihan belum diisi"
            if question.other_label is not None:
                place = f"{where}.other_label"
                yield from check_text(question.other_label, place, limits.OPTION_CHARS)
        case _:
            return


def _check_bounds(question: DateQuestion, where: str) -> Iterator[Mistake]:
    rules = {"earliest": question.earliest, "latest": question.latest}
    if question.default is not None:
        rules["default"] = question.default
    wrong = [key for key, rule in rules.items() if not is_rule(rule)]
    for key in wrong:
        yield f"{where}.{key}", "tulis tanggal (2026-01-31), today, atau misalnya today-17y"
    if not wrong:
        earliest, latest = (resolve_rule(rules[key], _SOME_DAY) for key in ("earliest", "latest"))
        if earliest > latest:
            yield f"{where}.latest", "lebih awal dari earliest"


def _check_default(question: Question, where: str) -> Iterator[Mistake]:
    if question.default is None:
        return
    answer = default_answer(question, _SOME_DAY)
    if isinstance(check_answer(question, answer, today=_SOME_DAY), Refused):
        yield f"{where}.default", f"isian awal {question.default!r} tidak akan diterima"
