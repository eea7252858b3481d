"""How the line stands, as the screens and the session are told."""

import enum
from dataclasses import dataclass


class OfflineReason(enum.Enum):
    """Why there is no connection to the broker."""

    STARTING = "starting"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    NO_IDENTITY = "no_identity"
    """The kiosk is not enrolled yet: it has no certificate, or files that do not fit."""
    IDENTITY_REFUSED = "identity_refused"
    """The broker ended the connection at once: the certificate is revoked or not accepted."""
    CERTIFICATE_EXPIRED = "certificate_expired"
    BROKER_NOT_TRUSTED = "broker_not_trusted"
    """Its certificate is not from our authority, or is for another name."""
    CLOCK_DOUBTFUL = "clock_doubtful"
    """By this kiosk's clock the broker's certificate is not valid now: one of them is wrong."""
    NO_TLS = "no_tls"
    """What answers there speaks no TLS 1.3."""
    LOST = "lost"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Offline:
    """No broker: requests are kept and sent later."""

    reason: OfflineReason


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker is reached; ``regency_present`` tells whether the regency's inbox listens."""

    regency_present: bool


LineState = Offline | Connected
