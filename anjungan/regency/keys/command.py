"""The regency's sealing keys on the command line."""

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anjungan.regency.command_frame import EXIT_FAILED, EXIT_OK, add_command

if TYPE_CHECKING:
    from anjungan.regency.command_frame import Commands
    from anjungan.regency.settings import RegencySettings


def add_admin_commands(actions: "Commands") -> None:
    """Add ``init-keys``."""
    add_command(
        actions,
        "init-keys",
        "make the offline root, the first sealing key and the signed keyring; "
        "keys that are there are checked and kept",
        _init_keys,
    )


def _init_keys(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.protocol.keyring import KeyringError
    from anjungan.regency.keys import (
        KeyFiles,
        KeyFilesError,
        check_keys,
        create_keys,
        create_residents_key,
    )

    del arguments
    files = KeyFiles(settings.keys_path)
    try:
        if not files.keyring.exists():
            kid = create_keys(files, settings.code, datetime.now(tz=UTC))
            print(f"made key {kid}")
        create_residents_key(files)
        ring = check_keys(files, settings.code)
    except (KeyFilesError, KeyringError, OSError) as error:
        print(str(error), file=sys.stderr)
        return EXIT_FAILED
    print(f"keyring for kiosks: {files.keyring} (serial {ring.serial})")
    print(f"root key for kiosks: {files.root_public}")
    print(f"keep offline, off this machine: {files.root_key}")
    return EXIT_OK
