"""Reading signing requests (PKCS #10, RFC 2986) of kiosks. Nothing in one is trusted unchecked."""

import enum
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from anjungan.protocol.fingerprints import fingerprint
from anjungan.protocol.identity import IdentityError, KioskId, parse_kiosk

MAX_REQUEST_BYTES: Final = 1024
"""A request of ours has about 230 bytes."""


class RequestProblem(enum.Enum):
    """Why a signing request is no use."""

    MALFORMED = "malformed"
    OTHER_KEY = "other_key"
    """The key is not on P-256."""
    BAD_SIGNATURE = "bad_signature"
    """It is not signed with SHA-256 by the key it names."""
    NO_KIOSK = "no_kiosk"
    """The name is not exactly one common name that is a kiosk's identity."""


@dataclass(frozen=True, slots=True)
class BadRequest:
    """A signing request that is refused."""

    problem: RequestProblem


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """What is taken from a good request: whose it is and the key. Its extensions are not read."""

    kiosk: KioskId
    public_key: ec.EllipticCurvePublicKey
    der: bytes

    @property
    def public_key_der(self) -> bytes:
        """The key as SubjectPublicKeyInfo."""
        return self.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """The key's fingerprint, as people compare it."""
        return fingerprint(self.public_key_der)


def read_signing_request(der: bytes) -> SigningRequest | BadRequest:
    """Read and check a request in DER; whatever the bytes are, the outcome is a value."""
    if len(der) > MAX_REQUEST_BYTES:
        return BadRequest(RequestProblem.MALFORMED)
    try:
        request = x509.load_der_x509_csr(der)
        key = request.public_key()
        subject = list(request.subject)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return BadRequest(RequestProblem.MALFORMED)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        return BadRequest(RequestProblem.OTHER_KEY)
    if not _is_signed_by_its_key(request):
        return BadRequest(RequestProblem.BAD_SIGNATURE)
    if len(subject) != 1 or subject[0].oid != NameOID.COMMON_NAME:
        return BadRequest(RequestProblem.NO_KIOSK)
    try:
        kiosk = parse_kiosk(str(subject[0].value))
    except IdentityError:
        return BadRequest(RequestProblem.NO_KIOSK)
    return SigningRequest(kiosk, key, der)


def _is_signed_by_its_key(request: x509.CertificateSigningRequest) -> bool:
    try:
        return (
            isinstance(request.signature_hash_algorithm, hashes.SHA256)
            and request.is_signature_valid
        )
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
