"""The members of the contract that do not live on a line of bytes: each has a small adapter.

Where there is no second way to reach such a device, the scenarios' own words are the contract.
"""

import asyncio
from collections.abc import Sequence
from datetime import time as time_of_day
from pathlib import Path

from contract_stage import Stage, until
from member import Ability, Member
from other_card_readers import Pcsc, Wedge

from anjungan.appliance.drivers.backlight.backlight import Backlight
from anjungan.appliance.drivers.buttons.events import ButtonPressed, ButtonReleased
from anjungan.appliance.drivers.buttons.panel import ButtonPanel
from anjungan.appliance.drivers.device import Fault
from anjungan.appliance.drivers.document_printer.cups_printer import CupsPrinter, CupsTimings
from anjungan.appliance.drivers.document_printer.outcome import Printed
from anjungan.appliance.drivers.program import Finished, Outcome, TookTooLong
from anjungan.appliance.drivers.sound.speaker import Speaker
from anjungan.simulation.backlight import BacklightSimulator
from anjungan.simulation.panel import PanelSimulator
from anjungan.simulation.sound import Said, SimulatedSound


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

    async def run(self, words: Sequence[str], stdin: bytes, *, limit_s: float) -> Outcome:
        await asyncio.sleep(0)
        if not self.answers:
            return TookTooLong("lp")
        if not self._runs:
            return Finished(1 if words[0] == "lp" else 0, b"scheduler is not running\n")
        match words[0]:
            case "lp":
                self.printed.append(stdin)
                return Finished(0, f"request id is A4-{len(self.printed)} (0 file(s))\n".encode())
            case "cancel":
                told = f"cancel: cancel-job failed: Job #{words[1][3:]} is already completed"
                return Finished(1, errors=f"{told} - can't cancel.\n")
            case _:
                return Finished(0, _IDLE.encode())


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
