"""``anjungan agent``: run the kiosk's agent."""

import argparse
import sys
from pathlib import Path


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``agent``."""
    parser = subparsers.add_parser(
        "agent",
        help="run the kiosk's agent: devices, session, storage, line, health",
        description="Runs until SIGTERM. Exit code 3: the settings or a key file are wrong.",
    )
    parser.add_argument(
        "--config", type=Path, help="settings file (default /etc/anjungan/site.toml)"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from anjungan.appliance.agent.app import EXIT_SETTINGS, run_agent
    from anjungan.appliance.errors import ConfigError
    from anjungan.appliance.logs import set_up_logging
    from anjungan.appliance.secrecy import forbid_dumps
    from anjungan.appliance.settings.load import load_settings

    set_up_logging()
    forbid_dumps()
    try:
        settings = load_settings(arguments.config).settings
    except ConfigError as error:
        print(f"anjungan: {error}", file=sys.stderr)
        return EXIT_SETTINGS
    return run_agent(settings)
