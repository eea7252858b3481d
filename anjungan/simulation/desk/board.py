"""What a page must know to draw the desk: the last word of every part, and a bounded past."""

from collections import deque
from collections.abc import Iterator
from typing import Final, assert_never

import msgspec

from anjungan.simulation.desk.wishes import PartName
from anjungan.simulation.feed import (
    BytesPassed,
    DeviceCondition,
    Event,
    LineCondition,
    PanelCondition,
    PaperCameOff,
    PaperGrew,
    Spoken,
    Subscription,
)

BYTES_KEPT: Final = 300
PIECES_KEPT: Final = 12
SAID_KEPT: Final = 20


class PartSeen(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="part"):
    """Whether a part answers; what a page knew of it is void when this says no."""

    part: str
    answers: bool


DeskEvent = Event | PartSeen


class Board:
    """Keeps what is told and hands it to every page, the present state first."""

    def __init__(self) -> None:
        self._pages: set[Subscription[DeskEvent]] = set()
        self._parts = {part: PartSeen(part=part.value, answers=False) for part in PartName}
        self._devices: dict[str, DeviceCondition] = {}
        self._panel: PanelCondition | None = None
        self._line: LineCondition | None = None
        self._hanging: dict[str, list[PaperGrew]] = {}
        self._pieces: deque[PaperCameOff] = deque(maxlen=PIECES_KEPT)
        self._bytes: deque[BytesPassed] = deque(maxlen=BYTES_KEPT)
        self._said: deque[Spoken] = deque(maxlen=SAID_KEPT)

    def begin(self, part: PartName) -> None:
        """A part answers, and is about to tell its state anew."""
        self._forget(part)
        self._tell(PartSeen(part=part.value, answers=True), part)

    def lose(self, part: PartName) -> None:
        """A part does not answer any more."""
        if self._parts[part].answers:
            self._forget(part)
            self._tell(PartSeen(part=part.value, answers=False), part)

    def take(self, event: Event) -> None:
        """Keep and pass on what a part tells."""
        match event:
            case DeviceCondition():
                self._devices[event.name] = event
            case PanelCondition():
                self._panel = event
            case LineCondition():
                self._line = event
            case PaperGrew():
                if event.fresh:
                    self._hanging[event.device] = []
                self._hanging.setdefault(event.device, []).append(event)
            case PaperCameOff():
                self._hanging.pop(event.device, None)
                self._pieces.append(event)
            case BytesPassed():
                self._bytes.append(event)
            case Spoken():
                self._said.append(event)
            case _:
                assert_never(event)
        self._publish(event)

    def open_page(self) -> Subscription[DeskEvent]:
        """Begin to tell a page everything."""
        page: Subscription[DeskEvent] = Subscription()
        for event in self._present():
            page.put(event)
        self._pages.add(page)
        return page

    def close_page(self, page: Subscription[DeskEvent]) -> None:
        """A page has gone."""
        self._pages.discard(page)

    def _present(self) -> Iterator[DeskEvent]:
        yield from self._parts.values()
        yield from self._devices.values()
        yield from (event for event in (self._panel, self._line) if event is not None)
        yield from self._pieces
        for strips in self._hanging.values():
            yield from strips
        yield from self._bytes
        yield from self._said

    def _tell(self, seen: PartSeen, part: PartName) -> None:
        self._parts[part] = seen
        self._publish(seen)

    def _publish(self, event: DeskEvent) -> None:
        for page in self._pages:
            page.put(event)

    def _forget(self, part: PartName) -> None:
        match part:
            case PartName.DEVICES:
                self._devices.clear()
                self._hanging.clear()
                self._pieces.clear()
            case PartName.BUTTONS:
                self._panel = None
                self._said.clear()
            case PartName.LINE:
                self._line = None
            case _:
                assert_never(part)
