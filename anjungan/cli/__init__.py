"""The one command line, ``anjungan``.

Each part of the product brings its own command module; a part that is not installed (the regency
on a kiosk, the simulators anywhere but on a developer's machine) has no command.

Exit codes: 0 done, 1 failed, 2 wrong words on the command line, 3 wrong settings, 130 interrupted.
"""

import argparse
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from typing import Final, Protocol

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
EXIT_SETTINGS: Final = 3
EXIT_INTERRUPTED: Final = 130
"""128 and the number of SIGINT, as shells count."""


class CommandModule(Protocol):
    """What a part of the product brings to the command line."""

    def add_parser(self, subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
        """Add the command's parser and set its ``run`` default: ``(Namespace) -> exit code``."""


COMMAND_MODULES: Final = (
    "anjungan.appliance.agent.command",
    "anjungan.appliance.screens.command",
    "anjungan.appliance.settings.command",
    "anjungan.appliance.storage.command",
    "anjungan.appliance.doctor.command",
    "anjungan.appliance.enrolment.command",
    "anjungan.regency.command",
    "anjungan.simulation.command",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.run is None:
        parser.print_help()
        return EXIT_USAGE
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`anjungan outbox list | head`); that is no failure.
        # What is still buffered must not be written when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="anjungan",
        description="Anjungan Desa Pintar: the village kiosk, the regency's side, and simulators.",
        epilog="Exit codes: 0 done, 1 failed, 2 wrong command line, 3 wrong settings.",
    )
    parser.set_defaults(run=None)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in COMMAND_MODULES:
        if _installed(name):
            module: CommandModule = importlib.import_module(name)
            module.add_parser(subparsers)
    return parser


def _installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
