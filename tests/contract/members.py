"""The members of the contract on a line of bytes: for each kind of device one class.

A new member is one class, here or in ``other_members``, named in ``MEMBERS``.
"""

import asyncio
from dataclasses import replace
from random import Random
from typing import ClassVar

from contract_stage import Stage, until
from member import ASKED, LINE, LineMember, Member
from other_members import OTHER_MEMBERS

from anjungan.appliance.drivers.card_reader.card import CardPresented, CardRemoved
from anjungan.appliance.drivers.card_reader.pn532_reader import Pn532Reader
from anjungan.appliance.drivers.card_reader.rdm6300_reader import Rdm6300Reader
from anjungan.appliance.drivers.device import Fault
from anjungan.appliance.drivers.printer.document import Cut, Document, Text
from anjungan.appliance.drivers.printer.outcome import Printed
from anjungan.appliance.drivers.printer.printer import EscposPrinter
from anjungan.appliance.drivers.printer.profile import CLONE_58, EPSON_58, PrinterProfile
from anjungan.appliance.drivers.printer.timings import Timings
from anjungan.appliance.drivers.scanner.line_scanner import LineScanner
from anjungan.appliance.drivers.scanner.scan import Scanned
from anjungan.simulation.pn532.simulator import Pn532Simulator
from anjungan.simulation.printer.model import CLONE_58 as SIMULATED_CLONE_58
from anjungan.simulation.printer.model import EPSON_58 as SIMULATED_EPSON_58
from anjungan.simulation.printer.model import PrinterModel
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.rdm6300 import Rdm6300Simulator
from anjungan.simulation.scanner import ScannerSimulator
from anjungan.simulation.simulated_line import Direction


class CardMember(LineMember):
    """What card readers have in common: ``spec`` is a card's text with its number left open."""

    spec: ClassVar[str]
    able = LINE | {"cards"}
    simulator: Pn532Simulator | Rdm6300Simulator

    async def lay_down(self, number: int) -> None:
        told = len(self.record.events)
        self.simulator.present(self.spec.format(number))
        await self.record.until(lambda: len(self.record.events) > told)

    def take_away(self) -> None:
        self.simulator.remove()

    async def use(self, number: int) -> None:
        told = len(self.record.events)
        await self.lay_down(number)
        self.take_away()
        await self.record.until(lambda: len(self.record.events) > told + 1)
        presented, removed = self.record.events[told:]
        assert isinstance(presented, CardPresented)
        assert presented.card.identifier[-1] == number
        assert removed == CardRemoved()

    async def power_cycle(self) -> None:
        self.simulator.power_cycle()


class Pn532(CardMember):
    name = "pn532"
    real = ("serial", "tcp")
    able = ASKED | {"cards"}
    noise = bytes(range(1, 255)) * 4
    partial = b"\x00\x00\xff\x0c\xf4\xd5\x4b"
    foreign = b"\x00\x00\xff\x06\xfa\xd5\x03\x32\x01\x06\x07\xe8\x00"
    spec = "a:04a1b2c3d4e5{:02x}"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.simulator: Pn532Simulator = Pn532Simulator(stage.place, random=Random(7))  # noqa: S311 - repeatable cards
        self.driver = Pn532Reader(
            stage.link,
            on_card=self.record.event,
            on_state=self.record.state,
            poll_interval_s=0.02,
            debounce_s=0.1,
            pacing=self.record.pacing(),
        )

    async def break_off(self) -> None:
        self.simulator.faults.cut_reply_at_bytes = 5

    async def answer_for_another(self) -> None:
        await super().answer_for_another()
        self.simulator.faults.wrong_replies = 1
        await until(lambda: self.simulator.faults.wrong_replies == 0)

    async def fall_silent(self) -> None:
        self.simulator.faults.silent = True
        await self.record.until_state(Fault)

    async def speak(self) -> None:
        self.simulator.faults.silent = False


class Rdm6300(CardMember):
    name = "rdm6300"
    real = ("serial", "tcp")
    noise = bytes(range(4, 255)) * 4
    partial = b"\x020100863"
    spec = "em:01008644{:02x}"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.simulator: Rdm6300Simulator = Rdm6300Simulator(stage.place, repeat_s=0.01)
        self.driver = Rdm6300Reader(
            stage.link,
            on_card=self.record.event,
            on_state=self.record.state,
            pacing=self.record.pacing(),
        )

    async def break_off(self) -> None:
        self.simulator.faults.cut_frame_at_bytes = 7
        self.simulator.present(self.spec.format(0xEE))
        await until(lambda: not self.line.is_plugged)
        self.simulator.remove()


