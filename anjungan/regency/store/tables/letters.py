"""Letters, their numbers, and how each village writes them.

What a resident has answered stands in ``letters.sealed`` alone, sealed; ``frame`` is everything
around it: letterhead, wording, number, date.
"""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables.metadata import METADATA

LETTERHEADS: Final = Table(
    "letterheads",
    METADATA,
    Column("village", String(10), primary_key=True),
    Column("address", String(200), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("email", String(100), nullable=False),
    Column("postal_code", String(5), nullable=False),
    Column("logo_digest", LargeBinary(32), nullable=True),
    Column("signatory_name", String(100), nullable=False),
    Column("signatory_nip", String(18), nullable=False),
    Column("signatory_title", String(100), nullable=False),
    Column("paper", String(2), nullable=False),
    Column("number_format", String(120), nullable=False),
    Column("number_scope", String(8), nullable=False),
    Column("number_village_code", String(40), nullable=False),
    Column("changed_at", Instant, nullable=False),
)

LETTER_LOGOS: Final = Table(
    "letter_logos",
    METADATA,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("kind", String(4), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("added_at", Instant, nullable=False),
)
"""Pictures by SHA-256; they are kept, since letters made with them are printed again."""

LETTER_CODES: Final = Table(
    "letter_codes",
    METADATA,
    Column("village", String(10), primary_key=True),
    Column("service", String(64), primary_key=True),
    Column("code", String(20), nullable=False),
)
"""Where a village classifies a service otherwise than the catalogue does."""

LETTER_COUNTERS: Final = Table(
    "letter_counters",
    METADATA,
    Column("village", String(10), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("sequence", String(20), primary_key=True),
    Column("last_number", Integer, nullable=False),
)
"""The last running number given; ``sequence`` is empty for all letters, or a letter code."""

LETTERS: Final = Table(
    "letters",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False),
    Column("village", String(10), nullable=False),
    Column("service", String(64), nullable=False),
    Column("number", String(120), nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", String(20), nullable=False),
    Column("running_number", Integer, nullable=False),
    Column("dated", String(10), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("state", String(10), nullable=False),
    Column("ended_at", Instant, nullable=True),
    Column("replaced_by", ForeignKey("letters.id"), nullable=True),
    Column("void_reason", String(300), nullable=False),
    Column("corrected_fields", String(1000), nullable=False),
    Column("token_digest", LargeBinary(32), nullable=False, unique=True),
    Column("short_code", String(9), nullable=False, unique=True),
    Column("initials", LargeBinary, nullable=False),
    Column("kid", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("frame", Text, nullable=False),
    UniqueConstraint("village", "number"),
    UniqueConstraint("village", "year", "sequence", "running_number"),
    Index("ix_letters_request_id", "request_id"),
)
"""Rows are never deleted, so no number is given twice. ``initials`` are encrypted with the
letter's token, of which only the digest stands here: whoever holds the paper can read them."""
