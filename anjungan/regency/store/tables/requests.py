"""Requests of residents. Personal data stand in ``requests.sealed`` alone, sealed."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables.metadata import METADATA

_QUEUE_NUMBER: Final = String(16).with_variant(String(16, collation="C"), "postgresql")
"""Compared byte by byte on every database, so that the begin of a number is a range of them."""

REQUESTS: Final = Table(
    "requests",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("kiosk", String(13), nullable=False),
    Column("village", String(10), nullable=False),
    Column("service", String(64), nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("ticket_token", String(22), nullable=False),
    Column("ticket_digest", LargeBinary(32), nullable=False, unique=True),
    Column("ticket_code", String(9), nullable=False),
    Column("queue_number", _QUEUE_NUMBER, nullable=False),
    Column("submitted_at", Instant, nullable=False),
    Column("time_quality", String(16), nullable=False),
    Column("card_link", String(64), nullable=False),
    Column("kid", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("status", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("quarantined", Boolean, nullable=False),
    Column("missing_fields", Text, nullable=False, server_default=""),
    Column("resident_mark", LargeBinary(32), nullable=True),
    UniqueConstraint("village", "ticket_code"),
    Index("ix_requests_received_at", "received_at", "id"),
    Index("ix_requests_by_status", "status", "received_at", "id", "service", "village"),
    Index("ix_requests_by_village", "village", "status", "received_at", "id", "service"),
    Index("ix_requests_by_service", "service", "status", "received_at", "id", "village"),
    Index("ix_requests_changed_at", "changed_at", "village", "id", "revision"),
    Index("ix_requests_queue_number", "queue_number"),
    Index("ix_requests_ticket_code", "ticket_code"),
    Index(
        "ix_requests_card_link",
        "card_link",
        sqlite_where=text("card_link <> ''"),
        postgresql_where=text("card_link <> ''"),
    ),
    Index(
        "ix_requests_resident_mark",
        "resident_mark",
        sqlite_where=text("resident_mark IS NOT NULL"),
        postgresql_where=text("resident_mark IS NOT NULL"),
    ),
)
"""``ticket_digest`` is SHA-256 of the token: the tracking page looks up by it, so that the time of
a look-up tells nothing about tokens. ``quarantined``: the sealed part named another request.
``missing_fields`` are names of answers, one space between them. ``resident_mark`` tells requests
of one resident without telling who; it is filled when answers are opened (decision 24).

The three ``by_`` indices hold all the inbox asks before it knows which rows it shows."""

STATUS_CHANGES: Final = Table(
    "status_changes",
    METADATA,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("status", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("actor", String(16), nullable=False),
    Column("actor_name", String(100), nullable=False),
    Column("missing_fields", Text, nullable=False, server_default=""),
)
"""The history of a request; ``actor`` is kiosk, resident or staff."""

OUTGOING_STATUSES: Final = Table(
    "outgoing_statuses",
    METADATA,
    Column("message_id", String(36), primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False),
    Column("kiosk", String(13), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=True),
    Column("acknowledged_at", Instant, nullable=True),
    Column("missing_fields", Text, nullable=False, server_default=""),
    UniqueConstraint("request_id", "revision"),
    Index("ix_outgoing_statuses_next_attempt_at", "next_attempt_at"),
    Index("ix_outgoing_statuses_kiosk", "kiosk"),
)
"""Statuses for kiosks. ``next_attempt_at`` is empty once acknowledged or overtaken."""

EARLY_CANCELS: Final = Table(
    "early_cancels",
    METADATA,
    Column("message_id", String(36), primary_key=True),
    Column("kiosk", String(13), primary_key=True),
    Column("first_seen_at", Instant, nullable=False),
)
"""Cancellations and amendments that overtook their request; not answered until it comes or time
is up."""

AMENDMENTS: Final = Table(
    "amendments",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("kid", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("quarantined", Boolean, nullable=False),
    UniqueConstraint("request_id", "revision"),
)
"""What residents sent to complete a request; ``revision`` is the one it made of the request."""

SERVICE_TARGETS: Final = Table(
    "service_targets",
    METADATA,
    Column("service", String(64), primary_key=True),
    Column("working_days", Integer, nullable=False),
)
"""Service times that are not the catalogue's."""

HOLIDAYS: Final = Table(
    "holidays",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("name", String(100), nullable=False),
)
"""Days off beside Saturday and Sunday."""
