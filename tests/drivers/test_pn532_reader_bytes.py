"""The reader against a far end that is written out byte by byte, without the simulator."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from anjungan.appliance.drivers.card_reader.card import (
    Card,
    CardPresented,
    CardTechnology,
    Linkable,
)
from anjungan.appliance.drivers.card_reader.pn532_chip import (
    GET_FIRMWARE_VERSION,
    CommandFailure,
    LineCounters,
    Pn532Chip,
    Reply,
)
from anjungan.appliance.drivers.card_reader.pn532_reader import Pn532Reader
from anjungan.appliance.drivers.device import Fault, Pacing, Ready, Starting
from anjungan.simulation.memory_link import MemoryLink, memory_line

ACK = "0000ff00ff00"
WAKE_UP = "5555" + "00" * 14
# name, what the host sends, what the chip replies
STARTING = [
    ("wake, SAM", ACK + WAKE_UP + "0000ff03fdd414011700", "0000ff02fed5151600"),
    ("firmware", "0000ff02fed4022a00", "0000ff06fad50332010607e800"),
    ("parameters", "0000ff03fdd412001a00", "0000ff02fed5131800"),
    ("timings", "0000ff06fad43202000b0ae300", "0000ff02fed533f800"),
    ("no retries", "0000ff04fcd4320400f600", "0000ff02fed533f800"),
    ("passive retries", "0000ff06fad43205000102f200", "0000ff02fed533f800"),
    ("field off", "0000ff04fcd4320100f900", "0000ff02fed533f800"),
]
POLL_A = "0000ff04fcd44a0200e000"
POLL_B = "0000ff05fbd44a020300dd00"
FIELD_OFF = ("field off", "0000ff04fcd4320100f900", "0000ff02fed533f800")
NO_CARD = "0000ff03fdd54b00e000"


def frame(payload: str) -> str:
    body = bytes.fromhex("d5" + payload)
    return (
        bytes((0, 0, 0xFF, len(body), -len(body) & 0xFF)) + body + bytes((-sum(body) & 0xFF, 0))
    ).hex()


CARD_A = frame("4b01 01 0344 20 07 04a1b2c3d4e5f6".replace(" ", ""))
FIRST_TAP = [
    ("poll A", POLL_A, CARD_A),
    ("poll B", POLL_B, NO_CARD),
    FIELD_OFF,
    ("poll A again", POLL_A, CARD_A),
    FIELD_OFF,
]


async def play(far: MemoryLink, script: list[tuple[str, str, str]]) -> None:
    """Expect each piece of the script in turn, byte for byte, and answer it."""
    for name, expected, reply in script:
        got = b""
        while len(got) < len(expected) // 2:
            piece = await far.read(len(expected) // 2 - len(got), 10.0)
            assert piece, f"{name}: only {got.hex()} came"
            got += piece
        assert got.hex() == expected, name
        await far.write(bytes.fromhex(ACK + reply), 1.0)


def reader_on(link: MemoryLink, cards: Any, states: Any) -> Pn532Reader:
    return Pn532Reader(
        link,
        on_card=cards,
        on_state=states,
        poll_interval_s=0.0,
        pacing=Pacing(base_s=0.01, cap_s=0.01, floor_s=0.0),
    )


async def test_the_bytes_from_opening_to_a_tap(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    near, far = memory_line()
    await far.open()
    cards, states = recorder(), recorder()
    reader = reader_on(near, cards, states)
    start(reader.run())
    await play(far, STARTING + FIRST_TAP)
    await cards.last(
        CardPresented(Card(CardTechnology.ISO14443A, bytes.fromhex("04a1b2c3d4e5f6"), Linkable()))
    )
    assert states.told == [Starting(), Ready("PN532 1.6")]
    assert reader.state == Ready("PN532 1.6")
    assert (reader.name, reader.kind) == ("card_reader", "card_reader")


async def test_a_chip_that_is_no_pn532_is_a_fault(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    near, far = memory_line()
    await far.open()
    states = recorder()
    start(reader_on(near, recorder(), states).run())
    other_chip = [(n, e, frame("0333010607") if n == "firmware" else r) for n, e, r in STARTING]
    await play(far, other_chip)
    await states.last(Fault("wrong_device", "the device is not a PN532"))


async def test_a_refused_command_is_retried_from_the_wake_up(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    near, far = memory_line()
    await far.open()
    states = recorder()
    reader = reader_on(near, recorder(), states)
    start(reader.run())
    await play(far, [*STARTING[:3], (*STARTING[3][:2], "0000ff01ff7f8100")])
    await play(far, STARTING)
    await states.last(Ready("PN532 1.6"))
    assert reader.counters.failed_commands == 1


async def test_a_malformed_target_list_is_no_card_and_restarts_the_chip(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    near, far = memory_line()
    await far.open()
    cards = recorder()
    start(reader_on(near, cards, recorder()).run())
    await play(far, [*STARTING, ("poll A", POLL_A, frame("4b0101000408050102030405"))])
    await play(far, STARTING + FIRST_TAP)
    await cards.last_of(CardPresented)
    assert len(cards.told) == 1


async def test_a_target_list_that_is_malformed_again_and_again_is_logged_once(
    recorder: Callable[[], Any], start: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    near, far = memory_line()
    await far.open()
    start(reader_on(near, recorder(), recorder()).run())
    for _ in range(3):
        await play(far, [*STARTING, ("poll A", POLL_A, frame("4b0101000408050102030405"))])
    await play(far, STARTING)
    assert len([each for each in caplog.messages if "card reader" in each]) == 1


async def test_a_device_that_takes_no_bytes_is_opened_anew(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    near, far = memory_line(capacity_bytes=0)
    await far.open()
    states = recorder()
    start(reader_on(near, recorder(), states).run())
    await states.last(Fault("not_answering", "the reader does not answer"))


async def test_stray_and_broken_frames_are_counted_and_passed_over(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    near, far = memory_line()
    await far.open()
    states = recorder()
    reader = reader_on(near, recorder(), states)
    start(reader.run())
    late = "0000ff02fed5151600"
    broken = "0000ff02fed5131900"
    _, expected, reply = STARTING[1]
    await play(far, STARTING[:1])
    got = await far.read(99, 10.0)
    assert got.hex() == expected
    await far.write(bytes.fromhex(late + broken + ACK + ACK + reply), 1.0)
    await play(far, STARTING[2:])
    await states.last(Ready("PN532 1.6"))
    assert reader.counters.bad_frames == 1
    assert reader.counters.stray_frames == 2


async def test_a_listener_that_raises_does_not_end_the_reader(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    near, far = memory_line()
    await far.open()
    states = recorder()

    def bad(event: object) -> None:
        raise ValueError(event)

    start(reader_on(near, bad, states).run())
    empty = [("poll A", POLL_A, NO_CARD), ("poll B", POLL_B, NO_CARD), FIELD_OFF]
    await play(far, STARTING + FIRST_TAP + empty)
    assert states.told[-1] == Ready("PN532 1.6")


@pytest.mark.parametrize(
    ("bytes_back", "outcome"),
    [
        ("", CommandFailure.NO_ACK),
        ("0000ff02fed503" + "2800", CommandFailure.NO_ACK),  # a reply nobody acknowledged
        (ACK, CommandFailure.NO_REPLY),
        (ACK + "0000ff02fed5151600", CommandFailure.NO_REPLY),  # to another command
        (ACK + "0000ff01ff7f8100", CommandFailure.REFUSED),
        (ACK + "0000ff06fad50332010607e800", Reply(bytes.fromhex("0332010607"))),
    ],
)
async def test_what_a_command_comes_to(bytes_back: str, outcome: object) -> None:
    near, far = memory_line()
    await near.open()
    await far.open()
    counters = LineCounters()
    chip = Pn532Chip(near, counters, time.monotonic)
    await far.write(bytes.fromhex(bytes_back), 1.0)
    got = await chip.command(GET_FIRMWARE_VERSION, reply_timeout_s=0.05, ack_timeout_s=0.05)
    assert got == outcome
    assert counters.failed_commands == isinstance(outcome, CommandFailure)


async def test_a_command_to_a_full_line() -> None:
    near, far = memory_line(capacity_bytes=3)
    await near.open()
    await far.open()
    chip = Pn532Chip(near, LineCounters(), time.monotonic)
    assert await chip.command(GET_FIRMWARE_VERSION) is CommandFailure.NOT_TAKING_BYTES


def test_a_reply_shows_its_code_and_no_card() -> None:
    assert repr(Reply(b"\x4b\x01\xa1\xb2")) == "Reply(code=0x4b, 4 bytes)"
