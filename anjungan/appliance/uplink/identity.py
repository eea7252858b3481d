"""The kiosk's certificate on its disk, and which one to show when a renewal brought a second.

The folder holds ``key.pem`` and ``certificate.pem`` (the kiosk's certificate, then the one that
issued it) and ``authorities.pem`` (the roots the kiosk trusts). A renewal adds ``next-key.pem``
and then ``next-certificate.pem``. The new pair is shown first; refused, it takes turns with the
old one; the first connection made with it puts it into the old one's place.
"""

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KEY_NAME: Final = "key.pem"
CERTIFICATE_NAME: Final = "certificate.pem"
AUTHORITIES_NAME: Final = "authorities.pem"
NEXT_KEY_NAME: Final = "next-key.pem"
NEXT_CERTIFICATE_NAME: Final = "next-certificate.pem"


@dataclass(frozen=True, slots=True)
class IdentityFiles:
    """What one connection shows and trusts. ``renewed``: this pair has not connected yet."""

    authorities: Path
    certificate: Path
    key: Path
    renewed: bool = False


class Identity:
    """Chooses among the pairs in a folder. It reads and renames files, so call it in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._old_ones_turn = False

    def files(self) -> IdentityFiles | None:
        """The pair for the next connection; None where the kiosk has no identity yet."""
        pairs = [each for each in self._candidates() if _fits(each)]
        if not pairs:
            return None
        return pairs[-1] if self._old_ones_turn else pairs[0]

    def refused(self, files: IdentityFiles) -> None:
        """The broker did not want the pair: the other one is next, where there are two."""
        self._old_ones_turn = files.renewed

    def connected(self, files: IdentityFiles) -> None:
        """The broker took the pair; a renewed one replaces its predecessor for good."""
        self._old_ones_turn = False
        if not files.renewed:
            return
        # key first: between the two steps the new key fits the certificate that is still "next"
        files.key.replace(self._folder / KEY_NAME)
        files.certificate.replace(self._folder / CERTIFICATE_NAME)
        _sync(self._folder)

    def _candidates(self) -> tuple[IdentityFiles, ...]:
        folder = self._folder
        authorities = folder / AUTHORITIES_NAME
        key, next_key = folder / KEY_NAME, folder / NEXT_KEY_NAME
        certificate, next_certificate = folder / CERTIFICATE_NAME, folder / NEXT_CERTIFICATE_NAME
        return (
            IdentityFiles(authorities, next_certificate, next_key, renewed=True),
            # what a power cut between the two renamings leaves
            IdentityFiles(authorities, next_certificate, key, renewed=True),
            IdentityFiles(authorities, certificate, key),
        )


def tls_context(files: IdentityFiles) -> ssl.SSLContext:
    """TLS 1.3, our own authority alone, the broker's name checked, the kiosk's certificate shown.

    It is made anew for each connection. Raises OSError where a file cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cafile=files.authorities)
    context.load_cert_chain(files.certificate, files.key)
    return context


def _fits(files: IdentityFiles) -> bool:
    """Whether certificate and key are there and belong together."""
    try:
        tls_context(files)
    except OSError:
        return False
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
