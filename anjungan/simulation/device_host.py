"""The kiosk's devices, simulated: one process with readers, scanners and printers.

They stand where the site settings expect them, speak the real bytes, tell what happens to whoever
watches, and do what is asked at the control socket.
``python -m anjungan.simulation.device_host --data FOLDER``
"""

import argparse
import asyncio
import base64
import io
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

from PIL import Image

from anjungan.appliance.agent.devices import DeclaredDevices
from anjungan.appliance.settings.load import load_settings
from anjungan.simulation.control import Command, Reply, serve_control
from anjungan.simulation.feed import BytesPassed, DeviceCondition, Event, Feed, PaperGrew
from anjungan.simulation.hosted_devices import (
    HostedDevice,
    HostedPrinter,
    HostedReader,
    HostedScanner,
)
from anjungan.simulation.hosting import HostedT, first, host_devices
from anjungan.simulation.notify import notify_ready
from anjungan.simulation.paper_shelf import PaperShelf
from anjungan.simulation.places import Places
from anjungan.simulation.pn532.card import CardSpecError
from anjungan.simulation.printer.paper import PaperPiece
from anjungan.simulation.simulated_line import Direction

DEMO_CARD: Final = "a:04a1b2c3d4e5f6"
TAP_S: Final = 1.5
"""How long a card lies on the reader when somebody taps it."""
_LOOK_EVERY_S: Final = 0.04
_PIECES_SHOWN: Final = 6
"""How many of the pieces of earlier starts a new watcher hears of."""
_SWITCHES: Final[Mapping[tuple[str, str], tuple[str, bool]]] = {
    ("paper", "out"): ("paper_out", True),
    ("paper", "ok"): ("paper_out", False),
    ("paper", "near"): ("near_end", True),
    ("cover", "open"): ("cover_open", True),
    ("cover", "closed"): ("cover_open", False),
    ("printer", "silent"): ("silent", True),
    ("printer", "answering"): ("silent", False),
}
_SHORT_NAMES: Final[Mapping[str, type[HostedReader | HostedScanner | HostedPrinter]]] = {
    "reader": HostedReader,
    "scanner": HostedScanner,
    "printer": HostedPrinter,
}


