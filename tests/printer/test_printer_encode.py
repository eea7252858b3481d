"""Documents as bytes, byte for byte, and pictures dot for dot."""

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.printer.bitmap import (
    Bitmap,
    hides_realtime_command,
    largest_module_dots,
    qr_bitmap,
    qr_modules,
    rule_bitmap,
)
from anjungan.appliance.drivers.printer.document import Cut, Document, Feed, Qr, Rule, Space, Text
from anjungan.appliance.drivers.printer.encode import (
    barrier_request,
    encode,
    flush_segment,
    process_id_request,
    separate_segment,
)
from anjungan.appliance.drivers.printer.profile import BASIC_58, CLONE_58, EPSON_58, PROFILES

START = bytes.fromhex("1b40 1c2e 1b5200 1b7400")
QR_TEXT = "https://x.id/1"


def bytes_of(document, profile):
    return b"".join(segment.data for segment in encode(document, profile))


def test_every_job_starts_from_a_known_state_and_forces_the_code_page():
    for profile in PROFILES.values():
        assert encode(Document(()), profile)[0].data == START


def test_a_line_carries_its_whole_style():
    text = Text("Desa é", "right", bold=True, width_scale=2, height_scale=3, inverse=True)
    expected = bytes.fromhex("1d2112 1b4501 1b6102 1d4201") + b"Desa \x82\n"
    assert bytes_of(Document((text,)), EPSON_58) == START + expected
    plain = bytes.fromhex("1d2100 1b4500 1b6100 1d4200") + b"a\n"
    assert bytes_of(Document((text, Text("a"))), EPSON_58) == START + expected + plain


def test_a_style_in_force_is_not_sent_again():
    assert bytes_of(Document((Text("a"), Text("b"))), EPSON_58) == START + b"a\nb\n"
    bold = (Text("a", bold=True), Text("b", bold=True), Text("c", "center", bold=True))
    expected = b"\x1bE\x01a\nb\n\x1ba\x01c\n"
    assert bytes_of(Document(bold), EPSON_58) == START + expected


def test_a_simple_printer_gets_ascii_alone():
    assert bytes_of(Document((Text("Dhé"),)), CLONE_58).endswith(b"Dhe\n")


def test_a_native_qr_code_is_the_printers_own():
    expected = bytes.fromhex(
        "1b6101 1d286b040031413200 1d286b0300314306 1d286b0300314531 1d286b1100315030"
        + QR_TEXT.encode().hex()
        + "1d286b0300315130"
    )
    assert bytes_of(Document((Qr(QR_TEXT, 6),)), EPSON_58) == START + expected


def test_a_qr_code_for_a_clone_is_a_picture_in_small_bands():
    segments = encode(Document((Qr(QR_TEXT, 6),)), CLONE_58)[1:]
    bitmap = qr_bitmap(QR_TEXT, 3)
    rows = b""
    for index, segment in enumerate(segments):
        data = segment.data.removeprefix(b"\x1ba\x01") if index == 0 else segment.data
        width, height = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
        assert data[:4] == b"\x1dv0\x03"  # the printer doubles each dot
        assert width == bitmap.width_bytes
        assert len(data) == 8 + width * height
        assert height <= 128
        assert 2 * height == segment.dot_rows
        assert width * height <= CLONE_58.band_bytes
        rows += data[8:]
    assert rows == b"".join(bitmap.rows)


def test_feeds_spaces_and_cuts():
    document = Document((Feed(3), Space(7), Cut()))
    assert bytes_of(document, EPSON_58) == START + bytes.fromhex("1b6403 1b4a07 1b6405 1d5600")
    assert bytes_of(document, BASIC_58) == START + bytes.fromhex("1b6403 1b4a07 1b6405")
    assert sum(segment.dot_rows for segment in encode(document, EPSON_58)) == 90 + 7 + 150


