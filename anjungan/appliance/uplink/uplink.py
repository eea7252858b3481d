"""The uplink: one connection after another, for as long as the kiosk runs."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from random import Random
from typing import Final

from anjungan.appliance.storage.records import Ticket
from anjungan.appliance.storage.storage import Storage
from anjungan.appliance.uplink.backoff import Backoff
from anjungan.appliance.uplink.clock import LineClock
from anjungan.appliance.uplink.conversation import Conversation, Drops, Inbox, Listeners
from anjungan.appliance.uplink.health import HealthReading, HealthSchedule
from anjungan.appliance.uplink.identity import Identity, IdentityFiles
from anjungan.appliance.uplink.inbound import RecentIds
from anjungan.appliance.uplink.line import (
    Line,
    LineSetup,
    MakeLine,
    NotOpened,
    Publication,
)
from anjungan.appliance.uplink.line_health import LineHealth
from anjungan.appliance.uplink.line_state import Connected, LineState, Offline, OfflineReason
from anjungan.appliance.uplink.settings import UplinkSettings, require_loopback
from anjungan.appliance.uplink.window import Window
from anjungan.protocol.contract import encode
from anjungan.protocol.messages import Presence, ReceiptItem, State, Status
from anjungan.protocol.topics import UpKind, UpTopic, down_filter, shared_filter

log = logging.getLogger(__name__)

_IDENTITY_LOOK_S: Final = 10.0
_PAIR_REFUSED: Final = frozenset(
    {OfflineReason.IDENTITY_REFUSED, OfflineReason.CERTIFICATE_EXPIRED, OfflineReason.REFUSED}
)


class Uplink:
    """Drains the outbox to the regency and takes receipts and statuses.

    ``run`` it as one task and call ``wake`` after a message was queued. The outbox alone decides
    what is sent again: after a reconnection, or when a receipt is overdue. While offline the
    uplink sleeps out its back-off and does nothing else.
    """

    def __init__(
        self,
        settings: UplinkSettings,
        storage: Storage,
        *,
        on_line: Callable[[LineState], None],
        on_status: Callable[[Status, Ticket], None],
        on_receipt: Callable[[ReceiptItem], None],
        on_keyring: Callable[[bytes], None] = lambda _file: None,
        health: Callable[[], HealthReading],
        clock: LineClock,
        rng: Random,
        make_line: MakeLine | None = None,
    ) -> None:
        """Compose the uplink; nothing is opened yet.

        Args:
            settings: where the broker is, and the patience.
            storage: the open storage; the uplink does not close it.
            on_line: told every change of the line's state.
            on_status: told every new status with its ticket, after it is stored.
            on_receipt: told the receipt of every message of ours, after it is stored.
            on_keyring: told every keyring that comes, as the file kiosks keep; nothing of it is
                checked yet.
            health: read when a report is due.
            clock: the time.
            rng: the jitter.
            make_line: makes one connection; an MqttLine unless a test gives another.

        Raises:
            PlainMqttRefusedError: the broker is not on this machine, and no TLS is spoken.
        """
        if settings.identity_dir is None:
            require_loopback(settings.host)
            self._identity = None
        else:
            self._identity = Identity(settings.identity_dir)
        self._settings = settings
        self._storage = storage
        self._on_line = on_line
        self._clock = clock
        self._rng = rng
        self._make_line = make_line
        self._listeners = Listeners(
            on_status=on_status,
            on_receipt=on_receipt,
            on_presence=lambda present: self._line_is(Connected(present)),
            on_keyring=on_keyring,
            health=health,
        )
        self._backoff = Backoff(
            base_s=settings.backoff_base_s,
            cap_s=settings.backoff_cap_s,
            stable_after_s=settings.stable_after_s,
            rng=rng,
        )
        self._schedule = HealthSchedule(
            interval_s=settings.health_interval_s, change_gap_s=settings.health_change_gap_s
        )
        self._recent = RecentIds()
        self._drops = Drops()
        self._line_health = LineHealth()
        self._wake = asyncio.Event()
        self._anew = False
        self._session = 0
        self._run = secrets.token_hex(8)
        self._state: LineState = Offline(OfflineReason.STARTING)

    @property
    def state(self) -> LineState:
        """How the line stands now."""
        return self._state

    @property
    def dropped_messages(self) -> int:
        """How many down messages were not believed."""
        return self._drops.total

    def wake(self) -> None:
        """Something was queued; send it now if there is a line."""
        self._wake.set()

    def open_anew(self) -> None:
        """Close the connection and open another: there is a new certificate to show."""
        self._anew = True
        self._wake.set()

    def health_changed(self, device: str) -> None:
        """A device, or whatever else health tells of, has changed: report it soon."""
        self._schedule.changed(device, self._clock.monotonic_s())
        self._wake.set()

    async def run(self) -> None:
        """Keep the line for ever; returns only by being cancelled, after a farewell."""
        never = asyncio.Event()
        try:
            while True:
                await self._clock.wait(never, self._wait_s())
                self._line_is(Offline(await self._one_connection()))
        finally:
            self._line_is(Offline(OfflineReason.STOPPED))

    def _wait_s(self) -> float:
        wait_s = self._backoff.next_wait_s()
        if self._state == Offline(OfflineReason.NO_IDENTITY):
            # Nothing is asked of the line, and somebody may be enrolling the kiosk just now.
            return min(wait_s, _IDENTITY_LOOK_S)
        return wait_s

    def _line_is(self, state: LineState) -> None:
        if state != self._state:
            self._state = state
            log.info("line: %s", state)
            self._on_line(state)

    async def _one_connection(self) -> OfflineReason:
        tls: IdentityFiles | None = None
        if self._identity is not None:
            tls = await asyncio.to_thread(self._identity.files)
            if tls is None:
                return OfflineReason.NO_IDENTITY
        self._anew = False
        self._session += 1
        inbox = Inbox(self._drops, self._wake.set)
        if self._make_line is None:
            self._make_line = await asyncio.to_thread(_import_mqtt_line)
        line = self._make_line(self._line_setup(inbox, tls))
        try:
            opened = await line.open()
            if isinstance(opened, NotOpened):
                self._pair_refused(tls, opened.reason)
                return opened.reason
            await self._pair_taken(tls)
            await self._serve(line, inbox)
            return OfflineReason.LOST
        finally:
            await line.close(self._state_message(Presence.OFFLINE))

    def _pair_refused(self, tls: IdentityFiles | None, reason: OfflineReason) -> None:
        if self._identity is not None and tls is not None and reason in _PAIR_REFUSED:
            self._identity.refused(tls)

    async def _pair_taken(self, tls: IdentityFiles | None) -> None:
        if self._identity is None or tls is None:
            return
        try:
            await asyncio.to_thread(self._identity.connected, tls)
        except OSError as error:
            # the pair goes on being the next one and is put in place at the next connection
            log.warning("the renewed certificate stays beside the old: %s", type(error).__name__)

    async def _serve(self, line: Line, inbox: Inbox) -> None:
        began_s = self._clock.monotonic_s()
        self._line_health.connected()
        line.publish(self._state_message(Presence.ONLINE))
        self._line_is(Connected(regency_present=False))
        self._schedule.connected(began_s)
        conversation = self._conversation(line, inbox)
        try:
            while not (line.closed or self._anew):
                self._wake.clear()
                patience_s = await conversation.take_turn()
                await self._clock.wait(self._wake, patience_s)
        finally:
            self._backoff.connection_lasted(self._clock.monotonic_s() - began_s)

    def _line_setup(self, inbox: Inbox, tls: IdentityFiles | None) -> LineSetup:
        settings = self._settings
        return LineSetup(
            host=settings.host,
            port=settings.port,
            client_id=settings.kiosk,
            keepalive_s=settings.keepalive_s,
            timeout_s=settings.connect_timeout_s,
            answer_timeout_s=settings.answer_timeout_s,
            will=self._state_message(Presence.OFFLINE),
            subscriptions=(down_filter(settings.kiosk), shared_filter(settings.regency)),
            on_message=inbox.put,
            on_closed=self._wake.set,
            tls=tls,
        )

    def _conversation(self, line: Line, inbox: Inbox) -> Conversation:
        settings = self._settings
        window = Window(
            receipt_timeout_s=settings.receipt_timeout_s,
            timeout_cap_s=settings.receipt_timeout_cap_s,
            rng=self._rng,
        )
        return Conversation(
            settings,
            self._storage,
            line,
            inbox,
            window=window,
            schedule=self._schedule,
            recent=self._recent,
            drops=self._drops,
            listeners=self._listeners,
            clock=self._clock,
            line_health=self._line_health,
        )

    def _state_message(self, presence: Presence) -> Publication:
        """Birth, will or farewell: the same session number in all three."""
        state = State(
            presence=presence,
            boot=self._storage.boot,
            session=self._session,
            version=self._settings.version,
            run=self._run,
        )
        topic = UpTopic(self._settings.kiosk, UpKind.STATE)
        return Publication(str(topic), encode(state), retain=True)


def _import_mqtt_line() -> MakeLine:
    """Import paho for the first connection: the kiosk's first frame does not wait for it."""
    from anjungan.appliance.uplink.mqtt_line import MqttLine  # noqa: PLC0415 - see above

    return MqttLine
