"""What the link and the inbox say to each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """A published message."""

    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Messages in the order they came; ``acknowledge`` all of them once they are committed."""

    messages: Sequence[Delivery]
    acknowledge: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Connected:
    """Connected and subscribed."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection is gone; the link is trying again by itself."""


LinkEvent = Deliveries | Connected | Disconnected


@dataclass(frozen=True, slots=True)
class Publication:
    """A message to publish."""

    topic: str
    payload: bytes
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """Under which id the link connects, what it subscribes to, and whether the broker keeps it.

    A session that is kept gets what came while nobody was there. One that shares its subscription
    with others is not kept: the broker would go on dealing messages out to it.
    """

    client_id: str
    subscriptions: Sequence[str]
    kept: bool = True
