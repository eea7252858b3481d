"""``anjungan screens``: run the kiosk's screens."""

import argparse
import os
import re
import sys
from pathlib import Path

from anjungan.appliance.screens.options import SOCKET_NAME, ScreensOptions


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``screens``."""
    parser = subparsers.add_parser(
        "screens",
        help="run the kiosk's screens: draw what the agent shows, send what is pressed",
        description="Runs until SIGTERM. Exit code 3: the settings are wrong or no window opens.",
    )
    add_arguments(parser)
    parser.set_defaults(run=run)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the watched screens of the simulation understand, too."""
    parser.add_argument(
        "--config", type=Path, help="settings file (default /etc/anjungan/site.toml)"
    )
    parser.add_argument("--socket", type=Path, help="the agent's socket, instead of the settings'")
    parser.add_argument("--size", type=_size, help="such as 1024x600, instead of the settings'")
    parser.add_argument("--diagonal-in", type=float, help="inches, instead of the settings'")


def options_from(arguments: argparse.Namespace) -> ScreensOptions:
    """Return the options of settings and command line.

    Raises:
        ConfigError: the settings are wrong.
    """
    from anjungan.appliance.settings.load import load_settings

    settings = load_settings(arguments.config).settings
    width_px, height_px = arguments.size or (settings.screen.width_px, settings.screen.height_px)
    runtime_dir = settings.paths.runtime_dir
    return ScreensOptions(
        socket_path=str(arguments.socket or Path(runtime_dir) / SOCKET_NAME),
        runtime_dir=os.environ.get("RUNTIME_DIRECTORY") or runtime_dir,
        width_px=width_px,
        height_px=height_px,
        diagonal_in=arguments.diagonal_in or settings.screen.diagonal_in,
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the screens; returns the exit code."""
    from anjungan.appliance.errors import ConfigError
    from anjungan.appliance.screens.app import run_screens

    try:
        options = options_from(arguments)
    except ConfigError as error:
        print(f"anjungan: {error}", file=sys.stderr)
        return 3
    return run_screens(options)


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{3,4})x(\d{3,4})", text)
    if found is None:
        raise argparse.ArgumentTypeError("such as 1024x600")
    return int(found[1]), int(found[2])
