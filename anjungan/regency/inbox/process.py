"""The inbox process: one loop that waits for something to do and does it.

Commit, then receipt. Statuses go out when the web process wakes the loop, when a kiosk is born
and when their time has come. Between those it sleeps.
"""

import logging
import queue
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

from sqlalchemy.exc import DBAPIError

from anjungan.protocol import contract
from anjungan.protocol.identity import KioskId, RegencyCode
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import Presence, Receipt, RegencyPresence, TimeQuality
from anjungan.protocol.topics import DownKind, DownTopic, SharedKind, SharedTopic, up_filter
from anjungan.regency.failures import failure_words
from anjungan.regency.fleet.listening import inbox_starts, listening_begins, listening_ends
from anjungan.regency.fleet.presence import PresenceRule
from anjungan.regency.fleet.reports import count_dropped
from anjungan.regency.inbox.allowance import Allowance
from anjungan.regency.inbox.beats import InboxBeat, read_beat, store_beat
from anjungan.regency.inbox.intake import Taken, receipts_of, take
from anjungan.regency.inbox.reading import DropReason, Reading, read
from anjungan.regency.link.mqtt import (
    Connected,
    Delivery,
    Disconnected,
    LinkEvent,
    MqttLink,
    Publication,
)
from anjungan.regency.link.takeover import take_over
from anjungan.regency.requests.outgoing import attempted, due_statuses, next_due
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database, open_database
from anjungan.regency.wake import WakeListener

LOG: Final = logging.getLogger(__name__)

BATCH: Final = 200
WAITING_EVENTS: Final = 1000
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


LoopEvent = LinkEvent | Woken | Stop


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
        allowance: Allowance | None = None,
        put_out: Callable[[KioskId], None] = lambda _kiosk: None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._regency = regency
        self._database = database
        self._publish = publish
        self._reconnect = reconnect
        self._events = events
        self._allowance = allowance
        self._put_out = put_out
        self._now = now
        self._started_at = now()
        self._rule = PresenceRule(report_interval, self._started_at)
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
            except DBAPIError as error:
                # disk full or locked: nothing was acknowledged; reconnecting brings it again
                LOG.error("the database failed: %s", failure_words(error.orig or error))  # noqa: TRY400 - the driver's text may quote values
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
        topic = SharedTopic(self._regency, SharedKind.REGENCY)
        return Publication(str(topic), contract.encode(message), retained=True)

    def _wait_for_events(self) -> Sequence[LoopEvent]:
        due_s = min(
            self._beat_due_s, self._presence_due_s, self._statuses_due_s, self._refused_due_s
        )
        wait_s = max(0.0, due_s - time.monotonic())
        batch: list[LoopEvent] = []
        with suppress(queue.Empty):
            batch.append(self._events.get(timeout=wait_s) if wait_s else self._events.get_nowait())
            while len(batch) < BATCH:
                batch.append(self._events.get_nowait())
        return batch

    def _handle(self, batch: Sequence[LoopEvent]) -> None:
        deliveries: list[Delivery] = []
        for event in batch:
            match event:
                case Delivery():
                    deliveries.append(event)
                case Connected():
                    self._connected = True
                    with self._database.writing() as connection:
                        listening_begins(connection, self._now())
                    self._presence_due_s = self._statuses_due_s = self._beat_due_s = 0.0
                case Disconnected():
                    if self._connected:
                        with self._database.writing() as connection:
                            listening_ends(connection, self._now())
                    self._connected = False
                    self._beat_due_s = 0.0
                case Woken():
                    self._statuses_due_s = 0.0
                case Stop():
                    self._stopping = True
                case _:
                    assert_never(event)
        if deliveries:
            self._take(deliveries)

    def _note_start(self) -> None:
        """Before the first beat: since the last one of the inbox before, nobody has listened."""
        if self._start_noted:
            return
        with self._database.writing() as connection:
            inbox_starts(connection, read_beat(connection))
        self._start_noted = True

    # --- up ---------------------------------------------------------------------------------

    def _take(self, deliveries: Sequence[Delivery]) -> None:
        readings = [
            read(each.topic, each.payload, retained=each.retained, regency=self._regency)
            for each in deliveries
        ]
        for taken in self._commit(readings):
            self._send_receipts(taken)
            if taken.statuses_due:
                self._statuses_due_s = 0.0
        for each in deliveries:
            each.acknowledge()

    def _commit(self, readings: Sequence[Reading]) -> Sequence[Taken]:
        try:
            return [self._commit_together(readings)]
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001 - one bad message must not block the queue
            LOG.error("a batch failed (%s); taking it one by one", failure_words(error))  # noqa: TRY400 - a traceback may quote the message
            return [self._commit_alone(reading) for reading in readings]

    def _commit_together(self, readings: Sequence[Reading]) -> Taken:
        with self._database.writing() as connection:
            return take(connection, readings, self._rule, self._now())

    def _commit_alone(self, reading: Reading) -> Taken:
        try:
            return self._commit_together([reading])
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001 - counted; the kiosk will send it again
            LOG.error("a message failed: %s", failure_words(error))  # noqa: TRY400 - a traceback may quote the message
        kiosk = reading.kiosk
        with self._database.writing() as connection:
            count_dropped(connection, kiosk, DropReason.FAILED.value, self._now())
        return Taken()

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
                store_beat(connection, InboxBeat(self._started_at, self._now(), self._connected))
        if now_s >= self._statuses_due_s:
            self._send_statuses()
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

    def _send_statuses(self) -> None:
        now = self._now()
        self._statuses_due_s = time.monotonic() + BEAT_EVERY_S
        if not self._connected:
            return
        with self._database.reading() as connection:
            due = due_statuses(connection, now)
        sent = [
            status
            for status in due
            if self._publish(
                Publication(
                    str(DownTopic(status.kiosk, DownKind.STATUS)), contract.encode(status.message)
                )
            )
        ]
        if sent:
            with self._database.writing() as connection:
                attempted(connection, sent, now)
        with self._database.reading() as connection:
            next_at = next_due(connection)
        if next_at is not None and len(sent) == len(due):
            wait_s = max(0.0, (next_at - self._now()).total_seconds())
            self._statuses_due_s = time.monotonic() + min(BEAT_EVERY_S, wait_s)


