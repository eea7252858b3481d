"""What happens in a simulation, told to whoever watches: typed events, one JSON line each.

A control connection that sends the verb ``watch`` gets the present state first and then every
event, until either side hangs up. The residents of a simulation are invented: what passes on the
lines of real devices would be personal data and has no such feed.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, Generic, Literal, TypeVar

import msgspec

KEPT_EVENTS: Final = 512
"""How many events wait for a watcher that does not read; then the oldest bytes are lost."""


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """Base of the events."""


class DeviceCondition(_Event, frozen=True, tag="device"):
    """How one simulated device stands; sent whole whenever any of it changes.

    ``faults`` are the faults this device can have, and whether each is there now; ``cards`` what
    lies on a reader, as texts of ``pn532.card``; ``lines_left`` after how many lines a printer's
    paper ends, None where nobody set that.
    """

    name: str
    kind: str
    family: str
    plugged: bool
    faults: dict[str, bool] = {}
    cards: tuple[str, ...] = ()
    lines_left: int | None = None
    width_dots: int = 0
    cutter: bool = False


class BytesPassed(_Event, frozen=True, tag="bytes"):
    """Bytes on a device's line; ``at_ms`` since the epoch, ``data`` in hexadecimal."""

    device: str
    way: Literal["to_host", "from_host"]
    data: str
    at_ms: int


class PaperGrew(_Event, frozen=True, tag="paper_grew"):
    """A strip that came out of a printer: a PNG in base64. ``fresh``: the first since a cut."""

    device: str
    fresh: bool
    png: str


class PaperCameOff(_Event, frozen=True, tag="paper_off"):
    """A piece was cut or torn off. ``piece`` names its files, ``codes`` are the QR texts on it."""

    device: str
    piece: str
    codes: tuple[str, ...]


class ButtonCondition(msgspec.Struct, frozen=True, kw_only=True):
    """One button; ``lit`` is None where it has no light."""

    name: str
    does: str
    pressed: bool
    lit: bool | None


class PanelCondition(_Event, frozen=True, tag="panel"):
    """The button panel; ``doors`` maps a contact's name to whether its door stands open."""

    plugged: bool
    buttons: tuple[ButtonCondition, ...]
    doors: dict[str, bool] = {}
    buzzing: bool | None = None


class LineCondition(_Event, frozen=True, tag="line"):
    """The line between kiosk and broker."""

    mode: str
    connected: bool


class Spoken(_Event, frozen=True, tag="spoken"):
    """What the kiosk said aloud, or the kind of a beep with no ``text``."""

    device: str
    text: str = ""
    language: str = ""
    beep: str = ""


Event = (
    DeviceCondition
    | BytesPassed
    | PaperGrew
    | PaperCameOff
    | PanelCondition
    | LineCondition
    | Spoken
)

encode_event: Final = msgspec.json.Encoder().encode
decode_event: Final = msgspec.json.Decoder(Event).decode


EventT = TypeVar("EventT")


class Subscription(Generic[EventT]):
    """One watcher's events in order. Bytes are dropped, oldest first, when it does not read."""

    def __init__(self) -> None:
        self._waiting: deque[EventT] = deque()
        self._something = asyncio.Event()
        self.dropped = 0

    def put(self, event: EventT) -> None:
        """Queue an event."""
        self._waiting.append(event)
        if len(self._waiting) > KEPT_EVENTS:
            self._drop_one()
        self._something.set()

    async def take(self) -> list[EventT]:
        """Wait until there is something, and take all of it."""
        await self._something.wait()
        self._something.clear()
        events = list(self._waiting)
        self._waiting.clear()
        return events

    def _drop_one(self) -> None:
        """Conditions and paper must not be lost: a later event builds upon them."""
        for index, event in enumerate(self._waiting):
            if isinstance(event, BytesPassed):
                del self._waiting[index]
                self.dropped += 1
                return


class Feed:
    """Hands each event to every watcher. ``snapshot`` gives the events of the present state."""

    def __init__(self, snapshot: Callable[[], Iterable[Event]]) -> None:
        self._snapshot = snapshot
        self._watchers: set[Subscription[Event]] = set()

    @property
    def is_watched(self) -> bool:
        """Whether anybody watches, so that costly events need not be made for nobody."""
        return bool(self._watchers)

    def publish(self, event: Event) -> None:
        """Tell everybody; must be called on the event loop."""
        for watcher in self._watchers:
            watcher.put(event)

    def subscribe(self) -> Subscription[Event]:
        """Begin to watch; the present state comes first."""
        watcher: Subscription[Event] = Subscription()
        for event in self._snapshot():
            watcher.put(event)
        self._watchers.add(watcher)
        return watcher

    def unsubscribe(self, watcher: Subscription[Event]) -> None:
        """End a watch."""
        self._watchers.discard(watcher)
