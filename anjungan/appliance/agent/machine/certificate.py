"""When the kiosk's certificate ends."""

from datetime import datetime
from pathlib import Path
from typing import Final

FILE_NAME: Final = "certificate.pem"


class CertificateExpiry:
    """Reads the certificate again only when its file has changed: X.509 is heavy to import."""

    def __init__(self, identity_dir: Path) -> None:
        self._path = identity_dir / FILE_NAME
        self._seen: tuple[int, int, int] | None = None
        self._expires_at: datetime | None = None

    def read(self) -> datetime | None:
        """The end of the first certificate in the file; None without one that can be read."""
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._seen:
                self._expires_at = _expiry(self._path.read_bytes())
                self._seen = seen
        except OSError:
            self._seen = self._expires_at = None
        return self._expires_at


def _expiry(pem: bytes) -> datetime | None:
    from cryptography import x509  # noqa: PLC0415 - megabytes that a kiosk without a certificate spares

    try:
        return x509.load_pem_x509_certificate(pem).not_valid_after_utc
    except ValueError:
        return None
