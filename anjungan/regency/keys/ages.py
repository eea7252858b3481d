"""How long a sealing key is used, and how long its private key is kept. Pure.

A key is used from its ``not_before`` until that of the key after it, and may be met in requests of
kiosks that were cut off for long. Its private key is kept for 24 months after that, then opening
with it is refused and it may be destroyed.
"""

from datetime import datetime, timedelta
from typing import Final

from anjungan.protocol.keyring import Keyring

KEPT_FOR: Final = timedelta(days=730)


def superseded_at(ring: Keyring, kid: str) -> datetime | None:
    """When another key took the place of ``kid``; None while it is the newest, or unknown."""
    begins = {key.kid: key.not_before for key in ring.keys}
    if kid not in begins:
        return None
    later = [begin for begin in begins.values() if begin > begins[kid]]
    return min(later, default=None)


def retires_at(ring: Keyring, kid: str) -> datetime | None:
    """When the private key's time is over; None while it has not been superseded."""
    at = superseded_at(ring, kid)
    return None if at is None else at + KEPT_FOR


def is_retired(ring: Keyring, kid: str, now: datetime) -> bool:
    """Whether opening with ``kid`` is refused."""
    at = retires_at(ring, kid)
    return at is not None and now >= at
