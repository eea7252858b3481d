"""What the inbox took in and what it dropped."""

from typing import Final

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)

from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables.metadata import METADATA

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
    Index(
        "ix_received_messages_kiosk_refusal",
        "kiosk",
        "refusal",
        sqlite_where=text("refusal IS NOT NULL"),
        postgresql_where=text("refusal IS NOT NULL"),
    ),
    Index("ix_received_messages_received_at", "received_at"),
    Index(
        "ix_received_messages_refused_at",
        "received_at",
        sqlite_where=text("refusal IS NOT NULL"),
        postgresql_where=text("refusal IS NOT NULL"),
    ),
)
"""One row for each receipted message id: duplicates are known by it, and refusals (dead letters)
are shown to staff from it. ``reason`` is ours and never quotes the message. Rows are forgotten
after a while (inbox/duties.py): what was stored is known by its own id as well."""

DROPPED_MESSAGES: Final = Table(
    "dropped_messages",
    METADATA,
    Column("kiosk", String(13), primary_key=True),
    Column("reason", String(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)
"""Messages nobody can be told about; ``kiosk`` is empty where the topic names none."""