class Scanner(LineMember):
    name = "scanner"
    real = ("serial", "tcp")
    noise = b"\x1b[31m\x00\xff\xfe\x9b\r"
    partial = b""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.simulator: ScannerSimulator = ScannerSimulator(stage.place)
        self.driver = LineScanner(
            stage.link,
            on_scan=self.record.event,
            on_state=self.record.state,
            pacing=self.record.pacing(),
        )

    async def use(self, number: int) -> None:
        told = len(self.record.events)
        self.simulator.scan(f"]Q1KODE-{number}")
        await self.record.until(
            lambda: Scanned(f"KODE-{number}", "]Q1") in self.record.events[told:]
        )

    async def begin_a_frame(self, number: int) -> None:
        """A pause ends a code, so that scanners without a suffix are understood."""
        self.simulator.scan(f"PART-{number}", suffix=b"")
        await self.record.until(lambda: Scanned(f"PART-{number}") in self.record.events)

    async def break_off(self) -> None:
        self.simulator.scan("HALF", suffix=b"")
        self.simulator.unplug()

    async def power_cycle(self) -> None:
        """Nothing of it is seen on the line."""


class Printer(LineMember):
    """An ESC/POS printer that answers everything."""

    name = "escpos-epson"
    real = ("serial", "usb", "tcp")
    able = ASKED
    noise = b"\xff\xfe\x80\x81" * 50
    partial = b"\x37\x22AB"
    foreign = b"\x37\x22none\x00" + b"\x37\x25\x00"
    model: ClassVar[PrinterModel] = SIMULATED_EPSON_58
    profile: ClassVar[PrinterProfile] = EPSON_58

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._unplug_after_bytes: int | None = None
        self.simulator: PrinterSimulator = PrinterSimulator(
            stage.place,
            replace(self.model, bytes_per_s=None, dots_per_s=None),
            byte_log=self._saw,
        )
        self.driver: EscposPrinter = EscposPrinter(
            stage.link,
            replace(self.profile, bytes_per_s=1_000_000, dots_per_s=1_000_000),
            name="printer",
            on_state=self.record.state,
            timings=Timings(
                status_timeout_s=1.0,
                write_timeout_s=1.0,
                confirm_grace_s=10.0,
                poll_interval_s=0.05,
            ),
            pacing=self.record.pacing(),
        )

    async def use(self, number: int) -> None:
        document = Document((Text(f"NOMOR {number}"), Cut()))
        outcome = await self.driver.print_document(document, f"job-{number}")
        self.record.event(outcome)
        assert isinstance(outcome, Printed)
        paper = "".join(piece.text for piece in self.simulator.pieces)
        assert paper.count(f"NOMOR {number}") == 1

    async def break_off(self) -> None:
        self._unplug_after_bytes = 1500
        document = Document((*(Text(f"BARIS {number}") for number in range(300)), Cut()))
        self.record.event(await self.driver.print_document(document, "job-cut"))

    async def fall_silent(self) -> None:
        self.simulator.silence()
        await self.record.until_state(Fault)

    async def speak(self) -> None:
        self.simulator.speak()

    async def power_cycle(self) -> None:
        self.simulator.power_off()
        await self.record.until_state(Fault)
        self.simulator.power_on()

    async def stop(self) -> None:
        await self.simulator.stop()

    def _saw(self, direction: Direction, data: bytes) -> None:
        if direction is Direction.FROM_HOST and self._unplug_after_bytes is not None:
            self._unplug_after_bytes -= len(data)
            if self._unplug_after_bytes <= 0:
                self._unplug_after_bytes = None
                asyncio.get_running_loop().call_soon(self.simulator.unplug)


class ClonePrinter(Printer):
    """An ESC/POS printer without process ids, native QR and clearing."""

    name = "escpos-clone"
    real = ("serial", "usb")
    model = SIMULATED_CLONE_58
    profile = CLONE_58


MEMBERS: tuple[type[Member], ...] = (Pn532, Rdm6300, Scanner, Printer, ClonePrinter, *OTHER_MEMBERS)
