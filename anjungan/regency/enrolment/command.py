"""Enrolment on the command line: the authority's commands, and a claim code."""

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anjungan.regency.command_frame import EXIT_FAILED, EXIT_OK, add_command
from anjungan.regency.enrolment import authority_command

if TYPE_CHECKING:
    from anjungan.regency.command_frame import Commands
    from anjungan.regency.settings import RegencySettings


def add_admin_commands(actions: "Commands") -> None:
    """Add ``claim`` and the commands of the authority."""
    claim = add_command(
        actions, "claim", "make a claim code by which a kiosk may ask for its certificate", _claim
    )
    claim.add_argument("kiosk", metavar="KIOSK", help="the kiosk's identity, as 3505102001-1")
    authority_command.add_admin_commands(actions)


def _claim(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.protocol.claim_codes import spell_claim_code
    from anjungan.protocol.identity import IdentityError, parse_kiosk, regency_of
    from anjungan.regency.audit.trail import system_actor
    from anjungan.regency.enrolment.claims import VALID_FOR, make_claim
    from anjungan.regency.store.database import open_database

    try:
        kiosk = parse_kiosk(arguments.kiosk)
    except IdentityError as error:
        print(str(error), file=sys.stderr)
        return EXIT_FAILED
    if regency_of(kiosk) != settings.code:
        print(f"{kiosk} belongs to another regency than {settings.code}", file=sys.stderr)
        return EXIT_FAILED
    now = datetime.now(tz=UTC)
    database = open_database(settings.database_address)
    try:
        with database.writing() as connection:
            code = make_claim(connection, kiosk, system_actor("command line"), now)
    finally:
        database.close()
    print(spell_claim_code(code))
    print(f"for {kiosk}, until {now + VALID_FOR:%Y-%m-%d %H:%M}Z; it works once", file=sys.stderr)
    return EXIT_OK
