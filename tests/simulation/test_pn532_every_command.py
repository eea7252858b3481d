"""The simulated PN532, command by command (NXP UM0701-02, section 7), without its frames."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.card_reader.card import CardTechnology
from anjungan.appliance.drivers.card_reader.pn532_frame import (
    ACK_BYTES,
    NACK_BYTES,
    encode_command,
    encode_reply,
)
from anjungan.simulation.pn532.card import SimulatedCard, parse_card_spec
from anjungan.simulation.pn532.card_talk import check_bytes
from anjungan.simulation.pn532.commands import CommandSet
from anjungan.simulation.pn532.dialogue import Pn532Dialogue
from anjungan.simulation.pn532.outcome import Answer, NoReply, Outcome, Refuse, WaitForCard
from anjungan.simulation.pn532.rf_field import RfField

MIFARE = "a:04112233"
ULTRALIGHT = "a:04a1b2c3d4e5f6"
DESFIRE = "a:04a1b2c3d4e5f6,ats=7577810280"
TRIPLE = "a:0102030405060708090a"
TYPE_B = "b:11223344"
MIFARE_ENTRY = "000408" + "04" + "04112233"
ULTRALIGHT_ENTRY = "004400" + "07" + "04a1b2c3d4e5f6"
ATQB = "50" + "11223344" + "00000000" + "007171"
REFUSED, SILENT, WAITING = "refused", "silent", "waiting"


class Chip:
    """A chip that is awake and out of LowVbat, with cards on it."""

    def __init__(self, *cards: str) -> None:
        self.field = RfField()
        self._commands = CommandSet(self.field)
        self.cards = [SimulatedCard(parse_card_spec(card), Random(3)) for card in cards]  # noqa: S311
        for card in self.cards:
            self.field.insert(card)
        assert self.answer("14 01") == "15"
        assert self.answer("32 05 ff 01 02") == "33"

    def execute(self, command: str) -> Outcome:
        return self._commands.execute(bytes.fromhex(command))

    def answer(self, command: str) -> str:
        outcome = self.execute(command)
        match outcome:
            case Answer(payload):
                return payload.hex()
            case Refuse():
                return REFUSED
            case NoReply():
                return SILENT
            case WaitForCard():
                return WAITING


EVERY_COMMAND = bytes.fromhex(
    "00 02 04 06 08 0c 0e 10 12 14 16 32 58"  # section 7.2, and RF
    "40 42 44 46 4a 4e 50 52 54 56 60"  # initiator
    "86 88 8a 8c 8e 90 92 94"  # target
)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00 00 6c69", "01006c69"),
        ("00 01", "0100"),
        ("00 02", "0100"),
        ("00 04 01", "0180"),
        ("00 05 00 00 00", SILENT),
        ("00 06", "0127"),
        ("00 07 20", "0100"),
        ("02", "0332010607"),
        ("04", "0500000080"),
        ("06 6339", "0726"),
        ("08 6302 80", "09"),
        ("0c", "0d3f0600"),
        ("0e 80 80", "0f"),
        ("10 07", "11"),
        ("12 00", "13"),
        ("14 01 14 01", "15"),
        ("16 b0 00", "1700"),
        ("32 01 01", "33"),
        ("58 01", SILENT),
        ("40 01 30 00", "4127"),
        ("42", "4301"),
        ("42 26", "4301"),
        ("44 00", "4500"),
        ("44 01", "4527"),
        ("46 00 00 00", "4701"),
        ("4a 01 00", WAITING),
        ("4a 01 01 00ffff0100", WAITING),
        ("4a 01 04", WAITING),
        ("4e 01 00 00", "4f27"),
        ("50 01 00", "5127"),
        ("52 00", "5300"),
        ("52 01", "5327"),
        ("54 01", "5527"),
        ("56 00 00 00", "5701"),
        ("60 01 01 00", WAITING),
        ("86", "8727"),
        ("88", "8927"),
        ("8a", "8b0000"),
        ("8c" + "00" * 37, SILENT),
        ("8e 01 02", "8f27"),
        ("90 01 02", "9127"),
        ("92 01 02", "9327"),
        ("94 01 02", "9527"),
    ],
)
def test_every_command_without_a_card(command: str, answer: str) -> None:
    assert Chip().answer(command) == answer


@pytest.mark.parametrize(
    "command",
    [
        "00", "00 01 00", "00 04", "00 05 00", "00 06 00", "00 07", "00 09", "02 00", "04 00", "06",
        "06 63", "08", "08 6302", "0c 00", "0e 00", "10", "10 09", "10 00 00", "12", "12 00 00",
        "14", "14 00", "14 05", "14 01 00 00 00", "16", "16 00 00 00", "32", "32 01", "32 05 00",
        "32 0e 00", "58", "58 00 00", "40", "44", "44 00 00", "46 00 00", "4a", "4a 01", "4a 00 00",
        "4a 03 00", "4a 01 05", "4a 01 03", "4a 01 00 01", "4a 01 01", "4a 02 04 00", "4e 01 00",
        "50 01", "52", "54", "56", "60", "60 01", "60 01 01", "60 00 01 00", "60 01 00 00",
        "60 01 10 00", "60 01 01" + " 00" * 16, "86 00", "88 00", "8a 00", "8c" + "00" * 35,
    ],
)  # fmt: skip
def test_a_command_of_a_wrong_length_or_value_gets_the_error_frame(command: str) -> None:
    assert Chip(MIFARE).answer(command) == REFUSED


def test_every_other_code_gets_the_error_frame() -> None:
    for code in set(range(256)) - set(EVERY_COMMAND):
        assert Chip().answer(f"{code:02x} 00 00") == REFUSED, hex(code)


def test_the_radio_is_refused_before_the_first_sam_configuration() -> None:
    chip = CommandSet(RfField())
    assert chip.execute(bytes.fromhex("4a 01 00")) == Refuse()
    assert chip.execute(b"\x02") == Answer(bytes.fromhex("0332010607"))


def test_two_type_a_cards_are_listed_together_or_one_after_the_other() -> None:
    both = f"01{MIFARE_ENTRY}" + f"02{ULTRALIGHT_ENTRY}"
    assert Chip(MIFARE, ULTRALIGHT).answer("4a 02 00") == f"4b02{both}"
    chip = Chip(MIFARE, ULTRALIGHT)
    assert chip.answer("4a 01 00") == f"4b0101{MIFARE_ENTRY}"
    assert chip.answer("44 01") == "4500"  # it is sent to sleep, so the other is found
    assert chip.answer("4a 01 00") == f"4b0101{ULTRALIGHT_ENTRY}"
    assert chip.answer("52 00") == "5300"
    assert chip.answer("4a 01 00") == WAITING
    assert chip.answer("32 01 00") == "33"  # without field both lose their power
    assert chip.answer("4a 02 00") == f"4b02{both}"


def test_three_cards_are_two_targets() -> None:
    assert Chip(MIFARE, ULTRALIGHT, "a:04000001").answer("4a 02 00")[:4] == "4b02"


@pytest.mark.parametrize(
    ("card", "uid"),
    [
        (MIFARE, "04112233"),
        (ULTRALIGHT, "88 04a1b2 c3d4e5f6"),
        (TRIPLE, "88 010203 88 040506 0708090a"),
    ],
)
def test_a_card_is_found_by_its_uid_asleep_or_awake(card: str, uid: str) -> None:
    chip = Chip("a:0badcafe", card)
    listed = chip.answer(f"4a 01 00 {uid}")
    assert chip.cards[1].identifier.hex() in listed
    assert chip.answer("44 00") == "4500"
    assert chip.answer(f"4a 01 00 {uid}") == listed
    chip.field.clear()
    assert chip.answer(f"4a 01 00 {uid}") == WAITING


def test_a_type_b_card_answers_for_all_families_only() -> None:
    chip = Chip(TYPE_B)
    assert chip.answer("4a 01 03 55") == WAITING
    assert chip.answer("4a 01 03 00") == f"4b0101{ATQB}0100"
    assert chip.answer("4a 01 03 00 01") == f"4b0101{ATQB}0100"


def test_an_ultralight_is_read_page_by_page() -> None:
    chip = Chip(ULTRALIGHT)
    assert chip.answer("40 01 30 00") == "4127"
    assert chip.answer("4a 01 00") == f"4b0101{ULTRALIGHT_ENTRY}"
    first = "04a1b29f" + "c3d4e5f6" + "04480000" + "00000000"
    assert chip.answer("40 01 30 00") == f"4100{first}"
    assert chip.answer("42 30 00") == f"4300{first}"
    assert chip.answer("40 01 30 0f") == f"4100{'00' * 4}{first[:24]}"  # over the end
    assert chip.answer("40 01 30 10") == "4101"
    assert chip.answer("40 01 60") == "4101"
    assert chip.answer("42 50 00") == "4301"  # HLTA is never answered
    assert chip.answer("42 30 00") == "4301"
    assert chip.answer("40 01 30 00") == f"4100{first}"  # the chip wakes a target by itself


def test_a_classic_does_not_let_itself_be_read_without_its_key() -> None:
    chip = Chip(MIFARE)
    chip.answer("4a 01 00")
    assert chip.answer("40 01 30 00") == "4101"


def test_check_bytes_are_handed_on_when_the_chip_was_told_not_to_look_at_them() -> None:
    chip = Chip(ULTRALIGHT)
    chip.answer("4a 01 00")
    assert chip.answer("06 6302 6303") == "078080"
    read = chip.answer("42 30 00")
    assert chip.answer("08 6303 00") == "09"
    data = bytes.fromhex(read[4:])
    assert chip.answer("42 30 00") == read + check_bytes(CardTechnology.ISO14443A, data).hex()
    chip.answer("4a 01 00")  # a new activation sets the mode again
    assert chip.answer("42 30 00") == read


def test_check_bytes_are_those_of_the_standard() -> None:
    # ISO/IEC 14443-3, annex B: the examples of CRC_A and CRC_B
    assert check_bytes(CardTechnology.ISO14443A, b"\x00\x00").hex() == "a01e"
    assert check_bytes(CardTechnology.ISO14443A, b"\x12\x34").hex() == "26cf"
    assert check_bytes(CardTechnology.ISO14443B, b"\x00\x00\x00").hex() == "ccc6"
    assert check_bytes(CardTechnology.ISO14443B, b"\x0f\xaa\xff").hex() == "fcd1"


def test_blocks_of_a_card_with_the_transport_protocol() -> None:
    chip = Chip(DESFIRE)
    assert chip.answer("12 00") == "13"
    assert chip.answer("4a 01 00") == "4b0101034420" + "0704a1b2c3d4e5f6"
    assert chip.answer("42 e0 80") == "4300" + "067577810280"  # RATS
    assert chip.answer("42 02 00a40400") == "4300" + "026d00"  # I block
    assert chip.answer("42 0b 01 00a40400") == "4300" + "0b016d00"
    assert chip.answer("42 b2") == "4300a2"
    assert chip.answer("42 bb 01") == "4300ab01"
    assert chip.answer("42 ff") == "4301"
    assert chip.answer("00 06") == "0100"
    assert chip.answer("54 01") == "5500"
    assert chip.answer("50 01 00") == "5101"
    assert chip.answer("4e 01 00 00") == "4f01"
    assert chip.answer("42 c2") == "4300c2"  # S(DESELECT)
    assert chip.answer("42 b2") == "4301"
    assert chip.answer("00 06") == "0101"
    assert chip.answer("54 01") == "5500"  # selected anew
    assert chip.answer("42 b2") == "4300a2"
    chip.field.clear()
    assert chip.answer("54 01") == "5501"
    assert chip.answer("40 01 00a40400") == "4101"


def test_a_type_b_card_is_put_to_sleep_woken_and_given_its_number_again() -> None:
    chip = Chip(TYPE_B)
    assert chip.answer("4a 01 03 00") == f"4b0101{ATQB}0100"
    assert chip.answer("06 6302 6303") == "078383"
    assert chip.answer("42 ca 01") == "4300ca01"
    assert chip.answer("4a 01 03 00") == WAITING  # REQB does not wake it
    assert chip.answer("42 05 00 08") == f"4300{ATQB}"  # WUPB does
    assert chip.answer("4a 01 03 00") == f"4b0101{ATQB}0100"
    assert chip.answer("42 1d 11223344 00 08 01 05") == "430005"
    assert chip.answer("42 1d 11223345 00 08 01 05") == "4301"


def test_status_tells_the_targets() -> None:
    chip = Chip(MIFARE, TYPE_B)
    chip.answer("4a 02 00")
    assert chip.answer("04") == "05000101" + "01000000" + "80"
    chip.answer("4a 01 03 00")
    assert chip.answer("04") == "05000101" + "01000003" + "80"
    chip.answer("16 f0")
    assert chip.answer("04") == "05000000" + "80"


@pytest.mark.parametrize(
    ("card", "kinds", "answer"),
    [
        (MIFARE, "20 10", f"61011009 01{MIFARE_ENTRY}"),
        (MIFARE, "00", f"61011009 01{MIFARE_ENTRY}"),
        (DESFIRE, "10 20", "61012012 01034420 0704a1b2c3d4e5f6 067577810280"),
        (TYPE_B, "20 10 03 11 12 04", f"6101230f 01{ATQB}0100"),
        (TYPE_B, "23", f"6101230f 01{ATQB}0100"),
        (MIFARE, "23 11 04 80", WAITING),
    ],
)
def test_auto_poll_tells_the_kind(card: str, kinds: str, answer: str) -> None:
    assert Chip(card).answer(f"60 14 02 {kinds}") == answer.replace(" ", "")


def test_how_long_a_search_without_cards_takes() -> None:
    chip = Chip()
    assert chip.execute("60 02 03 00 03") == WaitForCard(b"\x61\x00", 2 * 3 * 2 * 0.150)
    assert chip.execute("60 ff 01 00") == WaitForCard(b"\x61\x00", None)
    assert chip.execute("4a 01 00") == WaitForCard(b"\x4b\x00", pytest.approx(0.015))
    chip.answer("32 05 ff 01 ff")
    assert chip.execute("4a 01 00") == WaitForCard(b"\x4b\x00", None)


COMMANDS = st.tuples(st.sampled_from(EVERY_COMMAND), st.binary(max_size=20)).map(
    lambda command: bytes((command[0],)) + command[1]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.binary(min_size=1, max_size=20) | COMMANDS, min_size=1, max_size=20),
    st.lists(st.sampled_from([MIFARE, ULTRALIGHT, DESFIRE, TRIPLE, TYPE_B]), max_size=3),
)
def test_no_command_is_too_strange_to_be_answered(commands: list[bytes], cards: list[str]) -> None:
    chip = Chip(*cards)
    for command in commands:
        outcome = chip.execute(command.hex())
        if isinstance(outcome, Answer):
            assert outcome.payload[0] == command[0] + 1


class _Timer:
    def cancel(self) -> None:
        pass


PIECES = st.one_of(
    st.binary(max_size=40),
    COMMANDS.map(encode_command),
    st.sampled_from([ACK_BYTES, NACK_BYTES, b"\x55" + bytes(10), b"\x00\xff\x00\x00\x00"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=20))
def test_no_bytes_on_the_line_are_too_strange(pieces: list[bytes]) -> None:
    sent: list[bytes] = []
    chip = Pn532Dialogue(
        send_ack=sent.append,
        send_reply=sent.append,
        call_later=lambda _, callback: (callback(), _Timer())[1],
    )
    chip.insert(SimulatedCard(parse_card_spec(MIFARE), Random(3)))  # noqa: S311 - repeatable
    chip.receive(b"\x55" * 3 + encode_command(b"\x14\x01"))
    assert sent == [ACK_BYTES, encode_reply(b"\x15")]
    for piece in pieces:
        chip.receive(piece)
