"""Answers: what is taken is stored one way, and checking it again changes nothing."""

import datetime as dt
import decimal
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anjungan.catalogue import (
    LANGUAGES,
    OTHER_PREFIX,
    Accepted,
    ChoiceQuestion,
    DateQuestion,
    LocalText,
    NikQuestion,
    NikWarning,
    NumberQuestion,
    Option,
    PhoneQuestion,
    Question,
    RefusalReason,
    Refused,
    TextQuestion,
    TimeQuestion,
    check_answer,
    default_answer,
    describe_answer,
    load_catalogue,
    other_label,
    search_options,
)

TODAY = dt.date(2026, 11, 24)
LABEL = {"name": "x", "label": LocalText(id="Apa?"), "short": LocalText(id="Apa")}

TEXT = TextQuestion(**LABEL, max_length=20)
LINES = TextQuestion(**LABEL, max_length=60, multiline=True)
NUMBER = NumberQuestion(**LABEL, min=1, max=120, unit=LocalText(id="bulan", en="months"))
MONEY = NumberQuestion(**LABEL, min=0, max=100_000_000, money=True)
HECTARES = NumberQuestion(**LABEL, min=0, max=1000, decimals=2)
PAST = DateQuestion(**LABEL, earliest="today-120y", latest="today")
TIME = TimeQuestion(**LABEL)
CHOICE = ChoiceQuestion(
    **LABEL,
    options=(
        Option(id="kur", label=LocalText(id="Pinjaman", jv="Ngampil arta", en="Loan")),
        Option(id="sewa", label=LocalText(id="Sewa tempat"), common=True),
    ),
)
OTHER = ChoiceQuestion(**LABEL, options=CHOICE.options, other=True, other_max_length=10)
NIK = NikQuestion(**LABEL)
PHONE = PhoneQuestion(**LABEL)
KINDS: tuple[Question, ...] = (
    TEXT,
    LINES,
    NUMBER,
    MONEY,
    HECTARES,
    PAST,
    TIME,
    CHOICE,
    OTHER,
    NIK,
    PHONE,
)

typed = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.,:-/+ Rp", max_size=20),
    st.dates(dt.date(1890, 1, 1), dt.date(2040, 1, 1)).map(dt.date.isoformat),
    st.sampled_from(["kur", " kur ", "other:", "other:apa saja", "other:  dua  kata ", "7.30"]),
    st.text(max_size=14).map(OTHER_PREFIX.__add__),
)


def check(question: Question, raw: str) -> Accepted | Refused:
    return check_answer(question, raw, today=TODAY)


def value(question: Question, raw: str) -> str:
    result = check(question, raw)
    assert isinstance(result, Accepted), result
    return result.value


def reason(question: Question, raw: str) -> RefusalReason:
    result = check(question, raw)
    assert isinstance(result, Refused)
    return result.reason


@given(st.sampled_from(KINDS), typed, st.sampled_from(LANGUAGES))
def test_a_taken_answer_is_taken_again_unchanged(
    question: Question, raw: str, language: str
) -> None:
    first = check_answer(question, raw, today=TODAY, language=language)
    if isinstance(first, Accepted):
        assert check_answer(question, first.value, today=TODAY, language=language) == first
        assert describe_answer(question, first.value, language)


@given(st.sampled_from(KINDS), typed)
def test_no_answer_is_told_by_a_repr(question: Question, raw: str) -> None:
    result = check(question, raw)
    if isinstance(result, Accepted):
        assert repr(result) == "Accepted(<redacted>)"
    else:
        assert raw.strip() not in result.limit or len(raw.strip()) <= 2


@pytest.mark.parametrize("question", KINDS)
@pytest.mark.parametrize("raw", ["", "  ", "\n\t"])
def test_empty_is_refused_only_where_an_answer_is_needed(question: Question, raw: str) -> None:
    assert reason(question, raw) is RefusalReason.EMPTY
    optional = type(question)(
        **{
            **{f: getattr(question, f) for f in question.__struct_fields__},
            "required": False,
        }
    )
    assert check(optional, raw) == Accepted("", "")


@pytest.mark.parametrize("question", KINDS)
def test_a_flood_is_refused(question: Question) -> None:
    assert reason(question, "9" * 5000) is RefusalReason.TOO_LONG


