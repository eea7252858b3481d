"""``anjungan regency``: the inbox, the web, and administration."""

import argparse
import getpass
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from anjungan.regency.settings import RegencySettings

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_SETTINGS: Final = 3


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``regency`` and its sub-commands."""
    regency = subparsers.add_parser(
        "regency", help="the regency's side: inbox, web pages, administration"
    )
    commands = regency.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _command(commands, "inbox", "take in what kiosks send, and send them statuses")
    _command(commands, "web", "serve pages for staff and for residents' phones")
    admin = commands.add_parser("admin", help="accounts, keys and kiosks")
    actions = admin.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_staff = _command(
        actions,
        "add-staff",
        "make a staff account; the password is asked for, or read from standard input",
    )
    add_staff.add_argument("name", metavar="NAME", help="the name to log in with")
    add_staff.add_argument(
        "--role",
        required=True,
        choices=("administrator", "staff", "village_officer", "technician"),
        help="what the person may do",
    )
    add_staff.add_argument("--display-name", default="", help="the name shown on pages")
    add_staff.add_argument("--village", help="10-digit code, for a village officer")
    _command(
        actions,
        "init-keys",
        "make the offline root, the first sealing key and the signed keyring; "
        "keys that are there are checked and kept",
    )
    _command(actions, "list-kiosks", "list kiosks that have been heard of")


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, help_text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text, description=help_text)
    parser.add_argument("--config", type=Path, help="settings file (TOML)", metavar="FILE")
    parser.set_defaults(run=run, regency_command=name)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Run one sub-command and return its exit code."""
    from anjungan.regency.settings import SettingsError, load_settings

    try:
        settings = load_settings(arguments.config, os.environ)
    except SettingsError as error:
        print(f"settings: {error}", file=sys.stderr)
        return EXIT_SETTINGS
    match arguments.regency_command:
        case "inbox":
            return _inbox(settings)
        case "web":
            return _web(settings)
        case "add-staff":
            return _add_staff(settings, arguments)
        case "init-keys":
            return _init_keys(settings)
        case "list-kiosks":
            return _list_kiosks(settings)
        case other:
            raise AssertionError(f"no sub-command {other}")


def _set_up_logging() -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _inbox(settings: "RegencySettings") -> int:
    from anjungan.regency.inbox.process import run_inbox

    _set_up_logging()
    return run_inbox(settings)


def _web(settings: "RegencySettings") -> int:
    from anjungan.regency.web.serve import run_web

    _set_up_logging()
    return run_web(settings)


def _add_staff(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.protocol.identity import IdentityError, parse_village
    from anjungan.regency.staff.accounts import AccountError, Role, add_staff
    from anjungan.regency.store.database import open_database

    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            print("the passwords differ", file=sys.stderr)
            return EXIT_FAILED
    else:
        password = sys.stdin.readline().rstrip("\n")
    database = open_database(settings.database_path)
    try:
        village = None if arguments.village is None else parse_village(arguments.village)
        with database.writing() as connection:
            add_staff(
                connection,
                name=arguments.name,
                display_name=arguments.display_name,
                role=Role(arguments.role),
                village=village,
                password=password,
                now=datetime.now(tz=UTC),
            )
    except (AccountError, IdentityError) as error:
        print(str(error), file=sys.stderr)
        return EXIT_FAILED
    finally:
        database.close()
    print(f"{arguments.name} can log in at {settings.web.public_url}/masuk")
    return EXIT_OK


def _init_keys(settings: "RegencySettings") -> int:
    from anjungan.protocol.keyring import KeyringError
    from anjungan.regency.keys import KeyFiles, KeyFilesError, check_keys, create_keys

    files = KeyFiles(settings.keys_path)
    try:
        if not files.keyring.exists():
            kid = create_keys(files, settings.code, datetime.now(tz=UTC))
            print(f"made key {kid}")
        ring = check_keys(files, settings.code)
    except (KeyFilesError, KeyringError, OSError) as error:
        print(str(error), file=sys.stderr)
        return EXIT_FAILED
    print(f"keyring for kiosks: {files.keyring} (serial {ring.serial})")
    print(f"root key for kiosks: {files.root_public}")
    print(f"keep offline, off this machine: {files.root_key}")
    return EXIT_OK


def _list_kiosks(settings: "RegencySettings") -> int:
    from anjungan.regency.fleet.overview import read_fleet
    from anjungan.regency.store.database import open_database

    database = open_database(settings.database_path)
    try:
        with database.reading() as connection:
            fleet = read_fleet(
                connection,
                report_interval_s=settings.fleet.report_interval_s,
                now=datetime.now(tz=UTC),
            )
    finally:
        database.close()
    for kiosk in fleet.kiosks:
        seen = "-" if kiosk.last_report_at is None else f"{kiosk.last_report_at:%Y-%m-%d %H:%M:%S}Z"
        print(f"{kiosk.kiosk}  {kiosk.connection.value:9}  {seen}  {kiosk.version}")
    return EXIT_OK
