"""How the line stands, as the screens and the session are told."""

import enum
from dataclasses import dataclass


class OfflineReason(enum.Enum):
    """Why there is no connection to the broker."""

    STARTING = "starting"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
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
