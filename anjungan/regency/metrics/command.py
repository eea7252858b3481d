"""The metrics' token on the command line."""

import argparse
from typing import TYPE_CHECKING

from anjungan.regency.command_frame import EXIT_OK, add_command

if TYPE_CHECKING:
    from anjungan.regency.command_frame import Commands
    from anjungan.regency.settings import RegencySettings


def add_admin_commands(actions: "Commands") -> None:
    """Add ``metrics-token``."""
    add_command(
        actions,
        "metrics-token",
        "make the token that Prometheus needs for /metrics, and say in which file it stands",
        _metrics_token,
    )


def _metrics_token(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.metrics.token import make_token

    del arguments
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    print(make_token(settings.data_dir))
    return EXIT_OK
