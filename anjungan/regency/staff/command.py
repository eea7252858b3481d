"""Accounts on the command line: the first administrator is made here, and lost ones let in."""

import argparse
import getpass
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anjungan.regency.command_frame import EXIT_FAILED, EXIT_OK, add_command

if TYPE_CHECKING:
    from anjungan.regency.audit.trail import Actor
    from anjungan.regency.command_frame import Commands
    from anjungan.regency.settings import RegencySettings


def add_admin_commands(actions: "Commands") -> None:
    """Add the commands of accounts."""
    add = add_command(
        actions,
        "add-staff",
        "make a staff account; the password is asked for, or read from standard input",
        _add_staff,
    )
    _add_name(add)
    add.add_argument(
        "--role",
        required=True,
        choices=("administrator", "staff", "village_officer", "technician", "viewer"),
        help="what the person may do",
    )
    add.add_argument("--display-name", default="", help="the name shown on pages")
    add.add_argument("--village", help="10-digit code, for a village officer")
    add_command(actions, "list-staff", "list accounts, their roles and last logins", _list_staff)
    for command, words, run in (
        ("reset-password", "print a password for one time and end all sessions", _reset_password),
        ("reset-second-factor", "ask an account for no code any more", _reset_second_factor),
        ("disable-staff", "let an account log in no more, at once", _disable_staff),
        ("enable-staff", "let a disabled account log in again", _enable_staff),
    ):
        _add_name(add_command(actions, command, words, run))


def _add_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the name to log in with")


def _add_staff(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.protocol.identity import IdentityError, parse_village
    from anjungan.regency.staff.account_changes import record_added
    from anjungan.regency.staff.accounts import AccountError, add_staff
    from anjungan.regency.staff.permissions import Role
    from anjungan.regency.store.database import open_database

    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            return _fail("the passwords differ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    database = open_database(settings.database_address)
    try:
        village = None if arguments.village is None else parse_village(arguments.village)
        now = datetime.now(tz=UTC)
        with database.writing() as connection:
            staff_id = add_staff(
                connection,
                name=arguments.name,
                display_name=arguments.display_name,
                role=Role(arguments.role),
                village=village,
                password=password,
                now=now,
            )
            record_added(connection, _actor(), staff_id, now)
    except (AccountError, IdentityError) as error:
        return _fail(str(error))
    finally:
        database.close()
    sys.stdout.write(f"{arguments.name} can log in at {settings.web.public_url}/masuk\n")
    return EXIT_OK


def _list_staff(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.staff.directory import list_staff
    from anjungan.regency.store.database import open_database

    del arguments
    database = open_database(settings.database_address)
    try:
        with database.reading() as connection:
            entries = list_staff(connection)
    finally:
        database.close()
    for entry in entries:
        staff = entry.staff
        place = f" {staff.village}" if staff.village else ""
        notes = [
            word
            for holds, word in (
                (not entry.is_enabled, "disabled"),
                (entry.must_change_password, "one-time password"),
                (entry.has_second_factor, "second factor"),
            )
            if holds
        ]
        last = "never" if entry.last_login_at is None else f"{entry.last_login_at:%Y-%m-%d %H:%M}Z"
        words = f"{staff.name}  {staff.role.value}{place}  last login {last}"
        sys.stdout.write(f"{words}{'  ' if notes else ''}{', '.join(notes)}\n")
    return EXIT_OK


def _reset_password(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.staff.account_changes import Issued, reset_password
    from anjungan.regency.staff.directory import staff_with_name
    from anjungan.regency.store.database import open_database

    database = open_database(settings.database_address)
    try:
        with database.writing() as connection:
            staff = staff_with_name(connection, arguments.name)
            if staff is None:
                return _fail("there is no account of this name")
            issued = reset_password(connection, _actor(), staff.id, datetime.now(tz=UTC))
    finally:
        database.close()
    if not isinstance(issued, Issued):
        return _fail("there is no account of this name")
    sys.stdout.write(f"password for one time: {issued.password}\n")
    sys.stdout.write(f"good until {issued.until:%Y-%m-%d %H:%M}Z, and to be changed at the login\n")
    return EXIT_OK


def _reset_second_factor(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.staff.account_changes import take_second_factor_away
    from anjungan.regency.staff.directory import staff_with_name
    from anjungan.regency.store.database import open_database

    database = open_database(settings.database_address)
    try:
        with database.writing() as connection:
            staff = staff_with_name(connection, arguments.name)
            if staff is None:
                return _fail("there is no account of this name")
            was = take_second_factor_away(connection, _actor(), staff, datetime.now(tz=UTC))
    finally:
        database.close()
    sys.stdout.write("removed\n" if was else "there was none\n")
    return EXIT_OK


def _disable_staff(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    return _switch(settings, arguments.name, enable=False)


def _enable_staff(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    return _switch(settings, arguments.name, enable=True)


def _switch(settings: "RegencySettings", name: str, *, enable: bool) -> int:
    from anjungan.regency.staff.account_changes import (
        LastAdministrator,
        disable_staff,
        enable_staff,
    )
    from anjungan.regency.staff.directory import staff_with_name
    from anjungan.regency.store.database import open_database

    change = enable_staff if enable else disable_staff
    database = open_database(settings.database_address)
    try:
        with database.writing() as connection:
            staff = staff_with_name(connection, name)
            if staff is None:
                return _fail("there is no account of this name")
            outcome = change(connection, _actor(), staff.id, datetime.now(tz=UTC))
    finally:
        database.close()
    if isinstance(outcome, LastAdministrator):
        return _fail("this is the last administrator; make another one first")
    sys.stdout.write("enabled\n" if enable else "disabled\n")
    return EXIT_OK


def _actor() -> "Actor":
    """Whoever has a shell here, by the name of the system's account."""
    from anjungan.regency.audit.trail import system_actor

    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a number without a name
        user = "?"
    return system_actor(f"perintah ({user})")


def _fail(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return EXIT_FAILED
