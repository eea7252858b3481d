"""Staff and their logins."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    Column("disabled_at", Instant, nullable=True),
    Column("one_time_until", Instant, nullable=True),
    Column("last_login_at", Instant, nullable=True),
)
"""``disabled_at``: whoever it is cannot log in. ``one_time_until``: the password was made by
somebody else; until then it opens nothing but the choice of an own one."""

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column("token_digest", LargeBinary(32), primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("form_token", String(43), nullable=False),
    Column("browser", String(60), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),
    Index("ix_sessions_staff_id", "staff_id"),
)
"""``id`` names a session on pages and opens nothing."""

PENDING_LOGINS: Final = Table(
    "pending_logins",
    METADATA,
    Column("token_digest", LargeBinary(32), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("form_token", String(43), nullable=False),
    Column("second_factor_passed", Boolean, nullable=False),
    Column("began_at", Instant, nullable=False),
)
"""Logins that have passed the password and wait for a code, a new password or a new second factor.
No page but those of the login takes them for a session."""

SECOND_FACTORS: Final = Table(
    "second_factors",
    METADATA,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("confirmed_at", Instant, nullable=True),
    Column("last_step", BigInteger, nullable=False),
)
"""TOTP secrets, encrypted with a key that is not in the database. ``last_step`` is the newest
time step a code was accepted of; only later ones are."""

RECOVERY_CODES: Final = Table(
    "recovery_codes",
    METADATA,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("code_digest", LargeBinary(32), primary_key=True),
    Column("used_at", Instant, nullable=True),
)

KNOWN_BROWSERS: Final = Table(
    "known_browsers",
    METADATA,
    Column("token_digest", LargeBinary(32), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("last_used_at", Instant, nullable=False),
    Index("ix_known_browsers_staff_id", "staff_id"),
)
"""Browsers somebody has logged in with before; strangers' guessing does not lock them out."""

LOGIN_FAILURES: Final = Table(
    "login_failures",
    METADATA,
    Column("key_digest", LargeBinary(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)