@given(st.text(max_size=40))
def test_taken_text_is_clean(raw: str) -> None:
    result = check(TEXT, raw)
    if isinstance(result, Accepted):
        text = result.value
        assert unicodedata.is_normalized("NFC", text)
        assert text == " ".join(text.split())
        assert not {unicodedata.category(char) for char in text} & {"Cc", "Cf", "Cs", "Co", "Cn"}
        assert 1 <= len(text) <= 20


def test_text_is_trimmed_composed_and_counted() -> None:
    assert value(TEXT, "  WARUNG   SOTO\u00a0BU TUTIK ") == "WARUNG SOTO BU TUTIK"
    assert value(TEXT, "Cafe\u0301") == "Café"
    assert check(TEXT, "x" * 21) == Refused(RefusalReason.TOO_LONG, "20", 21)


@pytest.mark.parametrize("bad", ["\u202e", "\u200b", "\x07", "\x1b", "\ufeff", "\u2028", "\ue000"])
def test_what_cannot_be_seen_is_refused(bad: str) -> None:
    for question in (TEXT, LINES):
        assert reason(question, f"Soto{bad}Bu") is RefusalReason.FORBIDDEN_CHARACTER
    assert reason(OTHER, f"other:a{bad}b") is RefusalReason.FORBIDDEN_CHARACTER


def test_lines_only_where_they_are_allowed() -> None:
    assert value(LINES, "Dompet  hitam\r\nisi KTP\n") == "Dompet hitam\nisi KTP"
    assert reason(TEXT, "satu\ndua") is RefusalReason.FORBIDDEN_CHARACTER


@given(st.integers(1, 120))
def test_numbers_in_range_are_taken(number: int) -> None:
    assert value(NUMBER, f" {number} ") == str(number)


@given(st.decimals(0, 1000, places=2))
def test_decimals_are_taken_with_a_comma(number: decimal.Decimal) -> None:
    assert decimal.Decimal(value(HECTARES, f"{number}".replace(".", ","))) == number


@given(st.integers(0, 100_000_000))
def test_rupiah_are_read_as_they_are_written(amount: int) -> None:
    written = f"Rp{amount:,}".replace(",", ".")
    result = check(MONEY, written)
    assert result == Accepted(str(amount), written)


def test_numbers_refused() -> None:
    assert check(NUMBER, "0") == Refused(RefusalReason.TOO_SMALL, "1 bulan")
    assert check(NUMBER, "121") == Refused(RefusalReason.TOO_LARGE, "120 bulan")
    assert check(MONEY, "100.000.001") == Refused(RefusalReason.TOO_LARGE, "Rp100.000.000")
    assert check(HECTARES, "0,125") == Refused(RefusalReason.TOO_MANY_DECIMALS, "2")
    assert reason(NUMBER, "2,5") is RefusalReason.TOO_MANY_DECIMALS
    for raw in ("-1", "1e3", "satu", "١٢", "1.2.3", "1,2,3", "0x10", "NaN", "9" * 30):
        assert reason(NUMBER, raw) is RefusalReason.NOT_A_NUMBER, raw


def test_numbers_are_shown_in_the_language() -> None:
    english = check_answer(HECTARES, "0,25", today=TODAY, language="en")
    assert isinstance(english, Accepted)
    assert (english.value, english.shown) == ("0.25", "0.25")
    assert check(HECTARES, "0.25") == Accepted("0.25", "0,25")
    assert check_answer(NUMBER, "3", today=TODAY, language="en") == Accepted("3", "3 months")


@given(st.dates(dt.date(1907, 1, 1), TODAY))
def test_dates_are_taken_however_they_are_written(day: dt.date) -> None:
    for form in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d%m%Y"):
        # strftime does not pad years below 1000; these are above.
        assert value(PAST, day.strftime(form)) == day.isoformat()


def test_dates_refused() -> None:
    assert check(PAST, "2026-11-25") == Refused(RefusalReason.TOO_LATE, "24 November 2026")
    assert check(PAST, "1900-01-01") == Refused(RefusalReason.TOO_EARLY, "24 November 1906")
    for raw in ("29-02-2025", "31/4/2020", "2020-13-01", "kemarin", "1/1/85", "20201"):
        assert reason(PAST, raw) is RefusalReason.NOT_A_DATE, raw


def test_dates_are_shown_in_the_language() -> None:
    shown = {
        language: check_answer(PAST, "2020-12-09", today=TODAY, language=language).shown
        for language in LANGUAGES
    }
    assert shown == {"id": "9 Desember 2020", "jv": "9 Dhesember 2020", "en": "9 December 2020"}


