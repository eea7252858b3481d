"""Simulated devices as the demo hosts them: one shape for all, whatever they simulate.

A hosted device has the name, kind and place of the site settings, tells its condition as one
event, and has faults that can be switched by name.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, Protocol

from anjungan.simulation.feed import DeviceCondition
from anjungan.simulation.pn532.simulator import Pn532Simulator
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.rdm6300 import Rdm6300Simulator
from anjungan.simulation.scanner import ScannerSimulator
from anjungan.simulation.simulated_line import SimulatedLine
from anjungan.simulation.wedge import WedgeSimulator

NOISE: Final = b"\xff\x00\x55\xaa\xfe\x0d\x1b"
"""What interference looks like: bytes that begin frames of several protocols and end none."""
_NOISE_EVERY_S: Final = 0.7

CardSimulator = Pn532Simulator | Rdm6300Simulator | WedgeSimulator


class HostedDevice(Protocol):
    """A simulated device of the demo's kiosk. All methods need the running event loop."""

    name: str

    @property
    def line(self) -> SimulatedLine:
        """The line to the kiosk."""
        ...

    def start(self) -> None:
        """Switch it on, plugged in."""
        ...

    async def stop(self) -> None:
        """Take it away."""
        ...

    def condition(self) -> DeviceCondition:
        """How it stands now."""
        ...

    def plug(self, *, plugged: bool) -> None:
        """Put its plug in, or pull it."""
        ...

    def set_fault(self, fault: str, *, on: bool) -> None:
        """Begin or end a fault; raise KeyError for one it does not have."""
        ...


class HostedReader:
    """A card reader and what lies on it, as texts of cards. ``noise`` is what disturbs its line."""

    def __init__(
        self, name: str, kind: str, simulator: CardSimulator, *, noise: bytes = NOISE
    ) -> None:
        self.name = name
        self._noise = noise
        self._kind = kind
        self._simulator = simulator
        self._cards: list[str] = []
        self._taking_away: asyncio.TimerHandle | None = None

    @property
    def line(self) -> SimulatedLine:
        """The line to the kiosk."""
        return self._simulator.line

    @property
    def cards(self) -> tuple[str, ...]:
        """The texts of the cards on it, in the order they were laid there."""
        return tuple(self._cards)

    def start(self) -> None:
        """Power the reader."""
        self._simulator.start()

    async def stop(self) -> None:
        """Take it away."""
        self._forget_taking_away()
        self._simulator.stop()

    def condition(self) -> DeviceCondition:
        """How it stands now."""
        faults = self._simulator.faults
        return DeviceCondition(
            name=self.name,
            kind=self._kind,
            family="card_reader",
            plugged=self.line.is_plugged,
            faults={"silent": faults.silent, "noise": bool(faults.noise)},
            cards=self.cards,
        )

    def plug(self, *, plugged: bool) -> None:
        """Put its plug in, or pull it."""
        (self._simulator.plug if plugged else self._simulator.unplug)()

    def set_fault(self, fault: str, *, on: bool) -> None:
        """Silent: hears and answers nothing. Noise: rubbish before every frame."""
        match fault:
            case "silent":
                self._simulator.faults.silent = on
            case "noise":
                self._simulator.faults.noise = self._noise if on else b""
                if on:
                    self._simulator.inject(self._noise)
            case _:
                raise KeyError(fault)

    def lay(self, card: str) -> None:
        """Lay a card there, beside what lies there.

        Raises:
            CardSpecError: the text is not understood.
        """
        self._forget_taking_away()
        self._simulator.present(card)
        self._cards.append(card)

    def tap(self, card: str, hold_s: float, taken: Callable[[], None]) -> None:
        """Hold only this card there for a moment; ``taken`` is called when it has gone again.

        Raises:
            CardSpecError: the text is not understood; what lay there is gone all the same.
        """
        self.take_all()
        self.lay(card)

        def take() -> None:
            self._taking_away = None
            self.take_all()
            taken()

        self._taking_away = asyncio.get_running_loop().call_later(hold_s, take)

    def take(self, card: str) -> None:
        """Take one card away; the others stay as they lie."""
        left = list(self._cards)
        with suppress(ValueError):
            left.remove(card)
        self.take_all()
        for each in left:
            self.lay(each)

    def take_all(self) -> None:
        """Take every card away."""
        self._forget_taking_away()
        self._simulator.remove()
        self._cards.clear()

    def _forget_taking_away(self) -> None:
        if self._taking_away is not None:
            self._taking_away.cancel()
            self._taking_away = None


