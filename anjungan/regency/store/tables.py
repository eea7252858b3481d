"""All tables. Personal data of residents stand in ``requests.sealed`` alone, sealed."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from anjungan.regency.store.columns import Instant

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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
    Column("queue_number", String(16), nullable=False),
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
    UniqueConstraint("village", "ticket_code"),
    Index("ix_requests_received_at", "received_at", "id"),
    Index("ix_requests_status_received_at", "status", "received_at"),
    Index("ix_requests_village_received_at", "village", "received_at"),
    Index("ix_requests_queue_number", "queue_number"),
)
"""``ticket_digest`` is SHA-256 of the token: the tracking page looks up by it, so that the time of
a look-up tells nothing about tokens. ``quarantined``: the sealed part named another request."""

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
    UniqueConstraint("request_id", "revision"),
    Index("ix_outgoing_statuses_next_attempt_at", "next_attempt_at"),
    Index("ix_outgoing_statuses_kiosk", "kiosk"),
)
"""Statuses for kiosks. ``next_attempt_at`` is empty once acknowledged or overtaken."""

RECEIVED_MESSAGES: Final = Table(
    "received_messages",
    METADATA,
    Column("message_id", String(36), primary_key=True),
    Column("kiosk", String(13), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("body_hash", LargeBinary(32), nullable=False),
    Column("refusal", String(32), nullable=True),
    Column("reason", String(200), nullable=False),
    Column("received_at", Instant, nullable=False),
    Index("ix_received_messages_kiosk_refusal", "kiosk", "refusal"),
)
"""One row for each receipted message id: duplicates are known by it, and refusals (dead letters)
are shown to staff from it. ``reason`` is ours and never quotes the message."""

EARLY_CANCELS: Final = Table(
    "early_cancels",
    METADATA,
    Column("message_id", String(36), primary_key=True),
    Column("kiosk", String(13), primary_key=True),
    Column("first_seen_at", Instant, nullable=False),
)
"""Cancellations that overtook their request; not answered until it comes or time is up."""

DROPPED_MESSAGES: Final = Table(
    "dropped_messages",
    METADATA,
    Column("kiosk", String(13), primary_key=True),
    Column("reason", String(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)
"""Messages nobody can be told about; ``kiosk`` is empty where the topic names none."""

EVENTS: Final = Table(
    "events",
    METADATA,
    Column("message_id", String(36), primary_key=True),
    Column("kiosk", String(13), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Index("ix_events_kiosk_received_at", "kiosk", "received_at"),
)

KIOSKS: Final = Table(
    "kiosks",
    METADATA,
    Column("kiosk", String(13), primary_key=True),
    Column("village", String(10), nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_report_at", Instant, nullable=True),
    Column("reports_since_silence", Integer, nullable=False),
    Column("will_at", Instant, nullable=True),
    Column("boot", BigInteger, nullable=True),
    Column("session", BigInteger, nullable=True),
    Column("version", String(64), nullable=False),
    Column("health", LargeBinary, nullable=True),
    Column("health_at", Instant, nullable=True),
    Column("health_order", String(64), nullable=False),
)
"""The last of what each kiosk said. ``health`` is the message's JSON; ``health_order`` its
(enrolment, boot, counter), so that an older report never replaces a newer one."""

STAFF: Final = Table(
    "staff",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("display_name", String(100), nullable=False),
    Column("role", String(32), nullable=False),
    Column("village", String(10), nullable=True),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
)

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column("token_digest", LargeBinary(32), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("form_token", String(43), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),
)

LOGIN_FAILURES: Final = Table(
    "login_failures",
    METADATA,
    Column("key_digest", LargeBinary(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)

ANSWER_OPENINGS: Final = Table(
    "answer_openings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("staff_name", String(100), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("outcome", String(16), nullable=False),
    Index("ix_answer_openings_request_id", "request_id"),
)
"""The audit of who read whose answers; no code changes or deletes its rows."""

PROCESS_BEATS: Final = Table(
    "process_beats",
    METADATA,
    Column("process", String(32), primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("connected", Boolean, nullable=False),
)
"""Signs of life of the inbox, and whether it reaches the broker."""
