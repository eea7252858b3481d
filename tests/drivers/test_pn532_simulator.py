"""The simulated chip, byte by byte: what libnfc and nfcpy were seen to send, and its answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.card_reader.pn532_frame import (
    ACK_BYTES,
    APPLICATION_ERROR_BYTES,
    NACK_BYTES,
    encode_command,
    encode_reply,
)
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.simulation.pn532.card import (
    CardSpec,
    CardSpecError,
    Identity,
    SimulatedCard,
    parse_card_spec,
)
from anjungan.simulation.pn532.dialogue import Pn532Dialogue
from anjungan.simulation.pn532.simulator import Pn532Simulator

TYPE_A = "a:04a1b2c3d4e5f6,ats=7577810280"
TYPE_B = "b:11223344"
ATQB = "5011223344 00000000 007171"


@dataclass
class Timer:
    at_s: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Bench:
    """A chip on a clock that moves only when asked."""

    now_s: float = 0.0
    sent: list[bytes] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chip = Pn532Dialogue(
            send_ack=self.sent.append, send_reply=self.sent.append, call_later=self.call_later
        )

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        self.timers.append(Timer(self.now_s + delay_s, callback))
        return self.timers[-1]

    def wait(self, delay_s: float) -> None:
        self.now_s += delay_s
        for timer in [timer for timer in self.timers if timer.at_s <= self.now_s]:
            self.timers.remove(timer)
            if not timer.cancelled:
                timer.callback()

    def takes(self, data: bytes) -> list[bytes]:
        self.sent.clear()
        self.chip.receive(data)
        return list(self.sent)

    def awake(self) -> "Bench":
        self.chip.receive(b"\x55\x55" + bytes(14))
        assert self.answer("14 01") == "15"
        return self

    def answer(self, command: str, wait_s: float = 1.0) -> str | None:
        """Send a command; return the reply's payload, "error", or None when there is none yet."""
        assert self.takes(encode_command(bytes.fromhex(command))) == [ACK_BYTES]
        self.wait(wait_s)
        assert len(self.sent) <= 2
        return None if len(self.sent) == 1 else payload(self.sent[1])

    def lay(self, *specs: str) -> None:
        for spec in specs:
            self.chip.insert(SimulatedCard(parse_card_spec(spec), Random(3)))  # noqa: S311 - repeatable


def payload(frame: bytes) -> str:
    if frame == APPLICATION_ERROR_BYTES:
        return "error"
    start = 6 if frame[3] != 0xFF else 9
    return frame[start:-2].hex()


def spaced(text: str) -> str:
    return text.replace(" ", "")


A_ENTRY = spaced("01 0344 20 07 04a1b2c3d4e5f6 06 7577810280")
LIBNFC = [
    ("14 01", "15"),
    ("00 00 6c69626e6663", "01006c69626e6663"),
    ("02", "0332010607"),
    ("12 14", "13"),
    ("06 6302 6303 630d 6338 633d", "070000000000"),
    ("08 6302 80 6303 80", "09"),
    ("06 6302 6303", "078080"),
    ("32 01 00", "33"),
    ("32 01 01", "33"),
    ("32 05 ff ff ff", "33"),
    ("08 6305 40 633c 10", "09"),
    ("32 05 00 01 02", "33"),
    ("4a 01 00", "4b01" + A_ENTRY),
    ("44 00", "4500"),
    ("4a 01 01 00ffff0100", "4b00"),
    ("4a 01 02 00ffff0100", "4b00"),
    ("4a 01 03 00", "4b00"),
    ("42 01 0b 3f 80", "4301"),
    ("42 06 00", "4301"),
    ("42 10", "4301"),
    ("42 0a", "4301"),
    ("42 0c", "4301"),
    ("4a 01 04", "4b00"),
    ("42", "4301"),
    ("52 00", "5300"),
    ("32 01 00", "33"),
    ("16 f0", "1700"),
]
NFCPY = [
    ("02", "0332010607"),
    ("14 01 00 00", "15"),
    ("10 07", "11"),
    ("12 00", "13"),
    ("32 02 00 0b 0a", "33"),
    ("32 04 00", "33"),
    ("32 05 01 00 01", "33"),
    ("32 0a 59f43f114d85616f266287", "33"),
    ("32 0b 69ff3f114185616f", "33"),
    ("32 0c ff0485", "33"),
    ("32 0d 85158a8508b28501da", "33"),
    ("32 01 02", "33"),
    ("4a 01 00", "4b00"),
    ("06 6339", "0726"),
    ("4a 01 03 00", "4b0101" + spaced(ATQB) + "0100"),
    ("42 ca 01", "4300ca01"),
    ("42 05 00 08", "4300" + spaced(ATQB)),
    ("10 04", "11"),
    ("16 b0 00", "1700"),
]


