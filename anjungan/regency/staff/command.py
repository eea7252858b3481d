"""Accounts on the command line: the first administrator is made here."""

import argparse
import getpass
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anjungan.regency.command_frame import EXIT_FAILED, EXIT_OK, add_command

if TYPE_CHECKING:
    from anjungan.regency.command_frame import Commands
    from anjungan.regency.settings import RegencySettings


def add_admin_commands(actions: "Commands") -> None:
    """Add ``add-staff``."""
    add = add_command(
        actions,
        "add-staff",
        "make a staff account; the password is asked for, or read from standard input",
        _add_staff,
    )
    add.add_argument("name", metavar="NAME", help="the name to log in with")
    add.add_argument(
        "--role",
        required=True,
        choices=("administrator", "staff", "village_officer", "technician", "viewer"),
        help="what the person may do",
    )
    add.add_argument("--display-name", default="", help="the name shown on pages")
    add.add_argument("--village", help="10-digit code, for a village officer")


def _add_staff(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.protocol.identity import IdentityError, parse_village
    from anjungan.regency.staff.accounts import AccountError, add_staff
    from anjungan.regency.staff.permissions import Role
    from anjungan.regency.store.database import open_database

    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            print("the passwords differ", file=sys.stderr)
            return EXIT_FAILED
    else:
        password = sys.stdin.readline().rstrip("\n")
    database = open_database(settings.database_address)
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
