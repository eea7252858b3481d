"""The real agent, with buttons that can be pressed from another terminal.

Everything is the kiosk's own program; only the pins are gpiozero's mock ones, and what it says
aloud is told to whoever watches instead of being played.
``python -m anjungan.simulation.watched_agent --data FOLDER``
"""

import argparse
import asyncio
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from anjungan.appliance.agent.app import run_agent
from anjungan.appliance.agent.device_making import Machine
from anjungan.appliance.logs import set_up_logging
from anjungan.appliance.secrecy import forbid_dumps
from anjungan.appliance.settings.devices import PanelSettings, SpeechSettings
from anjungan.appliance.settings.load import load_settings
from anjungan.appliance.settings.site import SiteSettings
from anjungan.simulation.control import serve_control
from anjungan.simulation.feed import Spoken
from anjungan.simulation.panel_host import PanelHost
from anjungan.simulation.places import Places
from anjungan.simulation.sound import Beeped, Heard, Said, SimulatedSound


def panel_of(settings: SiteSettings) -> PanelSettings:
    """The panel that the site settings declare, or the usual one."""
    declared = settings.devices.values()
    return next((each for each in declared if isinstance(each, PanelSettings)), PanelSettings())


def sound_of(settings: SiteSettings, host: PanelHost) -> SimulatedSound:
    """A loudspeaker that tells ``host`` what it begins to say; time passes as it does."""
    declared = settings.devices.items()
    name = next((name for name, each in declared if isinstance(each, SpeechSettings)), "sound")

    def heard(what: Heard) -> None:
        match what:
            case Said(text=text, voice=voice, ended=None):
                host.said(Spoken(device=name, text=text, language=voice))
            case Beeped(kind=kind, ended=None):
                host.said(Spoken(device=name, beep=kind.value))
            case _:
                pass

    return SimulatedSound(pace=1.0, on_heard=heard)


async def serve_buttons(places: Places, host: PanelHost) -> None:
    """Do what is asked, and tell what happens, for ever."""
    async with serve_control(places.buttons_socket, host.handle, host.feed):
        await asyncio.Event().wait()


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and run the agent."""
    parser = argparse.ArgumentParser(description="the agent with simulated buttons")
    parser.add_argument("--data", type=Path, required=True)
    places = Places(parser.parse_args(argv).data)
    set_up_logging()
    forbid_dumps()
    settings = load_settings(places.site_file).settings
    loop = asyncio.new_event_loop()
    host = PanelHost(panel_of(settings), loop)
    # the agent owns the main thread and its signals; the thread ends with the process
    threading.Thread(
        target=loop.run_until_complete, args=(serve_buttons(places, host),), daemon=True
    ).start()
    try:
        sound = sound_of(settings, host)
        machine = Machine(
            open_pins=host.panel.open_factory,
            run_sound_program=sound.run_command,
            sound_cards=sound.cards,
        )
        return run_agent(settings, machine=machine)
    finally:
        places.buttons_socket.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
