"""What a device that runs alone has in common, and what every one of them is told in words."""

import os
from pathlib import Path
from typing import Protocol

from anjungan.simulation.control import Reply
from anjungan.simulation.simulated_line import SimulatedLine


class StandaloneDevice(Protocol):
    """A simulated device and the words it obeys."""

    @property
    def line(self) -> SimulatedLine:
        """Its line to the host."""
        ...

    def start(self) -> None:
        """Make the line appear.

        Raises:
            OSError: its address cannot be had.
        """
        ...

    async def stop(self) -> None:
        """Take the line away."""
        ...

    def obey(self, verb: str, text: str) -> Reply | None:
        """Do what a typed line says, ``verb`` and all that follows; None: it is not known."""
        ...


class Pluggable(Protocol):
    """What the words of every device need of its simulator."""

    @property
    def line(self) -> SimulatedLine:
        """Its line to the host."""
        ...

    def plug(self) -> None:
        """Put the plug back."""
        ...

    def unplug(self) -> None:
        """Pull the plug."""
        ...


def left_alone(line: SimulatedLine) -> str | None:
    """What people are told of something that stands where the line stood; None: nothing does."""
    path = Path(line.address)
    if line.is_plugged or not path.is_absolute() or not os.path.lexists(path):
        return None
    return f"{path} is no longer what was made here; left as it is"


def obey_line_words(device: Pluggable, verb: str, text: str) -> Reply | None:
    """``unplug``, ``plug`` and ``noise HEX``: what can happen to any line."""
    match verb, text.split():
        case "unplug", []:
            device.unplug()
            left = left_alone(device.line)
            return Reply(ok=True, text="unplugged" if left is None else f"unplugged; {left}")
        case "plug", []:
            try:
                device.plug()
            except OSError as error:
                return no_line(device.line, error)
            return Reply(ok=True, text=f"plugged in at {device.line.address}")
        case "noise", [_, *_]:
            try:
                noise = bytes.fromhex(text)
            except ValueError:
                return Reply(ok=False, text="noise is a hexadecimal number of whole bytes")
            device.line.inject(noise)
            return Reply(ok=True, text=f"{len(noise)} bytes of noise")
        case _:
            return None


def no_line(line: SimulatedLine, error: OSError) -> Reply:
    """The line cannot be plugged in."""
    return Reply(ok=False, text=f"no line at {line.address}: {error.strerror or error}")
