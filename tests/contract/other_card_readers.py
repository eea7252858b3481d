"""The card readers that do not live on a line of bytes: keyboards and PC/SC."""

import time
from pathlib import Path
from random import Random

from contract_stage import Stage, until
from member import Ability, Member

from anjungan.appliance.drivers.card_reader.card import (
    CardPresented,
    CardRejected,
    CardRejection,
    CardRemoved,
)
from anjungan.appliance.drivers.card_reader.pcsc_reader import PcscReader
from anjungan.appliance.drivers.card_reader.wedge_reader import WedgeReader
from anjungan.appliance.drivers.link.byte_link import ByteLink
from anjungan.simulation.line_place import MemoryPlace, open_simulated_line
from anjungan.simulation.pcsc import PcscSimulator
from anjungan.simulation.simulated_line import SimulatedLine
from anjungan.simulation.wedge import WedgeSimulator


class Wedge(Member):
    """A keyboard-wedge reader: in memory, and over a pipe in the place of an evdev node."""

    name = "wedge"
    real = ("node",)
    able: frozenset[Ability] = frozenset({"goes", "hangs up", "frames", "cards"})

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._later_s = 0.0
        path = stage.folder / stage.name
        self.driver = WedgeReader(
            str(path),
            types="decimal-le",
            on_card=self.record.event,
            on_state=self.record.state,
            pacing=self.record.pacing(),
            monotonic=lambda: time.monotonic() + self._later_s,
        )
        self.simulator: WedgeSimulator
        if isinstance(stage.place, MemoryPlace):
            line = open_simulated_line(stage.place, lambda _: None)
            self.simulator = MemoryWedgeSimulator(path, line)
            self.driver._node = MemoryNode(stage.link)  # type: ignore[assignment]  # it is used alike
        else:
            self.simulator = WedgeSimulator(path)

    async def lay_down(self, number: int) -> None:
        """Tap twice: a card that was never met is asked for once more."""
        told = len(self.record.events)
        for tap in (1, 2):
            self._later_s += 1.0
            self.simulator.present(f"a:aabbcc{number:02x}")
            await self.record.until(lambda tap=tap: len(self.record.events) == told + tap)

    def take_away(self) -> None:
        self.simulator.remove()

    async def use(self, number: int) -> None:
        told = len(self.record.events)
        await self.lay_down(number)
        self.take_away()
        self._later_s += 10.0
        await self.record.until(lambda: len(self.record.events) == told + 3)
        once, presented, removed = self.record.events[told:]
        assert once == CardRejected(CardRejection.READ_ONCE)
        assert isinstance(presented, CardPresented)
        assert presented.card.identifier == bytes((0xAA, 0xBB, 0xCC, number))
        assert removed == CardRemoved()

    async def make_noise(self, number: int) -> None:
        relative_motion = self.simulator.record(2, 0, 5)
        self.simulator.inject(relative_motion * 3)
        self.simulator.type_line("GGGG")

    async def begin_a_frame(self, number: int) -> None:
        self.simulator.type_line("12345", end="")
        await until(lambda: self.driver._keys.in_a_line)
        await until(lambda: not self.driver._keys.in_a_line)

    async def break_off(self) -> None:
        self.simulator.faults.cut_typing_after_keys = 5
        self.simulator.present("a:aabbccdd")
        self.simulator.remove()


class MemoryNode:
    """An input node over a line in memory."""

    def __init__(self, link: ByteLink) -> None:
        self.open, self.close, self.read = link.open, link.close, link.read
        self.keyboard = "pipe"


class MemoryWedgeSimulator(WedgeSimulator):
    """The same reader, typing into a line in memory."""

    def __init__(self, path: Path, line: SimulatedLine) -> None:
        super().__init__(path)
        self._line = line

    def plug(self) -> None:
        if not self._line.is_plugged:
            self._line.plug()
            self._type_card()

    def unplug(self) -> None:
        self._line.unplug()

    def inject(self, noise: bytes) -> None:
        self._line.inject(noise)


class Pcsc(Member):
    """A PC/SC reader, behind the calls of the library."""

    name = "pcsc"
    real = ()
    able: frozenset[Ability] = frozenset({"goes", "late", "cards"})

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.simulator: PcscSimulator = PcscSimulator(random=Random(7))  # noqa: S311 - repeatable
        self.driver = PcscReader(
            "acr122",
            self.simulator.open_library,
            on_card=self.record.event,
            on_state=self.record.state,
            debounce_s=0.1,
            pacing=self.record.pacing(),
        )

    async def lay_down(self, number: int) -> None:
        told = len(self.record.events)
        self.simulator.present(f"b:112233{number:02x}")
        await self.record.until(lambda: len(self.record.events) == told + 1)

    def take_away(self) -> None:
        self.simulator.remove()

    async def use(self, number: int) -> None:
        told = len(self.record.events)
        await self.lay_down(number)
        self.take_away()
        await self.record.until(lambda: len(self.record.events) == told + 2)
        presented, removed = self.record.events[told:]
        assert isinstance(presented, CardPresented)
        assert presented.card.identifier[-1] == number
        assert removed == CardRemoved()

    def answer_later(self, delay_s: float) -> None:
        self.simulator.faults.extra_delay_s = delay_s
