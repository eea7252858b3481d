"""The members of the contract that do not live on a line of bytes: each has a small adapter.

Where there is no second way to reach such a device, the scenarios' own words are the contract.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import time as time_of_day
from pathlib import Path
from random import Random

from contract_stage import Stage, until
from member import Ability, Member

from anjungan.appliance.drivers.backlight.backlight import Backlight
from anjungan.appliance.drivers.buttons.events import ButtonPressed, ButtonReleased
from anjungan.appliance.drivers.buttons.panel import ButtonPanel
from anjungan.appliance.drivers.card_reader.card import (
    CardPresented,
    CardRejected,
    CardRejection,
    CardRemoved,
)
from anjungan.appliance.drivers.card_reader.pcsc_reader import PcscReader
from anjungan.appliance.drivers.card_reader.wedge_reader import WedgeReader
from anjungan.appliance.drivers.device import Fault
from anjungan.appliance.drivers.document_printer.cups_printer import CupsPrinter, CupsTimings
from anjungan.appliance.drivers.document_printer.outcome import Printed
from anjungan.appliance.drivers.document_printer.program import ProgramEnd, Ran, TookTooLong
from anjungan.appliance.drivers.link.byte_link import ByteLink
from anjungan.appliance.drivers.sound.speaker import Speaker
from anjungan.simulation.backlight import BacklightSimulator
from anjungan.simulation.line_place import MemoryPlace, open_simulated_line
from anjungan.simulation.panel import PanelSimulator
from anjungan.simulation.pcsc import PcscSimulator
from anjungan.simulation.simulated_line import SimulatedLine
from anjungan.simulation.sound import Said, SimulatedSound
from anjungan.simulation.wedge import WedgeSimulator


class Wedge(Member):
    """A keyboard-wedge reader: in memory, and over a pipe in the place of an evdev node."""

    name = "wedge"
    real = ("node",)
    able: frozenset[Ability] = frozenset({"goes", "hangs up", "frames"})

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

    async def use(self, number: int) -> None:
        told = len(self.record.events)
        for tap in (1, 2):
            self.simulator.present(f"a:aabbcc{number:02x}")
            await self.record.until(lambda tap=tap: len(self.record.events) == told + tap)
            self.simulator.remove()
            self._later_s += 1.0
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
    able: frozenset[Ability] = frozenset({"goes", "late"})

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

    async def use(self, number: int) -> None:
        told = len(self.record.events)
        self.simulator.present(f"b:112233{number:02x}")
        await self.record.until(lambda: len(self.record.events) == told + 1)
        self.simulator.remove()
        await self.record.until(lambda: len(self.record.events) == told + 2)
        presented, removed = self.record.events[told:]
        assert isinstance(presented, CardPresented)
        assert presented.card.identifier[-1] == number
        assert removed == CardRemoved()

    def answer_later(self, delay_s: float) -> None:
        self.simulator.faults.extra_delay_s = delay_s


class Panel(Member):
    """Buttons on gpiozero's mock pins; pins that were opened never go again."""

    name = "gpio-panel"
    real = ()
    able: frozenset[Ability] = frozenset({"frames"})
    starts = False

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.simulator: PluggedPanel = PluggedPanel()
        self.driver: ButtonPanel = ButtonPanel(
            self.simulator.wiring,
            self.simulator.open_factory,
            on_button=self.record.event,
            on_contact=lambda _: None,
            on_state=self.record.state,
            pacing=self.record.pacing(),
        )
        self.button = min(self.simulator.wiring.buttons)

    async def use(self, number: int) -> None:
        for move, event in (
            (self.simulator.press, ButtonPressed(self.button)),
            (self.simulator.release, ButtonReleased(self.button)),
        ):
            move(self.button, bounces=number)
            await self.record.until(lambda event=event: self.record.events[-1:] == [event])

    async def until_served(self, told: int) -> None:
        await until(lambda: self.driver._served is not None)

    async def make_noise(self, number: int) -> None:
        """A spike, shorter than any finger."""
        self.simulator.press(self.button)
        self.simulator.release(self.button)

    async def begin_a_frame(self, number: int) -> None:
        await self.make_noise(number)


class PluggedPanel(PanelSimulator):
    """A panel that is switched on and off like the others."""

    def start(self) -> None:
        self.plug()

    def stop(self) -> None:
        self.unplug()


