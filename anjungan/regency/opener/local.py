"""Opening with the keys themselves: the only code that reads private keys."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from nacl.public import PrivateKey

from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.keyring import KeyringError
from anjungan.protocol.sealing import (
    Binding,
    CannotOpen,
    Opened,
    WhyClosed,
    WrongBinding,
    unseal,
)
from anjungan.regency.keys.ages import is_retired
from anjungan.regency.keys.files import (
    KeyFiles,
    KeyFilesError,
    load_private_keys,
    load_residents_key,
    load_ring,
)
from anjungan.regency.keys.rollover import retired_keys
from anjungan.regency.opener.opening import SealOpener
from anjungan.regency.resident_marks import resident_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

LOG: Final = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(tz=UTC)


class Opener(SealOpener):
    """Opens answers with the key a request names; keys are read again when one is unknown.

    With ``regency``, keys whose 24 months are over are refused even while they are still there.
    """

    def __init__(
        self,
        files: KeyFiles,
        regency: RegencyCode | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._files = files
        self._regency = regency
        self._now = now
        self._keys: Mapping[str, PrivateKey] = {}
        self._reading = threading.Lock()

    def open(
        self, sealed: bytes, kid: str, expected: Binding
    ) -> Opened | CannotOpen | WrongBinding:
        """Open ``sealed`` and compare its binding; CannotOpen says why it stays closed."""
        if self._is_retired(kid):
            return CannotOpen(WhyClosed.KEY_RETIRED)
        key = self._key(kid)
        return CannotOpen(WhyClosed.UNKNOWN_KEY) if key is None else unseal(sealed, expected, key)

    def mark(self, nik: str) -> bytes | None:
        """What requests of the resident with this NIK are told by; None where there is no key."""
        try:
            key = load_residents_key(self._files)
        except (KeyFilesError, OSError) as error:
            LOG.error("the key of resident marks cannot be read: %s", error)  # noqa: TRY400 - no traceback near key material
            return None
        return None if key is None else resident_mark(key, nik)

    def _key(self, kid: str) -> PrivateKey | None:
        with self._reading:
            if kid not in self._keys:
                try:
                    self._keys = load_private_keys(self._files)
                except (KeyFilesError, OSError) as error:
                    LOG.error("private keys cannot be read: %s", error)  # noqa: TRY400 - no traceback near key material
            return self._keys.get(kid)

    def _is_retired(self, kid: str) -> bool:
        if self._regency is None:
            return False
        try:
            if kid in retired_keys(self._files):
                return True
            return is_retired(load_ring(self._files, self._regency), kid, self._now())
        except (KeyFilesError, KeyringError, OSError) as error:
            # a ring that cannot be read keeps no officer from what is not known to be retired
            LOG.warning("the age of keys is not known: %s", error)
            return False
