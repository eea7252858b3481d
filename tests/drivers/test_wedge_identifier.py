from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.card_reader.typed_identifier import TypedAs, typed_identifier
from anjungan.simulation.wedge import written

TYPES: tuple[TypedAs, ...] = ("hex", "decimal-be", "decimal-le")


@pytest.mark.parametrize(
    ("line", "types", "identifier"),
    [
        ("0857870596", "decimal-le", "04112233"),  # both from one real card
        ("0068231731", "decimal-be", "04112233"),
        ("04112233", "hex", "04112233"),
        ("04a1B2C3d4e5f6", "hex", "04a1b2c3d4e5f6"),
        ("0100863F4E", "hex", "0100863f4e"),
        ("0102030405060708090A", "hex", "0102030405060708090a"),
        ("857870596", "decimal-le", "04112233"),  # a reader that does not pad
        ("68231731", "decimal-be", "04112233"),
        ("4294967295", "decimal-be", "ffffffff"),
        ("0000000000", "decimal-be", "00000000"),
        ("1303689068602870", "decimal-be", "04a1b2c3d4e5f6"),
        ("01303689068602870", "decimal-be", "04a1b2c3d4e5f6"),
        ("72057594037927935", "decimal-le", "ffffffffffffff"),
        ("00000000000000001", "decimal-le", "01000000000000"),
    ],
)
def test_what_readers_type(line: str, types: TypedAs, identifier: str) -> None:
    found = typed_identifier(line, types)
    assert found is not None
    assert found.hex() == identifier


@pytest.mark.parametrize(
    ("line", "types"),
    [
        ("4294967296", "decimal-le"),  # more than four bytes
        ("9999999999", "decimal-be"),
        ("72057594037927936", "decimal-be"),  # more than seven
        ("012345678901234567", "decimal-be"),  # too many digits
        ("1234", "decimal-le"),
        ("", "decimal-le"),
        ("", "hex"),
        ("0411223", "hex"),
        ("041122334", "hex"),
        ("041122334455", "hex"),  # six bytes: no identifier has so many
        ("0411223G", "hex"),
        ("04 11 22 33 ", "hex"),
        (" 04112233     ", "hex"),
        ("08578A0596", "decimal-le"),
        ("-857870596", "decimal-le"),
        ("+857870596", "decimal-be"),
        ("0_857_8705", "decimal-be"),
        ("٠٨٥٧٨٧٠٥٩٦", "decimal-le"),
        ("²²²²²²²²²²", "decimal-le"),
        ("\uff10\uff18\uff15\uff17\uff18\uff17\uff10\uff15", "hex"),
    ],
)
def test_what_is_no_identifier(line: str, types: TypedAs) -> None:
    assert typed_identifier(line, types) is None


@settings(max_examples=100)
@given(st.sampled_from([4, 7]).flatmap(lambda size: st.binary(min_size=size, max_size=size)))
def test_every_identifier_survives_being_typed(identifier: bytes) -> None:
    for types in TYPES:
        assert typed_identifier(written(identifier, types), types) == identifier


@settings(max_examples=100)
@given(st.binary(min_size=4, max_size=4), st.sampled_from(["decimal-be", "decimal-le"]))
def test_leading_zeros_do_not_matter(
    identifier: bytes, types: Literal["decimal-be", "decimal-le"]
) -> None:
    bare = written(identifier, types).lstrip("0")
    expected = identifier if len(bare) >= 5 else None
    assert typed_identifier(bare, types) == expected


@settings(max_examples=200)
@given(st.text(max_size=30), st.sampled_from(TYPES))
def test_any_line_is_survived(line: str, types: TypedAs) -> None:
    found = typed_identifier(line, types)
    assert found is None or len(found) in {4, 5, 7, 10}
