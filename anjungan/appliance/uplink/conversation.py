"""One connection's conversation with the regency: what is sent, and what is taken."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, assert_never

from anjungan.appliance.storage.records import (
    Applied,
    Older,
    Outgoing,
    StorageError,
    Ticket,
    UnknownRequest,
)
from anjungan.appliance.storage.storage import Storage
from anjungan.appliance.uplink.clock import LineClock
from anjungan.appliance.uplink.health import HealthReading, HealthSchedule, health_message
from anjungan.appliance.uplink.inbound import Dropped, DropReason, RecentIds, judge
from anjungan.appliance.uplink.line import Inbound, Line, Publication
from anjungan.appliance.uplink.line_health import LineHealth
from anjungan.appliance.uplink.settings import UplinkSettings
from anjungan.appliance.uplink.silence import Silence
from anjungan.appliance.uplink.window import Room, Window
from anjungan.protocol.contract import UpMessage, encode
from anjungan.protocol.keyring_news import KeyringNews, keyring_file
from anjungan.protocol.message_id import MessageId, new_message_id
from anjungan.protocol.messages import (
    Ack,
    Presence,
    QueueHealth,
    Receipt,
    ReceiptItem,
    RegencyPresence,
    Status,
)
from anjungan.protocol.topics import UpKind, UpTopic

log = logging.getLogger(__name__)

ACK_BATCH: Final = 100
_MAX_WAITING_INBOUND: Final = 1_000
_STORAGE_REST_S: Final = 5.0
"""After a failed storage the outbox is left alone this long; the line itself stays."""
_LONGEST_WAIT_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Whom the uplink tells. All are called in the event loop and must not block."""

    on_status: Callable[[Status, Ticket], None]
    on_receipt: Callable[[ReceiptItem], None]
    on_presence: Callable[[bool], None]
    on_keyring: Callable[[bytes], None]
    health: Callable[[], HealthReading]


class Drops:
    """Counts the down messages that were not believed."""

    def __init__(self) -> None:
        self.total = 0

    def add(self, reason: DropReason) -> None:
        """Count one; only the first and every hundredth are logged, for floods."""
        self.total += 1
        if self.total % 100 == 1:
            log.warning("a down message was dropped: %s (%d so far)", reason.value, self.total)


class Inbox:
    """Messages from the broker that wait for the next turn."""

    def __init__(self, drops: Drops, wake: Callable[[], None]) -> None:
        self._drops = drops
        self._wake = wake
        self._waiting: deque[Inbound] = deque()

    def put(self, inbound: Inbound) -> None:
        """Keep a message; a flood is dropped and counted."""
        if len(self._waiting) >= _MAX_WAITING_INBOUND:
            self._drops.add(DropReason.OVERFLOW)
            return
        self._waiting.append(inbound)
        self._wake()

    def take(self) -> Inbound | None:
        """The oldest message, or None."""
        return self._waiting.popleft() if self._waiting else None


