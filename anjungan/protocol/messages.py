"""The messages of the MQTT contract, version 1, as msgspec structs.

JSON, unknown fields ignored, the version in the topic. Every message carries its id, time and
time quality, and (enrolment, boot, counter), which is the only order. Struct names are the words
of docs; ``MESSAGES`` in ``anjungan.protocol.contract`` ties them to topics.
"""

import enum
from datetime import datetime
from typing import Annotated, Final

import msgspec

from anjungan.protocol.header import (
    MAX_PAYLOAD_BYTES,
    Count,
    MessageHeader,
    Text,
    TimeQuality,
    UpHeader,
    Uuid,
    Word,
)
from anjungan.protocol.health import (
    ClockHealth,
    DeviceHealth,
    DiskHealth,
    NetworkHealth,
    NetworkKind,
    PowerFault,
    PowerHealth,
    PreviousEnd,
    QueueHealth,
    RunHealth,
)
from anjungan.protocol.status import RequestStatus

__all__ = [
    "MAX_MISSING_FIELDS",
    "MAX_PAYLOAD_BYTES",
    "Ack",
    "Cancel",
    "ClockHealth",
    "Count",
    "DeviceHealth",
    "DiskHealth",
    "Event",
    "EventKind",
    "Health",
    "NetworkHealth",
    "NetworkKind",
    "PowerFault",
    "PowerHealth",
    "Presence",
    "PreviousEnd",
    "QueueHealth",
    "Receipt",
    "ReceiptItem",
    "ReceiptOutcome",
    "RefusalCode",
    "RegencyPresence",
    "Request",
    "RunHealth",
    "State",
    "Status",
    "Text",
    "TimeQuality",
    "Uuid",
    "Word",
]

# --- up -------------------------------------------------------------------------------------


class Presence(enum.Enum):
    """Whether a kiosk says it is there; the regency decides by the age of reports."""

    ONLINE = "online"
    OFFLINE = "offline"


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Birth and will (retained). A will of an older session than the last birth is ignored.

    ``run`` is drawn anew at each start of the kiosk's program and stands on no disk: two devices
    with one identity cannot have the same, and none comes back once another has taken its place.
    """

    presence: Presence
    boot: Count
    session: Count
    version: Word
    run: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{0,32}$")] = ""


class Health(UpHeader, frozen=True, kw_only=True, omit_defaults=True):
    """How the kiosk feels; sent every few minutes and when a state changes.

    ``uptime_s`` is since the agent began; ``run.host_uptime_s`` since the machine did.
    """

    version: Word
    uptime_s: Count
    queue: QueueHealth
    devices: tuple[DeviceHealth, ...] = ()
    screens_up: bool = True
    cpu_temperature_c: float | None = None
    disk_free_bytes: Count | None = None
    memory_available_bytes: Count | None = None
    load_1min: float | None = None
    dropped_messages: Count = 0
    memory_total_bytes: Count | None = None
    power: PowerHealth | None = None
    disk: DiskHealth | None = None
    network: NetworkHealth | None = None
    clock: ClockHealth | None = None
    run: RunHealth | None = None
    certificate_expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    maintenance: bool = False


class Request(UpHeader, frozen=True, kw_only=True):
    """A resident's request. ``sealed`` is base64 of a sealed box (see sealing.py)."""

    service: Word
    form_version: Count
    ticket_token: Word
    ticket_code: Word
    queue_number: Word
    submitted_at: Annotated[datetime, msgspec.Meta(tz=True)]
    card_link: Annotated[str, msgspec.Meta(max_length=64)] = ""
    kid: Word
    sealed: bytes


class Cancel(UpHeader, frozen=True, kw_only=True):
    """A resident cancels their own request at the kiosk where it was made."""

    request_id: Uuid


class Ack(UpHeader, frozen=True, kw_only=True):
    """The kiosk has stored these down messages (statuses); they need not be sent again."""

    message_ids: Annotated[tuple[Uuid, ...], msgspec.Meta(max_length=100)]


class EventKind(enum.Enum):
    """What an event tells; part C alerts on them."""

    STARTED = "started"
    STORAGE_RECOVERED = "storage_recovered"
    PRINT_UNCERTAIN = "print_uncertain"
    CONTACT_OPENED = "contact_opened"
    CONTACT_CLOSED = "contact_closed"


class Event(UpHeader, frozen=True, kw_only=True):
    """Something that happened at the kiosk and that staff should know; no personal data."""

    kind: EventKind
    detail: Text = ""


# --- down -----------------------------------------------------------------------------------


class ReceiptOutcome(enum.Enum):
    """What became of a message; every outcome is final."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class RefusalCode(enum.Enum):
    """Why a message was refused for good."""

    MALFORMED = "malformed"
    ID_CONFLICT = "id_conflict"
    UNKNOWN_REQUEST = "unknown_request"
    NOT_ALLOWED = "not_allowed"
    TICKET_TAKEN = "ticket_taken"


class ReceiptItem(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome for one message id."""

    message_id: Uuid
    outcome: ReceiptOutcome
    code: RefusalCode | None = None


class Receipt(MessageHeader, frozen=True, kw_only=True):
    """Sent after the regency's commit: the only proof of delivery. Comes in batches."""

    items: Annotated[tuple[ReceiptItem, ...], msgspec.Meta(min_length=1, max_length=200)]


MAX_MISSING_FIELDS: Final = 40


class Status(MessageHeader, frozen=True, kw_only=True, omit_defaults=True):
    """A status of one request. ``revision`` grows by one a change; an older one is dropped.

    ``missing_fields`` are the names of the answers an incomplete request lacks, or that are wrong;
    a kiosk that does not know the field shows the note alone.
    """

    request_id: Uuid
    revision: Annotated[int, msgspec.Meta(ge=1, le=2**31)]
    status: RequestStatus
    note: Text = ""
    changed_at: Annotated[datetime, msgspec.Meta(tz=True)]
    missing_fields: Annotated[tuple[Word, ...], msgspec.Meta(max_length=MAX_MISSING_FIELDS)] = ()


# --- shared ---------------------------------------------------------------------------------


class RegencyPresence(MessageHeader, frozen=True, kw_only=True):
    """The inbox is there (retained) and this is its time."""

    presence: Presence
