"""The kiosk's devices, simulated: one process with a reader, a scanner and a printer.

They stand on pseudo-terminals where the site settings expect them, speak the real bytes, and do
what is asked at the control socket. ``python -m anjungan.simulation.device_host --data FOLDER``
"""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar

from anjungan.appliance.agent.devices import DeclaredDevices
from anjungan.appliance.settings.devices import (
    LineScannerSettings,
    Pn532Settings,
    SerialPrinterSettings,
)
from anjungan.appliance.settings.load import load_settings
from anjungan.simulation.control import Command, Reply, serve_control
from anjungan.simulation.notify import notify_ready
from anjungan.simulation.places import Places
from anjungan.simulation.pn532.card import CardSpecError
from anjungan.simulation.pn532.simulator import Pn532Simulator
from anjungan.simulation.printer.paper import PaperPiece
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.scanner import ScannerSimulator

KindT = TypeVar("KindT", Pn532Settings, LineScannerSettings, SerialPrinterSettings)
DEMO_CARD: Final = "a:04a1b2c3d4e5f6"
TAP_S: Final = 1.5
"""How long a card lies on the reader when somebody taps it."""


class DeviceHost:
    """The three simulators and what can be done to them from outside."""

    def __init__(self, declared: DeclaredDevices, paper_dir: Path) -> None:
        self._reader = Pn532Simulator(Path(_of_kind(declared, Pn532Settings).path))
        self._scanner = ScannerSimulator(Path(_of_kind(declared, LineScannerSettings).path))
        self._printer = PrinterSimulator(Path(_of_kind(declared, SerialPrinterSettings).path))
        self._paper_dir = paper_dir
        self._papers = len(tuple(paper_dir.glob("paper-*.txt"))) if paper_dir.exists() else 0
        self._taking_away: asyncio.TimerHandle | None = None
        self._printer.on_paper(self._keep_paper)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The lines exist while the context lasts."""
        self._reader.start()
        self._scanner.start()
        self._printer.start()
        try:
            yield
        finally:
            if self._taking_away is not None:
                self._taking_away.cancel()
            self._reader.stop()
            self._scanner.stop()
            await self._printer.stop()

    async def handle(self, command: Command) -> Reply:
        """Do what a control command says."""
        match (command.verb, command.words):
            case ("tap", (card, how)):
                return self._tap(card, keep=how == "keep")
            case ("remove", ()):
                self._reader.remove()
                return Reply(ok=True, text="no card on the reader")
            case ("scan", (text,)):
                self._scanner.scan(text)
                return Reply(ok=True, text="scanned")
            case ("paper", ("out", "after", lines)) if lines.isdecimal():
                self._printer.out_after(int(lines))
                return Reply(ok=True, text=f"the paper ends in {lines} lines")
            case ("paper" | "cover" | "plug" | "unplug" | "printer", (word,)):
                return self._switch(command.verb, word)
            case ("status", ()):
                return Reply(ok=True, facts=self.facts())
            case _:
                return Reply(ok=False, text=f"the devices do not know {command.verb}")

    def facts(self) -> dict[str, str]:
        """How everything stands, in words."""
        condition = self._printer.condition
        paper = "out" if condition.paper_out else "near its end" if condition.near_end else "ok"
        cards = ", ".join(card.identifier.hex() for card in self._reader.cards) or "none"
        return {
            "reader": _plugged(self._reader.line.is_plugged),
            "card": cards,
            "scanner": _plugged(self._scanner.line.is_plugged),
            "printer": _plugged(self._printer.line.is_plugged),
            "paper": paper,
            "cover": "open" if condition.cover_open else "closed",
            "printed": str(len(self._printer.pieces)),
        }

    def _tap(self, card: str, *, keep: bool) -> Reply:
        if self._taking_away is not None:
            self._taking_away.cancel()
        self._reader.remove()
        try:
            self._reader.present(card)
        except CardSpecError as error:
            return Reply(ok=False, text=str(error))
        if keep:
            return Reply(ok=True, text="the card lies on the reader")
        loop = asyncio.get_running_loop()
        self._taking_away = loop.call_later(TAP_S, self._reader.remove)
        return Reply(ok=True, text="tapped")

    def _switch(self, verb: str, word: str) -> Reply:
        actions: Mapping[tuple[str, str], Callable[[], None]] = {
            ("paper", "out"): self._printer.paper_out,
            ("paper", "ok"): self._printer.paper_ok,
            ("paper", "near"): self._printer.near_end,
            ("cover", "open"): self._printer.cover_open,
            ("cover", "closed"): self._printer.cover_close,
            ("printer", "silent"): self._printer.silence,
            ("printer", "answering"): self._printer.speak,
            ("plug", "printer"): self._printer.plug,
            ("plug", "reader"): self._reader.plug,
            ("plug", "scanner"): self._scanner.plug,
            ("unplug", "printer"): self._printer.unplug,
            ("unplug", "reader"): self._reader.unplug,
            ("unplug", "scanner"): self._scanner.unplug,
        }
        action = actions.get((verb, word))
        if action is None:
            return Reply(ok=False, text=f"{verb} {word} is not known")
        action()
        return Reply(ok=True, text=f"{verb} {word}")

    def _keep_paper(self, piece: PaperPiece) -> None:
        """Keep what came out, as a picture and as text; the residents here are invented."""
        self._paper_dir.mkdir(parents=True, exist_ok=True)
        self._papers += 1
        piece.save(self._paper_dir, f"paper-{self._papers:03d}")


def _of_kind(declared: DeclaredDevices, kind: type[KindT]) -> KindT:
    for settings in declared.values():
        if isinstance(settings, kind):
            return settings
    raise ValueError("the simulated kiosk has a reader, a scanner and a printer")


def _plugged(is_plugged: bool) -> str:  # noqa: FBT001 - one obvious argument
    return "plugged in" if is_plugged else "unplugged"


async def serve(places: Places, declared: DeclaredDevices) -> None:
    """Run until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    host = DeviceHost(declared, places.paper_dir)
    async with host.running(), serve_control(places.devices_socket, host.handle):
        notify_ready()
        await stop.wait()


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="the simulated devices of one kiosk")
    parser.add_argument("--data", type=Path, required=True)
    places = Places(parser.parse_args(argv).data)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    settings = load_settings(places.site_file, environment={}).settings
    asyncio.run(serve(places, settings.devices))
    return 0


if __name__ == "__main__":
    sys.exit(main())
