"""Kiosks and what they tell of themselves."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables.metadata import METADATA

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
    Index("ix_events_kind_received_at", "kind", "received_at"),
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
