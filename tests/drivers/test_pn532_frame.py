import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.card_reader.pn532_frame import (
    ACK_BYTES,
    APPLICATION_ERROR_BYTES,
    NACK_BYTES,
    Ack,
    ApplicationError,
    CommandFrame,
    Frame,
    FrameParser,
    Nack,
    ReplyFrame,
    encode_command,
    encode_reply,
)

payloads = st.binary(min_size=1, max_size=264)
# No start code inside, nor half of one at an end, so that what must be found is certain.
plain_payloads = st.lists(st.integers(1, 254), min_size=1, max_size=264).map(bytes)
junk = st.binary(max_size=40).filter(lambda noise: b"\x00\xff" not in noise + b"\x00")


def feed_in_pieces(data: bytes, cuts: list[int]) -> list[Frame]:
    parser = FrameParser()
    frames: list[Frame] = []
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in itertools.pairwise(edges):
        frames += parser.feed(data[start:end])
    return frames


@pytest.mark.parametrize(
    ("frame", "literal"),
    [
        (encode_command(b"\x02"), "0000ff02fed4022a00"),
        (encode_command(b"\x14\x01"), "0000ff03fdd414011700"),
        (encode_command(b"\x14\x01\x00\x00"), "0000ff05fbd4140100001700"),
        (encode_reply(b"\x03\x32\x01\x06\x07"), "0000ff06fad50332010607e800"),
        (encode_reply(b"\x15"), "0000ff02fed5151600"),
    ],
)
def test_golden_frames(frame: bytes, literal: str) -> None:
    assert frame.hex() == literal


def test_an_extended_frame_is_built_as_the_manual_shows() -> None:
    frame = encode_command(b"\x00" + bytes(261))
    assert frame[:8] == b"\x00\x00\xff\xff\xff\x01\x07\xf8"
    assert FrameParser().feed(frame) == [CommandFrame(b"\x00" + bytes(261))]


@pytest.mark.parametrize("length", [0, 265])
def test_a_payload_that_fits_no_frame_is_a_bug(length: int) -> None:
    with pytest.raises(ValueError, match=str(length)):
        encode_command(bytes(length))


@pytest.mark.parametrize(
    ("data", "frames"),
    [
        (ACK_BYTES, [Ack()]),
        (NACK_BYTES, [Nack()]),
        (APPLICATION_ERROR_BYTES, [ApplicationError()]),
        (ACK_BYTES + encode_reply(b"\x15"), [Ack(), ReplyFrame(b"\x15")]),
        (b"\x00\xff\x00\xff" * 2, [Ack(), Ack()]),  # neither preamble nor postamble
        (b"\x00\xff\x33" + ACK_BYTES, [Ack()]),  # a false start code just before
        (b"\x00\xff\x02\xfe" + ACK_BYTES, [Ack()]),  # and one with a length that checks
        (bytes.fromhex("0000ff02fed4022b00"), []),  # data checksum
        (bytes.fromhex("0000ff02fdd4022a00"), []),  # length checksum
        (bytes.fromhex("0000ff01ffd52b00"), []),  # no command code
        (bytes.fromhex("0000ff02feaa025400"), []),  # neither to the chip nor from it
        (bytes.fromhex("0000ffffff010af5") + bytes(300), []),  # longer than the chip can send
        (bytes.fromhex("0000ffffff000000") + bytes(9), []),  # extended and empty
    ],
)
def test_what_is_and_what_is_not_a_frame(data: bytes, frames: list[Frame]) -> None:
    assert FrameParser().feed(data) == frames


def test_an_unfinished_frame_can_be_forgotten() -> None:
    parser = FrameParser()
    assert parser.feed(encode_reply(bytes(20))[:12]) == []
    parser.reset()
    assert parser.feed(ACK_BYTES) == [Ack()]


def test_bad_frames_are_counted() -> None:
    parser = FrameParser()
    parser.feed(bytes.fromhex("0000ff02fed4022b00"))
    assert parser.bad_frames == 1


def test_nothing_a_card_says_is_shown() -> None:
    assert "04a1" not in repr([ReplyFrame(b"\x4b\x04\xa1"), CommandFrame(b"\x40\x04\xa1")])


@settings(max_examples=200)
@given(payloads, st.booleans(), st.lists(st.integers(0, 400), max_size=6))
def test_round_trip_in_any_pieces(payload: bytes, to_chip: bool, cuts: list[int]) -> None:
    data = encode_command(payload) if to_chip else encode_reply(payload)
    expected: Frame = CommandFrame(payload) if to_chip else ReplyFrame(payload)
    assert feed_in_pieces(data, cuts) == [expected]


@settings(max_examples=200)
@given(junk, plain_payloads, junk, plain_payloads, st.lists(st.integers(0, 700), max_size=6))
def test_noise_between_frames_hides_none(
    before: bytes, first: bytes, between: bytes, second: bytes, cuts: list[int]
) -> None:
    data = before + encode_reply(first) + between + encode_reply(second)
    assert feed_in_pieces(data, cuts) == [ReplyFrame(first), ReplyFrame(second)]


@settings(max_examples=400)
@given(plain_payloads, st.integers(0, 271), st.integers(1, 255))
def test_a_changed_byte_never_makes_another_frame(payload: bytes, place: int, change: int) -> None:
    data = bytearray(encode_reply(payload))
    data[place % len(data)] ^= change
    assert [
        frame for frame in FrameParser().feed(bytes(data)) if isinstance(frame, ReplyFrame)
    ] in (
        [],
        [ReplyFrame(payload)],
    )


@settings(max_examples=400)
@given(plain_payloads, st.integers(0, 271), st.binary(min_size=1, max_size=8), st.integers(0, 4))
def test_only_frames_that_stand_in_the_bytes_are_found(
    payload: bytes, place: int, inserted: bytes, lost: int
) -> None:
    data = encode_reply(payload)
    place %= len(data)
    mutated = data[:place] + inserted + data[place + lost :]
    for frame in FrameParser().feed(mutated):
        if isinstance(frame, ReplyFrame):
            without_preamble = encode_reply(frame.payload)[1:-1]
            assert without_preamble in mutated


@settings(max_examples=400)
@given(st.lists(st.binary(max_size=300), max_size=8))
def test_any_bytes_are_survived_and_not_hoarded(pieces: list[bytes]) -> None:
    parser = FrameParser()
    for piece in pieces:
        parser.feed(piece)
    assert len(parser._pending) <= 273
