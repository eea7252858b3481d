"""What all sub-commands of ``anjungan regency`` have alike: settings, exit codes, logging."""

import argparse
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from anjungan.regency.failures import DatabaseUnreachableError

if TYPE_CHECKING:
    from anjungan.regency.settings import RegencySettings

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_SETTINGS: Final = 3

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no other name for it
Run = Callable[["RegencySettings", argparse.Namespace], int]


def add_command(commands: Commands, name: str, help_text: str, run: Run) -> argparse.ArgumentParser:
    """Add a sub-command that reads the settings first; the caller adds its other arguments.

    ``run`` gets settings and arguments and returns the exit code.
    """
    parser = commands.add_parser(name, help=help_text, description=help_text)
    parser.add_argument("--config", type=Path, help="settings file (TOML)", metavar="FILE")
    parser.set_defaults(run=lambda arguments: _run(arguments, run))
    return parser


def _run(arguments: argparse.Namespace, run: Run) -> int:
    from anjungan.regency.settings import SettingsError, load_settings  # noqa: PLC0415 - heavy

    try:
        settings = load_settings(arguments.config, os.environ)
    except SettingsError as error:
        sys.stderr.write(f"settings: {error}\n")
        return EXIT_SETTINGS
    try:
        return run(settings, arguments)
    except DatabaseUnreachableError as error:
        sys.stderr.write(f"the database is not reached: {error}\n")
        return EXIT_FAILED


def set_up_logging() -> None:
    """Log to standard error, as services under systemd do."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
