"""What the tests of enrolment share: a kiosk with a key, and an authority on disk."""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from regency_lab import KIOSK, REGENCY

from anjungan.protocol.enrolment import RenewalRequest, renewal_statement
from anjungan.protocol.fingerprints import fingerprint
from anjungan.regency.enrolment.authority_files import AuthorityFiles
from anjungan.regency.enrolment.beginning import begin_authority
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database

PASSPHRASE = b"sandi akar yang panjang"


def make_authority(settings: RegencySettings, database: Database, now: datetime) -> AuthorityFiles:
    files = AuthorityFiles(settings.authority_path)
    files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    begin_authority(database, files, REGENCY, PASSPHRASE, now)
    return files


def signing_request(key: ec.EllipticCurvePrivateKey, kiosk: str = KIOSK) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, kiosk)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@dataclass
class AskingKiosk:
    """A kiosk that wants a certificate."""

    kiosk: str = KIOSK
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    poll_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def __post_init__(self) -> None:
        self.request = signing_request(self.key, self.kiosk)

    @property
    def fingerprint(self) -> str:
        der = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return fingerprint(der)

    def asking(self, code: str) -> dict[str, Any]:
        return {
            "code": code,
            "poll_token": self.poll_token,
            "signing_request": base64.b64encode(self.request).decode(),
        }

    def renewal(
        self, nonce: str, certificate: bytes, next_request: bytes, **changes: Any
    ) -> RenewalRequest:
        statement = renewal_statement(nonce, certificate, next_request)
        asked = RenewalRequest(
            nonce=nonce,
            certificate=certificate,
            signing_request=next_request,
            signature=self.key.sign(statement, ec.ECDSA(hashes.SHA256())),
        )
        return msgspec.structs.replace(asked, **changes)


def seen_from(app: Any, address: str) -> Any:
    """The application, to which every request seems to come from ``address``."""

    async def with_client(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = {**scope, "client": (address, 50_000)}
        await app(scope, receive, send)

    return with_client
