"""``anjungan enrol``: the technician gets the kiosk its certificate, with a line or without."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anjungan.appliance.settings.site import SiteSettings

_OK: Final = 0
_FAILED: Final = 1
_WRONG_SETTINGS: Final = 3


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``enrol``."""
    parser = subparsers.add_parser(
        "enrol",
        help="get this kiosk its certificate from the regency",
        description="Asks the regency for a certificate with a claim code, shows the fingerprint,"
        " and waits until staff confirm it. May be interrupted and run again at any step. With"
        " --offline it shows a code for the technician's phone instead; --answer takes what the"
        " phone then shows. Exit codes: 0 enrolled (or the code was shown), 1 not yet, 3 wrong"
        " settings.",
    )
    parser.add_argument(
        "--config", type=Path, help="settings file (default /etc/anjungan/site.toml)"
    )
    parser.add_argument("--url", help="the regency's web address, as https://anjungan.example.id")
    parser.add_argument("--code", help="the claim code; without it the last request goes on")
    parser.add_argument(
        "--authorities",
        type=Path,
        metavar="FILE",
        help="the regency's root certificate (default: beside the settings' keyring)",
    )
    parser.add_argument(
        "--tls-authorities",
        type=Path,
        metavar="FILE",
        help="who may vouch for the web address, where that is not the regency's own root",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--offline", action="store_true", help="show the request for a phone")
    how.add_argument(
        "--answer",
        nargs="?",
        const="-",
        metavar="FILE",
        help="take the answer from a file or a scanner's device; without FILE, from what is"
        " scanned or pasted here",
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from anjungan.appliance.enrolment.credentials import CredentialsError
    from anjungan.appliance.errors import ConfigError
    from anjungan.appliance.settings.load import load_settings

    try:
        settings = load_settings(arguments.config).settings
    except ConfigError as error:
        print(f"anjungan: {error}", file=sys.stderr)
        return _WRONG_SETTINGS
    if not settings.kiosk.is_set:
        print("anjungan: kiosk.id: not set in the settings", file=sys.stderr)
        return _WRONG_SETTINGS
    try:
        return _OK if _serve(settings, arguments) else _FAILED
    except OSError as error:
        print(f"anjungan: {error.filename}: {error.strerror}", file=sys.stderr)
    except CredentialsError as error:
        print(f"anjungan: {error}", file=sys.stderr)
    return _FAILED


def _serve(settings: "SiteSettings", arguments: argparse.Namespace) -> bool:
    import secrets
    import time

    from anjungan.appliance.enrolment.enrolling import Enrolling
    from anjungan.appliance.enrolment.identity import IdentityFolder
    from anjungan.appliance.enrolment.technician import Technician

    paths = settings.paths
    folder = IdentityFolder(paths.identity_folder)
    pinned = arguments.authorities or Path(paths.keyring_file).with_name("authorities.pem")
    enrolling = Enrolling(folder, settings.kiosk.kiosk_id, pinned)
    technician = Technician(enrolling, _say, time.sleep, secrets.SystemRandom())
    tls = "" if arguments.tls_authorities is None else str(arguments.tls_authorities.absolute())
    if arguments.offline:
        return technician.show_request(arguments.url or "", tls)
    if arguments.answer is not None:
        return technician.take_answer(scanned_lines(arguments.answer))
    if arguments.code is None:
        return technician.resume()
    return technician.enrol(arguments.url or "", arguments.code, tls)


def _say(text: str) -> None:
    print(text, flush=True)


def scanned_lines(name: str) -> "Iterator[str]":
    """The lines of a file or of a scanner's serial device; ``-`` is standard input."""
    if name == "-":
        yield from sys.stdin
        return
    with Path(name).open(encoding="ascii", errors="replace") as file:
        yield from file
