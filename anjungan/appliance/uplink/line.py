"""What the uplink needs of a connection to the broker."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from anjungan.appliance.uplink.identity import IdentityFiles
from anjungan.appliance.uplink.line_state import OfflineReason


@dataclass(frozen=True, slots=True)
class Publication:
    """A message for the broker."""

    topic: str
    payload: bytes
    retain: bool = False

    def __repr__(self) -> str:
        return f"Publication({self.topic!r}, {len(self.payload)} bytes)"


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message from the broker, not yet trusted in any way."""

    topic: str
    payload: bytes
    retained: bool

    def __repr__(self) -> str:
        return f"Inbound({len(self.payload)} bytes)"


@dataclass(frozen=True, slots=True)
class LineUp:
    """Connected, and subscribed to everything asked for."""


@dataclass(frozen=True, slots=True)
class NotOpened:
    """No connection, and why."""

    reason: OfflineReason


OpenedLine = LineUp | NotOpened


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSetup:
    """Everything one connection is made with. Callbacks run in the event loop.

    ``timeout_s`` bounds the opening; ``answer_timeout_s`` the silence of a broker that has
    something to answer. ``tls`` None speaks plainly.
    """

    host: str
    port: int
    client_id: str
    keepalive_s: int
    timeout_s: float
    answer_timeout_s: float
    will: Publication
    subscriptions: tuple[str, ...]
    on_message: Callable[[Inbound], None]
    on_closed: Callable[[], None]
    tls: IdentityFiles | None = None


class Line(Protocol):
    """One connection; it is opened once, closed once, and thrown away."""

    @property
    def closed(self) -> bool:
        """Whether the connection is lost or closed."""
        ...

    @property
    def round_trip_s(self) -> float | None:
        """How long the broker last took to answer a message of ours; None before it has."""
        ...

    async def open(self) -> OpenedLine:
        """Connect and subscribe, within the set-up's time-out."""
        ...

    def publish(self, publication: Publication) -> None:
        """Hand a message to the broker with QoS 1."""
        ...

    async def close(self, farewell: Publication | None) -> None:
        """Publish a last message where that is still possible, and close."""
        ...


MakeLine = Callable[[LineSetup], Line]
