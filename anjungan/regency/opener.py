"""Opening sealed answers for staff. With ``keys``, the only code that touches private keys."""

import logging
import threading
from typing import TYPE_CHECKING, Final

from nacl.public import PrivateKey

from anjungan.protocol.sealing import Binding, CannotOpen, Opened, WrongBinding, unseal
from anjungan.regency.keys import KeyFiles, KeyFilesError, load_private_keys, load_residents_key
from anjungan.regency.resident_marks import resident_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

LOG: Final = logging.getLogger(__name__)


class Opener:
    """Opens answers with the key a request names; keys are read again when one is unknown."""

    def __init__(self, files: KeyFiles) -> None:
        self._files = files
        self._keys: Mapping[str, PrivateKey] = {}
        self._reading = threading.Lock()

    def open(
        self, sealed: bytes, kid: str, expected: Binding
    ) -> Opened | CannotOpen | WrongBinding:
        """Open ``sealed`` and compare its binding; a key that is not here gives CannotOpen."""
        key = self._key(kid)
        return CannotOpen() if key is None else unseal(sealed, expected, key)

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