def test_a_profile_follows_the_speed_of_its_line():
    assert EPSON_58.at_baud(9600).bytes_per_s == 960
    assert EPSON_58.at_baud(9600).band_bytes == 120  # an eighth of a second
    assert EPSON_58.at_baud(9600).first_band_bytes == 48
    assert EPSON_58.at_baud(1200).band_bytes == 48  # but never less than a row
    assert EPSON_58.at_baud(115_200).band_bytes == 1024
    assert EPSON_58.at_baud(921_600).band_bytes == 1024


def test_a_document_for_wider_paper_is_refused():
    with pytest.raises(ValueError, match="wider"):
        encode(Document((Text("x" * 48),), columns=48), EPSON_58)


def test_questions_and_recovery():
    assert process_id_request(b"J001") == bytes.fromhex("1d2848060030304a303031")
    assert barrier_request() == bytes.fromhex("1d7201")
    for bad in (b"J01", b"J0001", b"J\x1f01"):
        with pytest.raises(ValueError, match="four"):
            process_id_request(bad)
    longest = max(len(s.data) for s in encode(Document((Rule("kawung"),)), EPSON_58))
    assert len(flush_segment(EPSON_58).data) >= longest
    assert set(flush_segment(EPSON_58).data) == {0}
    assert separate_segment(EPSON_58).data == bytes.fromhex("1b40 1b6405 1d5600")
    assert separate_segment(BASIC_58).data == bytes.fromhex("1b40 1b6405")


def test_nothing_is_printed_to_the_terminal_and_no_text_stands_in_a_repr(capsys):
    segments = encode(Document((Text("rahasia"), Rule(), Qr("rahasia", 4))), CLONE_58)
    assert capsys.readouterr().out == ""
    assert "rahasia" not in repr(segments)


urls = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/:.", min_size=1)


@settings(max_examples=60, deadline=None)
@given(urls.filter(lambda text: len(text) <= 120), st.integers(1, 9))
def test_a_qr_picture_shows_the_modules_and_hides_no_realtime_command(text, module_dots):
    bitmap = qr_bitmap(text, module_dots)
    modules = [list(row) for row in segno.make_qr(text, error="m", boost_error=False).matrix]
    assert len(modules) == qr_modules(text)
    shift = bitmap.width_dots - len(modules) * module_dots
    assert 0 <= shift < 8

    def dot(x, y):
        return bitmap.rows[y][x // 8] >> (7 - x % 8) & 1

    middle = module_dots // 2
    seen = [
        [
            dot(shift + x * module_dots + middle, y * module_dots + middle)
            for x in range(len(modules))
        ]
        for y in range(len(modules))
    ]
    assert seen == modules
    assert not hides_realtime_command(bitmap)


@pytest.mark.parametrize("number", [1598, 2160, 2457])
def test_a_qr_picture_moves_aside_from_a_realtime_command(number):
    text = f"https://example.id/t/{number}"  # one dot a module, this hides one at the left edge
    bitmap = qr_bitmap(text, 1)
    assert bitmap.width_dots > qr_modules(text)
    assert not hides_realtime_command(bitmap)


def test_a_realtime_command_in_a_picture_is_seen():
    assert hides_realtime_command(Bitmap(16, (b"\x00\x10", b"\x04\x00")))
    assert not hides_realtime_command(Bitmap(16, (b"\x00\x10", b"\x03\x04")))


@pytest.mark.parametrize("style", ["solid", "dashed", "kawung"])
@pytest.mark.parametrize("width_dots", [384, 576])
def test_rules_span_the_paper_and_hide_no_realtime_command(style, width_dots):
    bitmap = rule_bitmap(style, width_dots)
    assert bitmap.width_dots == width_dots
    assert all(len(row) == bitmap.width_bytes for row in bitmap.rows)
    assert any(any(row) for row in bitmap.rows)
    assert not hides_realtime_command(bitmap)


def test_the_largest_module_leaves_room_for_the_quiet_zone():
    assert largest_module_dots(QR_TEXT, 384, 8) == 8
    assert largest_module_dots("x" * 300, 384, 8) == 384 // (qr_modules("x" * 300) + 8)
    with pytest.raises(ValueError, match="wider"):
        largest_module_dots("x" * 300, 60, 8)
