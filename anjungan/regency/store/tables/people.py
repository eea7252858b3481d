"""Staff, their logins, and the audit log."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables.metadata import METADATA

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

AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("staff_id", Integer, nullable=True),
    Column("role", String(32), nullable=False),
    Column("action", String(48), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("village", String(10), nullable=True),
    Column("detail", String(500), nullable=False),
    Index("ix_audit_at", "at"),
    Index("ix_audit_subject", "subject", "at"),
)
"""Who did what. Rows are only ever added; triggers of the database refuse to change or delete
them. ``actor`` is a name as it was then, ``role`` "system" where no person acted; ``detail`` never
holds an answer."""
