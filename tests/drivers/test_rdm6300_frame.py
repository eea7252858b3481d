import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.card_reader.card import CardTechnology, Target
from anjungan.appliance.drivers.card_reader.em4100_frame import (
    Em4100Parser,
    checksum_of,
    encode_frame,
)

# published frames of real tags, their checksums worked out by hand
PUBLISHED = [
    ("02 31303030383646343434 3236 03", "100086f444"),
    ("02 30313030363345394145 3235 03", "010063e9ae"),
]
FRAME = bytes.fromhex(PUBLISHED[0][0])
identifiers = st.binary(min_size=5, max_size=5)


def read(data: bytes) -> list[str]:
    return [target.identifier.hex() for target in Em4100Parser().feed(data)]


@pytest.mark.parametrize(("frame", "identifier"), PUBLISHED)
def test_published_frames(frame: str, identifier: str) -> None:
    tag = Target(CardTechnology.EM4100, bytes.fromhex(identifier))
    assert Em4100Parser().feed(bytes.fromhex(frame)) == [tag]
    assert encode_frame(bytes.fromhex(identifier)) == bytes.fromhex(frame)
    assert int(f"0x{identifier[2:]}", 0) in {8844356, 6547886}  # the numbers printed on those tags


def test_carriage_return_and_line_feed_before_the_end_as_an_id12_sends_them() -> None:
    assert encode_frame(bytes.fromhex("100086f444"), cr_lf=True) == FRAME[:-1] + b"\r\n\x03"
    assert read(FRAME[:-1] + b"\r\n\x03" + FRAME[:-1] + b"\r\n\x03") == ["100086f444"] * 2


@pytest.mark.parametrize(
    ("data", "bad_frames"),
    [
        (FRAME[:11] + b"27\x03", 1),  # checksum
        (b"\x02000086F44426\x03", 1),  # a digit changed
        (b"\x02\x03", 1),
        (FRAME[:-2] + b"\x03", 1),  # a digit missing
        (FRAME[:-1] + b"\r\x03", 1),  # half a line end
        (FRAME[:-1] + b"\n\r\x03", 1),
        (FRAME[:-1] + b"00\x03", 1),  # two digits too many
        (FRAME[:-1] + b"000\x03", 1),  # too long, and the rest of it is noise
        (FRAME[:5] + b"g" + FRAME[6:], 1),
        (FRAME[:5] + b"\xff" + FRAME[6:], 1),
        (FRAME[1:], 0),  # no beginning: never a frame
        (FRAME[:-1], 0),  # not ended yet
        (FRAME[:6] + FRAME[:6], 1),
    ],
)
def test_what_does_not_check_is_no_tag(data: bytes, bad_frames: int) -> None:
    parser = Em4100Parser()
    assert parser.feed(data) == []
    assert parser.bad_frames == bad_frames
    parser.reset()
    assert parser.feed(FRAME)[0].identifier.hex() == "100086f444"


def test_what_is_too_long_is_given_up_before_it_ends() -> None:
    parser = Em4100Parser()
    assert parser.feed(b"\x02" + b"0" * 15) == []
    assert parser.bad_frames == 1
    assert parser.feed(b"0" * 1000 + b"\x03") == []
    assert parser.bad_frames == 1


def test_small_letters_are_read_too() -> None:
    assert read(FRAME.lower()) == ["100086f444"]


def test_a_frame_cut_by_the_next_one_is_lost_alone() -> None:
    assert read(FRAME[:7] + FRAME) == ["100086f444"]


def test_the_checksum_of_a_wrong_length_is_the_callers_bug() -> None:
    with pytest.raises(ValueError, match="five bytes"):
        encode_frame(b"1234")


@settings(max_examples=100)
@given(
    st.lists(st.tuples(identifiers, st.booleans()), max_size=4),
    st.binary(max_size=9).filter(lambda noise: 2 not in noise),
    st.integers(1, 7),
)
def test_frames_among_noise_in_pieces_of_any_size(
    tags: list[tuple[bytes, bool]], noise: bytes, piece: int
) -> None:
    stream = noise + b"".join(encode_frame(i, cr_lf=cr_lf) + noise for i, cr_lf in tags)
    parser = Em4100Parser()
    found = [
        target.identifier
        for start in range(0, len(stream), piece)
        for target in parser.feed(stream[start : start + piece])
    ]
    assert found == [identifier for identifier, _ in tags]
    assert parser.bad_frames == 0


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_survived_and_what_is_read_had_its_checksum(data: bytes) -> None:
    for target in Em4100Parser().feed(data):
        digits = f"{target.identifier.hex()}{checksum_of(target.identifier):02x}".encode()
        assert digits in data.lower()


@settings(max_examples=100)
@given(identifiers, st.integers(0, 12), st.integers(0, 7))
def test_one_flipped_bit_never_gives_another_tag(
    identifier: bytes, position: int, bit: int
) -> None:
    frame = bytearray(encode_frame(identifier))
    frame[position] ^= 1 << bit
    found = Em4100Parser().feed(bytes(frame))
    # the bit that tells capital letters from small ones changes no number
    assert [each.identifier for each in found] in ([], [identifier])
