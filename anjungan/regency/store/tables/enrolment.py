"""Claims, requests of kiosks for certificates, certificates, and alarms about clones."""

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
)

from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables.metadata import METADATA

CLAIMS: Final = Table(
    "claims",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kiosk", String(13), nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("code_hash", LargeBinary(32), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Integer, nullable=True),
    Column("made_by_name", String(100), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("used_at", Instant, nullable=True),
    Column("withdrawn_at", Instant, nullable=True),
    Index("ix_claims_kiosk", "kiosk", "made_at"),
)
"""The code itself is shown once and stored only hashed."""

ENROLMENTS: Final = Table(
    "enrolments",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("claim_id", ForeignKey("claims.id"), nullable=False, unique=True),
    Column("kiosk", String(13), nullable=False),
    Column("signing_request", LargeBinary, nullable=False),
    Column("fingerprint", String(24), nullable=False),
    Column("poll_digest", LargeBinary(32), nullable=False, unique=True),
    Column("asked_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_at", Instant, nullable=True),
    Column("decided_by_name", String(100), nullable=False),
    Column("serial", String(40), nullable=True),
    Index("ix_enrolments_state_asked_at", "state", "asked_at"),
    Index("ix_enrolments_kiosk", "kiosk", "asked_at"),
)
"""Requests for a first certificate, one a claim."""

CERTIFICATES: Final = Table(
    "certificates",
    METADATA,
    Column("serial", String(40), primary_key=True),
    Column("kiosk", String(13), nullable=False),
    Column("issuer_key_id", String(40), nullable=False),
    Column("fingerprint", String(24), nullable=False),
    Column("request_digest", LargeBinary(32), nullable=False),
    Column("der", LargeBinary, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("not_after", Instant, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("first_used_at", Instant, nullable=True),
    Column("replaced_by", String(40), nullable=True),
    Column("revoked_at", Instant, nullable=True),
    Column("revoked_by_name", String(100), nullable=False),
    Column("revocation_reason", String(32), nullable=True),
    Index("ix_certificates_kiosk", "kiosk", "issued_at"),
    Index("ix_certificates_not_after", "not_after"),
)
"""Every certificate a kiosk was given. ``serial`` is hex; ``replaced_by`` the one that a renewal
brought, which ends this one once it was used (``first_used_at``)."""

RENEWAL_NONCES: Final = Table(
    "renewal_nonces",
    METADATA,
    Column("nonce_digest", LargeBinary(32), primary_key=True),
    Column("expires_at", Instant, nullable=False),
    Index("ix_renewal_nonces_expires_at", "expires_at"),
)
"""Numbers handed out for renewals and not yet used."""

REVOCATION_LISTS: Final = Table(
    "revocation_lists",
    METADATA,
    Column("issuer_key_id", String(40), primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_count", Integer, nullable=False),
)
"""The last list (CRL) written for each issuing certificate: an expired one locks everyone out."""

CLONE_ALARMS: Final = Table(
    "clone_alarms",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kiosk", String(13), nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Column("detail", String(200), nullable=False),
    Column("closed_at", Instant, nullable=True),
    Column("closed_by_name", String(100), nullable=False),
    Index("ix_clone_alarms_kiosk", "kiosk", "last_at"),
)
"""A second connection with one identity. One row an incident; further signs count in it."""

KIOSK_BIRTHS: Final = Table(
    "kiosk_births",
    METADATA,
    Column("kiosk", String(13), primary_key=True),
    Column("runs", Text, nullable=False),
    Column("returns", Integer, nullable=False),
    Column("returned_at", Instant, nullable=True),
)
"""The last runs of each kiosk's program as JSON, by which a clone is told."""
