"""The certificates kiosks were given: issuing, finding, and noticing that one is in use."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import Connection, insert, select, update

from anjungan.protocol.identity import KioskId, village_of
from anjungan.regency.audit.trail import AuditAction, record, system_actor
from anjungan.regency.enrolment.authority import Authority, issue_kiosk
from anjungan.regency.enrolment.revocation import RevocationReason, revoke
from anjungan.regency.enrolment.signing_request import SigningRequest
from anjungan.regency.store.tables import CERTIFICATES


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate of a kiosk. ``serial`` is hex."""

    serial: str
    kiosk: KioskId
    issuer_key_id: str
    fingerprint: str
    der: bytes
    not_after: datetime
    issued_at: datetime
    first_used_at: datetime | None
    replaced_by: str | None
    revoked_at: datetime | None
    revoked_by_name: str
    revocation_reason: RevocationReason | None
    request_digest: bytes

    def is_valid(self, now: datetime) -> bool:
        """Whether the broker accepts it."""
        return self.revoked_at is None and self.not_after > now


def request_digest(request: SigningRequest) -> bytes:
    """By what the same request is known again: its key. Signatures over it differ each time."""
    return hashlib.sha256(request.public_key_der).digest()


def serial_of(certificate: x509.Certificate) -> str:
    """The serial number as the tables hold it."""
    return f"{certificate.serial_number:x}"


def issue_and_keep(
    connection: Connection, issuing: Authority, request: SigningRequest, now: datetime
) -> CertificateView:
    """Issue a kiosk's certificate and keep it in the tables."""
    certificate = issue_kiosk(issuing, request.kiosk, request.public_key, now)
    serial = serial_of(certificate)
    connection.execute(
        insert(CERTIFICATES).values(
            serial=serial,
            kiosk=request.kiosk,
            issuer_key_id=issuing.key_id,
            fingerprint=request.fingerprint,
            request_digest=request_digest(request),
            der=certificate.public_bytes(Encoding.DER),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            issued_at=now,
            revoked_by_name="",
        )
    )
    found = certificate_with_serial(connection, serial)
    assert found is not None  # noqa: S101 - just inserted, in this transaction
    return found


def certificate_with_serial(connection: Connection, serial: str) -> CertificateView | None:
    """One certificate."""
    row = connection.execute(
        select(CERTIFICATES).where(CERTIFICATES.c.serial == serial)
    ).one_or_none()
    return None if row is None else _view(row)


def certificates_of(connection: Connection, kiosk: KioskId) -> Sequence[CertificateView]:
    """All certificates of a kiosk, the newest first."""
    rows = connection.execute(
        select(CERTIFICATES)
        .where(CERTIFICATES.c.kiosk == kiosk)
        .order_by(CERTIFICATES.c.issued_at.desc(), CERTIFICATES.c.serial)
    )
    return [_view(row) for row in rows]


def newest_certificates(connection: Connection) -> Mapping[KioskId, CertificateView]:
    """The newest certificate of every kiosk that has one."""
    rows = connection.execute(select(CERTIFICATES).order_by(CERTIFICATES.c.issued_at))
    return {KioskId(row.kiosk): _view(row) for row in rows}


def note_certificate_in_use(
    connection: Connection, kiosk: KioskId, expires_at: datetime, now: datetime
) -> Sequence[str]:
    """A kiosk reports until when its certificate lasts: so that one is in use.

    What it replaced is revoked; returns the serials of those. Write the revocation lists then.
    """
    used = connection.execute(
        select(CERTIFICATES.c.serial, CERTIFICATES.c.first_used_at).where(
            CERTIFICATES.c.kiosk == kiosk,
            CERTIFICATES.c.not_after == expires_at,
            CERTIFICATES.c.revoked_at.is_(None),
        )
    ).first()
    if used is None or used.first_used_at is not None:
        return ()
    connection.execute(
        update(CERTIFICATES).where(CERTIFICATES.c.serial == used.serial).values(first_used_at=now)
    )
    return _revoke_predecessors(connection, kiosk, used.serial, now)


def _revoke_predecessors(
    connection: Connection, kiosk: KioskId, serial: str, now: datetime
) -> Sequence[str]:
    before = connection.scalars(
        select(CERTIFICATES.c.serial).where(
            CERTIFICATES.c.kiosk == kiosk, CERTIFICATES.c.replaced_by == serial
        )
    ).all()
    if not before:
        return ()
    revoked = revoke(
        connection, kiosk, RevocationReason.REPLACED, by="system", now=now, serials=before
    )
    if revoked:
        record(
            connection,
            system_actor("watch"),
            AuditAction.CERTIFICATE_REVOKED,
            subject=kiosk,
            now=now,
            village=village_of(kiosk),
            detail="Diganti sertifikat baru",
        )
    return revoked


def _view(row: Any) -> CertificateView:
    reason = row.revocation_reason
    return CertificateView(
        serial=row.serial,
        kiosk=KioskId(row.kiosk),
        issuer_key_id=row.issuer_key_id,
        fingerprint=row.fingerprint,
        der=row.der,
        not_after=row.not_after,
        issued_at=row.issued_at,
        first_used_at=row.first_used_at,
        replaced_by=row.replaced_by,
        revoked_at=row.revoked_at,
        revoked_by_name=row.revoked_by_name,
        revocation_reason=None if reason is None else RevocationReason(reason),
        request_digest=row.request_digest,
    )
