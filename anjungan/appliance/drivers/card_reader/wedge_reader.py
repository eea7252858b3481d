"""A reader that types the number of each card like a keyboard, as most "e-KTP readers" sold do."""

import logging
import time
from collections.abc import Callable
from typing import Final

from anjungan.appliance.drivers.card_reader.card import (
    CardEvent,
    CardListener,
    CardTechnology,
    Target,
)
from anjungan.appliance.drivers.card_reader.evdev_node import (
    EvdevNode,
    Grab,
    KeyboardNode,
    grab_keyboard,
)
from anjungan.appliance.drivers.card_reader.single_taps import SingleTaps
from anjungan.appliance.drivers.card_reader.tap import DEBOUNCE_S
from anjungan.appliance.drivers.card_reader.typed_identifier import TypedAs, typed_identifier
from anjungan.appliance.drivers.card_reader.typed_keys import TypedKeys
from anjungan.appliance.drivers.device import (
    Fault,
    Missing,
    Pacing,
    Ready,
    StateListener,
    keep_open,
    tell,
)
from anjungan.appliance.drivers.limited_log import LimitedLog
from anjungan.appliance.drivers.reported_device import ReportedDevice

log = logging.getLogger(__name__)

_LINE_END_S: Final = 0.5  # then no Enter will come, and no digit is kept
_REST_S: Final = 0.1
_IDLE_READ_S: Final = 60.0
_READ_BYTES: Final = 4096


class WedgeReader(ReportedDevice):
    """A supervised keyboard-wedge reader; see ``drivers.device.Device``.

    ``path`` is an evdev node; it is grabbed, so that no digit reaches a window (``node`` takes its
    place in a test).  ``types`` says what the reader types.  Ready means that the node is held; the
    reader itself cannot be asked.  The listeners are called on the event loop; one that raises is
    logged and does no harm.
    """

    kind = "card_reader"

    def __init__(
        self,
        path: str,
        *,
        types: TypedAs,
        on_card: CardListener,
        on_state: StateListener,
        name: str = "card_reader",
        hold_s: float = DEBOUNCE_S,
        pacing: Pacing | None = None,
        grab: Grab = grab_keyboard,
        node: KeyboardNode | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name, on_state)
        self._node = node or EvdevNode(path, grab)
        self._types: TypedAs = types
        self._on_card = on_card
        self._pacing = pacing
        self._monotonic = monotonic
        self._keys = TypedKeys()
        self._taps = SingleTaps(hold_s)
        self._refusals = LimitedLog(log, logging.INFO)

    @property
    def spoilt_lines(self) -> int:
        """How many lines could be no number of a card since the start, for health reports."""
        return self._keys.spoilt_lines

    async def run(self) -> None:
        """See ``Device``."""
        await keep_open(self._node, self._serve, report=self._report, pacing=self._pacing)

    async def _serve(self) -> Missing | Fault:
        if self._node.keyboard is None:
            return Fault("wrong_device", "the device is not a keyboard")
        self._report.set(Ready(self._node.keyboard))
        try:
            while True:
                await self._listen()
        finally:
            self._keys.reset()
            self._tell(self._taps.forget())

    async def _listen(self) -> None:
        """Wait once.  A frame of its own, so that no variable keeps a card's number."""
        data = await self._node.read(_READ_BYTES, self._wait_s())
        if not data:
            self._keys.give_up()
        for line in self._keys.feed(data):
            identifier = typed_identifier(line, self._types)
            if identifier is None:
                self._refusals.tell(f"card reader {self._name}: what it typed is no identifier")
            else:
                target = Target(CardTechnology.TYPED, identifier)
                self._tell(self._taps.take(target, self._monotonic()))
        self._tell(self._taps.rest(self._monotonic()))

    def _wait_s(self) -> float:
        if self._keys.in_a_line:
            return _LINE_END_S
        return _IDLE_READ_S if self._taps.is_idle else _REST_S

    def _tell(self, events: list[CardEvent]) -> None:
        for event in events:
            tell(self._name, self._on_card, event)
