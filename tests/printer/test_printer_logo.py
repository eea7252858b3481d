"""The village's logo: read from a file, bounded, and printed at the head of every paper."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw
from printer_workshop import Workshop

from anjungan.appliance.drivers.printer.bitmap import (
    Bitmap,
    hides_realtime_command,
    without_realtime_commands,
)
from anjungan.appliance.drivers.printer.document import Cut, Document, Logo, Text
from anjungan.appliance.drivers.printer.encode import encode
from anjungan.appliance.drivers.printer.logo import MAX_LOGO_BYTES, LogoError, read_logo
from anjungan.appliance.drivers.printer.profile import EPSON_58


def shield(size=(90, 100), margin=0, mode="1"):
    """A drawing as a village would hand it in."""
    width, height = size[0] + 2 * margin, size[1] + 2 * margin
    picture = Image.new(mode, (width, height), "white")
    drawing = ImageDraw.Draw(picture)
    box = (margin, margin, margin + size[0] - 1, margin + size[1] - 1)
    drawing.rectangle(box, outline="black", width=3)
    drawing.ellipse((margin + 20, margin + 20, margin + 60, margin + 70), fill="black")
    return picture


def ink_of(picture):
    ink = ImageChops.invert(picture.convert("1"))
    return ink.crop(ink.getbbox())


def printed(logo):
    """The logo alone on paper, as the simulated printer prints it."""
    segments = encode(Document((Logo(), Text("DESA", "center"))), EPSON_58, logo)
    assert all(len(segment.data) <= 1024 + 16 for segment in segments)
    picture = Workshop().feed(b"".join(segment.data for segment in segments)).picture()
    return picture.crop((0, 0, 384, picture.height - 54))  # the name, the white above and below


@pytest.mark.parametrize(
    ("name", "mode"), [("logo.png", "1"), ("logo.png", "L"), ("logo.png", "RGB"), ("logo.pbm", "1")]
)
def test_a_logo_comes_out_dot_for_dot_without_its_margin(tmp_path, name, mode):
    picture = shield(margin=17, mode=mode)
    picture.save(tmp_path / name)
    paper = printed(read_logo(tmp_path / name))
    assert paper.height == 100 + 12
    assert ink_of(paper).tobytes() == ink_of(picture).tobytes()
    left, _, right, _ = ImageChops.invert(paper).getbbox()
    assert abs(left - (384 - right)) <= 1  # it stands in the middle


def test_what_is_transparent_is_white(tmp_path):
    picture = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((10, 10, 19, 29), fill=(20, 20, 20, 255))
    picture.save(tmp_path / "logo.png")
    logo = read_logo(tmp_path / "logo.png")
    assert logo.height_dots == 20
    assert sum(row.count(b"\x00"[0]) for row in logo.rows) == 0


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda path: None, "unreadable"),
        (lambda path: path.mkdir(), "unreadable"),
        (lambda path: path.write_bytes(b""), "not_a_picture"),
        (lambda path: path.write_text("logo"), "not_a_picture"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 60), "not_a_picture"),
        (lambda path: Image.new("RGB", (10, 10), "white").save(path, "PNG"), "blank"),
        (lambda path: Image.new("RGB", (10, 10)).save(path, "JPEG"), "not_a_picture"),
        (lambda path: Image.new("1", (385, 10)).save(path, "PNG"), "too_large"),
        (lambda path: Image.new("1", (10, 193)).save(path, "PNG"), "too_large"),
        (lambda path: Image.new("1", (380, 100)).save(path, "PNG"), "too_large"),
        (lambda path: Image.new("1", (3000, 2)).save(path, "PNG"), "too_large"),
        (lambda path: path.write_bytes(b"\x00" * 1_000_001), "too_large"),
    ],
)
def test_a_file_that_is_no_logo_is_told_and_stops_nothing(tmp_path, make, problem):
    path = tmp_path / "logo"
    make(path)
    with pytest.raises(LogoError) as raised:
        read_logo(path)
    assert raised.value.problem == problem
    assert str(raised.value)


@pytest.mark.parametrize("cut_off_bytes", [1, 80, 120])
def test_a_damaged_file_is_told(tmp_path, cut_off_bytes):
    path = tmp_path / "logo.png"
    shield(mode="L").save(path)
    path.write_bytes(path.read_bytes()[:-cut_off_bytes])
    if cut_off_bytes == 1:  # only the end mark is missing
        assert read_logo(path).height_dots == 100
        return
    with pytest.raises(LogoError) as raised:
        read_logo(path)
    assert raised.value.problem == "not_a_picture"


@settings(max_examples=150)
@given(st.binary(max_size=200))
def test_any_file_is_a_logo_or_a_clear_mistake(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("logo") / "logo"
    path.write_bytes(b"P4\n16 16\n" + data if len(data) % 2 else data)
    try:
        logo = read_logo(path)
    except LogoError:
        return
    assert logo.width_bytes * logo.height_dots <= MAX_LOGO_BYTES


@settings(max_examples=200)
@given(st.lists(st.sampled_from([0x10, 0x04, 0x05, 0x14, 0x00, 0xFF]), min_size=6, max_size=60))
def test_no_printer_command_hides_in_a_logo_and_hardly_a_dot_is_lost(values):
    width = 3
    rows = tuple(
        bytes(values[at : at + width]) for at in range(0, len(values) // width * width, width)
    )
    clean = without_realtime_commands(Bitmap(width * 8, rows))
    assert not hides_realtime_command(clean)
    for before, after in zip(b"".join(rows), b"".join(clean.rows), strict=True):
        assert after in {before, 0}
    if not hides_realtime_command(Bitmap(width * 8, rows)):
        assert clean.rows == rows


def test_a_printer_without_a_logo_prints_none():
    plain = encode(Document((Text("DESA"), Cut())), EPSON_58)
    with_place = encode(Document((Logo(), Text("DESA"), Cut())), EPSON_58)
    assert [segment.data for segment in with_place] == [segment.data for segment in plain]


async def test_the_printers_logo_is_on_its_papers(make_bench, tmp_path, monkeypatch):
    shield().save(tmp_path / "logo.png")
    bench = await make_bench()
    monkeypatch.setattr(bench.printer, "_logo", read_logo(tmp_path / "logo.png"))
    await bench.until_ready()
    await bench.printer.print_document(Document((Logo(), Text("DESA"), Cut())), "job-1")
    (piece,) = bench.simulator.pieces
    assert ink_of(piece.image.crop((0, 12, 384, 112))).tobytes() == ink_of(shield()).tobytes()
