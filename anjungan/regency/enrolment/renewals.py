"""Renewing: a kiosk proves its present key and its next one, and gets the next certificate.

The signature is over a number that came from here, the certificate and the new signing request;
it needs no clock, and it holds whatever stands between kiosk and web (a proxy that ends TLS).
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Connection, delete, insert, update

from anjungan.protocol.enrolment import (
    RENEW_AFTER_END,
    EnrolmentProblem,
    RenewalRequest,
    renewal_is_due,
    renewal_statement,
)
from anjungan.protocol.identity import village_of
from anjungan.regency.audit.trail import AuditAction, record, system_actor
from anjungan.regency.enrolment.authority import Authority
from anjungan.regency.enrolment.certificates import (
    CertificateView,
    certificate_with_serial,
    issue_and_keep,
    request_digest,
    serial_of,
)
from anjungan.regency.enrolment.revocation import RevocationReason, revoke
from anjungan.regency.enrolment.signing_request import (
    BadRequest,
    SigningRequest,
    read_signing_request,
)
from anjungan.regency.store.tables import CERTIFICATES, RENEWAL_NONCES

NONCE_LASTS: Final = timedelta(minutes=10)
_PROCESS: Final = "enrolment"


def new_nonce(connection: Connection, now: datetime) -> str:
    """Hand out a number that is taken once, within ten minutes."""
    connection.execute(delete(RENEWAL_NONCES).where(RENEWAL_NONCES.c.expires_at <= now))
    nonce = secrets.token_urlsafe(32)
    connection.execute(
        insert(RENEWAL_NONCES).values(nonce_digest=_digest(nonce), expires_at=now + NONCE_LASTS)
    )
    return nonce


def renew(
    connection: Connection, issuing: Authority, asked: RenewalRequest, now: datetime
) -> CertificateView | EnrolmentProblem:
    """The next certificate. The same signing request again gets the same certificate again.

    What was revoked meanwhile stays to be written to the lists.
    """
    if not _take_nonce(connection, asked.nonce, now):
        return EnrolmentProblem.STALE_NONCE
    present = _present(connection, asked.certificate)
    if present is None:
        return EnrolmentProblem.UNKNOWN_CERTIFICATE
    if not _is_signed(asked):
        return EnrolmentProblem.BAD_SIGNATURE
    if present.revoked_at is not None:
        return EnrolmentProblem.REVOKED
    request = read_signing_request(asked.signing_request)
    if isinstance(request, BadRequest) or request.kiosk != present.kiosk:
        return EnrolmentProblem.BAD_SIGNING_REQUEST
    if request.fingerprint == present.fingerprint:
        return EnrolmentProblem.BAD_SIGNING_REQUEST  # every certificate has a key of its own
    if not renewal_is_due(present.not_after, now):
        return EnrolmentProblem.TOO_EARLY
    if now > present.not_after + RENEW_AFTER_END:
        return EnrolmentProblem.TOO_LATE
    return _next_certificate(connection, issuing, present, request, now)


def _next_certificate(
    connection: Connection,
    issuing: Authority,
    present: CertificateView,
    request: SigningRequest,
    now: datetime,
) -> CertificateView:
    if present.replaced_by is not None:
        before = certificate_with_serial(connection, present.replaced_by)
        if before is not None and before.revoked_at is None:
            if before.request_digest == request_digest(request):
                return before
            # the kiosk has lost the key it asked for: what it never used is of no use to anybody
            revoke(
                connection,
                present.kiosk,
                RevocationReason.NEVER_ARRIVED,
                by=_PROCESS,
                now=now,
                serials=[before.serial],
            )
    issued = issue_and_keep(connection, issuing, request, now)
    connection.execute(
        update(CERTIFICATES)
        .where(CERTIFICATES.c.serial == present.serial)
        .values(replaced_by=issued.serial)
    )
    record(
        connection,
        system_actor(_PROCESS),
        AuditAction.CERTIFICATE_RENEWED,
        subject=present.kiosk,
        now=now,
        village=village_of(present.kiosk),
        detail=issued.fingerprint,
    )
    return issued


def _take_nonce(connection: Connection, nonce: str, now: datetime) -> bool:
    taken = connection.execute(
        delete(RENEWAL_NONCES).where(
            RENEWAL_NONCES.c.nonce_digest == _digest(nonce), RENEWAL_NONCES.c.expires_at > now
        )
    )
    return bool(taken.rowcount)


def _present(connection: Connection, der: bytes) -> CertificateView | None:
    """The certificate of ours that these bytes are, to the last bit."""
    try:
        serial = serial_of(x509.load_der_x509_certificate(der))
    except (ValueError, TypeError):
        return None
    found = certificate_with_serial(connection, serial)
    return found if found is not None and found.der == der else None


def _is_signed(asked: RenewalRequest) -> bool:
    key = x509.load_der_x509_certificate(asked.certificate).public_key()
    statement = renewal_statement(asked.nonce, asked.certificate, asked.signing_request)
    try:
        assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 - we issued it
        key.verify(asked.signature, statement, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _digest(nonce: str) -> bytes:
    return hashlib.sha256(nonce.encode()).digest()
