"""The fuzzer itself: it passes what is right, and every oracle notices a parser that is wrong."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.card_reader import em4100_frame, pn532_frame, typed_keys
from anjungan.appliance.drivers.card_reader.card import CardTechnology, Target
from anjungan.appliance.drivers.printer.replies import Noise, ReplyStream
from anjungan.appliance.drivers.scanner import scan
from bench.fuzz import million, pcsc, pn532
from bench.fuzz.mutate import Mutator
from bench.fuzz.protocol import FindingError, Fuzzed, seeds_of
from bench.fuzz.protocols import ALL, PROTOCOLS

FEW = 3000
each_protocol = pytest.mark.parametrize("protocol", ALL, ids=lambda protocol: protocol.name)

Plant = Callable[[pytest.MonkeyPatch], None]


@each_protocol
def test_frames_as_devices_send_them_are_taken(protocol: Fuzzed) -> None:
    taken = [protocol.check(seed.data) for seed in seeds_of(protocol.name)]
    assert sum(count > 0 for count in taken) > len(taken) / 3


@each_protocol
def test_nothing_is_found_in_a_few_mutations(protocol: Fuzzed) -> None:
    outcome = million.run(protocol, FEW, seed=7)
    assert outcome.frames == FEW
    assert outcome.taken > 0
    assert outcome.findings == ()


@each_protocol
@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_taken_without_complaint(protocol: Fuzzed, data: bytes) -> None:
    protocol.check(data)


@each_protocol
@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200), random=st.randoms(use_true_random=False))
def test_mended_bytes_are_taken_without_complaint(
    protocol: Fuzzed, data: bytes, random: Any
) -> None:
    protocol.check(protocol.mend(data, random))


def test_the_same_seed_gives_the_same_mutations() -> None:
    seeds = [seed.data for seed in seeds_of("pn532")]
    first, second = (Mutator(seeds, Random("1")) for _ in range(2))  # noqa: S311 - it shall repeat
    assert [first.next() for _ in range(100)] == [second.next() for _ in range(100)]


@pytest.mark.parametrize(
    ("spec", "card"),
    [
        ("0000ff0cf4d54b010100040804a1b2c3d4e400", (CardTechnology.ISO14443A, "a1b2c3d4")),
        (
            "0000ff12eed54b010150112233440000000000717101000100",
            (CardTechnology.ISO14443B, "11223344"),
        ),
        ("0000ff12eed54b010150112233440000000000717101000200", None),
    ],
)
def test_the_oracle_of_the_pn532_reads_the_manuals_frames(
    spec: str, card: tuple[CardTechnology, str] | None
) -> None:
    said = {(technology, card.hex()) for technology, card in pn532.cards_in(bytes.fromhex(spec))}
    assert said == (set() if card is None else {card})


def _no_checksum_of_the_body(patch: pytest.MonkeyPatch) -> None:
    parse = pn532_frame._parse_body

    def careless(data: bytes, start: int, length: int) -> Any:
        end = start + length
        right = -sum(data[start:end]) & 0xFF
        return parse(data[:end] + bytes((right,)) + data[end + 1 :], start, length)

    patch.setattr(pn532_frame, "_parse_body", careless)


def _length_zero(patch: pytest.MonkeyPatch) -> None:
    def careless(*_: object) -> None:
        raise IndexError

    patch.setattr(pn532_frame, "_parse_body", careless)


def _a_refusal_is_an_identifier(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pcsc, "uid_of", lambda answer: answer[:-2] if len(answer) == 6 else None)


def _a_cut_atr_is_enough(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pcsc, "technology_of", lambda *_: CardTechnology.ISO14443A)


def _no_checksum_of_the_tag(patch: pytest.MonkeyPatch) -> None:
    def careless(body: bytes) -> Target | None:
        digits = body.removesuffix(b"\r\n")
        if len(digits) != 12 or not all(byte in b"0123456789ABCDEFabcdef" for byte in digits):
            return None
        return Target(CardTechnology.EM4100, bytes.fromhex(digits.decode())[:5])

    patch.setattr(em4100_frame, "_read", careless)


def _other_keys_are_passed_over(patch: pytest.MonkeyPatch) -> None:
    end = typed_keys.TypedKeys._end

    def careless(self: Any) -> str | None:
        self._spoilt = False
        return end(self)

    patch.setattr(typed_keys.TypedKeys, "_end", careless)


def _steering_characters_are_taken(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scan, "_REFUSED_CATEGORIES", frozenset())


def _a_code_is_cut(patch: pytest.MonkeyPatch) -> None:
    read = scan.read_code
    patch.setattr(scan, "read_code", lambda code: read(code[1:]))


def _codes_grow_without_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scan, "MAX_CODE_BYTES", 10**9)


def _a_byte_is_lost(patch: pytest.MonkeyPatch) -> None:
    feed = ReplyStream.feed
    patch.setattr(ReplyStream, "feed", lambda self, data: feed(self, data.replace(b"\x37", b"")))


def _a_byte_is_invented(patch: pytest.MonkeyPatch) -> None:
    feed = ReplyStream.feed
    patch.setattr(ReplyStream, "feed", lambda self, data: (*feed(self, data), Noise(0)))


@pytest.mark.parametrize(
    ("name", "plant"),
    [
        ("pn532", _no_checksum_of_the_body),
        ("pn532", _length_zero),
        ("pcsc", _a_refusal_is_an_identifier),
        ("pcsc", _a_cut_atr_is_enough),
        ("rdm6300", _no_checksum_of_the_tag),
        ("wedge", _other_keys_are_passed_over),
        ("scanner", _steering_characters_are_taken),
        ("scanner", _a_code_is_cut),
        ("scanner", _codes_grow_without_end),
        ("printer", _a_byte_is_lost),
        ("printer", _a_byte_is_invented),
    ],
)
def test_a_planted_mistake_is_found(
    name: str, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    outcome = million.run(PROTOCOLS[name], FEW)
    assert outcome.findings


def test_a_finding_names_the_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    _steering_characters_are_taken(monkeypatch)
    finding = million.run(PROTOCOLS["scanner"], FEW).findings[0]
    with pytest.raises(FindingError):
        PROTOCOLS["scanner"].check(finding.frame)


def test_every_protocol_has_its_seeds() -> None:
    files = {file.stem for file in Path(million.__file__).with_name("seeds").glob("*.hex")}
    assert files == set(PROTOCOLS)
