"""Frames: whatever the pieces, the same payloads come out; a huge one ends the connection."""

import itertools
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.ipc.framing import HEADER_BYTES, FrameError, FrameParser, frame
from anjungan.appliance.ipc.messages import MAX_FRAME_BYTES

payload_lists = st.lists(st.binary(max_size=300), max_size=8)


def pieces_of(stream: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    return [stream[a:b] for a, b in itertools.pairwise(edges)]


@settings(max_examples=60)
@given(payloads=payload_lists, cuts=st.lists(st.integers(min_value=0), max_size=12))
def test_payloads_survive_any_cutting(payloads: list[bytes], cuts: list[int]) -> None:
    parser = FrameParser()
    stream = b"".join(map(frame, payloads))
    parsed = [each for piece in pieces_of(stream, cuts) for each in parser.feed(piece)]
    assert parsed == payloads


@settings(max_examples=60)
@given(noise=st.binary(max_size=400))
def test_noise_gives_frames_or_is_refused_and_nothing_else(noise: bytes) -> None:
    parser = FrameParser()
    try:
        parsed = list(parser.feed(noise))
    except FrameError:
        return
    assert sum(HEADER_BYTES + len(each) for each in parsed) <= len(noise)


def test_a_header_alone_gives_nothing() -> None:
    assert list(FrameParser().feed(struct.pack(">I", 5) + b"ab")) == []


def test_an_announced_giant_is_refused_before_it_arrives() -> None:
    with pytest.raises(FrameError):
        list(FrameParser().feed(struct.pack(">I", MAX_FRAME_BYTES + 1)))


def test_the_largest_frame_passes_both_ways() -> None:
    payload = b"x" * MAX_FRAME_BYTES
    assert list(FrameParser().feed(frame(payload))) == [payload]


def test_a_giant_is_not_framed() -> None:
    with pytest.raises(FrameError):
        frame(b"x" * (MAX_FRAME_BYTES + 1))


def test_nothing_typed_stays_in_the_parser() -> None:
    parser = FrameParser()
    list(parser.feed(frame(b"3505014709850147") + b"\0"))
    assert bytes(parser._buffer) == b"\0"
