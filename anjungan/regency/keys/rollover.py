"""The roll-over of sealing keys: prepared here, signed by the offline root, published here.

1. ``prepare`` makes a private key and a draft of the next ring (one serial higher);
2. ``sign_draft`` runs where the root key is, on a machine that has no line;
3. ``publish`` checks the signed ring and puts it in force; the inbox tells every kiosk.

Old private keys go on opening for 24 months after they were superseded, then ``retire`` destroys
them.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from nacl.encoding import HexEncoder
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.keyring import Keyring, SealingKey, open_keyring, sign_keyring
from anjungan.regency.keys.ages import is_retired
from anjungan.regency.keys.files import (
    PRIVATE_MODE,
    KeyFiles,
    KeyFilesError,
    check_private_keys,
    load_ring,
    load_root,
    write_new,
)

MOST_KEYS: Final = 16


def prepare(files: KeyFiles, regency: RegencyCode, begins: datetime, now: datetime) -> Keyring:
    """Make the next private key and write the draft of the next ring; return the draft.

    Keys that are retired leave the ring. Raises KeyFilesError where a draft waits already, or
    where the new key would not be the newest.
    """
    if files.draft.exists():
        raise KeyFilesError(f"{files.draft}: a draft waits to be signed; publish or remove it")
    ring = load_ring(files, regency)
    if begins <= max(key.not_before for key in ring.keys):
        raise KeyFilesError("a new key begins after all others")
    if retirable(files, regency, now):
        raise KeyFilesError("retire the keys whose time is over first: retire-sealing-keys")
    kept = tuple(key for key in ring.keys if not is_retired(ring, key.kid, now))
    if len(kept) >= MOST_KEYS:
        raise KeyFilesError(f"a ring holds at most {MOST_KEYS} keys")
    private_key = PrivateKey.generate()
    kid = _new_kid(files, ring, regency, now)
    key = SealingKey(kid=kid, public_key=bytes(private_key.public_key), not_before=begins)
    draft = Keyring(regency=regency, serial=ring.serial + 1, keys=(*kept, key))
    write_new(files.sealing / f"{kid}.key", private_key.encode(HexEncoder), PRIVATE_MODE)
    _replace(files.draft, msgspec.json.encode(draft))
    return draft


def sign_draft(draft_file: Path, root_key_file: Path, regency: RegencyCode) -> bytes:
    """Sign a draft with the offline root; raise KeyFilesError when either file is no good."""
    try:
        root = SigningKey(root_key_file.read_bytes().strip(), encoder=HexEncoder)
        draft = msgspec.json.decode(draft_file.read_bytes(), type=Keyring)
    except OSError as error:
        raise KeyFilesError(f"{error.filename}: {error.strerror}") from error
    except (ValueError, msgspec.DecodeError):
        # the library's own words may hold parts of the key
        raise KeyFilesError("not a draft of a keyring, or not a root key") from None
    if draft.regency != regency:
        raise KeyFilesError("the draft belongs to another regency")
    return sign_keyring(draft, root)


def publish(files: KeyFiles, signed: bytes, regency: RegencyCode, now: datetime) -> Keyring:
    """Put a signed ring in force.

    Raises KeyFilesError or KeyringError: not signed by the root, not newer than the ring in force,
    or with a key that could not be opened.
    """
    ring = open_keyring(signed, load_root(files), regency=regency)
    present = load_ring(files, regency)
    if ring.serial <= present.serial:
        raise KeyFilesError(f"serial {ring.serial} is not newer than {present.serial}")
    check_private_keys(files, ring, now)
    _replace(files.keyring, signed)
    files.draft.unlink(missing_ok=True)
    return ring


def retirable(files: KeyFiles, regency: RegencyCode, now: datetime) -> Sequence[str]:
    """The private keys that are still there and whose 24 months are over."""
    ring = load_ring(files, regency)
    over = (key.kid for key in ring.keys if is_retired(ring, key.kid, now))
    return [kid for kid in over if (files.sealing / f"{kid}.key").exists()]


def retire(files: KeyFiles, regency: RegencyCode, now: datetime) -> Sequence[str]:
    """Destroy private keys whose 24 months are over; return their names.

    What was sealed to them can never be opened again.
    """
    destroyed = retirable(files, regency, now)
    if destroyed:
        known = dict(retired_keys(files))
        known.update(dict.fromkeys(destroyed, now))
        _replace(files.retired, msgspec.json.encode(known))
        for kid in destroyed:
            (files.sealing / f"{kid}.key").unlink()
    return destroyed


def retired_keys(files: KeyFiles) -> Mapping[str, datetime]:
    """Private keys that were destroyed, and when."""
    try:
        return msgspec.json.decode(files.retired.read_bytes(), type=dict[str, datetime])
    except FileNotFoundError:
        return {}
    except msgspec.DecodeError as error:
        raise KeyFilesError(f"{files.retired}: cannot be read") from error


def _new_kid(files: KeyFiles, ring: Keyring, regency: RegencyCode, now: datetime) -> str:
    used = {key.kid for key in ring.keys} | {path.stem for path in files.sealing.glob("*.key")}
    used |= set(retired_keys(files))
    names = (f"{regency}-{now:%Y%m%d}-{number}" for number in range(1, 1000))
    return next(name for name in names if name not in used)


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
