"""Checking what residents answer: pure, the same on the kiosk and at the regency."""

import datetime as dt
import enum
from typing import Final, assert_never

import msgspec

from anjungan.catalogue import shown
from anjungan.catalogue.clean_text import CleanRefusal, clean_text
from anjungan.catalogue.nik import NIK_DIGITS, NikRefused, NikWarning, check_nik
from anjungan.catalogue.parse_answer import parse_date, parse_number, parse_time
from anjungan.catalogue.phone import PhoneRefusal, normalise_phone
from anjungan.catalogue.questions import (
    OTHER_PREFIX,
    ChoiceQuestion,
    DateQuestion,
    NikQuestion,
    NumberQuestion,
    PhoneQuestion,
    Question,
    TextQuestion,
    TimeQuestion,
)
from anjungan.catalogue.texts import Language

_RAW_LIMIT_CHARS: Final = 4096


class RefusalReason(enum.StrEnum):
    """Why an answer was not taken; a kiosk turns each into a sentence.

    The comments name what `Refused.limit` and `Refused.count` hold.
    """

    EMPTY = "empty"
    TOO_LONG = "too_long"  # limit: most characters; count: characters given
    FORBIDDEN_CHARACTER = "forbidden_character"
    NOT_A_NUMBER = "not_a_number"
    TOO_MANY_DECIMALS = "too_many_decimals"  # limit: most digits after the comma
    TOO_SMALL = "too_small"  # limit: smallest number, as shown
    TOO_LARGE = "too_large"  # limit: largest number, as shown
    NOT_A_DATE = "not_a_date"
    TOO_EARLY = "too_early"  # limit: first day, as shown
    TOO_LATE = "too_late"  # limit: last day, as shown
    NOT_A_TIME = "not_a_time"
    NOT_AN_OPTION = "not_an_option"
    NIK_NOT_DIGITS = "nik_not_digits"
    NIK_LENGTH = "nik_length"  # limit: 16; count: digits given
    NIK_TEMPORARY = "nik_temporary"
    NIK_PROVINCE = "nik_province"
    NIK_REGENCY = "nik_regency"
    NIK_DISTRICT = "nik_district"
    NIK_DATE = "nik_date"
    NIK_SERIAL = "nik_serial"
    NIK_SAME = "nik_same"  # limit: what else is answered with it, as shown
    PHONE_NOT_DIGITS = "phone_not_digits"
    PHONE_PREFIX = "phone_prefix"
    PHONE_LENGTH = "phone_length"  # limit: "10-13"; count: digits given


class Accepted(msgspec.Struct, frozen=True):
    """An answer that was taken.

    Attributes:
        value: the one way it is stored and sent; checking it again yields the same.
        shown: as people read it, a NIK masked.
        warnings: for the officer; never a reason to refuse.
    """

    value: str
    shown: str
    warnings: tuple[NikWarning, ...] = ()

    def __repr__(self) -> str:
        """Tell nothing of the answer."""
        return "Accepted(<redacted>)"


class Refused(msgspec.Struct, frozen=True):
    """An answer that was not taken; `limit` and `count` help to say it (see `RefusalReason`)."""

    reason: RefusalReason
    limit: str = ""
    count: int = 0


def check_answer(
    question: Question, raw: str, *, today: dt.date, language: Language = "id"
) -> Accepted | Refused:
    """Check one answer as typed, chosen or read.

    Args:
        question: from a loaded catalogue.
        raw: what the resident gave. A date as `2026-11-24` or `24-11-2026`, a time as `07.30`,
            a choice as the option's id or `other:` and own words.
        today: the day the answer is given.
        language: of `shown` and of limits.
    """
    if len(raw) > _RAW_LIMIT_CHARS:
        return Refused(RefusalReason.TOO_LONG, str(_RAW_LIMIT_CHARS), len(raw))
    if not raw.strip():
        return Refused(RefusalReason.EMPTY) if question.required else Accepted("", "")
    match question:
        case TextQuestion():
            return _check_text(raw, question.max_length, multiline=question.multiline)
        case NumberQuestion():
            return _check_number(question, raw, language)
        case DateQuestion():
            return _check_date(question, raw, today, language)
        case TimeQuestion():
            minutes = parse_time(raw)
            if minutes is None:
                return Refused(RefusalReason.NOT_A_TIME)
            return Accepted(f"{minutes // 60:02d}:{minutes % 60:02d}", shown.time(minutes))
        case ChoiceQuestion():
            return _check_choice(question, raw, language)
        case NikQuestion():
            return _check_nik(raw, today)
        case PhoneQuestion():
            return _check_phone(raw)
        case _:
            assert_never(question)


