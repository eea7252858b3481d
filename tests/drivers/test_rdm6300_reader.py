"""The RDM6300 driver against the simulated reader over a real pseudo-terminal."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from anjungan.appliance.drivers.card_reader.card import (
    Card,
    CardPresented,
    CardRejected,
    CardRejection,
    CardRemoved,
    CardTechnology,
    Linkable,
)
from anjungan.appliance.drivers.card_reader.rdm6300_reader import Rdm6300Reader
from anjungan.appliance.drivers.device import Missing, Pacing, Ready, Starting
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.simulation.memory_link import memory_line
from anjungan.simulation.pn532.card import CardSpecError
from anjungan.simulation.rdm6300 import Rdm6300Simulator, TagSpec, parse_tag_spec

READY = Ready("listening")
TAG = "em:010063e9ae"
PRESENTED = CardPresented(Card(CardTechnology.EM4100, bytes.fromhex("010063e9ae"), Linkable()))
QUICK = Pacing(base_s=0.02, cap_s=0.1, floor_s=0.01)


@dataclass
class Desk:
    sim: Rdm6300Simulator
    reader: Rdm6300Reader
    cards: Any
    states: Any


@pytest.fixture
async def desk(
    tmp_path: Path, recorder: Callable[[], Any], start: Callable[..., Any]
) -> AsyncIterator[Desk]:
    path = tmp_path / "rdm"
    sim = Rdm6300Simulator(path, repeat_s=0.02)
    sim.start()
    cards, states = recorder(), recorder()
    reader = Rdm6300Reader(
        SerialLink(str(path), 9600), on_card=cards, on_state=states, pacing=QUICK
    )
    start(reader.run())
    await states.last(READY)
    yield Desk(sim, reader, cards, states)
    sim.stop()


async def test_a_tap_is_one_event_though_the_tag_stays(desk: Desk) -> None:
    desk.sim.present(TAG)
    await desk.cards.last(PRESENTED)
    desk.sim.remove()
    await desk.cards.last(CardRemoved())
    assert desk.cards.told == [PRESENTED, CardRemoved()]
    assert desk.states.told == [Starting(), READY]
    assert (desk.reader.name, desk.reader.kind, desk.reader.state) == (
        "card_reader",
        "card_reader",
        READY,
    )


async def test_a_tag_pulled_after_one_frame(desk: Desk) -> None:
    desk.sim.present(TAG + ",pulled=1")
    await desk.cards.last(CardRejected(CardRejection.PULLED_EARLY))
    desk.sim.remove()
    desk.sim.present(TAG)
    await desk.cards.last(PRESENTED)


async def test_two_tags(desk: Desk) -> None:
    desk.sim.present(TAG)
    desk.sim.present("em:100086f444")
    await desk.cards.last(CardRejected(CardRejection.TWO_CARDS))


async def test_noise_and_garbled_frames_give_no_other_card(desk: Desk) -> None:
    desk.sim.faults.noise = b"\xff\x02123\x03\x02"
    desk.sim.faults.corrupt_frames = 3
    desk.sim.inject(bytes(range(256)))
    desk.sim.present(TAG)
    await desk.cards.last(PRESENTED)
    assert desk.cards.told == [PRESENTED]
    assert desk.reader.bad_frames > 3


async def test_constant_noise_does_not_hide_that_the_tag_is_gone(desk: Desk) -> None:
    desk.sim.present(TAG)
    await desk.cards.last(PRESENTED)
    desk.sim.remove()
    async with asyncio.timeout(15.0):
        while desk.cards.told[-1] != CardRemoved():
            desk.sim.inject(b"\x02noise")
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("cut_at_bytes", [0, 1, 7, 13])
async def test_unplugged_in_the_middle_of_a_frame_and_plugged_again(
    desk: Desk, cut_at_bytes: int
) -> None:
    desk.sim.present(TAG)
    await desk.cards.last(PRESENTED)
    desk.sim.faults.cut_frame_at_bytes = cut_at_bytes
    await desk.states.last(Missing("absent"))
    await desk.cards.last(CardRemoved())
    desk.sim.plug()
    await desk.states.last(READY)
    await desk.cards.last(PRESENTED)
    assert desk.cards.told == [PRESENTED, CardRemoved(), PRESENTED]


async def test_a_silent_reader_tells_no_card_and_speaks_again(desk: Desk) -> None:
    desk.sim.faults.silent = True
    desk.sim.present(TAG)
    desk.sim.power_cycle()
    desk.sim.faults.silent = False
    await desk.cards.last(PRESENTED)
    assert desk.states.told == [Starting(), READY]


async def test_an_absent_reader_is_found_when_it_is_plugged_in(
    tmp_path: Path, recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    sim = Rdm6300Simulator(tmp_path / "later", cr_lf=True)
    cards, states = recorder(), recorder()
    link = SerialLink(str(tmp_path / "later"), 9600)
    start(Rdm6300Reader(link, on_card=cards, on_state=states, pacing=QUICK).run())
    await states.last(Missing("absent"))
    sim.present(TAG)
    sim.start()
    await states.last(READY)
    await cards.last(PRESENTED)
    sim.stop()


async def test_nothing_is_ever_written_to_the_reader(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    near, far = memory_line(capacity_bytes=64)
    await far.open()
    cards, states = recorder(), recorder()
    start(Rdm6300Reader(near, on_card=cards, on_state=states).run())
    await states.last(READY)
    await far.write(bytes.fromhex("02 30313030363345394145 3235 03") * 2, 1.0)
    await cards.last(PRESENTED)
    assert await far.read(64, 0.01) == b""


def test_the_text_form_of_a_tag() -> None:
    assert parse_tag_spec(" EM:0102030405,once ") == TagSpec(b"\x01\x02\x03\x04\x05", 1)
    assert parse_tag_spec("em:0102030405,pulled=3") == TagSpec(b"\x01\x02\x03\x04\x05", 3)
    for wrong in (
        "a:0102030405",
        "em:01",
        "em:zz",
        "em:0102030405,random",
        "em:0102030405,pulled=0",
    ):
        with pytest.raises(CardSpecError):
            parse_tag_spec(wrong)
