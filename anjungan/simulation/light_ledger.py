"""What a simulated kiosk knows and says: its messages, what waits, what came back. No I/O."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final, TypedDict

import msgspec

import anjungan
from anjungan.catalogue import Catalogue
from anjungan.protocol.identity import KioskId
from anjungan.protocol.keyring import Keyring
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import (
    Ack,
    Cancel,
    DeviceHealth,
    Health,
    Presence,
    QueueHealth,
    Receipt,
    ReceiptOutcome,
    Request,
    State,
    Status,
    TimeQuality,
)
from anjungan.protocol.sealing import binding_of, seal
from anjungan.protocol.status import RESIDENT_MAY_CANCEL, RequestStatus
from anjungan.protocol.tickets import QueueNumber, format_queue_number, new_code, new_token
from anjungan.simulation.invented import Invention
from anjungan.simulation.light_machine import MachineParts

_WIB: Final = timedelta(hours=7)
"""Western Indonesian Time; Indonesia has no summer time."""
_ACK_BATCH: Final = 100


class Memory(msgspec.Struct, kw_only=True):
    """What outlives a start, so that boots grow and queue numbers go on."""

    boot: int = 0
    queue_day: str = ""
    queue_number: int = 0


@dataclass(slots=True)
class Tally:
    """What has happened in this start."""

    made: int = 0
    receipted: int = 0
    refused: int = 0
    statuses: int = 0


class _Header(TypedDict):
    id: str
    sent_at: datetime
    time_quality: TimeQuality
    enrolment: int
    boot: int
    counter: int


@dataclass(slots=True)
class _Waiting:
    message: Request | Cancel
    sent_s: float | None = None


@dataclass(slots=True)
class Ledger:
    """The books of one kiosk. What waits is sent again until it is receipted, as the outbox does.

    Times come in from outside: ``now`` for people, ``clock_s`` (monotonic) for sending again.
    """

    kiosk: KioskId
    catalogue: Catalogue
    keyring: Keyring
    memory: Memory
    random: Random
    tally: Tally = field(default_factory=Tally)
    session: int = 0
    _counter: int = 0
    _waiting: dict[str, _Waiting] = field(default_factory=dict)
    _revisions: dict[str, int] = field(default_factory=dict)
    _to_acknowledge: list[str] = field(default_factory=list)
    _own: dict[str, RequestStatus] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        """How many messages wait for their receipt."""
        return len(self._waiting)

    def state(self, presence: Presence) -> State:
        """Birth or will of the present session."""
        return State(
            presence=presence,
            boot=self.memory.boot,
            session=self.session,
            version=anjungan.__version__,
        )

    def health(
        self,
        devices: tuple[DeviceHealth, ...],
        uptime_s: int,
        now: datetime,
        machine: MachineParts | None = None,
    ) -> Health:
        """A report; without a machine it tells nothing of one."""
        waiting = sorted(
            (each.message for each in self._waiting.values()), key=lambda each: each.counter
        )
        oldest, newest = (waiting[0], waiting[-1]) if waiting else (None, None)
        return Health(
            **self._header(now),
            version=anjungan.__version__,
            uptime_s=uptime_s,
            queue=QueueHealth(
                depth=len(waiting),
                oldest_counter=oldest.counter if oldest else None,
                newest_counter=newest.counter if newest else None,
                oldest_age_s=round((now - oldest.sent_at).total_seconds()) if oldest else None,
                refused=self.tally.refused,
            ),
            devices=devices,
            **({} if machine is None else machine),
        )

    def ask_for_a_letter(self, now: datetime) -> Request:
        """A resident asks for a letter; the request waits from now on."""
        services = [each for each in self.catalogue.services if each.self_service]
        service = self.random.choice(services)
        answers = Invention(self.random, _local_day(now)).answers(service)
        key = self.keyring.current(now)
        unsealed = Request(
            **self._header(now),
            service=service.id,
            form_version=service.form_version,
            ticket_token=new_token(),
            ticket_code=new_code(),
            queue_number=self._next_queue_number(now),
            submitted_at=now,
            kid=key.kid,
            sealed=b"",
        )
        sealed = seal(answers, binding_of(self.kiosk, unsealed), key)
        request = msgspec.structs.replace(unsealed, sealed=sealed)
        self._waiting[request.id] = _Waiting(request)
        self.tally.made += 1
        return request

    def cancel_one(self, now: datetime) -> Cancel | None:
        """A resident cancels one of the delivered requests that may be; None where none may."""
        may_be = [each for each, status in self._own.items() if status in RESIDENT_MAY_CANCEL]
        if not may_be:
            return None
        request_id = self.random.choice(may_be)
        del self._own[request_id]
        cancel = Cancel(**self._header(now), request_id=request_id)
        self._waiting[cancel.id] = _Waiting(cancel)
        return cancel

    def to_send(self, clock_s: float, send_again_after_s: float) -> tuple[Request | Cancel, ...]:
        """What is due now; it counts as sent."""
        due = [
            each
            for each in self._waiting.values()
            if each.sent_s is None or clock_s - each.sent_s >= send_again_after_s
        ]
        for each in due:
            each.sent_s = clock_s
        return tuple(each.message for each in due)

    def power_returned(self) -> None:
        """A new start; what waits is kept, as an outbox keeps it over a power cut."""
        self.memory.boot += 1
        self.session = 0
        self._counter = 0

    def connection_lost(self) -> None:
        """Everything that waits is to be sent again."""
        for each in self._waiting.values():
            each.sent_s = None

    def receipts_arrived(self, receipt: Receipt) -> None:
        """Forget what is receipted; every outcome is final."""
        for item in receipt.items:
            waiting = self._waiting.pop(item.message_id, None)
            if waiting is None:
                continue
            if item.outcome is ReceiptOutcome.REFUSED:
                self.tally.refused += 1
            else:
                self.tally.receipted += 1
                if isinstance(waiting.message, Request):
                    self._own[waiting.message.id] = RequestStatus.UNDER_REVIEW

    def status_arrived(self, message: Status) -> None:
        """Keep a newer status; acknowledge every one."""
        if message.revision > self._revisions.get(message.request_id, 0):
            self._revisions[message.request_id] = message.revision
            self.tally.statuses += 1
            if message.request_id in self._own:
                self._own[message.request_id] = message.status
        self._to_acknowledge.append(message.id)

    def next_ack(self, now: datetime) -> Ack | None:
        """Acknowledge what has arrived since; None when nothing has."""
        if not self._to_acknowledge:
            return None
        batch = tuple(self._to_acknowledge[:_ACK_BATCH])
        del self._to_acknowledge[:_ACK_BATCH]
        return Ack(**self._header(now), message_ids=batch)

    def _header(self, now: datetime) -> _Header:
        self._counter += 1
        return {
            "id": new_message_id(round(now.timestamp() * 1000)),
            "sent_at": now,
            "time_quality": TimeQuality.NTP,
            "enrolment": 1,
            "boot": self.memory.boot,
            "counter": self._counter,
        }

    def _next_queue_number(self, now: datetime) -> QueueNumber:
        day = _local_day(now)
        if self.memory.queue_day != day.isoformat():
            self.memory.queue_day, self.memory.queue_number = day.isoformat(), 0
        self.memory.queue_number += 1
        return format_queue_number(day, self.memory.queue_number)


def _local_day(now: datetime) -> date:
    return (now.astimezone(UTC) + _WIB).date()