class DeviceHost:
    """The simulators and what can be done to them from outside, by name or the first of a kind."""

    def __init__(self, declared: DeclaredDevices, paper_dir: Path) -> None:
        self._devices = host_devices(declared, self._passed)
        self._shelf = PaperShelf(paper_dir)
        self._pieces = self._shelf.newest(_PIECES_SHOWN, device="")
        self._told: dict[str, DeviceCondition] = {}
        self._strips_told: dict[str, int] = {}
        self._printed = 0
        self.feed = Feed(self._snapshot)
        for device in self._devices.values():
            if isinstance(device, HostedPrinter):
                self._strips_told[device.name] = 0
                device.simulator.on_paper(partial(self._keep, device.name))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The lines exist while the context lasts."""
        for device in self._devices.values():
            device.start()
        looking = asyncio.create_task(self._look(), name="look at the devices")
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
            for device in self._devices.values():
                await device.stop()

    async def handle(self, command: Command) -> Reply:
        """Do what a control command says."""
        try:
            return self._do(command)
        except CardSpecError as error:
            return Reply(ok=False, text=str(error))
        except KeyError as error:
            return Reply(ok=False, text=f"the devices do not know {error.args[0]}")
        finally:
            self._tell()

    def facts(self) -> dict[str, str]:
        """How everything stands, in words: of each family the first, then the others by name."""
        facts: dict[str, str] = {}
        firsts = [first(self._devices, family) for family in _SHORT_NAMES.values()]
        for word, family in _SHORT_NAMES.items():
            device = first(self._devices, family)
            if device is None:
                continue
            facts[word] = "plugged in" if device.line.is_plugged else "unplugged"
            if isinstance(device, HostedReader):
                identifiers = (card.partition(":")[2].partition(",")[0] for card in device.cards)
                facts["card"] = ", ".join(identifiers) or "none"
            if isinstance(device, HostedPrinter):
                condition = device.simulator.condition
                near = "near its end" if condition.near_end else "ok"
                facts["paper"] = "out" if condition.paper_out else near
                facts["cover"] = "open" if condition.cover_open else "closed"
                facts["printed"] = str(self._printed)
        others = (each for each in self._devices.values() if each not in firsts)
        facts |= {
            each.name: "plugged in" if each.line.is_plugged else "unplugged" for each in others
        }
        return facts

    def _do(self, command: Command) -> Reply:
        match (command.verb, command.words):
            case ("device", (name, action, *words)):
                return self._do_to(self._devices[name], action, words)
            case ("tap", (card, "keep")):
                reader = self._first(HostedReader)
                reader.take_all()
                return self._do_to(reader, "lay", [card])
            case ("tap", (card, _)):
                return self._do_to(self._first(HostedReader), "tap", [card])
            case ("remove", ()):
                self._first(HostedReader).take_all()
                return Reply(ok=True, text="no card on the reader")
            case ("scan", (text,)):
                return self._do_to(self._first(HostedScanner), "scan", [text])
            case ("paper", ("out", "after", lines)):
                return self._do_to(self._first(HostedPrinter), "end-after", [lines])
            case ("plug" | "unplug" as verb, (word,)):
                return self._do_to(self._called(word), verb, [])
            case (verb, (word,)) if (verb, word) in _SWITCHES:
                fault, on = _SWITCHES[verb, word]
                self._first(HostedPrinter).set_fault(fault, on=on)
                return Reply(ok=True, text=f"{verb} {word}")
            case ("status", ()):
                return Reply(ok=True, facts=self.facts())
            case _:
                return Reply(ok=False, text=f"the devices do not know {command.verb}")

    def _do_to(self, device: HostedDevice, action: str, words: Sequence[str]) -> Reply:
        match (device, action, words):
            case (_, "plug" | "unplug", []):
                device.plug(plugged=action == "plug")
                return Reply(ok=True, text=f"{action} {device.name}")
            case (_, "fault", [fault, "on" | "off" as state]):
                device.set_fault(fault, on=state == "on")
                return Reply(ok=True, text=f"{device.name}: {fault} {state}")
            case (HostedReader(), "lay", [card]):
                device.lay(card)
                return Reply(ok=True, text="the card lies on the reader")
            case (HostedReader(), "tap", [card]):
                device.tap(card, TAP_S, self._tell)
                return Reply(ok=True, text="tapped")
            case (HostedReader(), "take", [card]):
                device.take(card)
                return Reply(ok=True, text="the card is taken away")
            case (HostedScanner(), "scan", [text]):
                device.scan(text)
                return Reply(ok=True, text="scanned")
            case (HostedPrinter(), "end-after", [lines]) if lines.isdecimal():
                device.end_paper_after(int(lines))
                return Reply(ok=True, text=f"the paper ends in {lines} lines")
            case (HostedPrinter(), "tear", []):
                torn = device.simulator.tear() is not None
                return Reply(ok=torn, text="torn off" if torn else "no paper hangs out")
            case _:
                return Reply(ok=False, text=f"{device.name} does not know {action}")

    def _first(self, kind: type[HostedT]) -> HostedT:
        device = first(self._devices, kind)
        if device is None:
            raise KeyError("such a device")
        return device

    def _called(self, word: str) -> HostedDevice:
        """A device by its name, or by the short word for the first of its family."""
        named = self._devices.get(word)
        return self._first(_SHORT_NAMES[word]) if named is None else named

    # --- telling ------------------------------------------------------------------------------

    def _snapshot(self) -> Iterator[Event]:
        yield from (device.condition() for device in self._devices.values())
        yield from self._pieces
        for name, told in self._strips_told.items():
            printer = self._devices[name]
            if told and isinstance(printer, HostedPrinter):
                yield _grown(name, printer.simulator.strips[:told], fresh=True)

    async def _look(self) -> None:
        """Tell what changes by itself: paper that grows, a roll that ends, a card that leaves."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if self.feed.is_watched:
                self._tell()

    def _tell(self) -> None:
        for name, device in self._devices.items():
            condition = device.condition()
            if condition != self._told.get(name):
                self._told[name] = condition
                self.feed.publish(condition)
            if isinstance(device, HostedPrinter):
                strips, told = device.simulator.strips, self._strips_told[name]
                if len(strips) > told:
                    self._strips_told[name] = len(strips)
                    self.feed.publish(_grown(name, strips[told:], fresh=told == 0))

    def _passed(self, name: str, direction: Direction, data: bytes) -> None:
        if self.feed.is_watched:
            self.feed.publish(
                BytesPassed(
                    device=name,
                    way="to_host" if direction is Direction.TO_HOST else "from_host",
                    data=data.hex(),
                    at_ms=time.time_ns() // 1_000_000,
                )
            )

    def _keep(self, name: str, piece: PaperPiece) -> None:
        """Keep what came off, as a picture and as text."""
        self._printed += 1
        came_off = self._shelf.keep(name, piece)
        self._pieces = [*self._pieces[1 - _PIECES_SHOWN :], came_off]
        self._strips_told[name] = 0
        self.feed.publish(came_off)


def _grown(name: str, strips: Iterable[Image.Image], *, fresh: bool) -> PaperGrew:
    """The strips as one picture."""
    pictures = tuple(strips)
    whole = Image.new("1", (pictures[0].width, sum(each.height for each in pictures)))
    top_dots = 0
    for each in pictures:
        whole.paste(each, (0, top_dots))
        top_dots += each.height
    file = io.BytesIO()
    whole.save(file, "PNG")
    return PaperGrew(
        device=name, fresh=fresh, png=base64.b64encode(file.getvalue()).decode("ascii")
    )


async def serve(places: Places, declared: DeclaredDevices) -> None:
    """Run until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    for (
        left
    ) in places.devices_dir.iterdir():  # of one that was killed; the folder is the demo's own
        left.unlink()
    host = DeviceHost(declared, places.paper_dir)
    async with host.running(), serve_control(places.devices_socket, host.handle, host.feed):
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
