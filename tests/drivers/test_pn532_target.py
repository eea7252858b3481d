import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.card_reader.card import CardTechnology, Target
from anjungan.appliance.drivers.card_reader.pn532_target import Malformed, parse_targets
from anjungan.simulation.pn532.card import CardSpec, SimulatedCard

A, B = CardTechnology.ISO14443A, CardTechnology.ISO14443B
technologies = st.sampled_from([A, B])
MIFARE_1K = "01 0004 08 04 01020304"
NTAG_AS_SECOND = "02 0044 00 07 04000000000001"
E_KTP_A = "01 0344 20 07 04a1b2c3d4e5f6"
E_KTP_B = "01 50 11223344 00000000 007171 01 00"


def parse(technology: CardTechnology, literal: str) -> object:
    return parse_targets(technology, bytes.fromhex(literal))


def a(identifier: str) -> Target:
    return Target(A, bytes.fromhex(identifier))


@pytest.mark.parametrize(
    ("technology", "reply", "targets"),
    [
        (A, "4b 00", ()),
        (B, "4b 00", ()),
        (A, "4b 01" + MIFARE_1K, (a("01020304"),)),
        (A, "4b 01" + E_KTP_A, (a("04a1b2c3d4e5f6"),)),
        (A, "4b 01 01 0084 20 0a 01020304050607080910", (a("01020304050607080910"),)),
        (A, "4b 02" + MIFARE_1K + NTAG_AS_SECOND, (a("01020304"), a("04000000000001"))),
        (B, "4b 01" + E_KTP_B, (Target(B, bytes.fromhex("11223344")),)),
        (B, "4b 01 01 50 11223344 00000000 007171 00", (Target(B, bytes.fromhex("11223344")),)),
    ],
)  # fmt: skip
def test_golden_target_lists(technology: CardTechnology, reply: str, targets: object) -> None:
    assert parse(technology, reply) == targets


@pytest.mark.parametrize(
    ("technology", "reply"),
    [
        (A, ""),
        (A, "4b"),
        (A, "4a 00"),
        (A, "4b 00 00"),
        (A, "4b 03" + MIFARE_1K),
        (A, "4b 01"),
        (A, "4b 02" + MIFARE_1K),
        (A, "4b 01 02 0004 08 04 01020304"),  # the first target must be number 1
        (A, "4b 01 01 0004 08 05 0102030405"),  # no such UID length
        (A, "4b 01 01 0004 08 07 01020304"),
        (A, "4b 01" + E_KTP_A + "06 7577810280"),  # an ATS, though RATS is off
        (A, "4b 01" + E_KTP_B),
        (B, "4b 01" + MIFARE_1K),
        (B, "4b 01 01 51 11223344 00000000 007171 01 00"),
        (B, "4b 01 01 50 11223344 00000000 007171 02 00"),
    ],
)
def test_what_is_not_exactly_a_target_list_is_no_card(
    technology: CardTechnology, reply: str
) -> None:
    assert isinstance(parse(technology, reply), Malformed)


def test_identifiers_are_not_shown() -> None:
    assert "04a1" not in repr(a("04a1b2c3")).replace(" ", "")


@settings(max_examples=300)
@given(technologies, st.binary(max_size=80))
def test_any_reply_is_survived(technology: CardTechnology, reply: bytes) -> None:
    parsed = parse_targets(technology, b"\x4b" + reply)
    if not isinstance(parsed, Malformed):
        assert len(parsed) == reply[0] <= 2
        assert all(target.technology is technology for target in parsed)


@settings(max_examples=300)
@given(
    technologies.flatmap(
        lambda technology: st.tuples(
            st.just(technology),
            st.lists(
                st.sampled_from([4, 7, 10] if technology is A else [4]).flatmap(
                    lambda length: st.binary(min_size=length, max_size=length)
                ),
                max_size=2,
            ),
        )
    ),
    st.data(),
)
def test_lists_as_the_chip_builds_them_and_no_prefix_of_them(
    cards: tuple[CardTechnology, list[bytes]], data: st.DataObject
) -> None:
    technology, identifiers = cards
    reply = bytes((0x4B, len(identifiers)))
    for number, identifier in enumerate(identifiers, start=1):
        card = SimulatedCard(CardSpec(technology, identifier), data.draw(st.randoms()))
        reply += card.target_data(number, with_ats=False)
    assert parse_targets(technology, reply) == tuple(Target(technology, i) for i in identifiers)
    cut = data.draw(st.integers(0, len(reply) - 1))
    assert isinstance(parse_targets(technology, reply[:cut]), Malformed)
