"""The simulated printer's bar codes, read back from the picture by zbarimg."""

import pytest
from code_reading import codes_on
from hypothesis import given, settings
from hypothesis import strategies as st
from printer_workshop import Workshop

from anjungan.simulation.printer.barcodes import BarcodeStyle, barcode_picture


@pytest.mark.parametrize(
    ("command", "read"),
    [
        (b"\x00036000291452\x00", "UPC-A:036000291452"),
        (b"\x024006381333931\x00", "EAN-13:4006381333931"),
        (b"\x0396385074\x00", "EAN-8:96385074"),
        (b"\x04AB-12 9\x00", "CODE-39:AB-12 9"),
        (b"\x0512345678\x00", "I2/5:12345678"),
        (b"\x06A12-345B\x00", "Codabar:A12-345B"),
        (b"E\x05AB-12", "CODE-39:AB-12"),
        (b"F\x0812345678", "I2/5:12345678"),
        (b"C\x0d4006381333931", "EAN-13:4006381333931"),
        (b"I\x0c{BNo. 123456", "CODE-128:No. 123456"),
        (b"I\x0b{BNo.{C\x0c\x22\x38\x01", "CODE-128:No.12345601"),
        (b"I\x05{Ba{{", "CODE-128:a{"),
    ],
)
def test_a_bar_code_is_read_back(command, read, tmp_path):
    bench = Workshop().feed(b"\x1dh\x50\x1dw\x02\x1dH\x02\x1ba\x01\x1dk" + command + b"\n")
    assert read in codes_on(bench.picture(), tmp_path)


def test_a_bar_code_stands_in_the_transcript():
    assert "[barcode 73 {BABC]" in Workshop().feed(b"\x1dkI\x05{BABC").text()
    assert "[barcode 4 ABC]" in Workshop().feed(b"\x1dk\x04ABC\x00").text()


@pytest.mark.parametrize(
    "command",
    [
        b"\x00123\x00",  # too few digits
        b"\x02400638133393x\x00",
        b"\x04abc\x00",  # no small letters
        b"\x05123\x00",  # an odd number of digits
        b"\x06123\x00",  # no start and stop
        b"I\x03ABC",  # no code set
        b"I\x04{BA\x01",
        b"I\x04{1AB",
        b"\x0712\x00",
        b"I\x52{B" + b"x" * 80,  # wider than the paper
        b"\x7f\x01x",
        b"I\x00",
    ],
)
def test_what_is_no_bar_code_prints_nothing_and_stops_nothing(command):
    bench = Workshop().feed(b"\x1dk" + command + b"OK\n")
    assert bench.text().splitlines()[-1] == "OK"
    assert "[barcode" not in Workshop().feed(b"\x1dk" + command).text()


def test_height_width_and_text_of_a_bar_code():
    plain = barcode_picture(b"\x04AB\x00", BarcodeStyle(), 384)
    assert plain.height == 162
    style = BarcodeStyle().with_height(50).with_width(2)
    small = barcode_picture(b"\x04AB\x00", style, 384)
    assert (small.width * 3, small.height) == (plain.width * 2, 50)
    heights = [barcode_picture(b"\x04AB\x00", style.with_text(n), 384).height for n in range(4)]
    assert heights == [50, 50 + 28, 50 + 28, 50 + 56]
    in_font_b = style.with_text(50).with_face(1)
    assert barcode_picture(b"\x04AB\x00", in_font_b, 384).height == 50 + 21
    unchanged = style.with_height(0).with_width(9).with_text(77)
    assert unchanged == style


@settings(max_examples=200)
@given(st.integers(0, 255), st.binary(max_size=40), st.integers(1, 6))
def test_any_data_makes_a_picture_that_fits_or_none(kind, data, module_dots):
    command = bytes((kind, len(data))) + data if kind >= 65 else bytes((kind,)) + data + b"\x00"
    picture = barcode_picture(command, BarcodeStyle().with_width(module_dots), 384)
    assert picture is None or picture.width <= 384