@pytest.mark.parametrize(("stream", "card"), [(LIBNFC, TYPE_A), (NFCPY, TYPE_B)])
def test_the_streams_of_libnfc_and_nfcpy(stream: list[tuple[str, str]], card: str) -> None:
    bench = Bench()
    bench.lay(card)
    bench.chip.receive(bytes(10))  # nfcpy wakes the chip by zeros alone
    for command, reply in stream:
        assert bench.answer(command) == reply, command


def test_a_reply_of_more_than_255_bytes_is_an_extended_frame() -> None:
    bench = Bench().awake()
    text = "00 00" + "a5" * 260
    assert bench.answer(text) == "0100" + "a5" * 260
    assert bench.sent[1][:5] == b"\x00\x00\xff\xff\xff"


@pytest.mark.parametrize(
    "command",
    ["7e", "00 09", "00", "02 00", "04 00", "06", "06 63", "08 6302", "0c 00", "0e 00", "10", "12",
     "14", "14 05", "16", "32", "32 05 00", "32 0e 00", "40", "44", "4a 01", "4a 03 00", "4a 01 05",
     "4a 01 03", "52", "54", "60 01 01", "60 00 01 00", "60 01 00 00"],
)  # fmt: skip
def test_a_malformed_command_is_answered_with_the_error_frame(command: str) -> None:
    assert Bench().awake().answer(command) == "error"


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("00 01", "0100"),
        ("00 02", "0100"),
        ("04", "0500000080"),
        ("0c", "0d3f0600"),
        ("0e 80 80", "0f"),
        ("40 01 00", "4127"),
        ("54 01", "5527"),
        ("60 01 01 00", "6100"),
    ],
)
def test_commands_without_a_card(command: str, reply: str) -> None:
    assert Bench().awake().answer(command) == reply


def test_commands_with_cards() -> None:
    bench = Bench().awake()
    bench.lay(TYPE_A, TYPE_B)
    assert bench.answer("4a 02 00") == "4b01" + A_ENTRY
    assert bench.answer("04") == "050001010100000080"
    assert bench.answer("40 01 00a40000") == "41006d00"
    assert bench.answer("42 b2") == "4300a2"
    assert bench.answer("42 ff") == "4301"
    assert bench.answer("54 01") == "5500"
    assert bench.answer("4a 01 03 00") == "4b0101" + spaced(ATQB) + "0100"
    assert bench.answer("04") == "050001010100000380"
    assert bench.answer("42 ba 01") == "4300aa01"
    bench.chip.clear()
    assert bench.answer("42 ba 01") == "4301"
    assert bench.answer("40 01 00") == "4101"
    assert bench.answer("42 05 00 08") == "4301"


def test_the_ats_is_listed_only_after_automatic_rats() -> None:
    bench = Bench().awake()
    bench.lay(TYPE_A)
    assert bench.answer("12 04") == "13"
    assert bench.answer("4a 01 00") == "4b01" + spaced("01 0344 20 07 04a1b2c3d4e5f6")


def test_two_cards_of_one_type_and_one_asked_for() -> None:
    bench = Bench().awake()
    bench.lay("a:01020304", "a:04000000000001")
    first = spaced("01 0004 08 04 01020304")
    assert bench.answer("4a 02 00") == "4b02" + first + spaced("02 0044 00 07 04000000000001")
    assert bench.answer("4a 01 00") == "4b01" + first


