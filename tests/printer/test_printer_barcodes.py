"""The simulated printer's bar codes, read back from the picture by zbarimg."""

import pytest
from code_reading import codes_on
from hypothesis import given, settings
from hypothesis import strategies as st
from printer_workshop import Workshop

from anjungan.simulation.printer.barcodes import BarcodeStyle, barcode_picture
from anjungan.simulation.printer.code93 import code93
from anjungan.simulation.printer.upc_e import upc_e


@pytest.mark.parametrize(
    ("command", "read"),
    [
        (b"\x00036000291452\x00", "UPC-A:036000291452"),
        (b"\x024006381333931\x00", "EAN-13:4006381333931"),
        (b"\x0396385074\x00", "EAN-8:96385074"),
        (b"\x01425261\x00", "UPC-E:04252614"),
        (b"\x01042100005264\x00", "UPC-E:04252614"),
        (b"\x04AB-12 9\x00", "CODE-39:AB-12 9"),
        (b"\x04*ABC*\x00", "CODE-39:ABC"),
        (b"\x07ANJUNGAN 12\x00", "CODE-93:ANJUNGAN 12"),
        (b"B\x070123453", "UPC-E:01234531"),
        (b"E\x05*ABC*", "CODE-39:ABC"),
        (b"H\x08aZ-9,:;@", "CODE-93:aZ-9,:;@"),
        (b"H\x08[`{~!?}_", "CODE-93:[`{~!?}_"),
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
        b"\x04*A*B*\x00",
        b"\x0112345\x00",  # UPC-E has six digits
        b"\x0112345678\x00",  # of number system 1
        b"\x0101234567890\x00",  # no short form
        b"\x07\xe912\x00",
        b"H\x00",
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


@given(st.text("0123456789", min_size=6, max_size=6))
def test_a_upc_e_is_the_same_from_its_short_and_its_long_number(short):
    bars, text = upc_e(short.encode())
    assert text[1:7] == short
    assert len(bars) == 51
    number = {"0": f"{short[:2]}00000{short[2:5]}", "1": f"{short[:2]}10000{short[2:5]}"}
    number |= {"2": f"{short[:2]}20000{short[2:5]}", "3": f"{short[:3]}00000{short[3:5]}"}
    number |= {"4": f"{short[:4]}00000{short[4]}"}
    long = "0" + number.get(short[5], f"{short[:5]}0000{short[5]}")
    shorter = upc_e(long.encode())
    assert shorter is not None
    check = barcode_picture(b"\x00" + long.encode() + b"\x00", BarcodeStyle(), 384)
    assert check is not None
    assert shorter[1][7] == text[7]


@given(st.text(st.characters(max_codepoint=127), min_size=1, max_size=20))
def test_code93_takes_all_of_ascii(text):
    bars, shown = code93(text.encode())
    assert len(bars) % 9 == 1
    assert len(shown) == len(text)