class Conversation:
    """Lives as long as one connection. Its turns are taken by ``Uplink``."""

    def __init__(
        self,
        settings: UplinkSettings,
        storage: Storage,
        line: Line,
        inbox: Inbox,
        *,
        window: Window,
        schedule: HealthSchedule,
        recent: RecentIds,
        drops: Drops,
        listeners: Listeners,
        clock: LineClock,
        line_health: LineHealth,
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._line = line
        self._inbox = inbox
        self._window = window
        self._schedule = schedule
        self._recent = recent
        self._drops = drops
        self._tell = listeners
        self._clock = clock
        self._line_health = line_health
        self._to_ack: list[str] = []
        self._silence = Silence(patience_s=settings.receipt_timeout_s)
        self._told_online = False
        self._told_present = False
        self._storage_rests_until_s = 0.0
        self._last_queue = QueueHealth(depth=0)

    async def take_turn(self) -> float:
        """Do everything that is due; returns for how long nothing else is, in seconds."""
        if self._clock.monotonic_s() >= self._storage_rests_until_s:
            try:
                await self._take_inbound()
                self._silence.judge(self._clock.monotonic_s())
                self._tell_presence()
                await self._send_unsent()
            except StorageError as error:
                log.error("the outbox is left alone for a while: %s", error)  # noqa: TRY400 - expected
                self._storage_rests_until_s = self._clock.monotonic_s() + _STORAGE_REST_S
        self._send_acks()
        if self._clock.monotonic_s() >= self._schedule.due_s():
            await self._send_health()
        return self._patience_s()

    def _patience_s(self) -> float:
        now_s = self._clock.monotonic_s()
        times = [self._schedule.due_s(), now_s + _LONGEST_WAIT_S]
        changes = (self._window.next_change_s(now_s), self._silence.due_s())
        times += [time_s for time_s in changes if time_s is not None]
        if self._storage_rests_until_s > now_s:
            times = [max(time_s, self._storage_rests_until_s) for time_s in times]
        return max(0.0, min(times) - now_s)

    # --- taking -----------------------------------------------------------------------------

    async def _take_inbound(self) -> None:
        while (inbound := self._inbox.take()) is not None:
            message = judge(inbound, self._settings.kiosk)
            match message:
                case Dropped(reason):
                    self._drops.add(reason)
                case RegencyPresence():
                    self._take_presence(message, retained=inbound.retained)
                case Receipt():
                    await self._take_receipt(message)
                case Status():
                    await self._take_status(message)
                case KeyringNews():
                    self._tell.on_keyring(keyring_file(message))
                case _:
                    assert_never(message)

    def _take_presence(self, message: RegencyPresence, *, retained: bool) -> None:
        online = message.presence is Presence.ONLINE
        if online and not retained:
            # A retained presence is as old as our connection, and no sign of life.
            self._silence.heard(self._clock.monotonic_s())
            self._line_health.took(self._line.round_trip_s)
            self._line_health.regency_told_time(message, self._clock.now())
            if not self._told_online:
                # It has just come back, and what was sent to nobody is gone: send it again now,
                # not at its time-out.
                self._window.clear()
        self._told_online = online
        self._tell_presence()

    @property
    def _regency_present(self) -> bool:
        return self._told_online and not self._silence.lasting

    def _tell_presence(self) -> None:
        if self._regency_present is not self._told_present:
            self._told_present = self._regency_present
            self._tell.on_presence(self._told_present)

    async def _take_receipt(self, receipt: Receipt) -> None:
        if self._recent.seen(receipt.id):
            self._drops.add(DropReason.REPLAYED)
            return
        try:
            ours = await self._storage.apply_receipt(receipt.items)
        except StorageError:
            self._recent.forget(receipt.id)
            raise
        for item in receipt.items:
            self._window.receipted(item.message_id)
        for item in ours:
            self._silence.answered(item.message_id, self._clock.monotonic_s())
        if ours:
            self._told_online = True
            self._tell_presence()
        for item in ours:
            self._tell.on_receipt(item)

    async def _take_status(self, status: Status) -> None:
        self._silence.heard(self._clock.monotonic_s())
        self._tell_presence()
        if self._recent.seen(status.id):
            # Our acknowledgement was lost: it is given again, the status is not applied again.
            self._drops.add(DropReason.REPLAYED)
            self._to_ack.append(status.id)
            return
        try:
            outcome = await self._storage.apply_status(status)
        except StorageError:
            # not acknowledged: it is sent again, and must then not pass for a replay
            self._recent.forget(status.id)
            raise
        self._to_ack.append(status.id)
        match outcome:
            case Applied(ticket):
                self._tell.on_status(status, ticket)
            case Older() | UnknownRequest():
                pass
            case _:
                assert_never(outcome)

    # --- sending ----------------------------------------------------------------------------

    async def _send_unsent(self) -> None:
        now_s = self._clock.monotonic_s()
        room = self._window.room(now_s, regency_present=self._regency_present)
        if room.messages == 0:
            return
        known = self._window.known()
        for outgoing in await self._next_outgoing(room, now_s):
            if outgoing.message_id not in known:
                self._silence.sent(outgoing.message_id, now_s)
            # A regency that has not said farewell is tried once a time-out, however long silent.
            self._window.sent(
                outgoing.message_id,
                len(outgoing.payload),
                now_s,
                regency_present=self._told_online,
            )
            self._publish(outgoing.kind, outgoing.payload)

    async def _next_outgoing(self, room: Room, now_s: float) -> tuple[Outgoing, ...]:
        if self._silence.lasting:
            # The one probe is a message not tried yet, so that none waits behind those in trouble.
            untried = await self._unsent(room, excluded=self._window.known())
            if untried:
                return untried
        return await self._unsent(room, excluded=self._window.not_due(now_s))

    async def _unsent(self, room: Room, *, excluded: frozenset[str]) -> tuple[Outgoing, ...]:
        return await self._storage.unsent(
            excluded=excluded, max_messages=room.messages, max_bytes=room.size_bytes
        )

    def _send_acks(self) -> None:
        while self._to_ack:
            batch, self._to_ack = self._to_ack[:ACK_BATCH], self._to_ack[ACK_BATCH:]
            order = self._storage.next_order()
            self._publish_message(
                UpKind.ACK,
                Ack(
                    id=self._new_id(),
                    sent_at=self._clock.now(),
                    time_quality=self._clock.time_quality(),
                    enrolment=order.enrolment,
                    boot=order.boot,
                    counter=order.counter,
                    message_ids=tuple(batch),
                ),
            )

    async def _send_health(self) -> None:
        # A report that fails is not tried again before its next turn.
        self._schedule.reported(self._clock.monotonic_s())
        try:
            self._last_queue = await self._storage.queue_health()
        except StorageError as error:
            log.error("the health report repeats the last queue: %s", error)  # noqa: TRY400 - expected
        self._line_health.took(self._line.round_trip_s)
        self._publish_message(
            UpKind.HEALTH,
            health_message(
                self._tell.health(),
                message_id=self._new_id(),
                order=self._storage.next_order(),
                clock=self._clock,
                version=self._settings.version,
                queue=self._last_queue,
                dropped_messages=self._drops.total,
                line=self._line_health,
            ),
        )

    def _new_id(self) -> MessageId:
        return new_message_id(int(self._clock.now().timestamp() * 1000))

    def _publish_message(self, kind: UpKind, message: UpMessage) -> None:
        self._publish(kind, encode(message))

    def _publish(self, kind: UpKind, payload: bytes) -> None:
        self._line.publish(Publication(str(UpTopic(self._settings.kiosk, kind)), payload))
