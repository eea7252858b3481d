"""The audit log and its chain. Triggers of the database refuse to change or delete rows of both."""

from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables.metadata import METADATA

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
"""Who did what. ``actor`` is a name as it was then, ``role`` "system" where no person acted;
``detail`` never holds an answer."""

AUDIT_CHAIN: Final = Table(
    "audit_chain",
    METADATA,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("audit_id", Integer, nullable=False, unique=True),
    Column("digest", LargeBinary(32), nullable=False),
)
"""Each digest covers a line and the digest before it, so that a line that was changed or taken away
shows. Written by one writer at a time."""
