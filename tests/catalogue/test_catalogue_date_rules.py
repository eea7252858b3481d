import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anjungan.catalogue.date_rules import is_rule, resolve_rule

days = st.dates(dt.date(1950, 1, 1), dt.date(2090, 1, 1))


@given(days, st.integers(0, 9999), st.sampled_from("+-"))
def test_days_are_counted(today: dt.date, count: int, sign: str) -> None:
    expected = today + dt.timedelta(days=count if sign == "+" else -count)
    assert resolve_rule(f"today{sign}{count}d", today) == expected


@given(days, st.integers(0, 1200), st.sampled_from("+-"))
def test_months_keep_the_day_or_end_the_month(today: dt.date, count: int, sign: str) -> None:
    moved = resolve_rule(f"today{sign}{count}m", today)
    months = (moved.year - today.year) * 12 + moved.month - today.month
    assert months == (count if sign == "+" else -count)
    assert moved.day == today.day or (moved + dt.timedelta(days=1)).day == 1


@given(days, st.integers(0, 9999), st.sampled_from("+-"), st.sampled_from("dmy"))
def test_no_rule_leaves_the_calendar(today: dt.date, count: int, sign: str, unit: str) -> None:
    rule = f"today{sign}{count}{unit}"
    assert is_rule(rule)
    moved = resolve_rule(rule, today)
    assert moved >= today if sign == "+" else moved <= today


def test_examples() -> None:
    leap_day = dt.date(2024, 2, 29)
    assert resolve_rule("today", leap_day) == leap_day
    assert resolve_rule("today-17y", leap_day) == dt.date(2007, 2, 28)
    assert resolve_rule("today+1m", dt.date(2026, 1, 31)) == dt.date(2026, 2, 28)
    assert resolve_rule("2025-01-31", leap_day) == dt.date(2025, 1, 31)
    assert resolve_rule("today+9999y", leap_day) == dt.date.max
    assert resolve_rule("today-9999y", leap_day) == dt.date.min
    assert resolve_rule("today+9999d", dt.date(9998, 1, 1)) == dt.date.max


@pytest.mark.parametrize("text", ["", "besok", "today+", "today+1w", "today 1d", "2025-02-30"])
def test_other_texts_are_no_rules(text: str) -> None:
    assert not is_rule(text)
    with pytest.raises(ValueError, match=r"."):
        resolve_rule(text, dt.date(2026, 1, 1))
