"""The key that second factors are kept with: a file beside the database, never in it."""

import hashlib
import hmac
import os
import secrets
import stat
import threading
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
FILE_NAME: Final = "second-factor.key"
_NONCE_BYTES: Final = 12


class FactorKeyError(ValueError):
    """The key file is damaged, readable by others, or not the one the secrets were kept with."""


class FactorKey:
    """Encrypts TOTP secrets (AES-256-GCM, bound to their owner) and digests recovery codes.

    The file is read when it is first needed, and made then where there is none. Safe for threads
    and for several processes.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME
        self._key: bytes | None = None
        self._reading = threading.Lock()

    def encrypt(self, staff_id: int, secret: str) -> bytes:
        """Nonce and ciphertext."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher().encrypt(nonce, secret.encode(), _owner(staff_id))

    def decrypt(self, staff_id: int, kept: bytes) -> str:
        """The secret; raise FactorKeyError when it was kept with another key or for another one."""
        nonce, ciphertext = kept[:_NONCE_BYTES], kept[_NONCE_BYTES:]
        try:
            return self._cipher().decrypt(nonce, ciphertext, _owner(staff_id)).decode()
        except InvalidTag:
            raise FactorKeyError(f"{self._file}: not the key of this second factor") from None

    def digest(self, staff_id: int, code: str) -> bytes:
        """What is kept of a recovery code: an HMAC, so that the database alone tells none."""
        return hmac.digest(self._derived(b"recovery"), _owner(staff_id) + code.encode(), "sha256")

    def _cipher(self) -> AESGCM:
        return AESGCM(self._derived(b"secret"))

    def _derived(self, purpose: bytes) -> bytes:
        with self._reading:
            if self._key is None:
                self._key = _read_or_make(self._file)
            return hmac.digest(self._key, purpose, "sha256")


def _owner(staff_id: int) -> bytes:
    return hashlib.sha256(f"staff {staff_id}".encode()).digest()


def _read_or_make(file: Path) -> bytes:
    if not file.exists():
        _make(file)
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise FactorKeyError(f"{file}: others may read it; chmod 600")
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii"))
    except ValueError:
        raise FactorKeyError(f"{file}: not a key") from None  # the words may hold parts of it
    if len(key) != KEY_BYTES:
        raise FactorKeyError(f"{file}: not a key")
    return key


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as written:
            written.write(secrets.token_hex(KEY_BYTES) + "\n")
            written.flush()
            os.fsync(written.fileno())
        try:
            os.link(draft, file)  # never over a key that another process made meanwhile
        except FileExistsError:
            return
        folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink()