def describe_answer(question: Question, value: str, language: Language = "id") -> str:
    """Return a stored value as an officer reads it, a NIK in full.

    A value that the question does not know (another version of the form) comes back as it is.
    """
    match question:
        case NumberQuestion():
            number = parse_number(value)
            return value if number is None else shown.number(question, number, language)
        case DateQuestion():
            day = parse_date(value)
            return value if day is None else shown.date(day, language)
        case TimeQuestion():
            minutes = parse_time(value)
            return value if minutes is None else shown.time(minutes)
        case ChoiceQuestion():
            option = question.option(value)
            if option is not None:
                return option.label.get(language)
            return value.removeprefix(OTHER_PREFIX)
        case TextQuestion() | NikQuestion() | PhoneQuestion():
            return value
        case _:
            assert_never(question)


def _check_text(raw: str, max_length: int, *, multiline: bool) -> Accepted | Refused:
    cleaned = clean_text(raw, multiline=multiline)
    if isinstance(cleaned, CleanRefusal):
        return Refused(RefusalReason.FORBIDDEN_CHARACTER)
    if len(cleaned) > max_length:
        return Refused(RefusalReason.TOO_LONG, str(max_length), len(cleaned))
    return Accepted(cleaned, cleaned)


def _check_number(question: NumberQuestion, raw: str, language: Language) -> Accepted | Refused:
    number = parse_number(raw)
    if number is None:
        return Refused(RefusalReason.NOT_A_NUMBER)
    if number < question.min:
        limit = shown.number(question, question.min, language)
        return Refused(RefusalReason.TOO_SMALL, limit)
    if number > question.max:
        limit = shown.number(question, question.max, language)
        return Refused(RefusalReason.TOO_LARGE, limit)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > question.decimals:
        return Refused(RefusalReason.TOO_MANY_DECIMALS, str(question.decimals))
    return Accepted(f"{number:f}", shown.number(question, number, language))


def _check_date(
    question: DateQuestion, raw: str, today: dt.date, language: Language
) -> Accepted | Refused:
    day = parse_date(raw)
    if day is None:
        return Refused(RefusalReason.NOT_A_DATE)
    earliest, latest = question.bounds(today)
    if day < earliest:
        return Refused(RefusalReason.TOO_EARLY, shown.date(earliest, language))
    if day > latest:
        return Refused(RefusalReason.TOO_LATE, shown.date(latest, language))
    return Accepted(day.isoformat(), shown.date(day, language))


def _check_choice(question: ChoiceQuestion, raw: str, language: Language) -> Accepted | Refused:
    option = question.option(raw.strip())
    if option is not None:
        return Accepted(option.id, option.label.get(language))
    if not (question.other and raw.startswith(OTHER_PREFIX)):
        return Refused(RefusalReason.NOT_AN_OPTION)
    own_words = raw.removeprefix(OTHER_PREFIX)
    if not own_words.strip():
        return Refused(RefusalReason.EMPTY)
    checked = _check_text(own_words, question.other_max_length, multiline=False)
    if isinstance(checked, Refused):
        return checked
    return Accepted(f"{OTHER_PREFIX}{checked.value}", checked.shown)


def _check_nik(raw: str, today: dt.date) -> Accepted | Refused:
    nik = check_nik(raw, today)
    if isinstance(nik, NikRefused):
        return Refused(RefusalReason(nik.reason.value), str(NIK_DIGITS), nik.digits_given)
    return Accepted(nik.digits, shown.nik(nik.digits), nik.warnings)


def _check_phone(raw: str) -> Accepted | Refused:
    phone = normalise_phone(raw)
    if isinstance(phone, PhoneRefusal):
        digits_given = sum(char.isdigit() for char in raw)
        return Refused(RefusalReason(phone.value), "10-13", digits_given)
    return Accepted(phone, shown.phone(phone))
