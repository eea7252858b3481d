"""The regency's sealing keys on the command line: making, roll-over, retiring."""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from anjungan.regency.command_frame import EXIT_FAILED, EXIT_OK, add_command

if TYPE_CHECKING:
    from collections.abc import Callable

    from anjungan.regency.command_frame import Commands
    from anjungan.regency.keys.files import KeyFiles
    from anjungan.regency.settings import RegencySettings

DEFAULT_DAYS: Final = 14
"""From when a new key is used, unless said otherwise: kiosks have heard of it by then."""


def add_admin_commands(actions: "Commands") -> None:
    """Add the commands of sealing keys."""
    add_command(
        actions,
        "init-keys",
        "make the offline root, the first sealing key and the signed keyring; "
        "keys that are there are checked and kept",
        _init_keys,
    )
    add = add_command(
        actions,
        "add-sealing-key",
        "step 1 of a roll-over: make the next sealing key and a draft of the keyring",
        _add,
    )
    add.add_argument(
        "--in-days",
        type=int,
        default=DEFAULT_DAYS,
        metavar="N",
        help=f"from when kiosks seal with it (default {DEFAULT_DAYS})",
    )
    sign = add_command(
        actions,
        "sign-keyring",
        "step 2, on the machine with the offline root: sign the draft",
        _sign,
    )
    sign.add_argument("draft", type=Path, metavar="DRAFT")
    sign.add_argument("signed", type=Path, metavar="SIGNED", help="where to write the signed one")
    sign.add_argument("--root-key", type=Path, metavar="FILE", help="the root's key file")
    publish = add_command(
        actions, "publish-keyring", "step 3: put the signed keyring in force", _publish
    )
    publish.add_argument("signed", type=Path, metavar="SIGNED")
    retire = add_command(
        actions,
        "retire-sealing-keys",
        "destroy private keys that were superseded 24 months ago; what was sealed to them can "
        "never be opened again",
        _retire,
    )
    retire.add_argument("--yes", action="store_true", help="really destroy them")


def _init_keys(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.keys.files import check_keys, create_keys, create_residents_key

    del arguments

    def make(files: "KeyFiles", now: datetime) -> None:
        if not files.keyring.exists():
            kid = create_keys(files, settings.code, now)
            print(f"made key {kid}")
        create_residents_key(files)
        ring = check_keys(files, settings.code, now)
        print(f"keyring for kiosks: {files.keyring} (serial {ring.serial})")
        print(f"root key for kiosks: {files.root_public}")
        print(f"keep offline, off this machine: {files.root_key}")

    return _tried(settings, make)


def _add(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.keys.rollover import prepare

    def add(files: "KeyFiles", now: datetime) -> None:
        begins = now + timedelta(days=arguments.in_days)
        draft = prepare(files, settings.code, begins, now)
        print(f"made key {draft.keys[-1].kid}, used from {begins:%Y-%m-%d}")
        print(f"to be signed with the offline root: {files.draft}")

    return _tried(settings, add)


def _sign(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.keys.rollover import sign_draft

    def sign(files: "KeyFiles", now: datetime) -> None:
        del now
        root_key = arguments.root_key or files.root_key
        signed = sign_draft(arguments.draft, root_key, settings.code)
        arguments.signed.write_bytes(signed)
        print(f"signed: {arguments.signed}")

    return _tried(settings, sign)


def _publish(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.keys.rollover import publish

    def put_in_force(files: "KeyFiles", now: datetime) -> None:
        ring = publish(files, arguments.signed.read_bytes(), settings.code, now)
        print(f"keyring {ring.serial} is in force; the inbox tells every kiosk")

    return _tried(settings, put_in_force)


def _retire(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.keys.rollover import retirable, retire

    def destroy(files: "KeyFiles", now: datetime) -> None:
        if not arguments.yes:
            for kid in retirable(files, settings.code, now):
                print(f"would be destroyed: {kid}")
            return
        for kid in retire(files, settings.code, now):
            print(f"destroyed: {kid}")

    return _tried(settings, destroy)


def _tried(settings: "RegencySettings", work: "Callable[[KeyFiles, datetime], None]") -> int:
    from anjungan.protocol.keyring import KeyringError
    from anjungan.regency.keys.files import KeyFiles, KeyFilesError

    try:
        work(KeyFiles(settings.keys_path), datetime.now(tz=UTC))
    except (KeyFilesError, KeyringError, OSError) as error:
        print(str(error), file=sys.stderr)
        return EXIT_FAILED
    return EXIT_OK
