"""An ACR122U, or another contactless reader that pcscd knows."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from anjungan.appliance.drivers.card_reader import pcsc_library as pcsc
from anjungan.appliance.drivers.card_reader.blocking_calls import BlockingCalls, CallHangs
from anjungan.appliance.drivers.card_reader.card import (
    CardEvent,
    CardListener,
    CardRejected,
    CardRejection,
    Target,
)
from anjungan.appliance.drivers.card_reader.pcsc_library import (
    PcscError,
    PcscLibrary,
    ReaderStatus,
)
from anjungan.appliance.drivers.card_reader.pcsc_session import NoCard, PcscSession
from anjungan.appliance.drivers.card_reader.tap import DEBOUNCE_S, TapTracker
from anjungan.appliance.drivers.device import (
    Missing,
    Pacing,
    Ready,
    StateListener,
    keep_open,
    tell,
)
from anjungan.appliance.drivers.limited_log import LimitedLog
from anjungan.appliance.drivers.link.byte_link import LinkLost
from anjungan.appliance.drivers.reported_device import ReportedDevice

log = logging.getLogger(__name__)

CALL_LIMIT_S: Final = 5.0
"""A card answers within some hundred milliseconds; what takes longer hangs."""
IDLE_WAIT_S: Final = 2.0
REMOVAL_STEP_S: Final = 0.25
SETTLE_S: Final = 0.25
"""A reader is listed before it takes its first command."""
FIELD_RESET_S: Final = 0.02  # see pn532_reader; a USB reader needs longer to obey
READ_TRIES: Final = 2

_REASONS: Final = {
    pcsc.E_NO_SERVICE: "pcscd is not running",
    pcsc.E_SERVICE_STOPPED: "pcscd is not running",
    pcsc.E_INVALID_HANDLE: "pcscd is not running",  # it began anew: the context was the old one's
    pcsc.F_COMM_ERROR: "pcscd is not running",
    pcsc.W_SECURITY_VIOLATION: "Permission denied",
    pcsc.E_NO_ACCESS: "Permission denied",
    pcsc.E_UNKNOWN_READER: "absent",
    pcsc.E_READER_UNAVAILABLE: "absent",
    pcsc.E_SHARING_VIOLATION: "held by another program",
}
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Seen:
    """A card that was read, or could not be; again only when the reader has counted on."""

    events: int
    target: Target | None


class PcscReader(ReportedDevice):
    """A supervised PC/SC reader; see ``drivers.device.Device``.

    ``reader`` is part of its name; empty takes the first one.  pcscd looks for cards and tells when
    one comes; the driver then reads it twice, without power between, so that a card whose
    identifier changes is known.  Of two cards at once such a reader tells one, so these are not
    refused.  The library's calls block, so they have a thread of their own.  The listeners are
    called on the event loop; one that raises is logged and does no harm.
    """

    kind = "card_reader"

    def __init__(
        self,
        reader: str,
        library: Callable[[], PcscLibrary],
        *,
        on_card: CardListener,
        on_state: StateListener,
        name: str = "card_reader",
        debounce_s: float = DEBOUNCE_S,
        call_limit_s: float = CALL_LIMIT_S,
        pacing: Pacing | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(name, on_state)
        self._session = PcscSession(reader, library)
        self._on_card = on_card
        self._call_limit_s = call_limit_s
        self._pacing = pacing or Pacing()
        self._monotonic = monotonic
        self._sleep = sleep
        self._tracker = TapTracker(debounce_s)
        self._calls = BlockingCalls(f"pcsc {name}")
        self._reader = ""
        self._seen: _Seen | None = None
        self._unreadable = LimitedLog(log, logging.INFO)

    async def run(self) -> None:
        """See ``Device``."""
        pacing = replace(self._pacing, sleep=self._wait_for_plug)
        try:
            await keep_open(self, self._serve, report=self._report, pacing=pacing)
        finally:
            self._calls.stop(self._session.forget)

    async def open(self) -> None:
        """See ``drivers.device.Openable``: while open, pcscd answers and the reader is there."""
        self._reader = await self._call(self._session.find)

    async def close(self) -> None:
        """See ``drivers.device.Openable``; the context is kept for the next opening."""

    async def _serve(self) -> Missing:
        known = ReaderStatus(self._reader)
        self._seen = None
        try:
            while True:
                known = await self._look(known)
        finally:
            self._tell(self._tracker.forget())
            self._seen = None

    async def _look(self, known: ReaderStatus) -> ReaderStatus:
        """Wait once, and tell what it means.  A frame of its own: see ``Pn532Reader``."""
        limit_s = IDLE_WAIT_S
        if not self._tracker.is_empty and not _has_card(known):
            limit_s = REMOVAL_STEP_S
        status = await self._call(lambda: self._session.wait(known, limit_s), limit_s)
        self._report.set(Ready(self._reader))
        if not _has_card(status):
            self._miss()
        elif self._seen is None or self._seen.events != _events(status):
            await self._read(status)
        return status

    def _miss(self) -> None:
        now_s = self._monotonic()
        seen, self._seen = self._seen, None
        if seen is not None and seen.target is not None:  # it was there until this moment
            self._tell(self._tracker.observe((seen.target,), None, now_s))
        self._tell(self._tracker.observe((), None, now_s))

    async def _read(self, status: ReaderStatus) -> None:
        first = await self._activate(status, unpower=True)
        if isinstance(first, NoCard):
            self._seen = _Seen(_events(status), None)
            if first is NoCard.UNREADABLE:
                self._unreadable.tell(f"card reader {self._name}: a card cannot be read")
            elif self._tracker.is_empty:
                self._tell([CardRejected(CardRejection.PULLED_EARLY)])
            return
        again: tuple[Target, ...] | None = None
        if self._tracker.second_look((first,)):
            await self._sleep(FIELD_RESET_S)
            second = await self._activate(status, unpower=False)
            again = () if isinstance(second, NoCard) else (second,)
        lies = again is None or bool(again)
        self._seen = _Seen(_events(status), first if lies else None)
        self._tell(self._tracker.observe((first,), again, self._monotonic()))

    async def _activate(self, status: ReaderStatus, *, unpower: bool) -> Target | NoCard:
        """Read the card; once more where it was just settling."""
        card: Target | NoCard = NoCard.UNREADABLE
        for attempt in range(READ_TRIES):
            if attempt:
                await self._sleep(FIELD_RESET_S)
            card = await self._call(lambda: self._session.read_card(status.atr, unpower=unpower))
            if card is not NoCard.UNREADABLE:
                break
        return card

    async def _wait_for_plug(self, delay_s: float) -> None:
        """The back-off, which ends at once when a reader is plugged in."""
        try:
            knows = await self._call(lambda: self._session.wait_for_plug(delay_s), delay_s)
        except LinkLost:
            knows = False
        await self._pacing.sleep(SETTLE_S if knows else delay_s)

    async def _call(self, function: Callable[[], Result], limit_s: float = 0.0) -> Result:
        try:
            return await self._calls.call(function, self._call_limit_s + limit_s)
        except PcscError as error:
            raise LinkLost(_REASONS.get(error.code, str(error))) from error
        except CallHangs:
            raise LinkLost("pcscd does not answer") from None

    def _tell(self, events: list[CardEvent]) -> None:
        for event in events:
            tell(self._name, self._on_card, event)


def _has_card(status: ReaderStatus) -> bool:
    return bool(status.flags & pcsc.STATE_PRESENT) and not status.flags & pcsc.STATE_MUTE


def _events(status: ReaderStatus) -> int:
    return status.flags >> pcsc.EVENTS_SHIFT
