"""Private keys in a back-up: sealed with a passphrase, or not in it at all.

Argon2id makes a key from the passphrase (RFC 9106, libsodium's "sensitive" costs would keep a
small server busy for seconds and need 1 GiB, so "moderate": 256 MiB); XSalsa20-Poly1305 seals.
"""

import io
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from anjungan.regency.backup.manifest import BackupError

SHORTEST_PASSPHRASE: Final = 12
OPERATIONS: Final = argon2id.OPSLIMIT_MODERATE
MEMORY_BYTES: Final = argon2id.MEMLIMIT_MODERATE
_MOST_MODE: Final = 0o644
_HEAD: Final = b"anjungan keys 1\n"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file of the keys' folders; its content stays out of texts."""

    content: bytes = field(repr=False)
    mode: int


def seal_folders(folders: Mapping[str, Path], passphrase: str) -> bytes:
    """The files of these folders, under their names, sealed."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupError(f"a passphrase has {SHORTEST_PASSPHRASE} characters at least")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, folder in folders.items():
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    archive.add(path, f"{name}/{path.relative_to(folder)}", recursive=False)
    salt = random(argon2id.SALTBYTES)
    return _HEAD + salt + SecretBox(_key(passphrase, salt)).encrypt(packed.getvalue())


def open_folders(sealed: bytes, passphrase: str) -> Mapping[str, KeyFile]:
    """The files by ``name/path``; raise BackupError for a wrong passphrase or a damaged file."""
    if not sealed.startswith(_HEAD):
        raise BackupError("the keys in the back-up have another format")
    body = sealed.removeprefix(_HEAD)
    salt, box = body[: argon2id.SALTBYTES], body[argon2id.SALTBYTES :]
    try:
        packed = SecretBox(_key(passphrase, salt)).decrypt(box)
    except (CryptoError, ValueError):
        raise BackupError("the passphrase is wrong, or the keys are damaged") from None
    files: dict[str, KeyFile] = {}
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
        for member in archive:
            source = archive.extractfile(member) if member.isreg() else None
            if source is not None:
                files[member.name] = KeyFile(source.read(), member.mode & _MOST_MODE)
    return files


def put_back(files: Mapping[str, KeyFile], folders: Mapping[str, Path]) -> None:
    """Write the files into their folders, as readable as they were; none may exist."""
    for name, held in files.items():
        first, *rest = PurePosixPath(name).parts
        if first not in folders or not rest or ".." in rest:
            raise BackupError("the keys in the back-up name a foreign folder")
        path = folders[first].joinpath(*rest)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(held.content)
        path.chmod(held.mode)


def _key(passphrase: str, salt: bytes) -> bytes:
    return argon2id.kdf(
        SecretBox.KEY_SIZE,
        passphrase.encode(),
        salt,
        opslimit=OPERATIONS,
        memlimit=MEMORY_BYTES,
    )
