"""The NIK: built well-formed by the rules, then broken in one place at a time."""

import calendar
import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anjungan.catalogue import (
    NikOk,
    NikRefusal,
    NikRefused,
    NikWarning,
    check_nik,
    compare_nik,
    mask_nik,
)
from anjungan.catalogue.nik import LEGACY_PROVINCES, PROVINCES

TODAY = dt.date(2026, 11, 24)
two_digits = st.integers(1, 99).map("{:02d}".format)
birth_dates = st.dates(dt.date(1926, 11, 25), TODAY)


@st.composite
def niks(draw: st.DrawFn) -> tuple[str, dt.date, str]:
    born = draw(birth_dates)
    sex = draw(st.sampled_from(["male", "female"]))
    day = born.day + (40 if sex == "female" else 0)
    region = draw(st.sampled_from(sorted(PROVINCES))) + draw(two_digits) + draw(two_digits)
    serial = draw(st.integers(1, 9999))
    return f"{region}{day:02d}{born:%m%y}{serial:04d}", born, sex


@given(niks())
def test_a_well_formed_nik_tells_birth_date_and_sex(made: tuple[str, dt.date, str]) -> None:
    digits, born, sex = made
    nik = check_nik(digits, TODAY)
    assert isinstance(nik, NikOk)
    assert nik.digits == digits
    assert born in nik.birth_dates
    assert nik.sex == sex
    assert list(nik.birth_dates) == sorted(nik.birth_dates)
    assert all(day <= TODAY for day in nik.birth_dates)
    assert compare_nik(nik, birth_date=born, sex=nik.sex) == ()


def test_the_provinces_are_those_of_2025() -> None:
    ranges = "11-19 21-21 31-36 51-53 61-65 71-76 81-82 91-96"
    expected = {
        str(code)
        for first, last in (pair.split("-") for pair in ranges.split())
        for code in range(int(first), int(last) + 1)
    }
    assert expected == PROVINCES
    assert len(PROVINCES) == 38
    for code in range(100):
        refused = check_nik(f"{code:02d}05104101850001", TODAY)
        known = f"{code:02d}" in PROVINCES | LEGACY_PROVINCES
        assert isinstance(refused, NikOk) == known


@given(niks(), st.text(alphabet=" .-\u00a0", max_size=4))
def test_separators_do_not_matter(made: tuple[str, dt.date, str], separator: str) -> None:
    digits = made[0]
    assert check_nik(separator.join(digits), TODAY) == check_nik(digits, TODAY)


@given(niks(), st.integers(0, 15))
def test_too_few_or_too_many_digits_are_counted(
    made: tuple[str, dt.date, str], length: int
) -> None:
    digits = made[0]
    assert check_nik(digits[:length], TODAY) == NikRefused(NikRefusal.LENGTH, length)
    assert check_nik(f"{digits}7", TODAY) == NikRefused(NikRefusal.LENGTH, 17)


@given(st.text(max_size=40))
def test_any_text_gives_an_answer_that_holds_its_promises(text: str) -> None:
    result = check_nik(text, TODAY)
    if isinstance(result, NikOk):
        assert len(result.digits) == 16
        assert result.digits.isascii()
        assert result.digits.isdigit()
        assert result.birth_dates


@pytest.mark.parametrize(
    ("digits", "reason"),
    [
        ("35051041018500a1", NikRefusal.NOT_DIGITS),
        (
            "350510410185000\u0661",
            NikRefusal.NOT_DIGITS,
        ),
        ("", NikRefusal.LENGTH),
        ("0350510200100001", NikRefusal.TEMPORARY),
        ("2005104101850001", NikRefusal.PROVINCE),
        ("9905104101850001", NikRefusal.PROVINCE),
        ("3500104101850001", NikRefusal.REGENCY),
        ("3505004101850001", NikRefusal.DISTRICT),
        ("3505100001850001", NikRefusal.DATE),
        ("3505103201850001", NikRefusal.DATE),
        ("3505104001850001", NikRefusal.DATE),
        ("3505107201850001", NikRefusal.DATE),
        ("3505103104850001", NikRefusal.DATE),
        ("3505100100850001", NikRefusal.DATE),
        ("3505100113850001", NikRefusal.DATE),
        ("3505102902850001", NikRefusal.DATE),
        ("3505104101850000", NikRefusal.SERIAL),
    ],
)
def test_every_wrong_kind_has_its_reason(digits: str, reason: NikRefusal) -> None:
    assert check_nik(digits, TODAY) == NikRefused(reason, len(digits))


def test_two_digits_of_a_year_leave_the_candidates_that_are_not_in_the_future() -> None:
    def born(digits: str) -> tuple[dt.date, ...]:
        nik = check_nik(digits, TODAY)
        assert isinstance(nik, NikOk)
        return nik.birth_dates

    assert born("3505102411260001") == (dt.date(1926, 11, 24), dt.date(2026, 11, 24))
    assert born("3505102511260001") == (dt.date(1926, 11, 25),)
    assert born("3505106902000001") == (dt.date(2000, 2, 29),), "1900 had no 29 February"
    assert born("3505101708450001") == (dt.date(1945, 8, 17),)


@given(niks())
def test_other_regencies_and_old_provinces_are_not_refused(
    made: tuple[str, dt.date, str],
) -> None:
    legacy = min(LEGACY_PROVINCES)
    nik = check_nik(legacy + made[0][2:], TODAY)
    assert isinstance(nik, NikOk)
    assert nik.warnings == (NikWarning.LEGACY_PROVINCE,)


@given(niks(), birth_dates)
def test_differences_from_the_card_only_warn(
    made: tuple[str, dt.date, str], other: dt.date
) -> None:
    nik = check_nik(made[0], TODAY)
    assert isinstance(nik, NikOk)
    assume(other not in nik.birth_dates)
    other_sex = "male" if nik.sex == "female" else "female"
    assert compare_nik(nik, birth_date=other, sex=other_sex) == (
        NikWarning.BIRTH_DATE_DIFFERS,
        NikWarning.SEX_DIFFERS,
    )


@given(niks())
def test_no_repr_and_no_mask_tells_the_number(made: tuple[str, dt.date, str]) -> None:
    digits, born, _ = made
    nik = check_nik(digits, TODAY)
    assert str(born.year) not in repr(nik)
    assert digits[6:14] not in repr(nik)
    assert digits not in repr([nik])
    masked = mask_nik(digits)
    assert (masked[:6], masked[6:14], masked[14:]) == (digits[:6], "••••••••", digits[-2:])


@given(st.text(max_size=30).filter(lambda text: len(text) != 16))
def test_what_is_no_nik_is_masked_altogether(text: str) -> None:
    assert mask_nik(text) == "•" * len(text)


def test_leap_days_follow_the_calendar() -> None:
    for year in range(100):
        possible = [y for y in (1900 + year, 2000 + year) if calendar.isleap(y) and y <= 2026]
        result = check_nik(f"3505102902{year:02d}0001", TODAY)
        if possible:
            assert isinstance(result, NikOk)
            assert [day.year for day in result.birth_dates] == possible
        else:
            assert result == NikRefused(NikRefusal.DATE, 16)
