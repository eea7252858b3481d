"""The audit log on the command line."""

import argparse
import sys
from typing import TYPE_CHECKING

from anjungan.regency.command_frame import EXIT_FAILED, EXIT_OK, add_command

if TYPE_CHECKING:
    from anjungan.regency.command_frame import Commands
    from anjungan.regency.settings import RegencySettings


def add_admin_commands(actions: "Commands") -> None:
    """Add ``check-audit``."""
    check = add_command(
        actions,
        "check-audit",
        "check that no line of the audit log was changed or taken away",
        _check_audit,
    )
    check.add_argument(
        "--known",
        metavar="DIGEST",
        help="a digest an earlier check printed; it must still be in the chain",
    )


def _check_audit(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.audit.chain import check_chain
    from anjungan.regency.store.database import open_database

    known = None
    if arguments.known is not None:
        try:
            known = bytes.fromhex(arguments.known)
        except ValueError:
            sys.stderr.write("a digest has 64 hexadecimal digits\n")
            return EXIT_FAILED
    database = open_database(settings.database_address)
    try:
        with database.reading() as connection:
            report = check_chain(connection, known)
    finally:
        database.close()
    if report.fault is not None:
        sys.stderr.write(f"{report.fault.value} (number {report.fault_line})\n")
        sys.stderr.write(f"the {report.lines} sealed lines before it are as they were written\n")
        return EXIT_FAILED
    waiting = f", {report.unsealed} not sealed yet" if report.unsealed else ""
    sys.stdout.write(f"{report.lines} lines as they were written{waiting}\n")
    sys.stdout.write(f"digest {report.digest.hex()}\n")
    return EXIT_OK
