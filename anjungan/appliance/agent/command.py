"""``anjungan agent``: run the kiosk's agent."""

import argparse
import asyncio
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
    from anjungan.appliance.agent.app import run_agent
    from anjungan.appliance.agent.logs import set_up_logging
    from anjungan.appliance.agent.secrecy import forbid_dumps
    from anjungan.appliance.errors import ConfigError
    from anjungan.appliance.settings.load import load_settings
    from anjungan.appliance.storage.records import StorageError
    from anjungan.appliance.uplink.settings import PlainMqttRefusedError

    set_up_logging()
    forbid_dumps()
    try:
        asyncio.run(run_agent(load_settings(arguments.config).settings))
    except (ConfigError, PlainMqttRefusedError) as error:
        print(f"anjungan: {error}", file=sys.stderr)
        return 3
    except StorageError as error:
        print(f"anjungan: {error}", file=sys.stderr)
        return 1
    return 0
