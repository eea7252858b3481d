"""Certificates of the regency's own: the broker and web, and the inbox.

The key is made once; its certificate is renewed in place, so that a pair never falls apart. The
watch renews them long before their end: one that runs out locks every kiosk out.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from anjungan.regency.enrolment.authority import (
    INBOX_NAME,
    SERVER_LIFE,
    Authority,
    PublicKey,
    issue_client,
    issue_server,
    new_key,
)
from anjungan.regency.enrolment.authority_files import (
    AuthorityFiles,
    load_certificates,
    load_issuing,
    load_key_of,
    write_certificates,
    write_private_key,
)

RENEW_BEFORE_END: Final = timedelta(days=120)

_Issue = Callable[[Authority, PublicKey], x509.Certificate]


def issue_server_files(files: AuthorityFiles, hosts: Sequence[str], now: datetime) -> None:
    """Make or renew the certificate of broker and web under ``hosts``."""
    _issue(files, files.server, lambda issuing, key: issue_server(issuing, hosts, key, now))


def issue_inbox_files(files: AuthorityFiles, now: datetime) -> None:
    """Make or renew the certificate of the inbox."""
    _issue(
        files,
        files.inbox,
        lambda issuing, key: issue_client(issuing, INBOX_NAME, key, now, life=SERVER_LIFE),
    )


def renew_own_certificates(files: AuthorityFiles, now: datetime) -> Sequence[Path]:
    """Renew those of ours that end soon; return the files that are new."""
    renewed = []
    _, server = files.server
    if server.exists() and _ends_soon(server, now):
        issue_server_files(files, hosts_of(load_certificates(server)[0]), now)
        renewed.append(server)
    _, inbox = files.inbox
    if inbox.exists() and _ends_soon(inbox, now):
        issue_inbox_files(files, now)
        renewed.append(inbox)
    return renewed


def hosts_of(certificate: x509.Certificate) -> Sequence[str]:
    """The names and addresses a server certificate is for."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in names]


def _ends_soon(path: Path, now: datetime) -> bool:
    return load_certificates(path)[0].not_valid_after_utc - now < RENEW_BEFORE_END


def _issue(files: AuthorityFiles, pair: tuple[Path, Path], issue: _Issue) -> None:
    key_file, certificate_file = pair
    issuing = load_issuing(files)
    if certificate_file.exists():
        key = load_key_of(key_file, load_certificates(certificate_file)[0])
    else:
        key_file.unlink(missing_ok=True)  # of an attempt that ended before its certificate
        key = new_key()
        write_private_key(key_file, key)
    certificate = issue(issuing, key.public_key())
    write_certificates(certificate_file, [certificate, issuing.certificate])
