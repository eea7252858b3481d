"""The population number (NIK): what can be said of it without asking anybody.

16 digits: province, regency and district of the first registration (two each, unchanged by
moving), birth date as DDMMYY with 40 added to the day for women, and a serial number from 0001.
There is no check digit. A well-formed NIK is accepted whatever its region, and never refused
because birth date or sex on the card differ: numbers issued with such errors stay valid.
"""

import datetime as dt
import enum
from typing import Final, Literal

import msgspec

Sex = Literal["male", "female"]

NIK_DIGITS: Final = 16
FEMALE_DAY_OFFSET: Final = 40
_CENTURIES: Final = (1900, 2000)
_SEPARATORS: Final = str.maketrans("", "", " .-\u00a0")

PROVINCES: Final = frozenset(
    f"{number:02d}"
    for numbers in (
        range(11, 20),
        (21,),
        range(31, 37),
        range(51, 54),
        range(61, 66),
        range(71, 77),
        (81, 82),
        range(91, 97),
    )
    for number in numbers
)
"""Province codes of Kepmendagri 300.2.2-2430/2025."""

LEGACY_PROVINCES: Final = frozenset({"54"})
"""Codes of provinces that are no more (54, Timor Timur); people still carry numbers with them."""


class NikRefusal(enum.StrEnum):
    """Why a number cannot be a NIK."""

    NOT_DIGITS = "nik_not_digits"
    LENGTH = "nik_length"
    TEMPORARY = "nik_temporary"
    PROVINCE = "nik_province"
    REGENCY = "nik_regency"
    DISTRICT = "nik_district"
    DATE = "nik_date"
    SERIAL = "nik_serial"


class NikWarning(enum.StrEnum):
    """What an officer should look at; never a reason to refuse."""

    LEGACY_PROVINCE = "nik_legacy_province"
    BIRTH_DATE_DIFFERS = "nik_birth_date_differs"
    SEX_DIFFERS = "nik_sex_differs"


class NikOk(msgspec.Struct, frozen=True):
    """A number that can be a NIK.

    Attributes:
        digits: the 16 digits.
        birth_dates: the days it can stand for, oldest first; two digits of a year leave one or
            two candidates that are not in the future.
        sex: as the day of birth tells it.
        warnings: what an officer should look at.
    """

    digits: str
    birth_dates: tuple[dt.date, ...]
    sex: Sex
    warnings: tuple[NikWarning, ...] = ()

    def __repr__(self) -> str:
        """Tell nothing of the person."""
        return "NikOk(<redacted>)"


class NikRefused(msgspec.Struct, frozen=True):
    """A number that cannot be a NIK; `digits_given` counts what was typed."""

    reason: NikRefusal
    digits_given: int


def check_nik(text: str, today: dt.date) -> NikOk | NikRefused:
    """Check a NIK as typed or read; spaces, dots and hyphens between the digits are ignored."""
    digits = text.translate(_SEPARATORS)
    reason = _refusal(digits)
    if reason is not None:
        return NikRefused(reason, len(digits))
    day = int(digits[6:8])
    sex: Sex = "female" if day > FEMALE_DAY_OFFSET else "male"
    birth_dates = _birth_dates(
        day - FEMALE_DAY_OFFSET if sex == "female" else day,
        int(digits[8:10]),
        int(digits[10:12]),
        today,
    )
    if not birth_dates:
        return NikRefused(NikRefusal.DATE, len(digits))
    warnings = (NikWarning.LEGACY_PROVINCE,) if digits[:2] in LEGACY_PROVINCES else ()
    return NikOk(digits, birth_dates, sex, warnings)


def compare_nik(
    nik: NikOk, *, birth_date: dt.date | None = None, sex: Sex | None = None
) -> tuple[NikWarning, ...]:
    """Return how a NIK differs from what a card or a form says of its holder."""
    warnings: list[NikWarning] = []
    if birth_date is not None and birth_date not in nik.birth_dates:
        warnings.append(NikWarning.BIRTH_DATE_DIFFERS)
    if sex is not None and sex != nik.sex:
        warnings.append(NikWarning.SEX_DIFFERS)
    return tuple(warnings)


def mask_nik(digits: str) -> str:
    """Return a NIK as it may be shown: the first six digits (a region) and the last two.

    Anything that has not 16 characters is masked altogether.
    """
    if len(digits) != NIK_DIGITS:
        return "•" * len(digits)
    return f"{digits[:6]}{'•' * 8}{digits[-2:]}"


def _refusal(digits: str) -> NikRefusal | None:
    """Return the first reason that holds, or None."""
    reasons = (
        (digits and not (digits.isascii() and digits.isdigit()), NikRefusal.NOT_DIGITS),
        (len(digits) != NIK_DIGITS, NikRefusal.LENGTH),
        # OpenSID numbers residents without a NIK as 0, village code, running number.
        (digits.startswith("0"), NikRefusal.TEMPORARY),
        (digits[:2] not in PROVINCES | LEGACY_PROVINCES, NikRefusal.PROVINCE),
        (digits[2:4] == "00", NikRefusal.REGENCY),
        (digits[4:6] == "00", NikRefusal.DISTRICT),
        (digits[12:] == "0000", NikRefusal.SERIAL),
    )
    return next((reason for holds, reason in reasons if holds), None)


def _birth_dates(day: int, month: int, year: int, today: dt.date) -> tuple[dt.date, ...]:
    dates: list[dt.date] = []
    for century in _CENTURIES:
        try:
            date = dt.date(century + year, month, day)
        except ValueError:
            continue
        if date <= today:
            dates.append(date)
    return tuple(dates)
