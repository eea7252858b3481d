"""The inbox's loop: it waits for something to do and does it.

Commit, then receipt. Statuses go out when another process wakes the loop, when a kiosk is born
and when their time has come. Between those it sleeps.
"""

import logging
import queue
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

from anjungan.protocol import contract
from anjungan.protocol.identity import KioskId, RegencyCode
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import Presence, Receipt, RegencyPresence, TimeQuality
from anjungan.protocol.topics import DownKind, DownTopic, SharedKind, SharedTopic
from anjungan.regency.failures import failure_words
from anjungan.regency.fleet.listening import inbox_starts, listening_begins, listening_ends
from anjungan.regency.fleet.presence import PresenceRule
from anjungan.regency.fleet.reports import count_dropped
from anjungan.regency.inbox.allowance import Allowance
from anjungan.regency.inbox.arrivals import Arrivals
from anjungan.regency.inbox.beats import InboxBeat, another_listens, read_beat, store_beat
from anjungan.regency.inbox.committing import Committer
from anjungan.regency.inbox.intake import Taken, receipts_of
from anjungan.regency.inbox.keyring_news import KeyringTeller
from anjungan.regency.inbox.reading import DropReason
from anjungan.regency.inbox.sending import send_statuses
from anjungan.regency.link.events import Connected, Disconnected, Publication
from anjungan.regency.store.database import DATABASE_FAILURES, Database

LOG: Final = logging.getLogger(__name__)

BATCH: Final = 1000
"""Messages of one commit: each commit writes the pages of a dozen indices, whatever it holds."""
PRESENCE_EVERY_S: Final = 600.0
BEAT_EVERY_S: Final = 15.0
AFTER_FAILURE_S: Final = 2.0
REFUSED_EVERY_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Woken:
    """Another process changed the database."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the loop."""


LoopEvent = Arrivals | Connected | Disconnected | Woken | Stop


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(tz=UTC)


