import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.scanner.scan import (
    MAX_CODE_BYTES,
    ScanEvent,
    Scanned,
    ScanParser,
    ScanRefusal,
    ScanRefused,
    read_code,
)

BIDI_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\u206f\ufff9"
TOO_LONG = ScanRefused(ScanRefusal.TOO_LONG)
CONTROL = ScanRefused(ScanRefusal.CONTROL_CHARACTERS)
codes = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=60
).filter(lambda text: not text.startswith(("]", "\ufeff")))
suffixes = st.sampled_from([b"\r", b"\n", b"\r\n", b"\t"])


@pytest.mark.parametrize(
    ("code", "event"),
    [
        (b"K7QM-2XPA-9", Scanned("K7QM-2XPA-9")),
        (b"https://desa.example/t/abc", Scanned("https://desa.example/t/abc")),
        ("Surat é ñ ꦲ".encode(), Scanned("Surat é ñ ꦲ")),
        (b"Surat \xe9", Scanned("Surat é")),  # Latin-1
        (b"\xef\xbb\xbfKODE", Scanned("KODE")),
        (b"\x00K\x00O\x00DE\x00", Scanned("KODE")),
        (b"]Q1KODE", Scanned("KODE", "]Q1")),
        (b"]C0KODE", Scanned("KODE", "]C0")),
        (b"]d2\xef\xbb\xbfKODE", Scanned("KODE", "]d2")),
        (b"]KODE", Scanned("DE", "]KO")),  # cannot be told from an identifier
        (b"] KODE", Scanned("] KODE")),
        (b"]Q1", None),
        (b"", None),
        (b"\x00\x00", None),
        (b"KO\x1bDE", CONTROL),
        (b"KO\x7fDE", CONTROL),
        (b"KO\x1dDE", CONTROL),
        (b"\xff\x9b1m", CONTROL),  # C1 control, by way of Latin-1
        ("KO\u2028DE".encode(), CONTROL),
        ("KO\u202eED".encode(), CONTROL),
        *((f"KO{mark}DE".encode(), CONTROL) for mark in BIDI_MARKS),
        *((f"KO{mark}DE".encode(), CONTROL) for mark in UNSEEN),
        (b"\x1b[2J\x1b[HKODE", CONTROL),
        (b"\x1b]0;title\x07", CONTROL),
        (b"KODE\x08\x08", CONTROL),
        (b"\x7fELF\x02\x01\x01", CONTROL),
        ("KO\ud800DE".encode("utf-8", "surrogatepass"), CONTROL),  # as Latin-1: C1 controls
        ("KO\ue000DE".encode(), CONTROL),
        ("KO\U000e0041DE".encode(), CONTROL),
        (b"]Q1KO\x1bDE", CONTROL),
        ("]Q1\ufeffKODE".encode(), Scanned("KODE", "]Q1")),
        ("KO\ufeffDE".encode(), CONTROL),
        (b"]C1]Q1KODE", Scanned("]Q1KODE", "]C1")),
        (b"KODE ", Scanned("KODE ")),
    ],
)
def test_codes(code: bytes, event: ScanEvent | None) -> None:
    assert read_code(code) == event


def test_a_code_of_exactly_the_limit_and_one_beyond() -> None:
    parser = ScanParser()
    assert parser.feed(b"x" * MAX_CODE_BYTES + b"\r") == [Scanned("x" * MAX_CODE_BYTES)]
    assert parser.feed(b"x" * (MAX_CODE_BYTES + 1) + b"\r") == [TOO_LONG]
    assert parser.feed(b"x" * (MAX_CODE_BYTES + 1)) == []  # it may be an identifier yet
    assert parser.end() == [TOO_LONG]


