import pytest
from hypothesis import given
from hypothesis import strategies as st

from anjungan.catalogue import PhoneRefusal, mask_phone, normalise_phone

numbers = st.from_regex(r"08[0-9]{8,11}", fullmatch=True).filter(str.isascii)


@given(numbers)
def test_all_ways_to_write_a_number_mean_the_same(number: str) -> None:
    national = number[1:]
    for written in (
        number,
        f"+62{national}",
        f"+62 {national}",
        f"62{national}",
        f"0062{national}",
        f"+62 (0){national}",
        f"{number[:4]}-{number[4:8]} {number[8:]}",
    ):
        assert normalise_phone(written) == number


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", PhoneRefusal.NOT_DIGITS),
        ("0812abc45678", PhoneRefusal.NOT_DIGITS),
        (
            "081234567\u0669",
            PhoneRefusal.NOT_DIGITS,
        ),
        ("0342801234", PhoneRefusal.PREFIX),
        ("+1 202 555 0100", PhoneRefusal.PREFIX),
        ("8123456789", PhoneRefusal.PREFIX),
        ("081234567", PhoneRefusal.LENGTH),
        ("08123456789012", PhoneRefusal.LENGTH),
    ],
)
def test_every_wrong_kind_has_its_reason(written: str, reason: PhoneRefusal) -> None:
    assert normalise_phone(written) is reason


@given(st.text(alphabet="0123456789+ -().", max_size=20))
def test_what_is_taken_is_a_mobile_number(written: str) -> None:
    result = normalise_phone(written)
    if not isinstance(result, PhoneRefusal):
        assert result.startswith("08")
        assert 10 <= len(result) <= 13
        assert normalise_phone(result) == result


@given(numbers)
def test_masking_hides_the_middle(number: str) -> None:
    masked = mask_phone(number)
    assert len(masked) == len(number)
    assert masked.strip("0123456789") == "•" * (len(number) - 6)
    assert mask_phone(number[:9]) == "•" * 9
