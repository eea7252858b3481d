"""Keys, signing requests and certificates of the kiosk (``cryptography``; imported when needed)."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from anjungan.appliance.enrolment.identity import write_private
from anjungan.protocol.enrolment import IssuedIdentity
from anjungan.protocol.fingerprints import fingerprint
from anjungan.protocol.identity import KioskId

PrivateKey = ec.EllipticCurvePrivateKey


class CredentialsError(ValueError):
    """A key or certificate file of this kiosk is damaged; the message names it."""


class IdentityProblem(enum.Enum):
    """Why a certificate that came back is not put to use."""

    MALFORMED = "malformed"
    OTHER_KEY = "other_key"
    OTHER_KIOSK = "other_kiosk"
    NOT_OURS = "not_ours"
    """It does not lead to a root this kiosk trusts."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A certificate chain that leads to a trusted root, as PEM."""

    chain: bytes
    authorities: bytes
    not_after: datetime


def key_at(path: Path) -> PrivateKey:
    """The key of a file, made and written where there is none yet."""
    if path.exists():
        return load_key(path)
    key = ec.generate_private_key(ec.SECP256R1())
    write_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def load_key(path: Path) -> PrivateKey:
    """The key of a file; raise CredentialsError when it is none, OSError when unreadable."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # the library's own words may tell of the key
        raise CredentialsError(f"{path}: not a key") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CredentialsError(f"{path}: not a P-256 key")
    return key


def load_chain(path: Path) -> Sequence[x509.Certificate]:
    """The certificates of a PEM file, at least one."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError as error:
        raise CredentialsError(f"{path}: not a certificate") from error


def signing_request(key: PrivateKey, kiosk: KioskId) -> bytes:
    """A signing request for this kiosk: its identity as common name and nothing more (DER)."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, kiosk)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(Encoding.DER)


def der_of(certificate: x509.Certificate) -> bytes:
    """A certificate as it travels."""
    return certificate.public_bytes(Encoding.DER)


def sign(key: PrivateKey, statement: bytes) -> bytes:
    """ECDSA with SHA-256, as DER."""
    return key.sign(statement, ec.ECDSA(hashes.SHA256()))


def fingerprint_of_key(key: PrivateKey) -> str:
    """The digits people compare."""
    return fingerprint(
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )


def check_identity(
    identity: IssuedIdentity, key: PrivateKey, kiosk: KioskId, pinned: Sequence[x509.Certificate]
) -> Checked | IdentityProblem:
    """Check what came back: our key, our name, and a chain to a root that was pinned before.

    Further roots that came along are kept with the pinned ones (a roll-over of the root), but only
    because the answer came over a connection that a pinned root vouched for.
    """
    try:
        chain = [x509.load_der_x509_certificate(each) for each in identity.certificates]
        further = [x509.load_der_x509_certificate(each) for each in identity.authorities]
        name = chain[0].subject.rfc4514_string()
        other_key = chain[0].public_key() != key.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return IdentityProblem.MALFORMED
    if other_key:
        return IdentityProblem.OTHER_KEY
    if name != f"CN={kiosk}":
        return IdentityProblem.OTHER_KIOSK
    if not _leads_to_one_of(chain, pinned):
        return IdentityProblem.NOT_OURS
    roots = [*pinned, *(each for each in further if each not in pinned)]
    return Checked(_pem(chain), _pem(roots), chain[0].not_valid_after_utc)


def _leads_to_one_of(chain: Sequence[x509.Certificate], pinned: Sequence[x509.Certificate]) -> bool:
    for below, above in pairwise(chain):
        if not _is_issued_by(below, above) or not _may_issue(above):
            return False
    return any(_is_issued_by(chain[-1], root) for root in pinned)


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return False


def _pem(certificates: Sequence[x509.Certificate]) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)
