"""Message identifiers: UUIDv7 (RFC 9562 section 5.7).

The time in them is a convenience for people who read databases. Nothing orders by them: a kiosk
may start with a wrong clock, so the only order is (enrolment, boot, counter) in the header.
"""

import secrets
import uuid
from typing import Final, NewType

MessageId = NewType("MessageId", str)

_VERSION_7: Final = 0x7 << 76
_VARIANT: Final = 0x2 << 62


def new_message_id(unix_ms: int) -> MessageId:
    """Make a UUIDv7 for ``unix_ms`` (milliseconds since 1970, clamped to 48 bits)."""
    stamp = max(0, min(unix_ms, (1 << 48) - 1)) << 80
    random_a = secrets.randbits(12) << 64
    random_b = secrets.randbits(62)
    return MessageId(str(uuid.UUID(int=stamp | _VERSION_7 | random_a | _VARIANT | random_b)))


def parse_message_id(text: str) -> MessageId:
    """Return ``text`` as a message id in its canonical spelling; raise ValueError otherwise."""
    value = uuid.UUID(text)
    if str(value) != text:
        raise ValueError("a message id is a lower-case UUID with dashes")
    return MessageId(text)