def test_times() -> None:
    for raw in ("7.05", "07:05", "0705"):
        assert check(TIME, raw) == Accepted("07:05", "07.05")
    assert check(TIME, "00.00") == Accepted("00:00", "00.00")
    for raw in ("24.00", "7.60", "7", "pagi", "-1.00", "7.5"):
        assert reason(TIME, raw) is RefusalReason.NOT_A_TIME, raw


def test_choices() -> None:
    assert check(CHOICE, "kur") == Accepted("kur", "Pinjaman")
    assert check_answer(CHOICE, "kur", today=TODAY, language="jv") == Accepted(
        "kur", "Ngampil arta"
    )
    assert reason(CHOICE, "KUR") is RefusalReason.NOT_AN_OPTION
    assert reason(CHOICE, "other:apa") is RefusalReason.NOT_AN_OPTION


def test_own_words() -> None:
    assert check(OTHER, "other: beli  sapi ") == Accepted("other:beli sapi", "beli sapi")
    assert check(OTHER, "other:  ") == Refused(RefusalReason.EMPTY)
    assert check(OTHER, "other:lebih dari sepuluh") == Refused(RefusalReason.TOO_LONG, "10", 18)
    assert describe_answer(OTHER, "other:beli sapi") == "beli sapi"


def test_long_lists_show_the_common_ones_first_and_can_be_searched() -> None:
    assert [option.id for option in OTHER.common_options()] == ["sewa"]
    assert CHOICE.common_options() == (CHOICE.options[1],)
    unmarked = ChoiceQuestion(**LABEL, options=(CHOICE.options[0],))
    assert unmarked.common_options() == unmarked.options
    assert [option.id for option in search_options(CHOICE, "ngamp", "jv")] == ["kur"]
    assert search_options(CHOICE, "ngamp", "id") == ()
    assert [option.id for option in search_options(CHOICE, "TEMP", "en")] == ["sewa"]


def test_the_words_for_own_words() -> None:
    assert other_label(OTHER, "jv") == "Sanesipun"
    labelled = ChoiceQuestion(
        **LABEL, options=CHOICE.options, other=True, other_label=LocalText(id="Keperluan lain")
    )
    assert other_label(labelled, "en") == "Keperluan lain"


def test_niks_are_stored_in_full_and_shown_masked() -> None:
    assert check(NIK, "3505 1041 0185 0001") == Accepted("3505104101850001", "3505 10•• •••• ••01")
    assert check(NIK, "35051041018500") == Refused(RefusalReason.NIK_LENGTH, "16", 14)
    assert reason(NIK, "0350510200100001") is RefusalReason.NIK_TEMPORARY
    legacy = check(NIK, "5405104101850001")
    assert isinstance(legacy, Accepted)
    assert legacy.warnings == (NikWarning.LEGACY_PROVINCE,)
    assert describe_answer(NIK, "3505104101850001") == "3505104101850001"


def test_phones_are_stored_one_way_and_shown_masked() -> None:
    assert check(PHONE, "+62 812-3456-7890") == Accepted("081234567890", "0812 •••• ••90")
    assert check(PHONE, "081") == Refused(RefusalReason.PHONE_LENGTH, "10-13", 3)
    assert reason(PHONE, "0342 801234") is RefusalReason.PHONE_PREFIX
    assert describe_answer(PHONE, "081234567890") == "081234567890"


@pytest.mark.parametrize("question", KINDS)
def test_values_of_another_version_of_the_form_are_shown_as_they_are(question: Question) -> None:
    assert describe_answer(question, "tidak dikenal") == "tidak dikenal"


def test_defaults() -> None:
    assert default_answer(PAST, TODAY) == ""
    today = DateQuestion(**LABEL, default="today")
    assert default_answer(today, TODAY) == "2026-11-24"
    assert default_answer(NumberQuestion(**LABEL, min=0, max=9, default="3"), TODAY) == "3"


def test_every_letter_can_be_answered() -> None:
    raw = {"number": "1", "date": "2026-11-24", "nik": "3505104101850001", "text": "Satu"}
    for service in load_catalogue().services:
        for question in service.questions:
            kind = question.__struct_config__.tag
            given_answer = (
                question.options[0].id if isinstance(question, ChoiceQuestion) else raw[kind]
            )
            assert isinstance(check(question, given_answer), Accepted), (service.id, question.name)
