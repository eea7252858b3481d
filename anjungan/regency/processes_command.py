"""The long-running processes of the regency as commands."""

import argparse
from typing import TYPE_CHECKING

from anjungan.regency.command_frame import add_command, set_up_logging

if TYPE_CHECKING:
    from anjungan.regency.command_frame import Commands
    from anjungan.regency.settings import RegencySettings


def add_commands(commands: "Commands") -> None:
    """Add ``inbox``, ``web``, ``watch`` and ``opener``."""
    add_command(commands, "inbox", "take in what kiosks send, and send them statuses", _inbox)
    add_command(commands, "web", "serve pages for staff and for residents' phones", _web)
    add_command(commands, "watch", "raise alerts, keep history short, deliver what waits", _watch)
    add_command(
        commands,
        "opener",
        "open sealed answers for the web process; it alone reads private keys",
        _opener,
    )


def _inbox(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.inbox.process import run_inbox

    del arguments
    set_up_logging()
    return run_inbox(settings)


def _web(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.web.serve import run_web

    del arguments
    set_up_logging()
    return run_web(settings)


def _watch(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.watch.process import run_watch

    del arguments
    set_up_logging()
    return run_watch(settings)


def _opener(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.opener.process import run_opener

    del arguments
    set_up_logging()
    return run_opener(settings)
