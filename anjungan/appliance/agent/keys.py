"""The keys a kiosk holds: the regency's public ring, its root, and the village's card key."""

import base64
from dataclasses import dataclass
from pathlib import Path

from nacl.signing import VerifyKey

from anjungan.appliance.errors import ConfigError
from anjungan.appliance.settings.site import SiteSettings
from anjungan.protocol.card_link import VILLAGE_KEY_BYTES
from anjungan.protocol.identity import regency_of
from anjungan.protocol.keyring import Keyring, KeyringError, open_keyring


@dataclass(frozen=True, slots=True)
class KioskKeys:
    """What is needed to seal answers and to link cards. None of it opens anything."""

    keyring: Keyring
    village_key: bytes

    def __repr__(self) -> str:
        return f"KioskKeys(keyring serial {self.keyring.serial})"


def load_keys(settings: SiteSettings) -> KioskKeys:
    """Read the key files the settings name; both key files hold base64 text.

    Raises:
        ConfigError: a file is missing, damaged, or not signed by the root; the message names it.
    """
    paths = settings.paths
    root = _key_bytes(Path(paths.root_key_file))
    village_key = _key_bytes(Path(paths.village_key_file))
    if len(village_key) != VILLAGE_KEY_BYTES:
        raise ConfigError(f"{paths.village_key_file}: a village key has {VILLAGE_KEY_BYTES} bytes")
    keyring_file = Path(paths.keyring_file)
    try:
        ring = open_keyring(
            _read(keyring_file), VerifyKey(root), regency=regency_of(settings.kiosk.kiosk_id)
        )
    except (KeyringError, ValueError) as error:
        raise ConfigError(f"{keyring_file}: {error}") from error
    return KioskKeys(ring, village_key)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error


def _key_bytes(path: Path) -> bytes:
    try:
        return base64.b64decode(_read(path).strip(), validate=True)
    except ValueError as error:
        raise ConfigError(f"{path}: not a key in base64") from error