class Cups(Member):
    """An A4 printer behind CUPS' commands."""

    name = "cups"
    real = ()
    able: frozenset[Ability] = frozenset({"goes", "asks"})
    starts = False

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.simulator: CupsCommands = CupsCommands()
        timings = CupsTimings(idle_poll_s=0.02, trouble_poll_s=0.02, follow_every_s=0.01)
        self.driver: CupsPrinter = CupsPrinter(
            "A4",
            on_state=self.record.state,
            pacing=self.record.pacing(),
            timings=timings,
            run_command=self.simulator.run,
        )

    async def use(self, number: int) -> None:
        outcome = await self.driver.print_pdf(b"%%PDF-1.4 letter %d" % number, f"Surat {number}")
        self.record.event(outcome)
        assert outcome == Printed()
        assert self.simulator.printed[-1] == b"%%PDF-1.4 letter %d" % number

    async def until_served(self, told: int) -> None:
        """A document is printed by whoever asks."""

    async def fall_silent(self) -> None:
        self.simulator.answers = False
        await self.record.until_state(Fault)

    async def speak(self) -> None:
        self.simulator.answers = True


class CupsCommands:
    """``lpstat``, ``lp`` and ``cancel`` of a CUPS that prints at once, or does not run."""

    def __init__(self) -> None:
        self.answers = True
        self.printed: list[bytes] = []
        self._runs = False

    def start(self) -> None:
        self._runs = True

    def stop(self) -> None:
        self._runs = False

    plug = start
    unplug = stop

    async def run(self, words: Sequence[str], stdin: bytes, limit_s: float) -> ProgramEnd:
        await asyncio.sleep(0)
        if not self.answers:
            return TookTooLong()
        if not self._runs:
            return Ran(1 if words[0] == "lp" else 0, "scheduler is not running\n", "")
        match words[0]:
            case "lp":
                self.printed.append(stdin)
                return Ran(0, f"request id is A4-{len(self.printed)} (0 file(s))\n", "")
            case "cancel":
                told = f"cancel: cancel-job failed: Job #{words[1][3:]} is already completed"
                return Ran(1, "", f"{told} - can't cancel.\n")
            case _:
                return Ran(0, _IDLE, "")


_SINCE = "since Tue Nov 24 12:49:26 2026"
_IDLE = (
    f"scheduler is running\nA4 accepting requests {_SINCE}\n"
    f"printer A4 is idle.  enabled {_SINCE}\n\tForm mounted:\n\tContent types: any\n"
    "\tDescription: A4\n\tAlerts: none\n\tLocation: \n\tConnection: direct\n"
)


class Sound(Member):
    """A loudspeaker, with the programs and the sound card simulated."""

    name = "espeak"
    real = ()
    able: frozenset[Ability] = frozenset({"goes"})

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.simulator: PluggedSound = PluggedSound()
        self.driver: Speaker = Speaker(
            output="",
            volume_percent=70,
            muted=False,
            words_per_minute=140,
            on_state=self.record.state,
            pacing=self.record.pacing(),
            run_command=self.simulator.run_command,
            cards=self.simulator.cards,
            look_every_s=0.02,
        )

    async def use(self, number: int) -> None:
        words = f"nomor {number}"
        self.driver.say(words, "id")
        wanted = Said(words, "id", ended=True)
        await until(lambda: any(_same(each, wanted) for each in self.simulator.heard))
        self.record.event(words)


class PluggedSound(SimulatedSound):
    """A sound card that is plugged like the others."""

    def start(self) -> None:
        self.plugged = True

    def stop(self) -> None:
        self.plugged = False

    plug = start
    unplug = stop


def _same(heard: object, wanted: Said) -> bool:
    return isinstance(heard, Said) and (heard.text, heard.ended) == (wanted.text, wanted.ended)


class Light(Member):
    """A backlight: a folder as the kernel shows it."""

    name = "backlight"
    real = ()
    able: frozenset[Ability] = frozenset({"goes"})
    starts = False

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.local = time_of_day(12)
        root = stage.folder / stage.name
        self.driver: Backlight = Backlight(
            root,
            "",
            off_from="21.00",
            off_until="05.00",
            relight_s=0.0,
            on_state=self.record.state,
            pacing=self.record.pacing(),
            local_time=lambda: self.local,
            longest_look_s=0.02,
        )
        self.simulator: FollowedLight = FollowedLight(root, self)

    async def until_served(self, told: int) -> None:
        """Its use waits for that."""

    async def use(self, number: int) -> None:
        for hour, lit in ((23, False), (12, True)):
            self.local = time_of_day(hour)
            await until(lambda lit=lit: self.simulator.light.is_lit is lit)
            self.record.event((number, "lit" if lit else "dark"))


class FollowedLight:
    """A light whose loss is noticed when it is next switched: so the night falls with it."""

    def __init__(self, root: Path, member: Light) -> None:
        self.light = BacklightSimulator(root)
        self._member = member
        self.unplug()

    def start(self) -> None:
        self.plug()

    def stop(self) -> None:
        self.unplug()

    def plug(self) -> None:
        self._member.local = time_of_day(12)
        self.light.plug()

    def unplug(self) -> None:
        self.light.unplug()
        self._member.local = time_of_day(23)


OTHER_MEMBERS: tuple[type[Member], ...] = (Wedge, Pcsc, Panel, Cups, Sound, Light)
