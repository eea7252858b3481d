"""The broker on the command line."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from anjungan.regency.command_frame import EXIT_FAILED, EXIT_OK, add_command

if TYPE_CHECKING:
    from anjungan.regency.command_frame import Commands
    from anjungan.regency.settings import RegencySettings


def add_admin_commands(actions: "Commands") -> None:
    """Add ``broker-config`` and ``disconnect-kiosk``."""
    config = add_command(
        actions,
        "broker-config",
        "write what mosquitto reads: configuration, access list, certificates, revocation lists",
        _config,
    )
    config.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR", help="where; else the folder in the settings"
    )
    config.add_argument(
        "--user", default="", help="whom a broker started as root becomes, if not mosquitto"
    )
    disconnect = add_command(
        actions,
        "disconnect-kiosk",
        "close a kiosk's connection to the broker; one that may connect comes back by itself",
        _disconnect,
    )
    disconnect.add_argument("kiosk", metavar="KIOSK")


def _config(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.broker.installing import install, missing_files
    from anjungan.regency.broker.lists import describe, list_state
    from anjungan.regency.enrolment.authority_files import AuthorityFiles

    missing = missing_files(AuthorityFiles(settings.authority_path))
    for each in missing:
        print(f"{each.path} is missing; run {each.command}", file=sys.stderr)
    if missing:
        return EXIT_FAILED
    try:
        files = install(settings, arguments.folder or settings.broker_path, user=arguments.user)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return EXIT_FAILED
    print(f"configuration: {files.configuration}")
    print(f"revocation list: {describe(list_state(files.crl, datetime.now(tz=UTC)))}")
    if not settings.mqtt.uses_tls:
        print("the inbox speaks plainly: set [mqtt] tls = true", file=sys.stderr)
    print(f"let the broker's user read {files.folder}, and reload it")
    return EXIT_OK


def _disconnect(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.protocol.identity import IdentityError, parse_kiosk
    from anjungan.regency.link.takeover import TakeoverOutcome, take_over

    try:
        kiosk = parse_kiosk(arguments.kiosk)
    except IdentityError as error:
        print(str(error), file=sys.stderr)
        return EXIT_FAILED
    outcome = take_over(settings.broker_address, kiosk)
    print(f"{kiosk}: {outcome.value}")
    return EXIT_OK if outcome is TakeoverOutcome.DONE else EXIT_FAILED
