"""The values that go into and come out of the storage."""

import enum
from datetime import datetime
from pathlib import Path
from typing import NewType

import msgspec

from anjungan.protocol.card_link import CardLink
from anjungan.protocol.message_id import MessageId
from anjungan.protocol.messages import RefusalCode, TimeQuality
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import QueueNumber, TicketCode, TicketToken
from anjungan.protocol.topics import UpKind

PrintJobId = NewType("PrintJobId", int)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the session hands it over; the answers in it are already sealed.

    ``visit_nonce`` names the visit: the same nonce again is the same request. ``submitted_at``
    carries the kiosk's own zone, because its local date becomes part of the queue number.
    ``bring`` are the lines of what to bring that the ticket repeats; none is personal.
    """

    request_id: MessageId
    visit_nonce: str
    service: str
    service_title: str
    form_version: int
    token: TicketToken
    submitted_at: datetime
    time_quality: TimeQuality
    clock_sure: bool
    kid: str
    sealed: bytes
    card_link: CardLink | None = None
    bring: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Draft(request_id={self.request_id!r}, service={self.service!r}, …)"


class Delivery(enum.Enum):
    """Where a request is on its way to the regency.

    LOST: its message could not be read back from a damaged database before it was receipted; the
    resident has to ask again.
    """

    QUEUED = "queued"
    RECEIPTED = "receipted"
    REFUSED = "refused"
    LOST = "lost"


class Cancellation(enum.Enum):
    """What became of the resident's wish to cancel."""

    NONE = "none"
    QUEUED = "queued"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What the kiosk remembers of a request, for paper and for the tracking screen.

    ``status`` is None until the regency has told one. ``revision`` is that of the last status.
    """

    request_id: MessageId
    token: TicketToken
    code: TicketCode
    queue_number: QueueNumber
    service: str
    service_title: str
    submitted_at: datetime
    clock_sure: bool
    bring: tuple[str, ...]
    linked_to_card: bool
    delivery: Delivery
    refusal: RefusalCode | None
    cancellation: Cancellation
    status: RequestStatus | None
    revision: int
    note: str
    changed_at: datetime | None

    def __repr__(self) -> str:
        # Token and code open the tracking page, so they stay out of logs.
        return f"Ticket(request_id={self.request_id!r}, delivery={self.delivery.value}, …)"


class PrintKind(enum.Enum):
    """What a print job prints."""

    TICKET = "ticket"
    COPY = "copy"


class PrintState(enum.Enum):
    """Where a print job stands. After a restart, open jobs are ABANDONED, never printed."""

    QUEUED = "queued"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    ABANDONED = "abandoned"


class PrintJob(msgspec.Struct, frozen=True, kw_only=True):
    """One job of the ticket printer."""

    job_id: PrintJobId
    request_id: MessageId
    kind: PrintKind
    state: PrintState


# --- outcomes -------------------------------------------------------------------------------


class FailureReason(enum.Enum):
    """Why the storage could not do what was asked."""

    DISK_FULL = "disk_full"
    READ_ONLY = "read_only"
    IO_ERROR = "io_error"
    DAMAGED = "damaged"
    BUSY = "busy"
    NEWER_SCHEMA = "newer_schema"
    INTERNAL = "internal"


class StorageError(Exception):
    """SQLite or the disk failed; the message names the reason and never any data."""

    def __init__(self, reason: FailureReason) -> None:
        super().__init__(f"storage failed: {reason.value}")
        self.reason = reason


class StorageClosedError(RuntimeError):
    """The storage was used after it was closed: a fault of the caller."""


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """The request is on the disk. ``repeated`` tells that this visit had stored it before."""

    ticket: Ticket
    print_job: PrintJobId
    repeated: bool


class FullBecause(enum.Enum):
    """Which limit is reached."""

    UNSENT_REQUESTS = "unsent_requests"
    DATABASE_BYTES = "database_bytes"
    FREE_DISK_BYTES = "free_disk_bytes"


class StorageFull(msgspec.Struct, frozen=True):
    """A limit is reached: nothing was stored, and the resident is sent to the officer."""

    because: FullBecause


class StorageFailed(msgspec.Struct, frozen=True):
    """Nothing can be claimed as stored; the storage goes on and may work the next time."""

    reason: FailureReason


SubmitOutcome = Stored | StorageFull | StorageFailed


class StorageLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much may pile up before residents are told that no request can be taken."""

    max_unsent_requests: int = 5_000
    max_database_bytes: int = 200 * 1024 * 1024
    min_free_disk_bytes: int = 50 * 1024 * 1024
    max_unsent_events: int = 200


class Clean(msgspec.Struct, frozen=True):
    """The database was whole, or new."""


class Recovered(msgspec.Struct, frozen=True, kw_only=True):
    """The database was damaged; ``rescued`` unsent messages are queued again.

    ``lost`` requests have a ticket but no message any more. ``set_aside`` is the damaged file,
    kept for the technician.
    """

    rescued: int
    tickets: int
    lost: int
    set_aside: Path


OpenOutcome = Clean | Recovered


# --- outbox ---------------------------------------------------------------------------------


class Order(msgspec.Struct, frozen=True):
    """(enrolment, boot, counter): the only order of a kiosk's messages."""

    enrolment: int
    boot: int
    counter: int


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One unsent message; the same bytes every time it is sent."""

    message_id: MessageId
    kind: UpKind
    payload: bytes

    def __repr__(self) -> str:
        return f"Outgoing({self.kind.value}, {self.message_id!r}, {len(self.payload)} bytes)"


class OutboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """What ``anjungan outbox list`` shows of one message: nothing personal.

    A refused request has a refusal and no payload any more.
    """

    message_id: MessageId
    kind: UpKind
    queued_at: datetime
    payload_bytes: int
    refusal: RefusalCode | None


class CancelQueued(msgspec.Struct, frozen=True):
    """The cancellation will be sent (or was already)."""

    ticket: Ticket


class CancelNotAllowed(msgspec.Struct, frozen=True):
    """The request is too far along, or was refused; ``ticket`` tells where it stands."""

    ticket: Ticket


class UnknownRequest(msgspec.Struct, frozen=True):
    """This kiosk has no ticket of that request."""


CancelOutcome = CancelQueued | CancelNotAllowed | UnknownRequest


class Applied(msgspec.Struct, frozen=True):
    """The status is new and stored."""

    ticket: Ticket


class Older(msgspec.Struct, frozen=True):
    """A status of this revision or a later one is stored already."""


StatusOutcome = Applied | Older | UnknownRequest
