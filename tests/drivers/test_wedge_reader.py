"""The wedge driver against the simulated reader, which types into a pipe where a node would be."""

import asyncio
import errno
import fcntl
import logging
import os
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
    NotLinkable,
    NotLinkableReason,
)
from anjungan.appliance.drivers.card_reader.evdev_node import EvdevNode, grab_keyboard
from anjungan.appliance.drivers.card_reader.typed_identifier import TypedAs
from anjungan.appliance.drivers.card_reader.wedge_reader import WedgeReader
from anjungan.appliance.drivers.device import Fault, Missing, Pacing, Ready, Starting
from anjungan.appliance.drivers.link.byte_link import LinkLost
from anjungan.simulation.pn532.card import CardSpecError
from anjungan.simulation.wedge import LEFT_SHIFT, WedgeSimulator

READY = Ready("pipe")
CARD = "a:04112233"
PRESENTED = CardPresented(Card(CardTechnology.TYPED, bytes.fromhex("04112233"), Linkable()))
AGAIN = CardRejected(CardRejection.READ_ONCE)
QUICK = Pacing(base_s=0.02, cap_s=0.1, floor_s=0.01)


class Clock:
    """The driver's clock; a tap is a hand's time after the one before."""

    def __init__(self) -> None:
        self.now_s = 10.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Desk:
    sim: WedgeSimulator
    reader: WedgeReader
    cards: Any
    states: Any
    clock: Clock

    async def tap(self, spec: str, event: object) -> None:
        self.clock.now_s += 1.0
        self.sim.present(spec)
        await self.cards.last(event)
        self.sim.remove()


