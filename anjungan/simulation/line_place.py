"""Where a simulated device's line stands, and the one function that makes a line for a place."""

from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from anjungan.simulation.memory_line import MemoryLine
from anjungan.simulation.memory_link import MemoryLink
from anjungan.simulation.pty_line import PtyLine
from anjungan.simulation.simulated_line import ByteLog, OnBytes, SimulatedLine
from anjungan.simulation.tcp_line import TcpLine


@dataclass(frozen=True, slots=True)
class TcpPlace:
    """A TCP port; port 0 takes a free one when the line is plugged for the first time."""

    port: int
    host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class MemoryPlace:
    """No place at all: the driver's end of the line is ``link``."""

    link: MemoryLink


Place = Path | TcpPlace | MemoryPlace
"""A path is where the link to a new pseudo-terminal is made."""


def open_simulated_line(
    place: Place, on_bytes: OnBytes, byte_log: ByteLog | None = None
) -> SimulatedLine:
    """Make the line for ``place``, unplugged; see :class:`SimulatedLine`."""
    match place:
        case Path():
            return PtyLine(place, on_bytes, byte_log=byte_log)
        case TcpPlace(host=host, port=port):
            return TcpLine(host, port, on_bytes, byte_log=byte_log)
        case MemoryPlace(link=link):
            return MemoryLine(link, on_bytes, byte_log=byte_log)
        case _:
            assert_never(place)
