"""Making a back-up while everything runs."""

import os
import tempfile
from datetime import datetime
from pathlib import Path

import anjungan
from anjungan.regency.audit.trail import AuditAction, record, system_actor
from anjungan.regency.backup.dumping import dump_database
from anjungan.regency.backup.manifest import (
    DATABASE,
    FORMAT,
    KEYS,
    BackupError,
    DatabaseContent,
    Manifest,
    content_of,
    write_archive,
)
from anjungan.regency.backup.sealed_keys import seal_folders
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database


def key_folders(settings: RegencySettings) -> dict[str, Path]:
    """The folders with private keys, by their names in a back-up."""
    return {
        "keys": settings.keys_path,
        "authority": settings.authority_path,
        "staff": settings.staff_keys_path,
    }


def make_backup(
    settings: RegencySettings,
    database: Database,
    target: Path,
    *,
    now: datetime,
    passphrase: str | None = None,
) -> Manifest:
    """Write a back-up into a new file; with a passphrase the private keys as well.

    Raises BackupError, and OSError where a file cannot be written.
    """
    if target.exists():
        raise BackupError(f"{target} exists already and is not replaced")
    # beside the target: a copy has the size of the database, which may not fit into /tmp
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as scratch:
        copy, sealed = Path(scratch, DATABASE), Path(scratch, KEYS)
        dump = dump_database(database, copy)
        members = {DATABASE: copy}
        if passphrase is not None:
            descriptor = os.open(sealed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(seal_folders(key_folders(settings), passphrase))
            members[KEYS] = sealed
        content = content_of(copy)
        manifest = Manifest(
            format=FORMAT,
            regency=settings.regency,
            version=anjungan.__version__,
            made_at=now,
            database=DatabaseContent(
                sha256=content.sha256,
                size_bytes=content.size_bytes,
                kind=dump.kind,
                migration=dump.migration,
                rows=dump.rows,
            ),
            keys=None if passphrase is None else content_of(sealed),
        )
        write_archive(target, manifest, members)
    with database.writing() as connection:
        record(
            connection,
            system_actor("backup"),
            AuditAction.BACKUP_MADE,
            subject=target.name,
            now=now,
            detail="with keys" if manifest.keys is not None else "without keys",
        )
    return manifest
