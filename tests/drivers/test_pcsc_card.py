import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.card_reader.card import CardTechnology
from anjungan.appliance.drivers.card_reader.pcsc_card import (
    GET_ATS,
    GET_UID,
    Unsure,
    is_type_a,
    technology_of,
    uid_of,
)
from anjungan.simulation.pcsc import atr_of
from anjungan.simulation.pn532.card import SimulatedCard, parse_card_spec

A, B = CardTechnology.ISO14443A, CardTechnology.ISO14443B
# ATRs that readers show for real cards
MIFARE_1K = "3B8F8001804F0CA000000306030001000000006A"
ULTRALIGHT = "3B8F8001804F0CA0000003060300030000000068"
DESFIRE = "3B8180018080"
SRI512 = "3B8F8001804F0CA000000306070007000000006C"
TYPE_B = "3B8880010000000033817100" + "4A"
ICODE_15693 = "3B8F8001804F0CA0000003060A001C000000007E"
CONTACT_CARD = "3B9F958131FE9F006646053311CC"


def test_the_commands() -> None:
    assert GET_UID.hex() == "ffca000000"
    assert GET_ATS.hex() == "ffca010000"


@pytest.mark.parametrize(
    ("atr", "uid", "technology"),
    [
        (MIFARE_1K, "01020304", A),
        (ULTRALIGHT, "04a1b2c3d4e5f6", A),
        (DESFIRE, "04a1b2c3d4e5f6", A),
        ("3B80800101", "08aabbcc", A),  # a telephone
        (SRI512, "d0020304", B),
        (TYPE_B, "11223344", Unsure.A_OR_B),
        (TYPE_B, "04a1b2c3d4e5f6", A),  # a PUPI has four bytes
        (ICODE_15693, "e0040100", Unsure.NOT_CONTACTLESS),
        (CONTACT_CARD, "01020304", Unsure.NOT_CONTACTLESS),
        ("", "01020304", Unsure.NOT_CONTACTLESS),
        (MIFARE_1K[:-2], "01020304", Unsure.NOT_CONTACTLESS),
        ("3B888001804F0CA0000003060A", "01020304", Unsure.NOT_CONTACTLESS),  # no standard named
    ],
)
def test_what_the_atr_tells(atr: str, uid: str, technology: object) -> None:
    assert technology_of(bytes.fromhex(atr), bytes.fromhex(uid)) == technology


@pytest.mark.parametrize(
    ("answer", "uid"),
    [
        ("010203049000", "01020304"),
        ("04a1b2c3d4e5f69000", "04a1b2c3d4e5f6"),
        ("0102030405060708090a9000", "0102030405060708090a"),
        ("6300", None),
        ("010203046300", None),
        ("9000", None),
        ("01020304059000", None),
        ("", None),
        ("90", None),
    ],
)
def test_the_identifier_in_an_answer(answer: str, uid: str | None) -> None:
    found = uid_of(bytes.fromhex(answer))
    assert (found and found.hex()) == uid


@pytest.mark.parametrize(
    ("answer", "is_a"),
    [
        ("0D75778102" + "0102030405060708" + "9000", True),
        ("0102030405060708" + "9000", True),
        ("0D75778102" + "0102030405060709" + "9000", False),
        ("6A81", False),
        ("0102030405060708" + "6300", False),
        ("9000", False),
        ("", False),
    ],
)
def test_only_type_a_has_an_ats(answer: str, is_a: bool) -> None:
    atr = bytes.fromhex("3B888001" + "0102030405060708" + "01")
    assert is_type_a(atr, bytes.fromhex(answer)) == is_a


def test_a_card_without_historical_bytes_shows_nothing() -> None:
    assert not is_type_a(bytes.fromhex("3B80800101"), bytes.fromhex("9000"))
    assert not is_type_a(b"", bytes.fromhex("019000"))


@pytest.mark.parametrize(
    ("spec", "atr"),
    [("a:01020304", MIFARE_1K), ("a:04a1b2c3d4e5f6,ats=7577810280", DESFIRE)],
)
def test_the_simulated_atrs_are_the_real_ones(spec: str, atr: str) -> None:
    card = SimulatedCard(parse_card_spec(spec), random.Random(1))  # noqa: S311 - no secret
    assert atr_of(card).hex().upper() == atr


def test_the_simulated_atr_of_type_b() -> None:
    card = SimulatedCard(parse_card_spec("b:11223344"), random.Random(1))  # noqa: S311 - no secret
    atr = atr_of(card)
    assert atr[:4].hex() == "3b888001"
    assert technology_of(atr, card.identifier) is Unsure.A_OR_B


@settings(max_examples=200)
@given(st.binary(max_size=40), st.binary(max_size=40))
def test_any_answers_are_survived(atr: bytes, answer: bytes) -> None:
    uid = uid_of(answer)
    if uid is not None:
        assert len(uid) in {4, 7, 10}
        technology_of(atr, uid)
    is_type_a(atr, answer)
