"""What a kiosk is handed with its certificate: the chain, the roots, and where the broker is."""

from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from anjungan.protocol.enrolment import IssuedIdentity
from anjungan.regency.enrolment.authority import key_id_of
from anjungan.regency.enrolment.authority_files import (
    AuthorityFiles,
    AuthorityFilesError,
    issuing_numbers,
    load_certificates,
)
from anjungan.regency.enrolment.certificates import CertificateView
from anjungan.regency.settings import RegencySettings


def issued_identity(settings: RegencySettings, certificate: CertificateView) -> IssuedIdentity:
    """Put it together; raise AuthorityFilesError when the authority's files are not here."""
    files = AuthorityFiles(settings.authority_path)
    issuing = _issuing_certificate(files, certificate.issuer_key_id)
    roots = load_certificates(files.root)
    host = settings.enrolment.broker_host or urlsplit(settings.web.public_url).hostname or ""
    return IssuedIdentity(
        certificates=(certificate.der, issuing.public_bytes(Encoding.DER)),
        authorities=tuple(root.public_bytes(Encoding.DER) for root in roots),
        broker_host=host,
        broker_port=settings.enrolment.broker_port,
    )


def _issuing_certificate(files: AuthorityFiles, key_id: str) -> x509.Certificate:
    for number in issuing_numbers(files):
        certificate = load_certificates(files.issuing(number))[0]
        if key_id_of(certificate) == key_id:
            return certificate
    raise AuthorityFilesError(f"{files.folder}: the issuing certificate {key_id} is missing")