class Inbox:
    """The loop. ``run`` returns after ``stop``; it owns neither database nor link."""

    def __init__(
        self,
        *,
        regency: RegencyCode,
        database: Database,
        publish: Callable[[Publication], bool],
        reconnect: Callable[[], None],
        events: "queue.Queue[LoopEvent]",
        report_interval: timedelta,
        worker: str = "",
        allowance: Allowance | None = None,
        put_out: Callable[[KioskId], None] = lambda _kiosk: None,
        keyring: KeyringTeller | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._publish = publish
        self._reconnect = reconnect
        self._events = events
        self._worker = worker
        self._allowance = allowance
        self._put_out = put_out
        self._keyring = keyring
        self._now = now
        self._started_at = now()
        self._presence_topic = str(SharedTopic(regency, SharedKind.REGENCY))
        rule = PresenceRule(report_interval, self._started_at)
        self._committer = Committer(database, rule, now)
        self._connected = False
        self._start_noted = False
        self._stopping = False
        self._presence_due_s = 0.0
        self._beat_due_s = 0.0
        self._statuses_due_s = 0.0
        self._refused_due_s = 0.0

    def run(self) -> None:
        """Work until a Stop event comes."""
        while not self._stopping:
            batch = self._wait_for_events()
            try:
                self._note_start()
                self._handle(batch)
                self._do_what_is_due()
            except DATABASE_FAILURES as error:
                # disk full, locked or gone: nothing was acknowledged; reconnecting brings it again
                LOG.error("the database failed: %s", failure_words(error))  # noqa: TRY400 - the driver's text may quote values
                self._reconnect()
                time.sleep(AFTER_FAILURE_S)

    def presence(self, presence: Presence) -> Publication:
        """The retained word that the inbox is there, or its will, and the time here."""
        now = self._now()
        message = RegencyPresence(
            id=new_message_id(round(now.timestamp() * 1000)),
            sent_at=now,
            time_quality=TimeQuality.NTP,
            presence=presence,
        )
        return Publication(self._presence_topic, contract.encode(message), retained=True)

    def _wait_for_events(self) -> Sequence[LoopEvent]:
        due_s = min(
            self._beat_due_s, self._presence_due_s, self._statuses_due_s, self._refused_due_s
        )
        wait_s = max(0.0, due_s - time.monotonic())
        batch: list[LoopEvent] = []
        size = 0
        with suppress(queue.Empty):
            batch.append(self._events.get(timeout=wait_s) if wait_s else self._events.get_nowait())
            while (size := size + _size_of(batch[-1])) < BATCH:
                batch.append(self._events.get_nowait())
        return batch

    def _handle(self, batch: Sequence[LoopEvent]) -> None:
        arrived: list[Arrivals] = []
        for event in batch:
            match event:
                case Arrivals():
                    arrived.append(event)
                case Connected():
                    self._connected = True
                    with self._database.writing() as connection:
                        listening_begins(connection, self._now())
                    self._presence_due_s = self._statuses_due_s = self._beat_due_s = 0.0
                    if self._keyring is not None:
                        self._keyring.connected()
                case Disconnected():
                    if self._connected:
                        self._note_end()
                    self._connected = False
                    self._beat_due_s = 0.0
                case Woken():
                    self._statuses_due_s = 0.0
                case Stop():
                    self._stopping = True
                case _:
                    assert_never(event)
        if arrived:
            self._take(arrived)

    def _note_start(self) -> None:
        """Before the first beat: since the last one of the inbox before, nobody has listened."""
        if self._start_noted:
            return
        with self._database.writing() as connection:
            if not another_listens(connection, self._worker, self._now()):
                inbox_starts(connection, read_beat(connection))
        self._start_noted = True

    def _note_end(self) -> None:
        with self._database.writing() as connection:
            if not another_listens(connection, self._worker, self._now()):
                listening_ends(connection, self._now())

    # --- up ---------------------------------------------------------------------------------

    def _take(self, arrived: Sequence[Arrivals]) -> None:
        if any(each.farewell for each in arrived):
            # another worker is gone, and we are still here: kiosks that hear both words send
            # again what they sent to the one that is gone
            self._presence_due_s = 0.0
        readings = [reading for each in arrived for reading in each.readings]
        if readings:
            for taken in self._committer.commit(readings):
                self._send_receipts(taken)
                if taken.statuses_due:
                    self._statuses_due_s = 0.0
        for each in arrived:
            each.acknowledge()

    def _send_receipts(self, taken: Taken) -> None:
        now = self._now()
        for kiosk, items in receipts_of(taken):
            receipt = Receipt(
                id=new_message_id(round(now.timestamp() * 1000)),
                sent_at=now,
                time_quality=TimeQuality.NTP,
                items=tuple(items),
            )
            topic = DownTopic(kiosk, DownKind.RECEIPT)
            # a receipt that does not get through is asked for again by the kiosk's next sending
            self._publish(Publication(str(topic), contract.encode(receipt)))

    # --- down and timers --------------------------------------------------------------------

    def _do_what_is_due(self) -> None:
        now_s = time.monotonic()
        if now_s >= self._presence_due_s:
            self._presence_due_s = now_s + PRESENCE_EVERY_S
            if self._connected:
                self._publish(self.presence(Presence.ONLINE))
        if now_s >= self._beat_due_s:
            self._beat_due_s = now_s + BEAT_EVERY_S
            with self._database.writing() as connection:
                beat = InboxBeat(self._started_at, self._now(), self._connected)
                store_beat(connection, beat, self._worker)
            if self._connected and self._keyring is not None:
                self._keyring.look()
        if now_s >= self._statuses_due_s:
            wait_s = BEAT_EVERY_S
            if self._connected:
                wait_s = send_statuses(self._database, self._publish, self._now)
            self._statuses_due_s = time.monotonic() + wait_s
        if now_s >= self._refused_due_s:
            self._refused_due_s = now_s + REFUSED_EVERY_S
            self._count_refused()

    def _count_refused(self) -> None:
        if self._allowance is None:
            return
        for kiosk in self._allowance.take_flooding():
            LOG.warning("%s floods the line and is disconnected", kiosk)
            self._put_out(kiosk)
        refused = self._allowance.take_refused()
        if not refused:
            return
        with self._database.writing() as connection:
            for sender, times in refused.items():
                count_dropped(
                    connection, sender, DropReason.OVER_LIMIT.value, self._now(), times=times
                )


def _size_of(event: LoopEvent) -> int:
    return len(event.readings) if isinstance(event, Arrivals) else 1