def run_inbox(settings: RegencySettings) -> int:
    """Run the inbox until SIGTERM or SIGINT; return the exit code."""
    events: queue.Queue[LoopEvent] = queue.Queue(WAITING_EVENTS)

    def stop(number: int, frame: object) -> None:
        del number, frame
        # a signal handler must not wait; the loop may be putting its own events right now
        threading.Thread(target=events.put, args=(Stop(),), daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    database = open_database(settings.database_address)
    try:
        serve(settings, database, events)
    finally:
        database.close()
    return 0


def serve(settings: RegencySettings, database: Database, events: "queue.Queue[LoopEvent]") -> None:
    """Connect link, wake listener and loop; return once a Stop event was handled."""
    allowance = Allowance(settings.inbox)
    link = MqttLink(
        broker=settings.broker_address,
        keep_alive_s=settings.mqtt.keep_alive_s,
        client_id=f"regency-{settings.regency}-inbox",
        subscription=up_filter(settings.code),
        will=lambda: inbox.presence(Presence.OFFLINE),
        events=events,
        admits=allowance.admits,
    )

    def put_out(kiosk: KioskId) -> None:
        # connecting takes a while; the loop has others to serve
        threading.Thread(
            target=take_over, args=(settings.broker_address, kiosk), daemon=True
        ).start()

    inbox = Inbox(
        regency=settings.code,
        database=database,
        publish=link.publish,
        reconnect=link.reconnect,
        events=events,
        report_interval=timedelta(seconds=settings.fleet.report_interval_s),
        allowance=allowance,
        put_out=put_out,
    )

    def woken() -> None:
        with suppress(queue.Full):
            events.put_nowait(Woken())

    listener = WakeListener(settings.data_dir, woken)
    listener.start()
    link.start()
    LOG.info("inbox of regency %s listens", settings.regency)
    try:
        inbox.run()
    finally:
        listener.stop()
        link.stop(last_words=inbox.presence(Presence.OFFLINE))
