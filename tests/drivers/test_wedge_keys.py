from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.card_reader.evdev_node import EVENT
from anjungan.appliance.drivers.card_reader.typed_keys import TypedKeys

# include/uapi/linux/input-event-codes.h
SYN, KEY, MSC, LED = 0, 1, 4, 17
ENTER, TAB, KEYPAD_ENTER, LEFT_SHIFT, RIGHT_SHIFT, CAPS_LOCK, NUM_LOCK = 28, 15, 96, 42, 54, 58, 69
DIGITS = {"1": 2, "2": 3, "3": 4, "4": 5, "5": 6, "6": 7, "7": 8, "8": 9, "9": 10, "0": 11}
KEYPAD = {
    "0": 82, "1": 79, "2": 80, "3": 81, "4": 75, "5": 76, "6": 77, "7": 71, "8": 72, "9": 73,
}  # fmt: skip
LETTERS = {"A": 30, "B": 48, "C": 46, "D": 32, "E": 18, "F": 33}
KEYS = {**DIGITS, **LETTERS}


class Keyboard:
    """Makes records; a key goes down and up every 10 ms unless told otherwise."""

    def __init__(self, now_us: int = 5_000_000) -> None:
        self.now_us = now_us

    def record(self, kind: int, code: int, value: int) -> bytes:
        return EVENT.pack(*divmod(self.now_us, 1_000_000), kind, code, value)

    def stroke(self, code: int, after_us: int = 10_000) -> bytes:
        self.now_us += after_us
        report = self.record(SYN, 0, 0)
        return self.record(KEY, code, 1) + report + self.record(KEY, code, 0) + report

    def types(self, text: str, keys: dict[str, int] = KEYS, end: int | None = ENTER) -> bytes:
        codes = [keys[sign] for sign in text] + ([] if end is None else [end])
        return b"".join(self.stroke(code) for code in codes)


def read(*pieces: bytes) -> Sequence[str]:
    keys = TypedKeys()
    return [line for piece in pieces for line in keys.feed(piece)]


def test_a_record_is_as_long_as_the_kernels() -> None:
    assert EVENT.size == 24  # on 64 bits; 16 on 32


@pytest.mark.parametrize("end", [ENTER, KEYPAD_ENTER, TAB])
@pytest.mark.parametrize("keys", [DIGITS, KEYPAD])
def test_ten_digits_and_an_end(keys: dict[str, int], end: int) -> None:
    assert read(Keyboard().types("0857870596", keys, end)) == ["0857870596"]


def test_letters_with_and_without_shift() -> None:
    board = Keyboard()
    down, up = board.record(KEY, LEFT_SHIFT, 1), board.record(KEY, LEFT_SHIFT, 0)
    assert read(board.types("04A1B2C3D4E5F6")) == ["04A1B2C3D4E5F6"]
    assert read(down, board.stroke(LETTERS["F"]), up, board.types("0")) == ["F0"]


@pytest.mark.parametrize("shift", [LEFT_SHIFT, RIGHT_SHIFT])
def test_a_digit_with_shift_is_another_sign(shift: int) -> None:
    board = Keyboard()
    down, up = board.record(KEY, shift, 1), board.record(KEY, shift, 0)
    keys = TypedKeys()
    assert keys.feed(down + board.stroke(DIGITS["1"]) + up + board.types("23456789")) == []
    assert keys.spoilt_lines == 1
    assert keys.feed(board.types("12")) == ["12"]


def test_repeats_releases_locks_and_other_events_say_nothing() -> None:
    board = Keyboard()
    noise = (
        board.record(MSC, 4, 0x7001E)
        + board.record(LED, 0, 1)
        + board.stroke(CAPS_LOCK)
        + board.stroke(NUM_LOCK)
        + board.record(KEY, DIGITS["7"], 2)
        + board.record(KEY, DIGITS["7"], 0)
        + board.record(KEY, DIGITS["7"], -1)
    )
    assert read(noise + board.types("12", end=None) + noise + board.types("3") + noise) == ["123"]


def test_another_key_spoils_its_line_only() -> None:
    board = Keyboard()
    keys = TypedKeys()
    assert keys.feed(board.types("12", end=None) + board.stroke(34) + board.types("34")) == []
    assert not keys.in_a_line
    assert keys.feed(board.types("56")) == ["56"]
    assert keys.spoilt_lines == 1


