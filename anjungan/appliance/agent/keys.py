"""The keys a kiosk holds: the regency's public ring, its root, and the village's card key."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

from nacl.signing import VerifyKey

from anjungan.appliance.agent.new_ring import RING_NAME, Adopted, Known, Refused, take_ring
from anjungan.appliance.errors import ConfigError, ConfigProblem, unreadable_file
from anjungan.appliance.settings.site import SiteSettings
from anjungan.protocol.card_link import VILLAGE_KEY_BYTES
from anjungan.protocol.identity import RegencyCode, regency_of
from anjungan.protocol.keyring import (
    ForeignKeyringError,
    Keyring,
    KeyringError,
    open_keyring,
)

log = logging.getLogger(__name__)

ROOT_KEY_BYTES: Final = 32
"""Ed25519 (RFC 8032)."""


@dataclass(slots=True)
class KioskKeys:
    """What is needed to seal answers and to link cards. None of it opens anything.

    The keyring is the newest the regency has sent; ``take_ring`` puts another in its place.
    """

    keyring: Keyring
    village_key: bytes
    root: VerifyKey
    kept_ring: Path

    def __repr__(self) -> str:
        return f"KioskKeys(keyring serial {self.keyring.serial})"

    async def take_ring(self, file: bytes) -> None:
        """Take a keyring that came over the line, if it is signed by the root and newer."""
        regency = RegencyCode(self.keyring.regency)
        try:
            outcome = await asyncio.to_thread(
                take_ring, file, self.keyring, self.root, regency, self.kept_ring
            )
        except OSError as error:
            log.error("a new keyring was not kept: %s", error.strerror)  # noqa: TRY400 - expected of a full disk
            return
        match outcome:
            case Adopted(ring):
                self.keyring = ring
                log.info("keyring %d is in use", ring.serial)
            case Refused(refusal):
                log.warning("a keyring was refused: %s", refusal.value)
            case Known():
                pass
            case _:
                assert_never(outcome)


def load_keys(settings: SiteSettings) -> KioskKeys:
    """Read the key files the settings name.

    Both key files hold hex digits, as the regency's ``init-keys`` writes them.

    Raises:
        ConfigError: a file is missing, damaged, or not signed by the root; the message names it.
    """
    paths = settings.paths
    root = VerifyKey(_key(Path(paths.root_key_file), ROOT_KEY_BYTES, "a root key"))
    village_key = _key(Path(paths.village_key_file), VILLAGE_KEY_BYTES, "a village key")
    keyring_file = Path(paths.keyring_file)
    signed = _read(keyring_file)
    try:
        ring = open_keyring(signed, root, regency=regency_of(settings.kiosk.kiosk_id))
    except KeyringError as error:
        problem = (
            ConfigProblem.KEYRING_OF_ANOTHER_REGENCY
            if isinstance(error, ForeignKeyringError)
            else ConfigProblem.KEYRING_NOT_SIGNED
        )
        raise ConfigError(problem, f"{keyring_file}: {error}", file=str(keyring_file)) from error
    kept = Path(paths.data_dir) / RING_NAME
    return KioskKeys(_newer(ring, kept, root), village_key, root, kept)


def _newer(ring: Keyring, kept: Path, root: VerifyKey) -> Keyring:
    """The ring that came over the line, where it is newer than the site's own; else that."""
    try:
        came = open_keyring(kept.read_bytes(), root, regency=ring.regency)
    except FileNotFoundError:
        return ring
    except (OSError, KeyringError) as error:
        # the regency sends it again
        log.warning("the kept keyring is of no use: %s", error)
        return ring
    return came if came.serial > ring.serial else ring


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
