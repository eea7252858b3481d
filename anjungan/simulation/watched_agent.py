"""The real agent, with buttons that can be pressed from another terminal.

Everything is the kiosk's own program; only the pins are gpiozero's mock ones.
``python -m anjungan.simulation.watched_agent --data FOLDER``
"""

import argparse
import asyncio
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from anjungan.appliance.agent.app import run_agent
from anjungan.appliance.agent.device_making import Machine
from anjungan.appliance.agent.panel import wiring_of
from anjungan.appliance.logs import set_up_logging
from anjungan.appliance.secrecy import forbid_dumps
from anjungan.appliance.settings.devices import PanelSettings
from anjungan.appliance.settings.load import load_settings
from anjungan.appliance.settings.site import SiteSettings
from anjungan.simulation.control import Command, Reply, serve_control
from anjungan.simulation.panel import PanelSimulator
from anjungan.simulation.places import Places

PRESS_S: Final = 0.15
HOLD_S: Final = 1.2


def panel_of(settings: SiteSettings) -> PanelSettings:
    """The panel that the site settings declare, or the usual one."""
    declared = settings.devices.values()
    return next((each for each in declared if isinstance(each, PanelSettings)), PanelSettings())


async def serve_buttons(places: Places, panel: PanelSimulator) -> None:
    """Press buttons as told, for ever."""

    async def handle(command: Command) -> Reply:
        match (command.verb, command.words):
            case ("press", (name, how)) if name in panel.wiring.buttons:
                await panel.hold(name, HOLD_S if how == "hold" else PRESS_S)
                return Reply(ok=True, text=f"{name} {'held' if how == 'hold' else 'pressed'}")
            case ("status", ()):
                lit = [name for name, on in panel.lights().items() if on]
                return Reply(ok=True, facts={"lights": ", ".join(lit) or "none"})
            case _:
                return Reply(ok=False, text=f"the buttons do not know {command.verb}")

    async with serve_control(places.buttons_socket, handle):
        await asyncio.Event().wait()


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and run the agent."""
    parser = argparse.ArgumentParser(description="the agent with simulated buttons")
    parser.add_argument("--data", type=Path, required=True)
    places = Places(parser.parse_args(argv).data)
    set_up_logging()
    forbid_dumps()
    settings = load_settings(places.site_file).settings
    panel = PanelSimulator(wiring_of(panel_of(settings)))
    # the agent owns the main thread and its signals; the thread ends with the process
    threading.Thread(
        target=lambda: asyncio.run(serve_buttons(places, panel)), name="buttons", daemon=True
    ).start()
    try:
        return run_agent(settings, machine=Machine(open_pins=panel.open_factory))
    finally:
        places.buttons_socket.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
