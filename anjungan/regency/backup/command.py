"""``anjungan regency backup`` and ``restore``."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from anjungan.regency.command_frame import EXIT_FAILED, EXIT_OK, add_command

if TYPE_CHECKING:
    from anjungan.regency.backup.manifest import Manifest
    from anjungan.regency.command_frame import Commands
    from anjungan.regency.settings import RegencySettings


def add_commands(commands: "Commands") -> None:
    """Add ``backup`` and ``restore``."""
    backup = add_command(
        commands, "backup", "write everything into one file, while the regency works", _backup
    )
    backup.add_argument("file", type=Path, metavar="FILE", help="the new file; none is replaced")
    backup.add_argument(
        "--with-keys",
        action="store_true",
        help="put the private keys in as well, sealed with a passphrase",
    )
    restore = add_command(commands, "restore", "put a back-up into an empty database", _restore)
    restore.add_argument("file", type=Path, metavar="FILE", help="what backup has written")
    restore.add_argument(
        "--with-keys", action="store_true", help="put its private keys back as well"
    )
    restore.add_argument(
        "--check", action="store_true", help="only check the file, and change nothing"
    )
    for parser in (backup, restore):
        parser.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="read the passphrase from its first line instead of asking",
        )


def _backup(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from anjungan.regency.backup.making import make_backup
    from anjungan.regency.backup.manifest import BackupError
    from anjungan.regency.store.database import open_database

    try:
        passphrase = _passphrase(arguments, twice=True) if arguments.with_keys else None
        database = open_database(settings.database_address)
        try:
            manifest = make_backup(
                settings,
                database,
                arguments.file,
                now=datetime.now(tz=UTC),
                passphrase=passphrase,
            )
        finally:
            database.close()
    except (BackupError, OSError) as error:
        return _failed(error)
    print(f"{arguments.file}: {_described(manifest)}")
    if manifest.keys is None:
        print("without the private keys: without them no answers can be opened (--with-keys)")
    return EXIT_OK


def _restore(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from anjungan.regency.backup.manifest import BackupError
    from anjungan.regency.backup.restoring import check_backup, restore_backup

    try:
        if arguments.check:
            manifest = check_backup(settings, arguments.file)
            print(f"{arguments.file} is whole and fits: {_described(manifest)}")
            return EXIT_OK
        passphrase = _passphrase(arguments, twice=False) if arguments.with_keys else None
        manifest = restore_backup(
            settings, arguments.file, now=datetime.now(tz=UTC), passphrase=passphrase
        )
    except (BackupError, OSError) as error:
        return _failed(error)
    print(f"restored: {_described(manifest)}")
    return EXIT_OK


def _described(manifest: "Manifest") -> str:
    rows = manifest.database.rows
    return (
        f"made {manifest.made_at:%Y-%m-%d %H:%M}Z by version {manifest.version},"
        f" {manifest.database.kind} at migration {manifest.database.migration},"
        f" {rows.get('requests', 0)} requests, {rows.get('kiosks', 0)} kiosks,"
        f" {sum(rows.values())} rows, {'with' if manifest.keys else 'without'} keys"
    )


def _passphrase(arguments: argparse.Namespace, *, twice: bool) -> str:
    from anjungan.regency.backup.manifest import BackupError

    if arguments.passphrase_file is not None:
        words: str = arguments.passphrase_file.read_text(encoding="utf-8").partition("\n")[0]
        return words
    words = getpass.getpass("passphrase of the keys: ")
    if twice and getpass.getpass("once more: ") != words:
        raise BackupError("the two passphrases differ")
    return words


def _failed(error: Exception) -> int:
    sys.stderr.write(f"{error}\n")
    return EXIT_FAILED
