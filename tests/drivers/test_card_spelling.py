import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.card_reader.card import Card, CardTechnology, Linkable
from anjungan.appliance.drivers.card_reader.spelling import (
    Ambiguous,
    Enrolled,
    NotEnrolled,
    Spelling,
    find_enrolment,
    spellings_of,
)
from anjungan.appliance.drivers.card_reader.typed_identifier import typed_identifier

A, EM, TYPED = CardTechnology.ISO14443A, CardTechnology.EM4100, CardTechnology.TYPED
HEX, LITTLE, BIG = Spelling.HEX, Spelling.DECIMAL_LITTLE_ENDIAN, Spelling.DECIMAL_BIG_ENDIAN


def card(identifier: str, technology: CardTechnology = A) -> Card:
    return Card(technology, bytes.fromhex(identifier), Linkable())


@pytest.mark.parametrize("technology", [A, CardTechnology.ISO14443B, TYPED])
def test_the_three_spellings_of_four_bytes(technology: CardTechnology) -> None:
    assert spellings_of(card("04112233", technology)) == {
        HEX: "04112233",
        LITTLE: "0857870596",
        BIG: "0068231731",
    }


def test_seven_bytes() -> None:
    assert spellings_of(card("04a1b2c3d4e5f6")) == {
        HEX: "04A1B2C3D4E5F6",
        LITTLE: "69495546249912580",
        BIG: "1303689068602870",
    }


def test_a_125_khz_tag_has_its_printed_number_too() -> None:
    assert spellings_of(card("100086f444", EM))[Spelling.PRINTED] == "0008844356"
    assert spellings_of(card("010063e9ae", EM))[Spelling.PRINTED] == "0006547886"
    assert spellings_of(card("100086f444", EM))[HEX] == "100086F444"


@pytest.mark.parametrize(
    ("entry", "spelling"),
    [
        ("0857870596", LITTLE),
        ("857870596", LITTLE),  # the zero was lost in a spreadsheet
        ("0068231731", BIG),
        ("68231731", BIG),
        ("04112233", HEX),
        ("4112233", HEX),
        (" 04:11:22:33 ", HEX),
        ("04 11 22 33", HEX),
    ],
)
def test_an_enrolment_is_found_in_whatever_way_it_was_written(
    entry: str, spelling: Spelling
) -> None:
    others = ["", "0000000001", "33221104", "abc", "0857870597"]
    assert find_enrolment(card("04112233"), [*others, entry]) == Enrolled(entry, spelling)


def test_a_reader_in_the_other_byte_order_finds_the_same_enrolment() -> None:
    """The complaint of OpenSID#10077: enrolled with one reader, scanned with another."""
    typed = (
        typed_identifier("0857870596", "decimal-le"),
        typed_identifier("0068231731", "decimal-be"),
    )
    for identifier in typed:
        assert identifier is not None
        again = Card(TYPED, identifier, Linkable())
        assert find_enrolment(again, ["0857870596"]) == Enrolled("0857870596", LITTLE)


def test_no_enrolment() -> None:
    assert find_enrolment(card("04112233"), []) == NotEnrolled()
    assert find_enrolment(card("04112233"), ["33221104", "1234567890"]) == NotEnrolled()
    assert find_enrolment(card("00000000"), ["", "  ", "0000000000"]) == NotEnrolled()


def test_two_entries_that_both_fit_are_ambiguous() -> None:
    entries = ["0857870596", "0068231731"]
    assert find_enrolment(card("04112233"), entries) == Ambiguous(tuple(entries))


def test_two_people_with_one_card_are_ambiguous() -> None:
    entries = ["0857870596", "857870596"]
    assert find_enrolment(card("04112233"), entries) == Ambiguous(tuple(entries))


def test_nothing_of_an_entry_is_shown() -> None:
    for value in (Enrolled("0857870596", LITTLE), Ambiguous(("0857870596", "0068231731"))):
        assert "0857870596" not in repr(value)
        assert "withheld" in repr(value)


identifiers = st.sampled_from([4, 5, 7, 10]).flatmap(lambda n: st.binary(min_size=n, max_size=n))


@settings(max_examples=150)
@given(identifiers, st.sampled_from(list(CardTechnology)))
def test_every_spelling_finds_its_card(identifier: bytes, technology: CardTechnology) -> None:
    some = Card(technology, identifier, Linkable())
    for text in spellings_of(some).values():
        found = find_enrolment(some, ["nothing", text.lower()])
        if any(identifier):
            assert isinstance(found, Enrolled)
            assert found.entry == text.lower()
        else:
            assert found == NotEnrolled()


@settings(max_examples=150)
@given(identifiers, st.lists(st.text(max_size=20), max_size=5))
def test_any_entries_are_survived(identifier: bytes, entries: list[str]) -> None:
    found = find_enrolment(Card(A, identifier, Linkable()), entries)
    if isinstance(found, Enrolled):
        assert found.entry in entries