@pytest.fixture(params=["hex", "decimal-be", "decimal-le"])
def types(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def desk(
    tmp_path: Path, recorder: Callable[[], Any], start: Callable[..., Any], types: TypedAs
) -> AsyncIterator[Desk]:
    path = tmp_path / "wedge"
    sim = WedgeSimulator(path, types=types)
    sim.start()
    cards, states, clock = recorder(), recorder(), Clock()
    reader = WedgeReader(
        str(path), types=types, on_card=cards, on_state=states, pacing=QUICK, monotonic=clock
    )
    start(reader.run())
    await states.last(READY)
    yield Desk(sim, reader, cards, states, clock)
    sim.stop()


async def test_two_taps_make_a_card_and_the_next_time_one(desk: Desk) -> None:
    await desk.tap(CARD, AGAIN)
    await desk.tap(CARD, PRESENTED)
    desk.clock.now_s += 2.0
    await desk.cards.last(CardRemoved())
    await desk.tap(CARD, PRESENTED)
    assert desk.cards.told == [AGAIN, PRESENTED, CardRemoved(), PRESENTED]
    assert desk.states.told == [Starting(), READY]
    assert (desk.reader.name, desk.reader.kind) == ("card_reader", "card_reader")
    assert desk.reader.state == READY


async def test_seven_bytes(desk: Desk) -> None:
    await desk.tap("a:04a1b2c3d4e5f6", AGAIN)
    await desk.tap("a:04a1b2c3d4e5f6", CardPresented(
        Card(CardTechnology.TYPED, bytes.fromhex("04a1b2c3d4e5f6"), Linkable())
    ))  # fmt: skip


async def test_a_random_number_is_refused(desk: Desk) -> None:
    random = Card(
        CardTechnology.TYPED,
        bytes.fromhex("08aabbcc"),
        NotLinkable(NotLinkableReason.RANDOM),
    )
    await desk.tap("a:08aabbcc", CardPresented(random))


@pytest.mark.parametrize("types", ["decimal-le"])
async def test_a_changing_number_is_refused_at_the_third_tap(desk: Desk) -> None:
    for count in (1, 2):
        desk.clock.now_s += 1.0
        desk.sim.present("b:11223344,random")
        await desk.cards.until(lambda told, count=count: len(told) == count)
    desk.clock.now_s += 1.0
    desk.sim.present("b:11223344,random")
    await desk.cards.last_of(CardPresented)
    assert desk.cards.told[:2] == [AGAIN, AGAIN]
    assert desk.cards.told[2].card.linking == NotLinkable(NotLinkableReason.CHANGES)


@pytest.mark.parametrize("types", ["decimal-le"])
async def test_other_events_and_held_keys_do_not_matter(desk: Desk) -> None:
    desk.sim.faults.noise = desk.sim.record(17, 0, 1) + desk.sim.record(0, 0, 0)
    desk.sim.faults.stutter = True
    await desk.tap(CARD, AGAIN)
    await desk.tap(CARD, PRESENTED)


@pytest.mark.parametrize("types", ["decimal-le"])
@pytest.mark.parametrize(
    "line", ["0857870596G", "085-787059", "9" * 10, "1", "0123456789" * 30, "ABCDEFABCD"]
)
async def test_what_is_no_card_is_told_to_nobody(
    desk: Desk, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        desk.sim.type_line(line)
        desk.sim.wait(1.0)
        await desk.tap(CARD, AGAIN)
    assert desk.cards.told == [AGAIN]
    assert line not in caplog.text
    assert "0857870596" not in caplog.text


@pytest.mark.parametrize("types", ["decimal-le"])
async def test_a_number_without_enter_is_dropped(desk: Desk) -> None:
    desk.sim.faults.no_enter = True
    desk.sim.present(CARD)
    desk.sim.faults.no_enter = False
    await desk.tap(CARD, AGAIN)
    assert desk.cards.told == [AGAIN]
    assert desk.reader.spoilt_lines == 1


@pytest.mark.parametrize("types", ["decimal-le"])
async def test_the_node_recovers_from_bytes_that_are_no_records(desk: Desk) -> None:
    desk.sim.inject(bytes(range(256)))  # not a multiple of a record
    async with asyncio.timeout(15.0):
        while desk.reader.spoilt_lines == 0:  # noqa: ASYNC110 - a counter has no event
            await asyncio.sleep(0.01)
    await desk.tap(CARD, AGAIN)
    assert desk.states.told[-1] == READY


@pytest.mark.parametrize("types", ["decimal-le"])
@pytest.mark.parametrize("cut_after_keys", [0, 1, 10])
async def test_unplugged_in_the_middle_of_a_number_and_plugged_again(
    desk: Desk, cut_after_keys: int
) -> None:
    await desk.tap(CARD, AGAIN)
    await desk.tap(CARD, PRESENTED)
    desk.clock.now_s += 0.5
    desk.sim.faults.cut_typing_after_keys = cut_after_keys
    desk.sim.present(CARD)
    await desk.states.last(Missing("absent"))
    assert desk.cards.told[-1] == CardRemoved()
    desk.sim.remove()
    desk.sim.plug()
    await desk.states.last(READY)
    await desk.tap(CARD, PRESENTED)
    assert desk.cards.told == [AGAIN, PRESENTED, CardRemoved(), PRESENTED]


@pytest.mark.parametrize("types", ["decimal-le"])
async def test_a_shift_that_was_held_when_the_plug_was_pulled_is_let_go(desk: Desk) -> None:
    desk.sim.inject(desk.sim.record(1, LEFT_SHIFT, 1))
    desk.sim.unplug()
    await desk.states.last(Missing("absent"))
    desk.sim.plug()
    await desk.states.last(READY)
    await desk.tap(CARD, AGAIN)


async def test_what_is_typed_while_nobody_listens_is_lost(tmp_path: Path) -> None:
    sim = WedgeSimulator(tmp_path / "wedge")
    sim.present(CARD)
    sim.start()
    node = EvdevNode(str(tmp_path / "wedge"))
    await node.open()
    assert await node.read(4096, 0.05) == b""
    sim.power_cycle()
    with pytest.raises(LinkLost, match="hung up"):
        await node.read(4096, 5.0)
    await node.close()
    await node.close()
    with pytest.raises(LinkLost, match="closed"):
        await node.read(1, 1.0)
    sim.stop()
    sim.stop()
    assert not sim.line.is_plugged


async def test_an_absent_reader_is_found_when_it_is_plugged_in(
    tmp_path: Path, recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    path = tmp_path / "later"
    sim = WedgeSimulator(path)
    states = recorder()
    start(
        WedgeReader(
            str(path), types="decimal-le", on_card=recorder(), on_state=states, pacing=QUICK
        ).run()
    )
    await states.last(Missing("absent"))
    sim.start()
    await states.last(READY)
    sim.stop()


class Grabs:
    """A grab that succeeds or fails as the kernel's does."""

    def __init__(self, error: int | None = None, name: str | None = "SYC ID&IC USB Reader") -> None:
        self.error = error
        self.name = name
        self.fds: list[int] = []

    def __call__(self, fd: int) -> str | None:
        self.fds.append(fd)
        if self.error is not None:
            raise OSError(self.error, os.strerror(self.error))
        return self.name


@pytest.mark.parametrize(
    ("grabs", "state"),
    [
        (Grabs(), Ready("SYC ID&IC USB Reader")),
        (Grabs(error=errno.EBUSY), Missing("held by another program")),
        (Grabs(error=errno.ENODEV), Missing("absent")),
        (Grabs(error=errno.EACCES), Missing("Permission denied")),
        (Grabs(name=None), Fault("wrong_device", "the device is not a keyboard")),
    ],
)
async def test_the_node_is_grabbed_before_anything_is_read(
    tmp_path: Path,
    recorder: Callable[[], Any],
    start: Callable[..., Any],
    grabs: Grabs,
    state: object,
) -> None:
    sim = WedgeSimulator(tmp_path / "wedge")
    sim.start()
    states = recorder()
    reader = WedgeReader(
        sim.line.address,
        types="hex",
        on_card=recorder(),
        on_state=states,
        name="wedge",
        pacing=QUICK,
        grab=grabs,
    )
    start(reader.run())
    await states.last(state)
    assert grabs.fds
    sim.stop()


async def test_a_keyboard_that_is_held_is_taken_when_it_is_let_go(
    tmp_path: Path, recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    sim = WedgeSimulator(tmp_path / "wedge")
    sim.start()
    grabs, states = Grabs(error=errno.EBUSY), recorder()
    start(
        WedgeReader(
            sim.line.address,
            types="hex",
            on_card=recorder(),
            on_state=states,
            pacing=QUICK,
            grab=grabs,
        ).run()
    )
    await states.last(Missing("held by another program"))
    grabs.error = None
    await states.last(Ready("SYC ID&IC USB Reader"))
    assert states.told[0] == Missing("held by another program")  # told once, and no Starting before
    sim.stop()


class Kernel:
    """What a real input device answers to the requests of ``grab_keyboard``."""

    def __init__(self, keys: set[int], name: bytes, *, held: bool = False) -> None:
        self.keys, self.name, self.held = keys, name, held
        self.requests: list[int] = []

    def ioctl(self, fd: int, request: int, argument: Any) -> int:
        self.requests.append(request)
        match request & 0xFFFF:
            case 0x4521:  # which keys it has
                assert request >> 16 == 0x8000 | len(argument)
                for key in self.keys:
                    argument[key // 8] |= 1 << key % 8
            case 0x4506:
                assert request >> 16 == 0x8000 | len(argument)
                argument[: len(self.name)] = self.name
            case 0x4590:
                assert argument == 1
                if self.held:
                    raise OSError(errno.EBUSY, "busy")
            case 0x45A0:
                assert argument == b"\x01\0\0\0"
        return 0


@pytest.fixture
def some_fd(tmp_path: Path) -> Any:
    fd = os.open(tmp_path, os.O_RDONLY)
    yield fd
    os.close(fd)


@pytest.mark.parametrize(
    ("kernel", "name", "grabbed"),
    [
        (Kernel({2, 28}, b"HID Reader\0rest"), "HID Reader", True),
        (Kernel({28}, b"bad\xff\x1b[2J"), "bad\ufffd?[2J", True),
        (Kernel({28}, b""), "keyboard", True),
        (Kernel({0x14A}, b"touch panel"), None, False),
    ],
)
def test_the_grab_asks_for_keys_first(
    monkeypatch: pytest.MonkeyPatch, some_fd: int, kernel: Kernel, name: str | None, grabbed: bool
) -> None:
    monkeypatch.setattr(fcntl, "ioctl", kernel.ioctl)
    assert grab_keyboard(some_fd) == name
    assert (0x40044590 in kernel.requests) == grabbed


def test_a_grab_that_another_program_has(monkeypatch: pytest.MonkeyPatch, some_fd: int) -> None:
    monkeypatch.setattr(fcntl, "ioctl", Kernel({28}, b"x", held=True).ioctl)
    with pytest.raises(OSError, match="busy"):
        grab_keyboard(some_fd)


def test_what_is_no_input_device_is_no_keyboard(
    monkeypatch: pytest.MonkeyPatch, some_fd: int
) -> None:
    assert grab_keyboard(some_fd) is None

    def gone(fd: int, request: int, argument: Any) -> int:
        raise OSError(errno.ENODEV, "gone")

    monkeypatch.setattr(fcntl, "ioctl", gone)
    with pytest.raises(OSError, match="gone"):
        grab_keyboard(some_fd)


async def test_opening_twice_is_a_bug(tmp_path: Path) -> None:
    sim = WedgeSimulator(tmp_path / "wedge")
    sim.start()
    sim.start()
    node = EvdevNode(sim.line.address)
    await node.open()
    with pytest.raises(RuntimeError):
        await node.open()
    await node.close()
    sim.stop()


def test_a_card_that_no_reader_knows(tmp_path: Path) -> None:
    sim = WedgeSimulator(tmp_path / "wedge")
    for wrong in ("c:11223344", "em:1"):
        with pytest.raises(CardSpecError):
            sim.present(wrong)
    sim.present("em:0100863f4e")