@pytest.mark.parametrize(
    ("card", "kind", "entry"),
    [
        (TYPE_A, "20", A_ENTRY),
        ("a:01020304", "10", spaced("01 0004 08 04 01020304")),
        (TYPE_B, "23", "01" + spaced(ATQB) + "0100"),
    ],
)
def test_auto_poll_names_the_kind_of_card(card: str, kind: str, entry: str) -> None:
    bench = Bench().awake()
    bench.lay(card)
    reply = "6101" + kind + bytes((len(entry) // 2,)).hex() + entry
    assert bench.answer("60 14 02 20 10 03 11 12 04") == reply


def test_auto_poll_takes_its_time_and_ends_early_for_a_card() -> None:
    bench = Bench().awake()
    assert bench.answer("60 14 02 20 23", 11.9) is None  # 20 polls of two kinds, 300 ms each
    bench.wait(0.2)
    assert payload(bench.sent[-1]) == "6100"
    assert bench.answer("60 ff 01 23", 10_000.0) is None
    bench.lay(TYPE_B)
    bench.wait(0.1)
    assert payload(bench.sent[-1]).startswith("610123")


def test_infinite_retries_wait_for_a_card_or_an_abort() -> None:
    bench = Bench().awake()  # the default after power-on is to wait for ever
    assert bench.answer("4a 01 00", 10_000.0) is None
    bench.lay("a:01020304")
    bench.wait(0.1)
    assert payload(bench.sent[-1]) == "4b01" + spaced("01 0004 08 04 01020304")
    bench.chip.clear()
    assert bench.answer("4a 01 00", 10.0) is None
    assert bench.takes(ACK_BYTES) == []
    bench.lay("a:01020304")
    bench.wait(10.0)
    assert bench.sent == []


def test_finite_retries_end_with_no_card() -> None:
    bench = Bench().awake()
    assert bench.answer("32 05 00 01 02") == "33"
    assert bench.answer("4a 01 00", 0.001) is None
    bench.wait(0.1)
    assert payload(bench.sent[-1]) == "4b00"


def test_being_a_target_waits_for_an_initiator_that_never_comes() -> None:
    assert Bench().awake().answer("8c" + "00" * 36, 10_000.0) is None


def test_a_nack_repeats_the_last_reply_and_a_new_command_aborts_the_old() -> None:
    bench = Bench()
    bench.chip.receive(bytes(10))
    assert bench.takes(NACK_BYTES) == []
    assert bench.answer("02") == "0332010607"
    assert bench.takes(NACK_BYTES) == [encode_reply(bytes.fromhex("0332010607"))]
    assert bench.takes(encode_command(b"\x02") * 2) == [ACK_BYTES, ACK_BYTES]
    bench.wait(1.0)
    assert bench.sent == [ACK_BYTES, ACK_BYTES, encode_reply(bytes.fromhex("0332010607"))]


@pytest.mark.parametrize(
    "frame",
    ["0000ff02fed4022b00", "0000ff02fdd4022a00", "0000ff02fed5022900", "0000ff01ff7f8100"],
)
def test_broken_frames_and_frames_only_a_chip_sends_are_ignored(frame: str) -> None:
    assert Bench().awake().takes(bytes.fromhex(frame)) == []


def test_low_vbat_until_woken_and_configured() -> None:
    bench = Bench()
    assert bench.takes(encode_command(b"\x02")) == []  # asleep
    bench.chip.receive(b"\x55")
    assert bench.answer("02") == "0332010607"
    assert bench.answer("4a 01 00") == "error"
    assert bench.answer("14 01") == "15"
    bench.lay("a:01020304")
    assert bench.answer("32 05 00 01 02") == "33"
    assert bench.answer("4a 01 00") == "4b01" + spaced("01 0004 08 04 01020304")
    bench.chip.power_cycle()
    assert not bench.chip.field_is_on
    assert bench.takes(encode_command(b"\x02")) == []
    assert bench.chip.cards


def test_power_down_ends_with_a_wake_up_and_keeps_the_mode() -> None:
    bench = Bench().awake()
    assert bench.answer("16 f0") == "1700"
    assert bench.takes(encode_command(b"\x02")) == []
    bench.chip.receive(b"\x55\x55" + bytes(14))
    assert bench.answer("32 01 01") == "33"


def test_identifiers_from_one_power_up_to_the_next() -> None:
    bench = Bench().awake()
    bench.lay("a:08aabbcc,random", "b:11223344,changing")
    seen = []
    for _ in range(2):
        listed = bench.answer("4a 01 00")
        assert listed is not None
        seen.append((listed, bench.answer("4a 01 03 00")))
        assert bench.answer("4a 01 00") == listed  # the field stayed on
        assert bench.answer("32 01 00") == "33"
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]
    assert all(listed.startswith(spaced("4b01 01 0004 08 04 08")) for listed, _ in seen)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("a:01020304", CardSpec(parse_card_spec("a:00000000").technology, b"\x01\x02\x03\x04")),
        (" B:11223344,RANDOM", CardSpec(parse_card_spec("b:00000000").technology,
                                        b"\x11\x22\x33\x44", Identity.RANDOM)),
        ("a:01020304,changing,pulled=2,ats=75",
         CardSpec(parse_card_spec("a:00000000").technology, b"\x01\x02\x03\x04",
                  Identity.CHANGING, b"\x75", 2)),
    ],
)  # fmt: skip
def test_card_descriptions(text: str, spec: CardSpec) -> None:
    assert parse_card_spec(text) == spec


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "begins with"),
        ("c:01020304", "begins with"),
        ("a:0102030", "hexadecimal"),
        ("a:010203", "4 or 7 or 10 bytes"),
        ("b:01020304050607", "4 bytes"),
        ("a:01020304,shiny", "unknown option"),
        ("a:01020304,pulled=0", "unknown option"),
        ("a:01020304,ats=xy", "hexadecimal"),
        ("b:11223344,ats=75", "unknown option"),
    ],
)
def test_card_descriptions_that_are_refused(text: str, problem: str) -> None:
    with pytest.raises(CardSpecError, match=problem):
        parse_card_spec(text)


