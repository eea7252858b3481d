"""The simulated printer itself: commands, real-time answers, paper, power."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops
from printer_workshop import FAST_CLONE, FAST_EPSON, Workshop, commands_of

from anjungan.appliance.drivers.link.byte_link import LinkTimeout
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.printer.bitmap import qr_bitmap
from anjungan.appliance.drivers.printer.document import Document, Qr, Text
from anjungan.appliance.drivers.printer.encode import encode
from anjungan.appliance.drivers.printer.profile import CLONE_58, EPSON_58
from anjungan.simulation.printer import model as models
from anjungan.simulation.printer.commands import Command, CommandBuffer
from anjungan.simulation.printer.pictures import raster_picture
from anjungan.simulation.printer.realtime import (
    ClearAsked,
    RealtimeScanner,
    RecoveryAsked,
    StatusAsked,
)
from anjungan.simulation.printer.simulator import PrinterSimulator

CLEAR_BUFFER = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


@pytest.mark.parametrize(
    ("data", "name", "parameters"),
    [
        (b"\x1b@", "ESC @", b""),
        (b"\x1b!\x30", "ESC !", b"\x30"),
        (b"\x1b*\x21\x02\x00abcdef", "ESC *", b"\x21\x02\x00abcdef"),
        (b"\x1b*\x00\x02\x00ab", "ESC *", b"\x00\x02\x00ab"),
        (b"\x1bD\x08\x10\x00", "ESC D", b"\x08\x10\x00"),
        (b"\x1bp\x00\x19\xfa", "ESC p", b"\x00\x19\xfa"),
        (b"\x1dv0\x00\x02\x00\x02\x00abcd", "GS v", b"0\x00\x02\x00\x02\x00abcd"),
        (b"\x1d(k\x03\x001Q0", "GS (", b"k\x03\x001Q0"),
        (b"\x1d8L\x02\x00\x00\x0002", "GS 8", b"L\x02\x00\x00\x0002"),
        (b"\x1dV\x00", "GS V", b"\x00"),
        (b"\x1dVB\x03", "GS V", b"B\x03"),
        (b"\x1dk\x04AB\x00", "GS k", b"\x04AB\x00"),
        (b"\x1dkI\x02AB", "GS k", b"I\x02AB"),
        (b"\x1c.", "FS .", b""),
        (b"\x10\x04\x01", "DLE EOT", b"\x01"),
        (b"\x10\x14\x01\x00\x05", "DLE DC4", b"\x01\x00\x05"),
        (CLEAR_BUFFER, "DLE DC4", CLEAR_BUFFER[2:]),
        (b"\n", "LF", b""),
        (b"a", "character", b"a"),
        (b"\x00", "NUL", b"\x00"),
        (b"\x1bq", "unknown", b"\x1bq"),
    ],
)  # fmt: skip
def test_a_command_is_taken_whole_and_only_whole(data, name, parameters):
    assert commands_of(data + b"a") == ([Command(name, parameters), Command("character", b"a")], 0)
    for length in range(len(data)):
        found, left = commands_of(data[:length])
        assert name not in {command.name for command in found}
        assert left == length - len(found)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_survived(data):
    workshop = Workshop()
    workshop.feed(data)
    workshop.mechanism.power_up()
    assert workshop.feed(b"\x1b@\x1c.OK\n").text().splitlines()[-1] == "OK"


@settings(max_examples=100)
@given(st.binary(max_size=80), st.integers(1, 4))
def test_a_question_is_dropped_only_between_commands(data, n):
    buffer = CommandBuffer()
    buffer.add(data)
    between = commands_of(data)[1] == 0
    question = bytes((0x10, 0x04, n))
    buffer.add(question)
    buffer.drop_realtime(len(question))
    assert len(buffer) == len(data) + (0 if between else len(question))


def test_realtime_commands_are_found_anywhere_and_in_pieces():
    scanner = RealtimeScanner()
    data = b"abc\x10\x04\x02\x1dv0\x10\x05\x02\x10\x04\x07\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
    found = [command for byte in data if (command := scanner.scan(byte)) is not None]
    assert found == [StatusAsked(2), RecoveryAsked(2), ClearAsked()]
    scanner.scan(0x10)
    scanner.reset()
    scanner.scan(0x04)
    assert scanner.scan(0x01) is None


def test_text_modes_reach_the_transcript_and_the_picture():
    workshop = Workshop()
    workshop.feed(b"\x1ba\x01tengah\n\x1ba\x02kanan\n\x1ba\x00kiri\n")
    lines = workshop.text().splitlines()
    assert lines == ["tengah".center(32).rstrip(), "kanan".rjust(32), "kiri"]
    plain = Workshop().feed(b"H\n").picture()
    for mode in (
        b"\x1bE\x01",
        b"\x1b-\x02",
        b"\x1dB\x01",
        b"\x1d!\x11",
        b"\x1bM\x01",
        b"\x1b!\xb8",
    ):
        changed = Workshop().feed(mode + b"H\n").picture()
        assert changed.tobytes() != plain.tobytes(), mode
        reset = Workshop().feed(mode + b"\x1b@H\n").picture()
        assert reset.tobytes() == plain.tobytes(), mode


def test_white_on_black_is_the_same_letter_the_other_way_round():
    plain = Workshop().feed(b"H\n").picture().crop((0, 12, 12, 36))
    inverse = Workshop().feed(b"\x1dB\x01H\n").picture().crop((0, 12, 12, 36))
    assert ImageChops.invert(inverse).tobytes() == plain.tobytes()
    assert plain.getextrema() == (0, 255)


def test_a_line_that_is_full_goes_on_below():
    assert Workshop().feed(b"a" * 40 + b"\n").text() == "a" * 32 + "\n" + "a" * 8 + "\n"
    wide = Workshop().feed(b"\x1d!\x10" + b"a" * 17 + b"\n")
    assert wide.text() == "a" * 16 + "\na\n"


def test_positions_tabs_spacing_and_cancel():
    assert Workshop().feed(b"a\tb\n").text() == "a       b\n"
    assert Workshop().feed(b"\x1b$\x24\x00b\n").text() == "   b\n"
    assert Workshop().feed(b"abc\x18d\n").text() == "d\n"
    assert Workshop().feed(b"\x1b3\x3ca\n").picture().height == 60 + 24
    assert Workshop().feed(b"\x1b3\x3c\x1b2a\n").picture().height == 30 + 24
    assert Workshop().feed(b"a\x1bd\x02").picture().height == 30 + 60 + 24
    assert Workshop().feed(b"a\x1bJ\x05").picture().height == 30 + 5 + 24


def test_code_pages_and_chinese_mode():
    assert Workshop().feed(b"\x1bt\x00Dh\x82\n").text() == "Dhé\n"
    assert Workshop().feed(b"\x1bt\x10Dh\xe9\n").text() == "Dhé\n"
    assert Workshop(FAST_CLONE).feed(b"Dh\x82a\n").text() == "Dh\u25a1\n"
    assert Workshop(FAST_CLONE).feed(b"\x1c.Dh\x82a\n").text() == "Dhéa\n"
    assert Workshop(FAST_CLONE).feed(b"\x1c.\x1c&Dh\x82a\n").text() == "Dh\u25a1\n"


def test_a_symbol_and_a_picture_are_drawn_alike():
    document = Document((Qr("https://x.id/1", 5),))
    native = b"".join(segment.data for segment in encode(document, EPSON_58))
    raster = b"".join(segment.data for segment in encode(document, CLONE_58))
    bitmap = qr_bitmap("https://x.id/1", 5)
    expected = raster_picture(b"".join(bitmap.rows), bitmap.width_bytes)
    for data in (native, raster):
        picture = Workshop().feed(data).picture()
        left = (384 - picture.width) // 2 + (384 - expected.width) // 2
        # A raster is as wide as its bytes; compare the ink alone.
        assert picture.height == expected.height + 24
        ink = ImageChops.invert(picture).getbbox()
        inked = ImageChops.invert(expected).getbbox()
        assert abs(ink[0] - left) <= 8
        assert picture.crop(ink).tobytes() == expected.crop(inked).tobytes()
    assert "[QR https://x.id/1]" in Workshop().feed(native).text()
    assert Workshop(FAST_CLONE).feed(b"\x1d(k\x03\x001Q0").mechanism.roll.is_blank
    assert Workshop().feed(b"\x1d(k\x03\x001Q0").mechanism.roll.is_blank


def test_answers_in_print_order():
    workshop = Workshop().feed(b"\x1d(H\x06\x0000J001\x1dr\x01\x1dI\x42\x1dI\x43\x1dI\x01")
    assert workshop.answers == b"\x37\x22J001\x00\x00_EPSON\x00_TM-m30\x00"
    workshop = Workshop(FAST_CLONE).feed(b"\x1d(H\x06\x0000J001\x1dr\x01\x1da\xff")
    assert workshop.answers == b"\x00"
    assert Workshop().feed(b"\x1da\xff").answers == bytes.fromhex("1000000f")


def test_cuts_with_and_without_a_cutter():
    workshop = Workshop().feed(b"a\n\x1dV\x00b\n\x1dVB\x00c\n\x1bi")
    assert [piece.text for piece in workshop.pieces] == ["a\n", "b\n", "c\n"]
    basic = Workshop(models.BASIC_58).feed(b"a\n\x1dV\x00")
    assert basic.pieces == []
    assert Workshop().feed(b"\x1bq").mechanism.unknown_commands == 1


@pytest.fixture
async def at_the_line(tmp_path):
    simulator = PrinterSimulator(tmp_path / "printer", FAST_EPSON)
    simulator.start()
    link = SerialLink(str(tmp_path / "printer"))
    await link.open()
    yield simulator, link
    await link.close()
    await simulator.stop()


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the simulator has no event for what is waited for
            await asyncio.sleep(0.01)


async def read(link, count):
    data = b""
    async with asyncio.timeout(10):
        while len(data) < count:
            data += await link.read(64, 1.0)
    return data


async def test_questions_are_answered_while_offline_and_do_not_fill_the_buffer(
    at_the_line,
):
    simulator, link = at_the_line
    simulator.paper_out()
    await link.write(b"a\n" + b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04" * 20, 5.0)
    assert await read(link, 80) == bytes((0x1A, 0x32, 0x12, 0x7E)) * 20
    assert simulator.buffered_bytes == 2


async def test_a_realtime_question_inside_a_picture_is_answered_and_stays_in_the_picture(
    at_the_line,
):
    simulator, link = at_the_line
    await link.write(b"\x1dv0\x00\x03\x00\x01\x00\x10\x04\x01\x1dV\x00", 5.0)
    assert await read(link, 1) == b"\x12"
    await until(lambda: simulator.pieces)
    assert simulator.pieces[0].image.height == 1 + 24


async def test_automatic_status_is_sent_on_every_change(at_the_line):
    simulator, link = at_the_line
    await link.write(b"\x1da\xff", 5.0)
    assert await read(link, 4) == bytes.fromhex("1000000f")
    simulator.cover_open()
    assert await read(link, 4) == bytes.fromhex("3800000f")
    simulator.cover_close()
    assert await read(link, 4) == bytes.fromhex("1000000f")


async def test_a_full_buffer_stops_the_line_and_clearing_it_frees_it(at_the_line):
    simulator, link = at_the_line
    simulator.cover_open()
    with pytest.raises(LinkTimeout):
        await link.write(b"a" * 60_000, 0.5)
    assert simulator.buffered_bytes == FAST_EPSON.buffer_bytes
    simulator.cover_close()
    await until(lambda: not simulator.buffered_bytes)
    await link.write(b"\x10\x04\x01", 5.0)
    assert await read(link, 1) == b"\x12"


async def test_clear_commands_empty_the_buffer(at_the_line):
    simulator, link = at_the_line
    simulator.jam_cutter()
    await link.write(b"abc\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", 5.0)
    assert await read(link, 3) == b"\x37\x25\x00"
    assert simulator.buffered_bytes == 0
    await link.write(b"abc\x10\x05\x02\x10\x04\x03", 5.0)
    assert await read(link, 1) == b"\x1a"
    assert simulator.buffered_bytes == 0
    await link.write(b"abc\x10\x05\x01\x10\x04\x03", 5.0)
    assert await read(link, 1) == b"\x1a"
    assert simulator.buffered_bytes == 3


async def test_switched_off_it_forgets_and_says_nothing(at_the_line):
    simulator, link = at_the_line
    simulator.paper_out()
    await link.write(b"\x1bE\x01abc\x10\x04\x01", 5.0)
    await read(link, 1)
    simulator.power_off()
    await link.write(b"\x10\x04\x01", 5.0)
    assert await link.read(1, 0.2) == b""
    simulator.paper_ok()
    simulator.power_on()
    await link.write(b"abc\n\x10\x04\x01\x1dr\x01", 5.0)
    assert await read(link, 2) == b"\x12\x00"
    plain = Workshop().feed(b"abc\n").picture()
    assert simulator.tear().image.tobytes() == plain.tobytes()
    assert simulator.tear() is None


async def test_pieces_are_told_and_saved(at_the_line, tmp_path):
    simulator, link = at_the_line
    told = []
    simulator.on_paper(told.append)
    document = Document((Text("SATU"),))
    data = b"".join(segment.data for segment in encode(document, EPSON_58))
    await link.write(data + b"\x1dV\x00" + data + b"\x1dV\x00\x1dr\x01", 5.0)
    await read(link, 1)
    assert [piece.text for piece in told] == ["SATU\n", "SATU\n"]
    saved = simulator.save(tmp_path / "papers")
    assert [path.name for path in saved] == [
        "paper-01.png",
        "paper-01.txt",
        "paper-02.png",
        "paper-02.txt",
    ]
    assert saved[1].read_text() == "SATU\n"
    assert saved[0].read_bytes().startswith(b"\x89PNG")


async def test_a_slow_printer_is_slow_but_loses_nothing(tmp_path):
    model = replace(models.EPSON_58, bytes_per_s=50_000, dots_per_s=50_000)
    simulator = PrinterSimulator(tmp_path / "printer", model)
    simulator.slow_down(2.0)
    simulator.start()
    link = SerialLink(str(tmp_path / "printer"))
    await link.open()
    await link.write(b"x\n" * 200 + b"\x1dr\x01", 10.0)
    assert await read(link, 1) == b"\x00"
    assert simulator.tear().text == "x\n" * 200
    await link.close()
    await simulator.stop()
