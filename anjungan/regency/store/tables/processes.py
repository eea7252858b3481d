"""The processes of the regency."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    String,
    Table,
)

from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables.metadata import METADATA

PROCESS_BEATS: Final = Table(
    "process_beats",
    METADATA,
    Column("process", String(32), primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("connected", Boolean, nullable=False),
)
"""Signs of life of the inbox, and whether it reaches the broker."""

LEASES: Final = Table(
    "leases",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("holder", String(36), nullable=False),
    Column("until", Instant, nullable=False),
)
"""What only one process may do at a time, and who does it until when."""
