"""The PC/SC driver against the simulated pcscd: alone, and with the real libpcsclite between."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from anjungan.appliance.drivers.card_reader import pcsc_reader
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
from anjungan.appliance.drivers.card_reader.pcsc_card import ACR122_BUZZER_OFF, GET_UID
from anjungan.appliance.drivers.card_reader.pcsc_library import open_pcsclite
from anjungan.appliance.drivers.card_reader.pcsc_reader import PcscReader
from anjungan.appliance.drivers.card_reader.pcsc_session import choose_reader
from anjungan.appliance.drivers.device import Missing, Pacing, Ready, Starting
from anjungan.simulation.pcsc import ACR122U, PcscSimulator
from anjungan.simulation.pcsc_socket import PcscSocket

READY = Ready(ACR122U)
A, B = CardTechnology.ISO14443A, CardTechnology.ISO14443B
CARD = "a:04a1b2c3d4e5f6"
QUICK = Pacing(base_s=0.02, cap_s=0.1, floor_s=0.01)


@dataclass
class Desk:
    sim: PcscSimulator
    reader: PcscReader
    cards: Any
    states: Any
    slept: list[float]
    socket: PcscSocket | None

    def stop_service(self) -> None:
        self.sim.stop_service()
        if self.socket is not None:
            self.socket.stop()

    def start_service(self) -> None:
        self.sim.start_service()
        if self.socket is not None:
            self.socket.start()


@pytest.fixture(autouse=True)
def quick_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc_reader, "REMOVAL_STEP_S", 0.02)
    monkeypatch.setattr(pcsc_reader, "SETTLE_S", 0.01)


@pytest.fixture(params=["simulated", "libpcsclite"])
async def desk(
    request: pytest.FixtureRequest,
    pcscd_path: Path,
    recorder: Callable[[], Any],
    start: Callable[..., Any],
) -> AsyncIterator[Desk]:
    is_real = request.param == "libpcsclite"
    sim = PcscSimulator(random=Random(11))  # noqa: S311 - repeatable cards
    cards, states = recorder(), recorder()
    slept: list[float] = []

    async def sleep(delay_s: float) -> None:
        slept.append(delay_s)
        await asyncio.sleep(delay_s)

    reader = PcscReader(
        "acr122",
        open_pcsclite if is_real else sim.open_library,
        on_card=cards,
        on_state=states,
        debounce_s=0.2,
        call_limit_s=0.5,
        pacing=replace(QUICK, sleep=sleep),
    )
    sim.plug()
    desk = Desk(sim, reader, cards, states, slept, PcscSocket(sim, pcscd_path) if is_real else None)
    desk.start_service()
    start(reader.run())
    await states.last(READY)
    yield desk
    desk.stop_service()


@pytest.mark.parametrize(
    ("spec", "technology", "identifier", "linking"),
    [
        ("a:01020304", A, "01020304", Linkable()),
        (CARD, A, "04a1b2c3d4e5f6", Linkable()),
        (CARD + ",ats=7577810280", A, "04a1b2c3d4e5f6", Linkable()),
        ("a:01020304,ats=78778102" + "0102030405060708", A, "01020304", Linkable()),
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
    desk.sim.remove()
    await desk.cards.last(CardRemoved())
    desk.sim.present(spec)
    await desk.cards.last_of(CardPresented)
    assert len(desk.cards.told) == 3
    assert desk.states.told == [Starting(), READY]
    assert (desk.reader.name, desk.reader.kind) == ("card_reader", "card_reader")
    assert desk.reader.state == READY


async def test_a_lying_card_is_read_twice_and_then_left_alone(desk: Desk) -> None:
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)
    desk.sim.remove()
    await desk.cards.last(CardRemoved())
    assert desk.sim.commands == [ACR122_BUZZER_OFF, GET_UID, GET_UID]


async def test_another_program_at_the_same_card_is_no_new_card(desk: Desk) -> None:
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)
    other = desk.sim.establish()
    sent = len(desk.sim.commands)

    async def woken(change: Callable[[], Any]) -> Any:
        waits = desk.sim.waits
        result = change()
        await until(lambda: desk.sim.waits > waits)
        return result

    for _ in range(3):
        card = await woken(lambda: desk.sim.connect(other, ACR122U))
        await woken(lambda card=card: desk.sim.disconnect(card, unpower=False))
    desk.sim.remove()
    await desk.cards.last(CardRemoved())
    assert len(desk.sim.commands) == sent


async def test_the_debounce_time_begins_when_the_card_is_lifted(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    sim = PcscSimulator()
    sim.start()
    cards, now_s = recorder(), [0.0]
    reader = PcscReader(
        "", sim.open_library, on_card=cards, on_state=recorder(), monotonic=lambda: now_s[0]
    )
    start(reader.run())
    sim.present(CARD)
    await cards.last_of(CardPresented)
    now_s[0] += 60.0
    sent = len(sim.commands)
    sim.remove()
    await until(lambda: reader._seen is None)
    sim.present(CARD)
    await until(lambda: len(sim.commands) > sent and not sim.is_connected)
    waits = sim.waits
    await until(lambda: sim.waits > waits or reader._seen is not None)
    assert len(cards.told) == 1  # neither taken away nor tapped again
    sim.stop()


async def test_a_card_that_flickers_is_one_tap(desk: Desk) -> None:
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)
    reads = len(desk.sim.commands)
    desk.sim.remove()
    desk.sim.present(CARD)
    await until(lambda: len(desk.sim.commands) > reads)
    desk.sim.remove()
    await desk.cards.last(CardRemoved())
    assert len(desk.cards.told) == 2


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(15.0):
        while not holds():  # noqa: ASYNC110 - the simulator has no event for what is looked at
            await asyncio.sleep(0.001)


async def test_another_card_at_once_is_another_tap(desk: Desk) -> None:
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)
    desk.sim.remove()
    desk.sim.present("b:11223344")
    await desk.cards.until(lambda told: len(told) == 3)
    assert desk.cards.told[1] == CardRemoved()
    assert desk.cards.told[2].card.technology is B


@pytest.mark.parametrize("pulled", ["pulled=1", "pulled=2"])
async def test_a_card_pulled_between_the_activations(desk: Desk, pulled: str) -> None:
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)  # the buzzer is off from here on
    desk.sim.remove()
    await desk.cards.last(CardRemoved())
    desk.sim.present(f"{CARD},{pulled}")
    if pulled == "pulled=1":
        await desk.cards.last(CardRejected(CardRejection.PULLED_EARLY))
    else:
        await desk.cards.until(lambda told: len(told) == 4)
        assert desk.cards.told[2].card.linking == Linkable()


async def test_a_card_gone_before_it_was_read_at_all(desk: Desk) -> None:
    desk.sim.faults.hangs = True
    desk.sim.present(CARD)
    await until(lambda: desk.sim.is_connected)
    desk.sim.remove()
    desk.sim.let_go()
    await desk.cards.last(CardRejected(CardRejection.PULLED_EARLY))
    desk.sim.faults.extra_delay_s = 0.01
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)


async def test_a_reading_that_fails_is_tried_again(desk: Desk) -> None:
    desk.sim.faults.failing_reads = 1
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)


async def test_a_card_that_cannot_be_read_is_nobody(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    desk.sim.faults.failing_reads = 2
    desk.sim.present(CARD)
    await until(lambda: desk.sim.faults.failing_reads == 0)
    desk.sim.remove()
    desk.sim.faults.mute = True
    desk.sim.present(CARD)
    desk.sim.remove()
    desk.sim.faults.mute = False
    desk.sim.present("b:11223344")
    await desk.cards.last_of(CardPresented)
    assert len(desk.cards.told) == 1
    assert "cannot be read" in caplog.text
    assert "a1b2c3" not in caplog.text.lower()


async def test_unplugged_with_a_card_and_plugged_again(desk: Desk) -> None:
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)
    desk.sim.unplug()
    await desk.states.last(Missing("absent"))
    await desk.cards.last(CardRemoved())
    desk.sim.plug()
    await desk.states.last(READY)
    await desk.cards.last_of(CardPresented)
    assert len(desk.cards.told) == 3
    assert desk.sim.commands.count(ACR122_BUZZER_OFF) == 2  # it forgets that with its power


async def test_pcscd_stopped_and_started_again(desk: Desk) -> None:
    desk.stop_service()
    await desk.states.last(Missing("pcscd is not running"))
    desk.start_service()
    await desk.states.last(READY)
    desk.sim.present(CARD)
    await desk.cards.last_of(CardPresented)


async def test_pcscd_restarted_between_two_looks(desk: Desk) -> None:
    desk.stop_service()
    desk.start_service()
    await desk.states.until(lambda told: Missing("pcscd is not running") in told)
    await desk.states.last(READY)


async def test_another_program_holds_the_card(desk: Desk) -> None:
    desk.sim.faults.held = True
    desk.sim.present(CARD)
    await desk.states.until(lambda told: Missing("held by another program") in told)
    desk.sim.faults.held = False
    await desk.cards.last_of(CardPresented)


async def test_a_pcscd_that_hangs_is_left_until_it_comes_back(desk: Desk) -> None:
    desk.sim.faults.hangs = True
    desk.sim.present(CARD)
    await desk.states.last(Missing("pcscd does not answer"))
    threads = threading.active_count()
    tries = len(desk.slept)
    await until(lambda: len(desk.slept) >= tries + 3)
    assert threading.active_count() == threads
    assert desk.states.told == [Starting(), READY, Missing("pcscd does not answer")]
    desk.sim.let_go()
    await desk.states.last(READY)
    await desk.cards.last_of(CardPresented)


@pytest.mark.parametrize(
    ("switch", "state"),
    [
        (("installed", False), Missing("libpcsclite is not installed")),
        (("denied", True), Missing("Permission denied")),
    ],
)
async def test_what_keeps_a_reader_away_is_told_once_and_ends(
    recorder: Callable[[], Any],
    start: Callable[..., Any],
    switch: tuple[str, bool],
    state: Missing,
) -> None:
    sim = PcscSimulator()
    sim.start()
    setattr(sim.faults, *switch)
    states = recorder()
    reader = PcscReader("", sim.open_library, on_card=recorder(), on_state=states, pacing=QUICK)
    start(reader.run())
    await states.last(state)
    setattr(sim.faults, switch[0], not switch[1])
    await states.last(READY)
    assert states.told == [state, Starting(), READY]
    sim.stop()


async def test_absent_at_start_and_plugged_in_later_without_waiting_for_the_back_off(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    sim = PcscSimulator()
    states = recorder()
    slow = Pacing(base_s=0.02, cap_s=0.02, floor_s=0.01)
    start(PcscReader("", sim.open_library, on_card=recorder(), on_state=states, pacing=slow).run())
    await states.last(Missing("pcscd is not running"))
    sim.start_service()
    await states.last(Missing("absent"))
    sim.plug()
    await states.last(READY)
    assert states.told == [
        Missing("pcscd is not running"),
        Missing("absent"),
        Starting(),
        READY,
    ]
    sim.stop()


async def test_the_back_off_ends_when_a_reader_is_plugged_in(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    sim = PcscSimulator()
    sim.start_service()
    slept: list[float] = []

    async def sleep(delay_s: float) -> None:
        slept.append(delay_s)
        await asyncio.sleep(0)

    states = recorder()
    hour = Pacing(base_s=3600.0, cap_s=3600.0, floor_s=3600.0, sleep=sleep)
    start(PcscReader("", sim.open_library, on_card=recorder(), on_state=states, pacing=hour).run())
    await states.last(Missing("absent"))
    sim.plug()
    await states.last(READY)
    assert slept == [0.01]  # only until the reader has settled
    sim.stop()


async def test_a_reader_of_another_name_is_not_taken(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    sim = PcscSimulator("Some Contact Reader 00 00")
    sim.start()
    states = recorder()
    start(
        PcscReader(
            "acr122", sim.open_library, on_card=recorder(), on_state=states, pacing=QUICK
        ).run()
    )
    await states.last(Missing("absent"))
    sim.stop()


async def test_a_reader_that_is_no_acr122_is_sent_none_of_its_commands(
    recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    sim = PcscSimulator("HID Global OMNIKEY 5022 Smart Card Reader 00 00")
    sim.start()
    cards = recorder()
    start(PcscReader("", sim.open_library, on_card=cards, on_state=recorder()).run())
    sim.present(CARD)
    await cards.last_of(CardPresented)
    assert sim.commands == [GET_UID, GET_UID]
    sim.stop()


@pytest.mark.parametrize(
    ("names", "wanted", "chosen"),
    [
        ((), "", None),
        (("A", "B"), "", "A"),
        (("A", "B"), "b", "B"),
        (("A", "B"), "c", None),
        (("ACS ACR1281 SAM Reader 00 02", "ACS ACR1281 ICC 00 00"), "", "ACS ACR1281 ICC 00 00"),
        (("ACR1281 ICC", "ACR1281 PICC", "ACR1281 SAM"), "acr", "ACR1281 PICC"),
        (("X Contact 00", "X Contactless 01"), "x", "X Contactless 01"),
    ],
)
def test_which_reader_is_taken(names: tuple[str, ...], wanted: str, chosen: str | None) -> None:
    assert choose_reader(names, wanted) == chosen
