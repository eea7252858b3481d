"""The certificate authority on the command line."""

import argparse
import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from anjungan.regency.command_frame import EXIT_FAILED, EXIT_OK, add_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anjungan.regency.command_frame import Commands
    from anjungan.regency.enrolment.authority_files import AuthorityFiles
    from anjungan.regency.settings import RegencySettings

MIN_PASSPHRASE_CHARACTERS: Final = 12


def add_admin_commands(actions: "Commands") -> None:
    """Add the commands of the authority."""
    add_command(
        actions,
        "init-authority",
        "make the offline root and the first issuing certificate; the root key's passphrase is "
        "asked for, or read from standard input",
        _init,
    )
    server = add_command(
        actions,
        "issue-server",
        "make key and certificate for the broker and the web",
        _issue_server,
    )
    server.add_argument(
        "hosts", nargs="+", metavar="HOST", help="names and addresses it is reached under"
    )
    add_command(actions, "issue-inbox", "make the inbox's key and certificate", _issue_inbox)
    renew = add_command(
        actions,
        "renew-issuing",
        "make the next issuing key and certificate, with the offline root; older ones go on "
        "vouching for what they signed",
        _renew_issuing,
    )
    renew.add_argument("--root-key", type=Path, metavar="FILE", help="where its medium is mounted")
    add_command(actions, "show-authority", "show certificates, their ends and the CRL", _show)


def _files(settings: "RegencySettings") -> "AuthorityFiles":
    from anjungan.regency.enrolment.authority_files import AuthorityFiles

    return AuthorityFiles(settings.authority_path)


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _passphrase(*, again: bool) -> bytes | None:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n").encode()
    passphrase = getpass.getpass("Passphrase of the root key: ")
    if again and getpass.getpass("Again: ") != passphrase:
        return None
    return passphrase.encode()


def _init(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.enrolment.authority_files import AuthorityFilesError
    from anjungan.regency.enrolment.beginning import begin_authority
    from anjungan.regency.store.database import open_database

    del arguments
    files = _files(settings)
    passphrase = _passphrase(again=True)
    if passphrase is None or len(passphrase) < MIN_PASSPHRASE_CHARACTERS:
        return _failed(f"at least {MIN_PASSPHRASE_CHARACTERS} characters, the same twice")
    database = open_database(settings.database_address)
    try:
        begin_authority(database, files, settings.code, passphrase, _now())
    except (AuthorityFilesError, OSError) as error:
        return _failed(str(error))
    finally:
        database.close()
    print(f"root certificate for kiosks: {files.root}")
    print(f"for the broker: {files.trusted} and {files.crl}")
    print(f"keep offline, off this machine: {files.root_key}")
    return EXIT_OK


def _renew_issuing(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.enrolment.authority_files import AuthorityFilesError, load_root
    from anjungan.regency.enrolment.beginning import add_issuing
    from anjungan.regency.store.database import open_database

    files = _files(settings)
    passphrase = _passphrase(again=False) or b""
    database = open_database(settings.database_address)
    try:
        root = load_root(files, arguments.root_key or files.root_key, passphrase)
        number = add_issuing(database, files, root, settings.code, _now())
    except (AuthorityFilesError, OSError) as error:
        return _failed(str(error))
    finally:
        database.close()
    print(f"issuing certificate {number}: {files.issuing(number)}")
    print("reload the broker, so that it trusts what the new key signs")
    return EXIT_OK


def _issue_server(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.enrolment.authority_files import AuthorityFilesError
    from anjungan.regency.enrolment.own_certificates import issue_server_files

    files = _files(settings)
    try:
        issue_server_files(files, _with_loopback(arguments.hosts), _now())
    except (AuthorityFilesError, OSError) as error:
        return _failed(str(error))
    print("key and certificate of the broker and the web: {} {}".format(*files.server))
    return EXIT_OK


def _with_loopback(hosts: "Sequence[str]") -> "Sequence[str]":
    """The regency's own processes reach the broker under these."""
    return list(dict.fromkeys([*hosts, "localhost", "127.0.0.1"]))


def _issue_inbox(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.enrolment.authority_files import AuthorityFilesError
    from anjungan.regency.enrolment.own_certificates import issue_inbox_files

    del arguments
    files = _files(settings)
    try:
        issue_inbox_files(files, _now())
    except (AuthorityFilesError, OSError) as error:
        return _failed(str(error))
    print("key and certificate of the inbox: {} {}".format(*files.inbox))
    return EXIT_OK


def _show(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.enrolment.authority import common_name_of, fingerprint_of
    from anjungan.regency.enrolment.authority_files import (
        AuthorityFilesError,
        issuing_numbers,
        load_certificates,
    )
    from anjungan.regency.enrolment.revocation import read_crl_ends

    del arguments
    files = _files(settings)
    try:
        paths = [files.root, *map(files.issuing, issuing_numbers(files))]
        paths += [path for _, path in (files.server, files.inbox) if path.exists()]
        for path in paths:
            certificate = load_certificates(path)[0]
            ends = certificate.not_valid_after_utc
            print(f"{common_name_of(certificate):32} until {ends:%Y-%m-%d}  {path}")
            print(f"{'':32} fingerprint {fingerprint_of(certificate)}")
        for name, ends in read_crl_ends(files):
            print(f"{'revocation list of ' + name:32} until {ends:%Y-%m-%d %H:%M}Z")
    except AuthorityFilesError as error:
        return _failed(str(error))
    return EXIT_OK


def _failed(message: str) -> int:
    print(message, file=sys.stderr)
    return EXIT_FAILED
