"""The keys a kiosk holds: the regency's public ring, its root, and the village's card key."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nacl.signing import VerifyKey

from anjungan.appliance.errors import ConfigError, ConfigProblem, unreadable_file
from anjungan.appliance.settings.site import SiteSettings
from anjungan.protocol.card_link import VILLAGE_KEY_BYTES
from anjungan.protocol.identity import regency_of
from anjungan.protocol.keyring import (
    ForeignKeyringError,
    Keyring,
    KeyringError,
    open_keyring,
)

ROOT_KEY_BYTES: Final = 32
"""Ed25519 (RFC 8032)."""


@dataclass(frozen=True, slots=True)
class KioskKeys:
    """What is needed to seal answers and to link cards. None of it opens anything."""

    keyring: Keyring
    village_key: bytes

    def __repr__(self) -> str:
        return f"KioskKeys(keyring serial {self.keyring.serial})"


def load_keys(settings: SiteSettings) -> KioskKeys:
    """Read the key files the settings name.

    Both key files hold hex digits, as the regency's ``init-keys`` writes them.

    Raises:
        ConfigError: a file is missing, damaged, or not signed by the root; the message names it.
    """
    paths = settings.paths
    root = _key(Path(paths.root_key_file), ROOT_KEY_BYTES, "a root key")
    village_key = _key(Path(paths.village_key_file), VILLAGE_KEY_BYTES, "a village key")
    keyring_file = Path(paths.keyring_file)
    signed = _read(keyring_file)
    try:
        ring = open_keyring(signed, VerifyKey(root), regency=regency_of(settings.kiosk.kiosk_id))
    except KeyringError as error:
        problem = (
            ConfigProblem.KEYRING_OF_ANOTHER_REGENCY
            if isinstance(error, ForeignKeyringError)
            else ConfigProblem.KEYRING_NOT_SIGNED
        )
        raise ConfigError(problem, f"{keyring_file}: {error}", file=str(keyring_file)) from error
    return KioskKeys(ring, village_key)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable_file(path, error) from error


def _key(path: Path, length_bytes: int, name: str) -> bytes:
    content = _read(path).strip()
    try:
        key = bytes.fromhex(content.decode("ascii"))
    except ValueError:
        raise ConfigError(
            ConfigProblem.KEY_NOT_HEX, f"{path}: not a key in hex digits", file=str(path)
        ) from None
    if len(key) != length_bytes:
        raise ConfigError(
            ConfigProblem.KEY_LENGTH,
            f"{path}: {name} has {length_bytes} bytes",
            file=str(path),
            length_bytes=length_bytes,
        )
    return key
