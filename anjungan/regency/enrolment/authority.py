"""The certificate authority: pure functions over ``cryptography``, no files.

ECDSA P-256 with SHA-256 throughout: certificates of half a kilobyte, which a slow line and a QR
code bear. Two steps: an offline root signs issuing certificates; the newest issuing key, online,
signs kiosks, servers, the inbox and the list of revoked certificates (CRL).

Every certificate begins two years before it is made: a Raspberry Pi without a battery may wake up
with a clock that stood for months, and must still accept the broker. ``not_after`` alone bounds a
certificate's life.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from anjungan.protocol.fingerprints import fingerprint
from anjungan.protocol.identity import KioskId, RegencyCode

ROOT_LIFE: Final = timedelta(days=20 * 365 + 5)
ISSUING_LIFE: Final = timedelta(days=5 * 365 + 1)
KIOSK_LIFE: Final = timedelta(days=365)
SERVER_LIFE: Final = timedelta(days=2 * 365)
BACK_DATED: Final = timedelta(days=2 * 365)

CRL_LIFE: Final = timedelta(days=7)
"""An expired CRL locks every kiosk out, so it is made anew each day: six may fail in a row."""

INBOX_NAME: Final = "regency-inbox"
"""The inbox's common name, which the broker takes as its user name; no kiosk can be called so."""

PrivateKey = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class Authority:
    """A private key that may sign certificates, and the certificate that says so."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def key_id(self) -> str:
        """The subject key identifier, as hex: what certificates name their issuer by."""
        return key_id_of(self.certificate)


@dataclass(frozen=True, slots=True)
class Revoked:
    """A certificate that must not be accepted any more."""

    serial: int
    revoked_at: datetime


def new_key() -> PrivateKey:
    """A new P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def make_root(regency: RegencyCode, now: datetime) -> Authority:
    """Make the root: its key belongs offline."""
    key = new_key()
    name = _name(f"Anjungan {regency} root")
    builder = _builder(name, None, key.public_key(), now, ROOT_LIFE)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_SIGNS_CERTIFICATES, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, certificate)


def make_issuing(root: Authority, regency: RegencyCode, number: int, now: datetime) -> Authority:
    """Make the ``number``-th issuing certificate, with a key of its own, signed by the root."""
    key = new_key()
    name = _name(f"Anjungan {regency} issuing {number}")
    builder = _builder(name, root, key.public_key(), now, ISSUING_LIFE)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_SIGNS_CERTIFICATES, critical=True)
        .add_extension(_issuer_key_id(root), critical=False)
        .sign(root.key, hashes.SHA256())
    )
    return Authority(key, certificate)


def issue_kiosk(
    issuing: Authority, kiosk: KioskId, public_key: PublicKey, now: datetime
) -> x509.Certificate:
    """A kiosk's certificate: its identity as common name, for connecting, and nothing more."""
    return issue_client(issuing, kiosk, public_key, now, life=KIOSK_LIFE)


def issue_client(
    issuing: Authority, name: str, public_key: PublicKey, now: datetime, *, life: timedelta
) -> x509.Certificate:
    """A certificate for connecting as ``name``."""
    builder = _builder(_name(name), issuing, public_key, now, life)
    return _end_certificate(builder, issuing, ExtendedKeyUsageOID.CLIENT_AUTH)


def issue_server(
    issuing: Authority,
    hosts: Sequence[str],
    public_key: PublicKey,
    now: datetime,
    *,
    life: timedelta = SERVER_LIFE,
) -> x509.Certificate:
    """A certificate for the broker or the web, under host names and addresses (at least one)."""
    alternatives = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
    builder = _builder(_name(hosts[0]), issuing, public_key, now, life)
    builder = builder.add_extension(alternatives, critical=False)
    return _end_certificate(builder, issuing, ExtendedKeyUsageOID.SERVER_AUTH)


def make_crl(
    issuing: Authority,
    revoked: Iterable[Revoked],
    now: datetime,
    *,
    life: timedelta = CRL_LIFE,
) -> x509.CertificateRevocationList:
    """The list of what ``issuing`` has revoked; its number grows with the time it is made."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuing.certificate.subject)
        # brokers' clocks may differ a little from ours
        .last_update(now - timedelta(hours=1))
        .next_update(now + life)
        .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
        .add_extension(_issuer_key_id(issuing), critical=False)
    )
    for each in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(each.serial)
            .revocation_date(each.revoked_at)
            .build()
        )
    return builder.sign(issuing.key, hashes.SHA256())


def key_id_of(certificate: x509.Certificate) -> str:
    """The subject key identifier of a certificate of ours, as hex."""
    extension = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return extension.value.digest.hex()


def public_key_der(key: PublicKey) -> bytes:
    """A public key as SubjectPublicKeyInfo."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def fingerprint_of(certificate: x509.Certificate) -> str:
    """The fingerprint of a certificate's key, as people compare it."""
    der = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return fingerprint(der)


def common_name_of(certificate: x509.Certificate) -> str:
    """The common name of a certificate of ours."""
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


_SIGNS_CERTIFICATES: Final = _key_usage(signs_certificates=True)
_CONNECTS: Final = _key_usage(signs_certificates=False)


def _end_certificate(
    builder: x509.CertificateBuilder, issuing: Authority, usage: x509.ObjectIdentifier
) -> x509.Certificate:
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_CONNECTS, critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(_issuer_key_id(issuing), critical=False)
        .sign(issuing.key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name,
    signer: Authority | None,
    key: PublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    """What all certificates have alike; without a signer it is its own, and none outlives it."""
    issuer, ends = subject, now + life
    if signer is not None:
        issuer = signer.certificate.subject
        ends = min(ends, signer.certificate.not_valid_after_utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACK_DATED)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _issuer_key_id(authority: Authority) -> x509.AuthorityKeyIdentifier:
    own = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own.value)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