@settings(max_examples=200)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.binary(min_size=1, max_size=40).map(encode_command),
            st.sampled_from([ACK_BYTES, NACK_BYTES, encode_command(b"\x14\x01")]),
        ),
        max_size=20,
    ),
    st.lists(st.sampled_from([TYPE_A, TYPE_B, "a:01020304"]), max_size=3),
)
def test_any_bytes_from_a_host_are_survived(pieces: list[bytes], cards: list[str]) -> None:
    bench = Bench()
    bench.lay(*cards)
    for piece in pieces:
        bench.takes(piece)
        bench.wait(0.1)
    bench.takes(ACK_BYTES + b"\x55\x55" + bytes(300))  # ends whatever frame was begun
    assert bench.answer("02") == "0332010607"


async def test_what_is_seen_on_the_line(tmp_path: Path) -> None:
    log: list[tuple[str, str]] = []
    sim = Pn532Simulator(
        tmp_path / "nfc", byte_log=lambda way, data: log.append((way.value, data.hex()))
    )
    sim.start()
    link = SerialLink(str(sim.line.path))
    await link.open()
    await link.write(b"\x55" * 2 + bytes(14) + encode_command(b"\x02"), 1.0)
    got = b""
    while len(got) < 19:
        piece = await link.read(19, 5.0)
        assert piece
        got += piece
    assert got.hex() == "0000ff00ff00" + "0000ff06fad50332010607e800"
    assert log == [
        ("host", "5555" + "00" * 14 + "0000ff02fed4022a00"),
        ("device", "0000ff00ff00"),
        ("device", "0000ff06fad50332010607e800"),
    ]
    await link.close()
    sim.stop()
