"""The byte stream from a printer, cut into answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.printer.replies import (
    Automatic,
    BufferCleared,
    Noise,
    ProcessCompleted,
    Queued,
    Realtime,
    ReplyStream,
)


@pytest.mark.parametrize(
    ("received", "replies"),
    [
        ("12", (Realtime(0x12),)),
        ("7e", (Realtime(0x7E),)),
        ("00", (Queued(0x00),)),
        ("0f", (Queued(0x0F),)),
        ("1000000f", (Automatic(bytes.fromhex("1000000f")),)),
        ("37224a30303100", (ProcessCompleted(b"J001"),)),
        ("372500", (BufferCleared(),)),
        ("ff12", (Noise(0xFF), Realtime(0x12))),
        ("101212", (Realtime(0x12), Realtime(0x12))),
        ("1000120016" + "0f", (Realtime(0x12), Realtime(0x16), Automatic(b"\x10\x00\x00\x0f"))),
        ("1012000000" + "03", (Realtime(0x12), Automatic(bytes((0x10, 0, 0, 0))), Queued(3))),
        ("10ff00", (Noise(0x10), Noise(0xFF), Queued(0x00))),
        ("1000" + "37224a30303100", (Noise(0x10), Queued(0), ProcessCompleted(b"J001"))),
        ("37ff12", (Noise(0x37), Noise(0xFF), Realtime(0x12))),
        ("37251200", (Noise(0x37), Queued(0x25), Realtime(0x12), Queued(0x00))),
        ("3722010203", (Noise(0x37), Queued(0x22), Queued(1), Queued(2), Queued(3))),
        ("37224a303031ff", (Noise(0x37), Queued(0x22), Queued(0x4A))),
    ],
)
def test_answers_are_known_by_their_fixed_bits(received, replies):
    assert ReplyStream().feed(bytes.fromhex(received))[: len(replies)] == replies


def test_an_answer_may_come_in_pieces():
    stream = ReplyStream()
    assert stream.feed(b"\x37") == ()
    assert stream.feed(b"\x22J0") == ()
    assert stream.has_partial
    assert stream.feed(b"01\x00\x12") == (ProcessCompleted(b"J001"), Realtime(0x12))
    assert not stream.has_partial


def test_an_answer_that_does_not_complete_is_given_up():
    stream = ReplyStream()
    assert stream.feed(b"\x10\x00") == ()
    assert stream.abandon_partial() == (Noise(0x10), Queued(0x00))
    assert not stream.has_partial


whole_answers = st.one_of(
    st.integers(0, 255)
    .filter(lambda byte: byte & 0x93 == 0x12)
    .map(lambda byte: (bytes((byte,)), Realtime(byte))),
    st.integers(0, 255)
    .filter(lambda byte: byte & 0x90 == 0)
    .map(lambda byte: (bytes((byte,)), Queued(byte))),
    st.binary(min_size=4, max_size=4).map(
        lambda raw: (
            frame := bytes((raw[0] & 0x6C | 0x10, *(byte & 0x6F for byte in raw[1:]))),
            Automatic(frame),
        )
    ),
    st.text("ABCDEFGHJKMNPQRSTVWXYZ0123456789", min_size=4, max_size=4).map(
        lambda text: (b"\x37\x22" + text.encode() + b"\x00", ProcessCompleted(text.encode()))
    ),
    st.just((b"\x37\x25\x00", BufferCleared())),
)


@settings(max_examples=200)
@given(st.lists(whole_answers, max_size=12), st.lists(st.integers(1, 5), max_size=40))
def test_any_sequence_of_answers_comes_back_however_it_is_split(answers, sizes):
    data = b"".join(raw for raw, _ in answers)
    stream, got, at = ReplyStream(), [], 0
    for size in sizes:
        got += stream.feed(data[at : at + size])
        at += size
    got += stream.feed(data[at:])
    assert got == [reply for _, reply in answers]


@settings(max_examples=300)
@given(st.binary(max_size=60))
def test_noise_is_cut_up_whole_and_never_stops_the_stream(noise):
    stream = ReplyStream()
    replies = [*stream.feed(noise), *stream.abandon_partial()]
    lengths = {ProcessCompleted: 7, Automatic: 4, BufferCleared: 3}
    assert sum(lengths.get(type(reply), 1) for reply in replies) == len(noise)
    assert stream.feed(b"\x37\x22J001\x00") == (ProcessCompleted(b"J001"),)


@settings(max_examples=200)
@given(
    st.binary(min_size=4, max_size=4),
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 255)), max_size=4),
)
def test_answers_between_the_bytes_of_an_automatic_status_are_told_apart(raw, between):
    frame = bytes((raw[0] & 0x6C | 0x10, *(byte & 0x6F for byte in raw[1:])))
    answers = [(at, byte & 0x6C | 0x12) for at, byte in sorted(between, reverse=True)]
    data = list(frame)
    for at, byte in answers:
        data.insert(at, byte)
    replies = ReplyStream().feed(bytes(data))
    assert replies[-1] == Automatic(frame)
    assert sorted(reply.byte for reply in replies[:-1]) == sorted(byte for _, byte in answers)
