"""Restoring a back-up into an empty place. Everything is checked before anything is touched."""

import os
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import OperationalError

from anjungan.regency.audit.trail import AuditAction, record, system_actor
from anjungan.regency.backup.dumping import kind_of
from anjungan.regency.backup.making import key_folders
from anjungan.regency.backup.manifest import DATABASE, KEYS, BackupError, Manifest, unpack
from anjungan.regency.backup.moving import move_to_postgres
from anjungan.regency.backup.programs import run_client
from anjungan.regency.backup.sealed_keys import KeyFile, open_folders, put_back
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.address import DatabaseAddress, PostgresUrl
from anjungan.regency.store.database import known_revisions, open_database
from anjungan.regency.store.postgres import postgres_engine
from anjungan.regency.store.sqlite import sqlite_engine

_ALL_OR_NOTHING: Final = (
    *("--single-transaction", "--exit-on-error"),
    *("--no-owner", "--no-privileges"),
)
_BESIDE_SQLITE: Final = ("", "-wal", "-shm", "-journal")


def check_backup(settings: RegencySettings, file: Path) -> Manifest:
    """Unpack and check everything, and leave nothing behind; raise BackupError."""
    with _scratch(settings) as folder:
        manifest = unpack(file, Path(folder))
        _check_fits(settings, manifest)
        return manifest


def restore_backup(
    settings: RegencySettings, file: Path, *, now: datetime, passphrase: str | None = None
) -> Manifest:
    """Restore into an empty database, and with a passphrase the keys into empty folders.

    Raises BackupError, and then nothing was changed but what stood in a folder of its own.
    """
    address = settings.database_address
    with _scratch(settings) as folder:
        manifest = unpack(file, Path(folder))
        _check_fits(settings, manifest)
        _check_empty(address)
        keys = _keys(settings, manifest, Path(folder), passphrase)
        copy = Path(folder, DATABASE)
        match address:
            case Path():
                _restore_sqlite(copy, address)
                _check_rows(address, manifest)
            case PostgresUrl() if manifest.database.kind == "sqlite":
                move_to_postgres(copy, address)
            case PostgresUrl():
                run_client("pg_restore", address, [*_ALL_OR_NOTHING, str(copy)])
                _check_rows(address, manifest)
    if keys:
        put_back(keys, key_folders(settings))
    _leave_a_line(address, manifest, file, now)
    return manifest


def _scratch(settings: RegencySettings) -> "tempfile.TemporaryDirectory[str]":
    # on the disk of the data, where the database can take its place by a change of name
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data_dir)


def _check_fits(settings: RegencySettings, manifest: Manifest) -> None:
    if manifest.regency != settings.regency:
        raise BackupError(
            f"the back-up is of regency {manifest.regency}, the settings are of {settings.regency}"
        )
    if manifest.database.kind == "postgresql" and kind_of(settings.database_address) == "sqlite":
        raise BackupError("the back-up is of postgresql: name one as database_url")
    if manifest.database.migration not in known_revisions():
        raise BackupError(
            f"the back-up is of version {manifest.version} at migration"
            f" {manifest.database.migration}, which this program does not know: install that"
            " version or a newer one"
        )


def _check_empty(address: DatabaseAddress) -> None:
    match address:
        case Path():
            for ending in _BESIDE_SQLITE:
                path = address.with_name(address.name + ending)
                if path.exists():
                    raise BackupError(
                        f"{path} exists: stop the regency's processes and move it away first"
                    )
        case PostgresUrl():
            engine = postgres_engine(address)
            try:
                tables = inspect(engine).get_table_names()
            except OperationalError as error:
                words = str(error.orig).strip().partition("\n")[0]
                raise BackupError(f"the database is not reached: {words}") from None
            finally:
                engine.dispose()
            if tables:
                raise BackupError(
                    f"the database holds {len(tables)} tables: restore into an empty one"
                )


def _keys(
    settings: RegencySettings, manifest: Manifest, folder: Path, passphrase: str | None
) -> Mapping[str, KeyFile]:
    if passphrase is None:
        return {}
    if manifest.keys is None:
        raise BackupError("the back-up holds no keys")
    for path in key_folders(settings).values():
        if path.exists() and any(path.iterdir()):
            raise BackupError(f"{path} is not empty: keys are never replaced")
    return open_folders((folder / KEYS).read_bytes(), passphrase)


def _restore_sqlite(copy: Path, target: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError("the database in the back-up fails the check of SQLite")
    os.link(copy, target)  # fails where there is one by now
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _check_rows(address: DatabaseAddress, manifest: Manifest) -> None:
    """Before any migration: every table has as many rows as when the back-up was made."""
    match address:
        case Path():
            engine = sqlite_engine(address)
        case PostgresUrl():
            engine = postgres_engine(address)
    with engine.connect() as connection:
        for name, count in manifest.database.rows.items():
            table = sqlalchemy.table(name)  # quoted where it has to be
            there = connection.execute(select(func.count()).select_from(table)).scalar_one()
            if there != count:
                raise BackupError(f"restored, but {name} has {there} rows instead of {count}")
    engine.dispose()


def _leave_a_line(address: DatabaseAddress, manifest: Manifest, file: Path, now: datetime) -> None:
    """Let the migrations of this version run, and tell the audit log."""
    database = open_database(address)
    try:
        with database.writing() as connection:
            record(
                connection,
                system_actor("backup"),
                AuditAction.BACKUP_RESTORED,
                subject=file.name,
                now=now,
                detail=f"made {manifest.made_at:%Y-%m-%dT%H:%M:%SZ} by {manifest.version}",
            )
    finally:
        database.close()
