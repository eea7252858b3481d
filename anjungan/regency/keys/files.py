"""Making and reading the regency's keys. With ``opener``, the only code that touches them.

``root/root.key`` is the offline root: it signs keyrings and belongs on a medium in a safe.
``sealing/<kid>.key`` are private keys that open answers; ``residents.key`` is what requests of one
resident are told by (see ``resident_marks.py``); ``keyring.json`` and ``root/root.pub``
are public and go to the kiosks.
"""

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from nacl.encoding import HexEncoder
from nacl.public import PrivateKey
from nacl.signing import SigningKey, VerifyKey

from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.keyring import Keyring, SealingKey, open_keyring, sign_keyring
from anjungan.regency.keys.ages import is_retired

PRIVATE_MODE: Final = 0o600
PUBLIC_MODE: Final = 0o644
_FOLDER_MODE: Final = 0o700
RESIDENTS_KEY_BYTES: Final = 32


class KeyFilesError(ValueError):
    """Key files are missing, damaged, or readable by others; the message says which."""


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Where each key stands under one folder."""

    folder: Path

    @property
    def root_key(self) -> Path:
        """The offline root's private key, as hex."""
        return self.folder / "root" / "root.key"

    @property
    def root_public(self) -> Path:
        """The offline root's public key, as hex; every kiosk has it."""
        return self.folder / "root" / "root.pub"

    @property
    def keyring(self) -> Path:
        """The signed keyring for kiosks."""
        return self.folder / "keyring.json"

    @property
    def sealing(self) -> Path:
        """The folder of private keys that open answers."""
        return self.folder / "sealing"

    @property
    def draft(self) -> Path:
        """The next keyring, not signed yet: it goes to the offline root and comes back signed."""
        return self.folder / "keyring-draft.json"

    @property
    def retired(self) -> Path:
        """Which private keys were destroyed after their time, as JSON."""
        return self.folder / "retired.json"

    @property
    def residents(self) -> Path:
        """The secret key of resident marks, as hex."""
        return self.folder / "residents.key"


def create_keys(files: KeyFiles, regency: RegencyCode, now: datetime) -> str:
    """Make root, first sealing key and keyring; return the kid.

    Raises KeyFilesError when any of them is there already: keys are never overwritten.
    """
    existing = [path for path in (files.root_key, files.keyring) if path.exists()]
    if existing or any(files.sealing.glob("*.key")):
        raise KeyFilesError("there are keys in this folder already")
    root = SigningKey.generate()
    private_key = PrivateKey.generate()
    kid = f"{regency}-{now:%Y%m%d}-1"
    ring = Keyring(
        regency=regency,
        serial=1,
        keys=(SealingKey(kid=kid, public_key=bytes(private_key.public_key), not_before=now),),
    )
    for folder in (files.folder, files.root_key.parent, files.sealing):
        folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
    write_new(files.sealing / f"{kid}.key", private_key.encode(HexEncoder), PRIVATE_MODE)
    write_new(files.root_key, root.encode(HexEncoder), PRIVATE_MODE)
    create_residents_key(files)
    write_new(files.root_public, root.verify_key.encode(HexEncoder), PUBLIC_MODE)
    write_new(files.keyring, sign_keyring(ring, root), PUBLIC_MODE)
    return kid


def create_residents_key(files: KeyFiles) -> None:
    """Make the key of resident marks, unless there is one: marks of two keys never match."""
    if not files.residents.exists():
        key = secrets.token_bytes(RESIDENTS_KEY_BYTES).hex().encode()
        write_new(files.residents, key, PRIVATE_MODE)


def load_residents_key(files: KeyFiles) -> bytes | None:
    """The key of resident marks, None where none was made; KeyFilesError when it is no key."""
    if not files.residents.exists():
        return None
    if stat.S_IMODE(files.residents.stat().st_mode) & 0o077:
        raise KeyFilesError(f"{files.residents}: others may read it; chmod 600")
    try:
        key = bytes.fromhex(files.residents.read_text(encoding="ascii").strip())
    except ValueError:
        raise KeyFilesError(f"{files.residents}: not a key") from None
    if len(key) != RESIDENTS_KEY_BYTES:
        raise KeyFilesError(f"{files.residents}: not a key")
    return key


def check_keys(files: KeyFiles, regency: RegencyCode, now: datetime | None = None) -> Keyring:
    """Check that the keyring is signed by the root and that each of its keys can be opened with.

    A key whose time is over (see ``ages``) need not be there any more; without ``now`` none is.
    Raises KeyFilesError (or KeyringError from the protocol) saying what is wrong.
    """
    ring = load_ring(files, regency)
    check_private_keys(files, ring, now)
    return ring


def load_ring(files: KeyFiles, regency: RegencyCode) -> Keyring:
    """The keyring in force, checked against the root; KeyFilesError or KeyringError otherwise."""
    try:
        return open_keyring(files.keyring.read_bytes(), load_root(files), regency=regency)
    except OSError as error:
        raise KeyFilesError(f"{error.filename}: {error.strerror}") from error


def load_root(files: KeyFiles) -> VerifyKey:
    """The root's public key."""
    try:
        return VerifyKey(files.root_public.read_bytes().strip(), encoder=HexEncoder)
    except OSError as error:
        raise KeyFilesError(f"{error.filename}: {error.strerror}") from error
    except ValueError:
        raise KeyFilesError(f"{files.root_public}: not a key") from None


def check_private_keys(files: KeyFiles, ring: Keyring, now: datetime | None = None) -> None:
    """Check that whatever a ring lets kiosks seal to can be opened; KeyFilesError otherwise."""
    private_keys = load_private_keys(files)
    for key in ring.keys:
        private = private_keys.get(key.kid)
        if private is None and now is not None and is_retired(ring, key.kid, now):
            continue
        if private is None or bytes(private.public_key) != key.public_key:
            raise KeyFilesError(f"no private key for {key.kid}")


def load_private_keys(files: KeyFiles) -> Mapping[str, PrivateKey]:
    """All private keys by kid; raise KeyFilesError when one is damaged or others may read it."""
    keys: dict[str, PrivateKey] = {}
    for path in sorted(files.sealing.glob("*.key")):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyFilesError(f"{path}: others may read it; chmod 600")
        try:
            keys[path.stem] = PrivateKey(path.read_bytes().strip(), encoder=HexEncoder)
        except ValueError:
            # the library's own words may hold parts of the key
            raise KeyFilesError(f"{path}: not a key") from None
    return keys


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that must not be there yet, to the medium."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content + b"\n" if mode == PRIVATE_MODE else content)
        file.flush()
        os.fsync(file.fileno())
