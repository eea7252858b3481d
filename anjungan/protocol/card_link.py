"""Card identifiers as they are stored and sent: HMAC(village key, technology and identifier).

An identifier is no secret and can be cloned; the HMAC keeps a stolen database from telling which
card belongs to which ticket.
"""

import hashlib
import hmac
from typing import Final, NewType

CardLink = NewType("CardLink", str)
VILLAGE_KEY_BYTES: Final = 32


def card_link(village_key: bytes, technology: str, identifier: bytes) -> CardLink:
    """Hex HMAC-SHA-256 of technology, a zero byte and the identifier."""
    if len(village_key) != VILLAGE_KEY_BYTES:
        raise ValueError("the village key has 32 bytes")
    message = technology.encode("ascii") + b"\0" + identifier
    return CardLink(hmac.new(village_key, message, hashlib.sha256).hexdigest())