def test_twenty_signs_are_a_line_and_more_are_not() -> None:
    board = Keyboard()
    keys = TypedKeys()
    assert keys.feed(board.types("12345678901234567890")) == ["12345678901234567890"]
    assert keys.feed(board.types("1" * 21)) == []
    assert keys.feed(board.types("2" * 5000, end=None)) == []
    assert keys._line == ""  # nothing is kept of it
    assert keys.feed(board.stroke(ENTER) + board.types("3")) == ["3"]


def test_a_pause_between_two_keys_begins_a_new_line() -> None:
    board = Keyboard()
    keys = TypedKeys()
    assert keys.feed(board.types("123", end=None)) == []
    assert keys.feed(board.stroke(DIGITS["4"], after_us=100_001) + board.types("5")) == ["45"]
    board.now_us -= 3_000_000  # the clock was set
    assert keys.feed(board.types("12")) == ["12"]
    assert keys.spoilt_lines == 1


def test_a_pause_at_the_limit_is_none() -> None:
    board = Keyboard()
    assert read(
        board.types("1", end=None), board.stroke(DIGITS["2"], 100_000), board.types("")
    ) == ["12"]


def test_a_line_that_is_never_ended_is_dropped() -> None:
    board = Keyboard()
    keys = TypedKeys()
    keys.feed(board.types("0857870596", end=None))
    assert keys.in_a_line
    keys.give_up()
    assert not keys.in_a_line
    assert keys.spoilt_lines == 1
    assert keys.feed(board.types("1")) == ["1"]


def test_enter_alone_is_no_line() -> None:
    keys = TypedKeys()
    assert keys.feed(Keyboard().types("")) == []
    assert keys.spoilt_lines == 0


def test_records_that_the_kernel_dropped_spoil_the_line() -> None:
    board = Keyboard()
    keys = TypedKeys()
    data = board.record(KEY, LEFT_SHIFT, 1) + board.types("12", end=None) + board.record(SYN, 3, 0)
    data += board.record(KEY, DIGITS["3"], 1) + board.record(SYN, 0, 0) + board.types("4")
    assert keys.feed(data) == []
    assert keys.spoilt_lines == 1
    assert keys.feed(board.types("56")) == ["56"]  # and shift is not held for ever


def test_half_a_record_is_waited_for_and_given_up() -> None:
    board = Keyboard()
    data = board.types("12")
    assert read(data[:30], data[30:31], data[31:]) == ["12"]
    keys = TypedKeys()
    keys.feed(b"\xff" * 17)
    assert keys.in_a_line
    keys.give_up()
    assert keys.feed(data) == ["12"]


def test_reset_lets_go_of_shift_and_of_a_begun_line() -> None:
    board = Keyboard()
    keys = TypedKeys()
    keys.feed(board.record(KEY, LEFT_SHIFT, 1) + board.types("A", end=None) + b"123")
    keys.feed(board.record(SYN, 3, 0))
    keys.reset()
    assert keys.feed(board.types("1")) == ["1"]


texts = st.text(alphabet="0123456789ABCDEF", min_size=1, max_size=20)


@settings(max_examples=60)
@given(st.lists(texts, max_size=4), st.integers(1, 100))
def test_lines_in_pieces_of_any_size(lines: list[str], piece: int) -> None:
    board = Keyboard()
    stream = b"".join(board.types(line) for line in lines)
    keys = TypedKeys()
    pieces = [stream[at : at + piece] for at in range(0, len(stream), piece)]
    assert [line for each in pieces for line in keys.feed(each)] == lines
    assert not keys.in_a_line


@settings(max_examples=150)
@given(st.lists(st.binary(max_size=100), max_size=6))
def test_any_bytes_are_survived(pieces: list[bytes]) -> None:
    keys = TypedKeys()
    for piece in pieces:
        for line in keys.feed(piece):
            assert 0 < len(line) <= 20


records = st.tuples(
    st.sampled_from([0, 0, 1, 1, 1, 4]), st.integers(0, 100), st.sampled_from([0, 1, 1, 1, 2, 3])
)


@settings(max_examples=150)
@given(st.lists(records, max_size=80))
def test_any_keys_give_only_lines_of_a_reader(typed: list[tuple[int, int, int]]) -> None:
    board = Keyboard()
    for line in read(b"".join(board.record(*each) for each in typed)):
        assert 0 < len(line) <= 20
        assert set(line) <= set("0123456789ABCDEF")
