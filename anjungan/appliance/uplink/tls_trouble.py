"""Why a TLS connection was not made, as one of the reasons the kiosk can tell apart.

In TLS 1.3 the client is done before the server has looked at its certificate, so a kiosk that is
not wanted sees a connection that opens and ends at once. mosquitto sends an alert first, which
says why; it is often lost behind the reset, and then only "refused" is left (measured).
"""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from anjungan.appliance.uplink.line_state import OfflineReason

# X509_V_ERR_… of OpenSSL (x509_vfy.h)
_NOT_YET_VALID: Final = 9
_HAS_EXPIRED: Final = 10


class AlertHearingSocket(ssl.SSLSocket):
    """Keeps the alert with which the other side ended the connection; paho forgets it.

    paho also forgets a socket whose handshake failed: this one closes itself then.
    """

    alert: str = ""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the library's own
        """Shake hands, or close."""
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise

    def recv(self, *arguments: Any, **keywords: Any) -> bytes:
        """Receive, and remember why not."""
        try:
            return super().recv(*arguments, **keywords)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            self.alert = error.reason or ""
            raise


def handshake_trouble(error: ssl.SSLError) -> OfflineReason:
    """Why the handshake failed on our side: the broker is not one we trust."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in (_NOT_YET_VALID, _HAS_EXPIRED):
            return OfflineReason.CLOCK_DOUBTFUL
        return OfflineReason.BROKER_NOT_TRUSTED
    return OfflineReason.NO_TLS


def ended_unheard(sock: object, certificate: Path, now: datetime | None = None) -> OfflineReason:
    """Why the broker ended a connection before it answered anything.

    ``sock`` is the connection, with its alert where one came; where none did, our own certificate
    and clock may explain it.
    """
    alert = getattr(sock, "alert", "")
    if "CERTIFICATE_EXPIRED" in alert or has_expired(certificate, now or datetime.now(tz=UTC)):
        return OfflineReason.CERTIFICATE_EXPIRED
    return OfflineReason.IDENTITY_REFUSED


def has_expired(certificate: Path, now: datetime) -> bool:
    """Whether the certificate has ended by our clock; an unreadable one has not."""
    from cryptography import x509  # noqa: PLC0415 - heavy, and needed only in trouble

    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc <= now
    except (OSError, ValueError):
        return False
