"""An RDM6300, or another reader of 125 kHz tags that sends their number over a serial line."""

import time
from collections.abc import Callable
from typing import Final

from anjungan.appliance.drivers.card_reader.card import CardEvent, CardListener
from anjungan.appliance.drivers.card_reader.em4100_frame import Em4100Parser
from anjungan.appliance.drivers.card_reader.repeated_taps import SILENCE_S, STEP_S, RepeatedTaps
from anjungan.appliance.drivers.device import (
    Missing,
    Pacing,
    Ready,
    StateListener,
    keep_open,
    tell,
)
from anjungan.appliance.drivers.link.byte_link import ByteLink
from anjungan.appliance.drivers.reported_device import ReportedDevice

_IDLE_READ_S: Final = 60.0
_READ_BYTES: Final = 512


class Rdm6300Reader(ReportedDevice):
    """A supervised RDM6300 on a serial line; see ``drivers.device.Device``.

    The line is one-way and the reader cannot be asked, so ready means no more than that the line
    is open.  The listeners are called on the event loop; one that raises is logged and does no
    harm.
    """

    kind = "card_reader"

    def __init__(
        self,
        link: ByteLink,
        *,
        on_card: CardListener,
        on_state: StateListener,
        name: str = "card_reader",
        silence_s: float = SILENCE_S,
        pacing: Pacing | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name, on_state)
        self._link = link
        self._on_card = on_card
        self._pacing = pacing
        self._monotonic = monotonic
        self._parser = Em4100Parser()
        self._taps = RepeatedTaps(silence_s)

    @property
    def bad_frames(self) -> int:
        """How many frames did not check since the start, for health reports."""
        return self._parser.bad_frames

    async def run(self) -> None:
        """See ``Device``."""
        await keep_open(self._link, self._serve, report=self._report, pacing=self._pacing)

    async def _serve(self) -> Missing:
        self._parser.reset()
        self._report.set(Ready("listening"))
        try:
            while True:
                await self._listen()
        finally:
            self._tell(self._taps.forget())

    async def _listen(self) -> None:
        """Wait once.  A frame of its own, so that no variable keeps a card's number."""
        data = await self._link.read(_READ_BYTES, _IDLE_READ_S if self._taps.is_idle else STEP_S)
        now_s = self._monotonic()
        for target in self._parser.feed(data):
            self._tell(self._taps.take(target, now_s))
        self._tell(self._taps.rest(now_s))

    def _tell(self, events: list[CardEvent]) -> None:
        for event in events:
            tell(self._name, self._on_card, event)
