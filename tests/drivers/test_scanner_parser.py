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
    ],
)
def test_codes(code: bytes, event: ScanEvent | None) -> None:
    assert read_code(code) == event


def test_a_code_of_exactly_the_limit_and_one_beyond() -> None:
    parser = ScanParser()
    assert parser.feed(b"x" * MAX_CODE_BYTES + b"\r") == [Scanned("x" * MAX_CODE_BYTES)]
    assert parser.feed(b"x" * (MAX_CODE_BYTES + 1) + b"\r") == [TOO_LONG]


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
@given(st.lists(st.one_of(st.binary(max_size=60), st.just(b"z" * 1500)), max_size=12))
def test_any_bytes_are_survived_and_nothing_unchecked_comes_out(pieces: list[bytes]) -> None:
    parser = ScanParser()
    events = [event for piece in pieces for event in parser.feed(piece)] + parser.end()
    for event in events:
        if isinstance(event, Scanned):
            assert 0 < len(event.text) <= MAX_CODE_BYTES
            assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in event.text)
    assert not parser.in_a_code