@pytest.mark.parametrize("suffix", [b"\r", b"\n", b"\r\n", b"\t", b""])
def test_two_kibibytes_are_taken_whatever_stands_before_and_behind_them(suffix: bytes) -> None:
    parser = ScanParser()
    code = "é" * (MAX_CODE_BYTES // 2)
    data = b"]Q1\xef\xbb\xbf" + code.encode() + suffix
    assert parser.feed(data) + parser.end() == [Scanned(code, "]Q1")]


def test_an_overlong_code_is_refused_once_and_swallowed_to_its_end() -> None:
    parser = ScanParser()
    events = [event for _ in range(50) for event in parser.feed(b"x" * 100)]
    assert events == [TOO_LONG]
    assert parser.in_a_code
    assert parser.feed(b"tail\rNEXT\r") == [Scanned("NEXT")]
    parser.feed(b"y" * 3000)
    assert parser.end() == []
    assert not parser.in_a_code
    assert parser.feed(b"NEXT\r") == [Scanned("NEXT")]


def test_a_pause_ends_a_code_without_terminator() -> None:
    parser = ScanParser()
    assert parser.feed(b"KO") == []
    assert parser.feed(b"DE") == []
    assert parser.end() == [Scanned("KODE")]
    assert parser.end() == []


def test_an_unfinished_code_can_be_forgotten() -> None:
    parser = ScanParser()
    parser.feed(b"HALF")
    parser.reset()
    assert parser.feed(b"KODE\r") == [Scanned("KODE")]


def test_a_code_is_not_shown() -> None:
    assert "KODE" not in repr(Scanned("KODE", "]Q1"))


@settings(max_examples=200)
@given(st.lists(st.tuples(codes, suffixes), max_size=6), st.lists(st.integers(1, 9), min_size=1))
def test_codes_arrive_whole_in_any_pieces(scans: list[tuple[str, bytes]], sizes: list[int]) -> None:
    data = b"".join(code.encode() + suffix for code, suffix in scans)
    parser = ScanParser()
    events: list[ScanEvent] = []
    place, turn = 0, 0
    while place < len(data):
        size = sizes[turn % len(sizes)]
        events += parser.feed(data[place : place + size])
        place, turn = place + size, turn + 1
    assert events == [Scanned(code) for code, _ in scans]


@settings(max_examples=300)
@given(
    st.text(max_size=20),
    st.characters(categories=["Cc", "Cf", "Co", "Cn", "Zl", "Zp"], exclude_characters="\r\n\t\0"),
    st.text(max_size=20),
)
def test_one_hostile_character_anywhere_spoils_a_code(
    before: str, hostile: str, after: str
) -> None:
    code = f"X{before}{hostile}{after}"
    for end in "\r\n\t\0":
        code = code.replace(end, "")
    assert read_code(code.encode("utf-8", "replace")) == CONTROL


@settings(max_examples=300)
@given(codes, st.from_regex(r"\A\][A-Za-z][0-9A-Za-z]\Z"))
def test_an_identifier_is_told_apart_from_its_code(code: str, identifier: str) -> None:
    assert read_code(f"{identifier}{code}".encode()) == Scanned(code, identifier)
    assert read_code(code.encode()) == Scanned(code)


@settings(max_examples=200)
@given(st.binary(max_size=120), st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_the_pieces_bytes_come_in_change_nothing(data: bytes, sizes: list[int]) -> None:
    whole, pieces = ScanParser(), ScanParser()
    events: list[ScanEvent] = []
    place, turn = 0, 0
    while place < len(data):
        size = sizes[turn % len(sizes)]
        events += pieces.feed(data[place : place + size])
        place, turn = place + size, turn + 1
    assert events + pieces.end() == whole.feed(data) + whole.end()


@settings(max_examples=300)
@given(st.lists(st.one_of(st.binary(max_size=60), st.just(b"z" * 1500)), max_size=12))
def test_any_bytes_are_survived_and_nothing_unchecked_comes_out(pieces: list[bytes]) -> None:
    parser = ScanParser()
    events = [event for piece in pieces for event in parser.feed(piece)] + parser.end()
    for event in events:
        if isinstance(event, Scanned):
            assert 0 < len(event.text) <= MAX_CODE_BYTES
            assert not any(unicodedata.category(c)[0] == "C" for c in event.text)
    assert not parser.in_a_code
