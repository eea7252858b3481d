"""``anjungan config show``: the effective settings, each value with its origin."""

import argparse
import json
import sys
from pathlib import Path

from anjungan.appliance.errors import ConfigError
from anjungan.appliance.settings.load import load_settings


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``config``."""
    config = subparsers.add_parser("config", help="look at the site settings")
    actions = config.add_subparsers(title="actions", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="the effective settings, each value with its origin")
    show.add_argument("--config", type=Path, help="settings file (default /etc/anjungan/site.toml)")
    show.add_argument("--json", action="store_true", help="for programs")
    show.set_defaults(run=_show)


def _show(arguments: argparse.Namespace) -> int:
    try:
        loaded = load_settings(arguments.config)
    except ConfigError as error:
        print(f"anjungan: {error}", file=sys.stderr)
        return 3
    rows = list(loaded.effective())
    if arguments.json:
        print(json.dumps({k: {"value": v, "origin": o} for k, v, o in rows}, ensure_ascii=False))
        return 0
    width = max(len(key) for key, _value, _origin in rows)
    for key, value, origin in rows:
        print(f"{key:<{width}}  {json.dumps(value, ensure_ascii=False)}  [{origin}]")
    return 0
