"""The real driver against the simulated chip over a real pseudo-terminal."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from anjungan.appliance.drivers.card_reader.card import (
    CardPresented,
    CardRejected,
    CardRejection,
    CardRemoved,
    CardTechnology,
    Linkable,
    Linking,
    NotLinkable,
    NotLinkableReason,
)
from anjungan.appliance.drivers.card_reader.pn532_reader import Pn532Reader
from anjungan.appliance.drivers.device import Fault, Missing, Pacing, Ready
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.simulation.pn532.simulator import Pn532Simulator

READY = Ready("PN532 1.6")
DEBOUNCE_S = 0.2
A, B = CardTechnology.ISO14443A, CardTechnology.ISO14443B
CARD = "a:04a1b2c3d4e5f6"


@dataclass
class Desk:
    sim: Pn532Simulator
    reader: Pn532Reader
    cards: Any
    states: Any


@pytest.fixture
async def desk(
    tmp_path: Path, recorder: Callable[[], Any], start: Callable[..., Any]
) -> AsyncIterator[Desk]:
    sim = Pn532Simulator(tmp_path / "nfc", random=Random(11))  # noqa: S311 - repeatable cards
    sim.start()
    cards, states = recorder(), recorder()
    reader = Pn532Reader(
        SerialLink(str(sim.line.path)),
        on_card=cards,
        on_state=states,
        poll_interval_s=0.02,
        debounce_s=DEBOUNCE_S,
        pacing=Pacing(base_s=0.02, cap_s=0.1, floor_s=0.01),
    )
    start(reader.run())
    await states.last(READY)
    yield Desk(sim, reader, cards, states)
    sim.stop()


async def polls_pass(desk: Desk, count: int = 5) -> None:
    """Wait until the reader has polled ``count`` times more."""
    seen = 0
    was_on = desk.sim.field_is_on

    def holds(_: object) -> bool:
        nonlocal seen, was_on
        seen += was_on and not desk.sim.field_is_on
        was_on = desk.sim.field_is_on
        return seen >= count

    await until(holds)


async def until(holds: Callable[[object], bool]) -> None:
    async with asyncio.timeout(15.0):
        while not holds(None):  # noqa: ASYNC110 - the simulator has no event for what is looked at
            await asyncio.sleep(0.001)


@pytest.mark.parametrize(
    ("spec", "technology", "identifier", "linking"),
    [
        ("a:01020304", A, "01020304", Linkable()),
        (CARD, A, "04a1b2c3d4e5f6", Linkable()),
        (CARD + ",ats=7577810280", A, "04a1b2c3d4e5f6", Linkable()),
        ("a:" + "0102030405" * 2, A, "0102030405" * 2, Linkable()),
        ("b:11223344", B, "11223344", Linkable()),
        ("b:00000000", B, "00000000", NotLinkable(NotLinkableReason.BLANK)),
        ("a:08aabbcc", A, "08aabbcc", NotLinkable(NotLinkableReason.RANDOM)),
        ("a:08aabbcc,random", A, None, NotLinkable(NotLinkableReason.RANDOM)),
        ("a:01020304,changing", A, None, NotLinkable(NotLinkableReason.CHANGES)),
        ("b:11223344,random", B, None, NotLinkable(NotLinkableReason.CHANGES)),
    ],
)
async def test_a_tap_is_one_event_though_the_card_stays(
    desk: Desk, spec: str, technology: CardTechnology, identifier: str | None, linking: Linking
) -> None:
    desk.sim.present(spec)
    await desk.cards.last_of(CardPresented)
    card = desk.cards.told[0].card
    assert (card.technology, card.linking) == (technology, linking)
    if identifier is not None:
        assert card.identifier.hex() == identifier
    await polls_pass(desk)
    assert len(desk.cards.told) == 1
    desk.sim.remove()
    await desk.cards.last(CardRemoved())
    desk.sim.present(spec)
    await desk.cards.last_of(CardPresented)
    assert len(desk.cards.told) == 3


async def test_a_card_pulled_between_the_activations(desk: Desk) -> None:
    desk.sim.present(CARD + ",pulled=1")
    await desk.cards.last(CardRejected(CardRejection.PULLED_EARLY))
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)
    assert len(desk.cards.told) == 2


@pytest.mark.parametrize("pair", [("a:01020304", "a:01020305"), (CARD, "b:11223344")])
async def test_two_cards_at_once_are_refused(desk: Desk, pair: tuple[str, str]) -> None:
    for spec in pair:
        desk.sim.present(spec)
    await desk.cards.last(CardRejected(CardRejection.TWO_CARDS))
    await polls_pass(desk)
    assert desk.cards.told == [CardRejected(CardRejection.TWO_CARDS)]
    desk.sim.remove()
    await polls_pass(desk)
    desk.sim.present(pair[0])
    await desk.cards.last_of(CardPresented)


@pytest.mark.parametrize("cut_at_bytes", [0, 1, 6, 15])
async def test_unplugged_in_the_middle_of_a_frame_and_plugged_again(
    desk: Desk, cut_at_bytes: int
) -> None:
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)
    desk.sim.faults.cut_reply_at_bytes = cut_at_bytes
    await desk.states.last(Missing("absent"))
    await desk.cards.last(CardRemoved())
    desk.sim.plug()
    await desk.states.last(READY)
    await desk.cards.last_of(CardPresented)
    assert len(desk.cards.told) == 3


async def test_noise_before_and_between_frames(desk: Desk) -> None:
    desk.sim.faults.noise = b"\x00\xff\x00\x55\xff\x00\x00\xffgarbage\x00\xff\x02\xfe\xd5\x4b\x99"
    desk.sim.inject(bytes(range(256)))
    desk.sim.present("b:11223344")
    await desk.cards.last_of(CardPresented)
    assert desk.states.told[-1] == READY
    assert desk.reader.counters.bad_frames > 0


async def test_a_broken_reply_is_no_card_and_the_next_one_is(desk: Desk) -> None:
    desk.sim.faults.corrupt_replies = 2
    desk.sim.present("a:01020304")
    await desk.cards.last_of(CardPresented)
    assert desk.cards.told[0].card.identifier.hex() == "01020304"
    assert desk.reader.counters.failed_commands >= 2


async def test_an_answer_to_another_command_is_no_card(desk: Desk) -> None:
    desk.sim.faults.wrong_replies = 2
    await until(lambda _: desk.reader.counters.failed_commands >= 2)
    assert desk.cards.told == []
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)
    assert desk.states.told[-1] == READY


async def test_lost_acknowledgements_are_recovered_from(desk: Desk) -> None:
    desk.sim.faults.lost_acks = 2
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)
    assert desk.states.told[-1] == READY


async def test_a_slow_chip_is_waited_for(desk: Desk) -> None:
    desk.sim.faults.extra_delay_s = 0.1
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)
    assert desk.states.told[-1] == READY


async def test_a_silent_device_is_a_fault_until_it_speaks_again(desk: Desk) -> None:
    desk.sim.faults.silent = True
    await desk.states.last(Fault("not_answering", "the reader does not answer"))
    desk.sim.faults.silent = False
    await desk.states.last(READY)
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)


async def test_a_chip_that_lost_its_power_for_a_moment_is_configured_again(desk: Desk) -> None:
    desk.sim.power_cycle()
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)
    assert desk.states.told[-1] == READY
    assert desk.reader.counters.failed_commands > 0


async def test_the_field_rests_between_polls(desk: Desk) -> None:
    await polls_pass(desk)  # counts how often the field went off
    assert not desk.sim.field_is_on


async def test_an_absent_reader_is_found_when_it_is_plugged_in(
    tmp_path: Path, recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    sim = Pn532Simulator(tmp_path / "later")
    states = recorder()
    reader = Pn532Reader(
        SerialLink(str(sim.line.path)),
        on_card=recorder(),
        on_state=states,
        pacing=Pacing(base_s=0.02, cap_s=0.05),
    )
    start(reader.run())
    await states.last(Missing("absent"))
    sim.start()
    await states.last(READY)
    sim.stop()
