"""The kiosk's devices and nothing else, in a process of their own: ``bench.device_idle`` weighs it.

``python -m bench.idle_devices --folder FOLDER`` makes one device of each family as the agent does,
says ``ready`` when all of them are, and ends with its standard input. Reader, scanner and printer
stand at pseudo-terminals of the parent; pins are gpiozero's mock ones, the light is a folder, and
the sound card is simulated.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from anjungan.appliance.agent.device_making import Listeners, Machine
from anjungan.appliance.agent.devices import Devices
from anjungan.appliance.drivers.device import Ready
from anjungan.appliance.settings.devices import (
    BacklightSettings,
    DeviceSettings,
    LineScannerSettings,
    PanelSettings,
    Pn532Settings,
    SerialPrinterSettings,
    SpeechSettings,
)
from anjungan.simulation.backlight import BacklightSimulator
from anjungan.simulation.panel import PanelSimulator
from anjungan.simulation.sound import SimulatedSound

READER: Final = "card-reader"
SCANNER: Final = "scanner"
PRINTER: Final = "printer"
READY: Final = "ready"
_WITHIN_S: Final = 30.0


def declared(folder: Path) -> Mapping[str, DeviceSettings]:
    """One of each family, with the settings that a kiosk has when it says nothing."""
    return {
        "card_reader": Pn532Settings(path=str(folder / READER)),
        "scanner": LineScannerSettings(path=str(folder / SCANNER)),
        "printer": SerialPrinterSettings(path=str(folder / PRINTER)),
        "panel": PanelSettings(),
        "sound": SpeechSettings(),
        "backlight": BacklightSettings(),
    }


async def serve(folder: Path) -> None:
    """Run the devices until standard input ends."""
    sound = SimulatedSound()
    backlights = folder / "backlight"
    BacklightSimulator(backlights)
    all_ready = asyncio.Event()

    def on_change(_name: str) -> None:
        ready = [isinstance(state, Ready) for state in devices.states.values()]
        if len(ready) == len(devices.names) and all(ready):
            all_ready.set()

    devices = Devices(
        declared(folder),
        _nobody(),
        on_change=on_change,
        machine=Machine(
            open_pins=PanelSimulator().open_factory,
            backlights_dir=backlights,
            run_sound_program=sound.run_command,
            sound_cards=sound.cards,
        ),
    )
    running = asyncio.create_task(devices.run())
    async with asyncio.timeout(_WITHIN_S):
        await all_ready.wait()
    print(READY, flush=True)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, ended.set)
    waiting = asyncio.create_task(ended.wait())
    await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def _nobody() -> Listeners:
    def ignore(*_: object) -> None:
        """Nothing happens while the kiosk is idle."""

    return Listeners(
        on_card=ignore,
        on_scan=ignore,
        on_button=ignore,
        on_contact=ignore,
        on_late_confirmation=ignore,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="the devices of a kiosk, idle")
    parser.add_argument("--folder", type=Path, required=True)
    asyncio.run(serve(parser.parse_args().folder))
