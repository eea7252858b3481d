"""What the simulated printer makes of pictures, margins and modes, dot by dot."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from printer_workshop import FAST_EPSON, Workshop

from anjungan.simulation.printer.commands import CommandBuffer
from anjungan.simulation.printer.model import (
    CLONE_58,
    EPSON_58,
    EPSON_80,
    SHORTCOMINGS,
    ContradictoryShortcomingsError,
    UnknownShortcomingError,
    printer_model,
)
from anjungan.simulation.printer.pace import Measures, Pace
from anjungan.simulation.printer.pictures import raster_picture


def ink_of(picture):
    ink = ImageChops.invert(picture)
    box = ink.getbbox()
    return box, None if box is None else ink.crop(box).tobytes()


def dots_of(picture, box):
    part = picture.crop(box)
    return ["".join("#" if part.getpixel((x, y)) == 0 else "." for x in range(part.width))
            for y in range(part.height)]  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "wide", "high"), [(0, 1, 1), (1, 2, 1), (2, 1, 2), (3, 2, 2), (51, 2, 2)]
)
def test_a_raster_is_doubled_as_its_mode_says(mode, wide, high):
    data = b"\x1dv0" + bytes((mode, 1, 0, 2, 0)) + b"\xc0\x40"
    picture = Workshop().feed(data).picture()
    small = ["##......", ".#......"]
    expected = ["".join(dot * wide for dot in row) for row in small for _ in range(high)]
    assert dots_of(picture, (0, 12, 8 * wide, 12 + 2 * high)) == expected
    assert picture.height == 24 + 2 * high


@pytest.mark.parametrize(
    ("mode", "data", "wide", "high"),
    [
        (0, b"\x80\x01", 2, 3),
        (1, b"\x80\x01", 1, 3),
        (32, b"\x80\x00\x00\x00\x00\x01", 2, 1),
        (33, b"\x80\x00\x00\x00\x00\x01", 1, 1),
    ],
)
def test_a_bit_image_stands_in_its_line(mode, data, wide, high):
    command = b"\x1b*" + bytes((mode, 2, 0)) + data
    picture = Workshop().feed(b"A" + command + b"B\n").picture()
    top = dots_of(picture, (12, 12, 12 + 2 * wide, 12 + high))
    assert top == ["#" * wide + "." * wide] * high
    bottom = dots_of(picture, (12, 36 - high, 12 + 2 * wide, 36))
    assert bottom == ["." * wide + "#" * wide] * high
    plain = Workshop().feed(b"B\n").picture().crop((0, 12, 12, 36))
    assert picture.crop((12 + 2 * wide, 12, 24 + 2 * wide, 36)).tobytes() == plain.tobytes()


@pytest.mark.parametrize("prefix", [b"\x1d(L", b"\x1d8L"])
@pytest.mark.parametrize("by_rows", [True, False])
@pytest.mark.parametrize("scale", [1, 2])
def test_stored_graphics_come_out_when_they_are_asked_for(prefix, by_rows, scale):
    rows = (b"\xf0\x80", b"\x00\x40")
    wide, high = 12, 2
    columns = bytes(
        sum(0x80 >> y for y in range(high) if rows[y][x // 8] & 0x80 >> x % 8) for x in range(wide)
    )
    head = bytes((48, 112 if by_rows else 113, 48, scale, scale, 49, wide, 0, high, 0))
    body = head + (b"".join(rows) if by_rows else columns)
    length = len(body).to_bytes(4 if prefix[1:2] == b"8" else 2, "little")
    workshop = Workshop().feed(prefix + length + body)
    assert workshop.mechanism.roll.is_blank
    workshop.feed(b"\x1d(L\x02\x00\x30\x32" * 2)  # once printed it is gone
    assert workshop.mechanism.roll.length_dots == high * scale
    picture = workshop.picture()
    expected = raster_picture(b"".join(rows), 2).crop((0, 0, wide, high))
    expected = expected.resize((wide * scale, high * scale))
    assert picture.crop((0, 12, wide * scale, 12 + high * scale)).tobytes() == expected.tobytes()
    assert Workshop().feed(b"\x1d(L\x02\x00\x30\x32").mechanism.roll.is_blank


def test_margins_and_width_bound_what_is_printed():
    plain = Workshop().feed(b"H\n").picture()
    moved = Workshop().feed(b"\x1dL\x30\x00H\n").picture()
    assert ink_of(moved)[1] == ink_of(plain)[1]
    assert ink_of(moved)[0][0] == ink_of(plain)[0][0] + 48
    narrow = Workshop().feed(b"\x1dL\x30\x00\x1dW\x78\x00" + b"x" * 20 + b"\n")
    assert narrow.text() == "x" * 10 + "\n" + "x" * 10 + "\n"
    right = Workshop().feed(b"\x1dL\x30\x00\x1dW\x78\x00\x1ba\x02H\n").picture()
    assert ink_of(right)[0][2] <= 48 + 120
    beyond = Workshop().feed(b"\x1dL\xff\xff\x1dW\xff\xffH\n\x1b@H\n")
    assert ink_of(beyond.picture())[1] is not None
    picture = Workshop().feed(b"\x1dL\x30\x00\x1dv0\x00\x01\x00\x01\x00\xff").picture()
    assert dots_of(picture, (40, 12, 64, 13)) == ["." * 8 + "#" * 8 + "." * 8]


def test_letters_turned_spaced_and_underlined():
    plain = Workshop().feed(b"H\n").picture().crop((0, 12, 12, 36))
    lying = Workshop().feed(b"\x1bV\x01H\n").picture().crop((0, 12, 24, 24))
    assert lying.tobytes() == plain.transpose(Image.Transpose.ROTATE_270).tobytes()
    spaced = Workshop().feed(b"\x1b \x05HH\n").picture()
    assert spaced.crop((17, 12, 29, 36)).tobytes() == plain.tobytes()
    whole = Workshop().feed(b"H\n").picture().crop((0, 12, 384, 42))
    over = Workshop().feed(b"\x1b{\x01H\n").picture().crop((0, 12, 384, 42))
    assert over.tobytes() == whole.transpose(Image.Transpose.ROTATE_180).tobytes()
    for dots in (1, 2):
        lined = Workshop().feed(b"\x1b-" + bytes((dots,)) + b" \n").picture()
        assert ink_of(lined)[0] == (0, 36 - dots, 12, 36)
    assert ink_of(Workshop().feed(b"\x1b-\x01\x1b-\x00 \n").picture())[0] is None


def test_tabs_are_where_they_were_set():
    assert Workshop().feed(b"\x1bD\x04\x0a\x00a\tb\tc\n").text() == "a   b     c\n"
    assert Workshop().feed(b"\x1bD\x00a\tb\n").text() == "ab\n"
    assert Workshop().feed(b"ab\x1b\\\xf4\xffc\n").mechanism.roll.printed_lines == 1


def test_a_symbol_has_its_size_level_and_limits():
    def stored(*functions):
        return b"".join(
            b"\x1d(k" + (len(each) + 1).to_bytes(2, "little") + b"1" + each for each in functions
        )

    def side(*functions):
        data = stored(*functions, b"P0https://x.id", b"Q0")
        box = ink_of(Workshop().feed(data).picture())[0]
        return 0 if box is None else box[2] - box[0]

    assert side(b"C\x04", b"E0") == 21 * 4
    assert side(b"C\x04", b"E3") == 25 * 4
    assert side(b"C\x04", b"C\x63", b"E0", b"E9") == 21 * 4  # out of range: as it was
    assert Workshop().feed(stored(b"P0" + b"x" * 3500, b"Q0")).mechanism.roll.is_blank
    assert Workshop().feed(stored(b"C\x10", b"P0" + b"x" * 200, b"Q0")).mechanism.roll.is_blank


def test_a_clone_that_ignores_code_pages():
    cp1252 = b"\x1bt\x10\xe9\n"
    assert Workshop().feed(cp1252).text() == "é\n"
    assert Workshop(printer_model(58, "no-code-pages")).feed(cp1252).text() == "Θ\n"


def test_a_piece_that_grows_without_end_is_torn_off():
    workshop = Workshop().feed(b"\x1b3\xff" + b"\x1bd\xff" * 3)
    assert len(workshop.pieces) == 1
    assert workshop.pieces[0].image.height > 80_000


def test_commands_of_other_models_are_passed_over_whole():
    passed = (
        b"\x1bB\x02\x03", b"\x1c(A\x02\x00ab", b"\x1d*\x01\x02" + b"x" * 16, b"\x1dg0\x00\x01\x02",
        b"\x1b(Y\x01\x00a", b"\x1bW" + b"x" * 8, b"\x1cp\x01\x00", b"\x1d^\x01\x02\x03", b"\x1bL",
    )  # fmt: skip
    workshop = Workshop().feed(b"".join(passed) + b"OK\n")
    assert workshop.text() == "OK\n"
    assert workshop.mechanism.unknown_commands == 0


@pytest.mark.parametrize("word", SHORTCOMINGS)
def test_every_shortcoming_can_be_had_at_both_widths(word):
    narrow, wide = printer_model(58, word), printer_model(80, word)
    assert (narrow.width_dots, wide.width_dots) == (384, 576)
    assert narrow != EPSON_58
    for name, value in SHORTCOMINGS[word].items():
        assert getattr(narrow, name) == getattr(wide, name) == value


def test_a_model_from_words():
    assert printer_model() == EPSON_58
    assert printer_model(80) == EPSON_80
    both = printer_model(58, "no-cutter, no-qr", baud=9600)
    assert (both.cutter, both.native_qr, both.bytes_per_s) == (False, False, 960)
    assert CLONE_58.automatic_status is False
    with pytest.raises(UnknownShortcomingError, match="'wireless' is none of no-status"):
        printer_model(58, "wireless")
    with pytest.raises(ContradictoryShortcomingsError, match="no-status and only-dle-eot contra"):
        printer_model(58, "no-status,no-qr, only-dle-eot")
    assert printer_model(58, "only-asb,only-asb") == printer_model(58, "only-asb")


@pytest.mark.parametrize("words", ["", " ", "no-qr,", "no-qr,,chinese"])
def test_an_empty_word_is_none(words):
    with pytest.raises(ValueError, match="an empty word is none of no-status"):
        printer_model(58, words)


@settings(max_examples=200)
@given(
    st.integers(1, 50_000),
    st.lists(st.tuples(st.floats(0.0001, 0.5), st.integers(0, 300)), min_size=1, max_size=30),
)
def test_bytes_come_in_at_their_pace_and_none_is_lost(bytes_per_s, steps):
    pace, now_s, waiting, came, written = Pace(bytes_per_s), 0.0, 0, 0, 0
    pace.begin(now_s)
    for wait_s, more in steps:
        if not waiting:
            pace.begin(now_s)
        waiting, written = waiting + more, written + more
        now_s += wait_s
        count = pace.arrived(waiting, now_s)
        assert 0 <= count <= waiting
        waiting, came = waiting - count, came + count
        assert came <= now_s * bytes_per_s + 1e-3
    while waiting:
        now_s += 1.0
        waiting -= pace.arrived(waiting, now_s)
    assert pace.arrived(0, now_s) == 0


def test_gaps_are_those_of_an_empty_line():
    pace = Pace(1000)
    assert pace.arrived(0, 5.0) == 0
    pace.begin(10.0)
    assert pace.arrived(10, 10.005) == 5
    assert pace.arrived(5, 10.1) == 5
    assert pace.begin(10.2) == pytest.approx(10.2 - 10.01)
    assert pace.arrived(5, 10.3) == 5
    pace.hold(11.0)  # the printer took nothing meanwhile
    assert pace.begin(11.0) == 0.0
    measures = Measures(gaps=[(5, 0.4), (10, 0.2), (20, 0.1)])
    assert measures.longest_gap_s(5, 20) == 0.2
    assert measures.longest_gap_s(20, 30) == 0.0
    assert measures.until_first_line_s is None
    assert Measures(began_s=1.0, first_line_s=1.5).until_first_line_s == 0.5


def test_a_line_without_a_pace_is_as_fast_as_the_machine():
    assert Pace(None).arrived(700, 0.0) == 700
    assert FAST_EPSON.bytes_per_s is None


@settings(max_examples=150)
@given(st.lists(st.binary(max_size=12), max_size=8), st.sampled_from([b"\x1b", b"\x1d", b"\x1c"]))
def test_any_command_with_any_parameters_is_survived(parts, prefix):
    letters = b"@!EG-{MadJ23tR$\\pciVSPD*kvhwfHrILWB(8#/"
    data = b"".join(prefix + letters[i % len(letters) :][:1] + part for i, part in enumerate(parts))
    Workshop().feed(data)
    buffer = CommandBuffer()
    for byte in data:
        buffer.add(bytes((byte,)))
        while buffer.peek() is not None:
            buffer.take()
    assert len(buffer) <= len(data)
