"""The line of a simulated device, whatever it runs over: pseudo-terminal, TCP port or memory."""

from collections.abc import Callable
from enum import Enum
from typing import Protocol


class Direction(Enum):
    """Which way bytes went, seen from the device."""

    FROM_HOST = "host"
    TO_HOST = "device"


ByteLog = Callable[[Direction, bytes], None]
"""Sees every byte of both directions, in order."""
OnBytes = Callable[[bytes], None]
"""Takes what the host wrote, in arrival order, on the event loop."""


class SimulatedLine(Protocol):
    """A line that can be plugged and unplugged; its methods need a running event loop."""

    @property
    def address(self) -> str:
        """Where a client opens the line: a path, or ``host:port``."""
        ...

    @property
    def is_plugged(self) -> bool:
        """Whether the line exists now."""
        ...

    @property
    def unsent_bytes(self) -> int:
        """How many bytes for the host wait because the host does not read."""
        ...

    def plug(self) -> None:
        """Make the line appear at its address; no-op when plugged.

        Raises:
            OSError: the address cannot be had.
        """
        ...

    def unplug(self) -> None:
        """Take the line away: clients see theirs go; no-op when unplugged."""
        ...

    def send(self, data: bytes) -> None:
        """Send ``data`` to the host; lost when unplugged, kept while the host does not read."""
        ...

    def inject(self, noise: bytes) -> None:
        """Put bytes on the line that the device never sent, as interference does."""
        ...

    def forget_unsent(self) -> None:
        """Drop what the host has not read yet, as far as it is still in our hands."""
        ...

    def pause_reading(self) -> None:
        """Take no more bytes from the host, so that its line fills up."""
        ...

    def resume_reading(self) -> None:
        """Undo :meth:`pause_reading`."""
        ...
