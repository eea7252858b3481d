"""What a back-up says of itself, and the archive it stands in.

A gzipped tar of three members at most, the manifest first: so a damaged, foreign or newer file is
known for what it is before anything is touched. Only these names are ever read from it.
"""

import gzip
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Literal

import msgspec

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database"
KEYS: Final = "keys.sealed"
_MOST_MANIFEST_BYTES: Final = 1024 * 1024
_PIECE_BYTES: Final = 1024 * 1024
_COMPRESSION: Final = 3

DatabaseKind = Literal["sqlite", "postgresql"]


class BackupError(ValueError):
    """A back-up cannot be made or used; the message says why, in words for an administrator."""


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """One member of the archive."""

    sha256: str
    size_bytes: int


class DatabaseContent(Content, frozen=True, kw_only=True):
    """The database: what wrote it, at which migration it stands, how many rows each table has."""

    kind: DatabaseKind
    migration: str
    rows: dict[str, int]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The first member."""

    format: int
    regency: str
    version: str
    made_at: datetime
    database: DatabaseContent
    keys: Content | None = None


def content_of(path: Path) -> Content:
    """Size and digest of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Content(sha256=digest, size_bytes=path.stat().st_size)


def write_archive(target: Path, manifest: Manifest, members: Mapping[str, Path]) -> None:
    """Write the archive; it takes its name last, whole and on the disk, and replaces nothing."""
    partial = target.with_name(f".{target.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=_COMPRESSION) as archive:
                said = msgspec.json.format(msgspec.json.encode(manifest))
                _add(archive, MANIFEST, io.BytesIO(said), len(said), manifest.made_at)
                for name, path in members.items():
                    with path.open("rb") as member:
                        _add(archive, name, member, path.stat().st_size, manifest.made_at)
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, target)  # fails where there is one already
    finally:
        partial.unlink(missing_ok=True)


def read_manifest(file: Path) -> Manifest:
    """What the back-up says of itself; raise BackupError when it is none of ours."""
    with _opened(file) as archive:
        return _manifest(archive)


def unpack(file: Path, folder: Path) -> Manifest:
    """Put the members into ``folder``, each as the manifest says it is; raise BackupError."""
    with _opened(file) as archive:
        manifest = _manifest(archive)
        expected: dict[str, Content] = {DATABASE: manifest.database}
        if manifest.keys is not None:
            expected[KEYS] = manifest.keys
        for name, content in expected.items():
            member = archive.next()
            if member is None or member.name != name or not member.isreg():
                raise BackupError(f"{name} is missing in the back-up")
            _unpack_member(archive, member, content, folder / name)
        if archive.next() is not None:
            raise BackupError("the back-up holds more than its manifest names")
    return manifest


def _unpack_member(
    archive: tarfile.TarFile, member: tarfile.TarInfo, content: Content, target: Path
) -> None:
    source = archive.extractfile(member)
    digest, size_bytes = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while source is not None and (piece := source.read(_PIECE_BYTES)):
            size_bytes += len(piece)
            if size_bytes > content.size_bytes:
                break
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if (size_bytes, digest.hexdigest()) != (content.size_bytes, content.sha256):
        raise BackupError(f"{member.name} is damaged: its digest is not the one in the manifest")


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with gzip.open(file) as packed, tarfile.open(fileobj=packed, mode="r:") as archive:
            yield archive
            # to the very end, where gzip keeps the checksum of all: the manifest's digests cover
            # everything but the manifest
            while packed.read(_PIECE_BYTES):
                pass
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BackupError(f"{file} is no back-up, or is damaged") from error
    except OSError as error:
        # gzip's own complaints are OSErrors without a number
        why = error.strerror or "it is no back-up, or is damaged"
        raise BackupError(f"{file} cannot be read: {why}") from error


def _manifest(archive: tarfile.TarFile) -> Manifest:
    member = archive.next()
    if member is None or member.name != MANIFEST or member.size > _MOST_MANIFEST_BYTES:
        raise BackupError("this is no back-up of a regency: it does not begin with a manifest")
    source = archive.extractfile(member)
    said = b"" if source is None else source.read(_MOST_MANIFEST_BYTES)
    try:
        manifest = msgspec.json.decode(said, type=Manifest)
    except msgspec.DecodeError as error:
        raise BackupError("the manifest cannot be read") from error
    if manifest.format != FORMAT:
        raise BackupError(f"the back-up has format {manifest.format}; this program reads {FORMAT}")
    return manifest


def _add(
    archive: tarfile.TarFile, name: str, source: IO[bytes], size_bytes: int, made_at: datetime
) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size_bytes, 0o600, round(made_at.timestamp())
    archive.addfile(member, source)
