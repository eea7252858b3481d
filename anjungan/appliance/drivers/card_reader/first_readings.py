"""Knowing again what was read once before, without keeping it.

Some readers tell a card once a tap.  Its second activation is then another tap, minutes or days
later, and until then the kiosk remembers only digests under a key of this run: nobody can turn them
into identifiers, and they are gone when the agent ends.
"""

import hashlib
import secrets
from collections import OrderedDict
from typing import Final

from anjungan.appliance.drivers.card_reader.card import Target

REMEMBERED: Final = 2048
_DIGEST_BYTES: Final = 16


class FirstReadings:
    """The readings that stand alone so far; the oldest is forgotten when there are too many."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._key = secrets.token_bytes(32)
        self._digests: OrderedDict[bytes, None] = OrderedDict()

    def knows(self, target: Target) -> bool:
        """Whether the same identifier was read before; from now on it was."""
        digest = hashlib.blake2b(
            target.technology.value.encode() + b"\0" + target.identifier,
            key=self._key,
            digest_size=_DIGEST_BYTES,
        ).digest()
        known = digest in self._digests
        self._digests[digest] = None
        self._digests.move_to_end(digest)
        if len(self._digests) > self._remembered:
            self._digests.popitem(last=False)
        return known