class HostedScanner:
    """A scanner; its noise comes again and again while it lasts."""

    def __init__(self, name: str, kind: str, simulator: ScannerSimulator) -> None:
        self.name = name
        self._kind = kind
        self._simulator = simulator
        self._noise: asyncio.TimerHandle | None = None

    @property
    def line(self) -> SimulatedLine:
        """The line to the kiosk."""
        return self._simulator.line

    def start(self) -> None:
        """Power the scanner."""
        self._simulator.start()

    async def stop(self) -> None:
        """Take it away."""
        self.set_fault("noise", on=False)
        self._simulator.stop()

    def condition(self) -> DeviceCondition:
        """How it stands now."""
        return DeviceCondition(
            name=self.name,
            kind=self._kind,
            family="scanner",
            plugged=self.line.is_plugged,
            faults={"noise": self._noise is not None},
        )

    def plug(self, *, plugged: bool) -> None:
        """Put its plug in, or pull it."""
        (self._simulator.plug if plugged else self._simulator.unplug)()

    def set_fault(self, fault: str, *, on: bool) -> None:
        """Noise: bytes that nobody scanned."""
        if fault != "noise":
            raise KeyError(fault)
        if self._noise is not None:
            self._noise.cancel()
            self._noise = None
        if on:
            self._make_noise()

    def scan(self, code: str) -> None:
        """Scan a code."""
        self._simulator.scan(code)

    def _make_noise(self) -> None:
        self._simulator.inject(NOISE)
        loop = asyncio.get_running_loop()
        self._noise = loop.call_later(_NOISE_EVERY_S, self._make_noise)


class HostedPrinter:
    """A receipt printer."""

    def __init__(self, name: str, kind: str, simulator: PrinterSimulator) -> None:
        self.name = name
        self.simulator = simulator
        self._kind = kind
        self._lines_left: int | None = None
        self._switches: Mapping[str, tuple[Callable[[], None], Callable[[], None]]] = {
            "paper_out": (simulator.paper_out, simulator.paper_ok),
            "near_end": (simulator.near_end, simulator.paper_ok),
            "cover_open": (simulator.cover_open, simulator.cover_close),
            "cutter_jam": (simulator.jam_cutter, simulator.clear_cutter),
            "head_hot": (simulator.overheat, simulator.cool),
            "offline": (simulator.hold_feed, simulator.release_feed),
            "silent": (simulator.silence, simulator.speak),
            "power_off": (simulator.power_off, simulator.power_on),
        }

    @property
    def line(self) -> SimulatedLine:
        """The line to the kiosk."""
        return self.simulator.line

    def start(self) -> None:
        """Switch the printer on."""
        self.simulator.start()

    async def stop(self) -> None:
        """Take it away."""
        await self.simulator.stop()

    def condition(self) -> DeviceCondition:
        """How it stands now."""
        condition = self.simulator.condition
        if condition.paper_out:
            self._lines_left = None
        return DeviceCondition(
            name=self.name,
            kind=self._kind,
            family="printer",
            plugged=self.line.is_plugged,
            faults={
                "paper_out": condition.paper_out,
                "near_end": condition.near_end,
                "cover_open": condition.cover_open,
                "cutter_jam": condition.cutter_jam,
                "head_hot": condition.head_hot,
                "offline": condition.feed_button,
                "silent": condition.silent,
                "power_off": not condition.powered,
            },
            lines_left=self._lines_left,
            width_dots=self.simulator.model.width_dots,
            cutter=self.simulator.model.cutter,
        )

    def plug(self, *, plugged: bool) -> None:
        """Put its plug in, or pull it."""
        (self.simulator.plug if plugged else self.simulator.unplug)()

    def set_fault(self, fault: str, *, on: bool) -> None:
        """Begin or end one of the faults that :meth:`condition` lists."""
        begin, end = self._switches[fault]
        (begin if on else end)()
        if end == self.simulator.paper_ok and not on:
            self._lines_left = None

    def end_paper_after(self, lines: int) -> None:
        """Let the paper end after so many more printed lines."""
        self._lines_left = lines
        self.simulator.out_after(lines)
