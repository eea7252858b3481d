"""``anjungan outbox list``: what waits for the regency's receipt, and what it refused."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from anjungan.appliance.storage import DATABASE_NAME

_FAILED: Final = 1
_WRONG_SETTINGS: Final = 3


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``outbox``."""
    outbox = subparsers.add_parser("outbox", help="look at what waits for the regency")
    actions = outbox.add_subparsers(title="actions", metavar="ACTION", required=True)
    show = actions.add_parser(
        "list",
        help="messages without a receipt, oldest first, and refused ones",
        description="Lists ids, kinds, ages and sizes; never what people wrote. Safe beside a"
        " running agent. Exit codes: 0 done (also when nothing waits), 1 no readable database,"
        " 3 wrong settings.",
    )
    show.add_argument("--config", type=Path, help="settings file (default /etc/anjungan/site.toml)")
    show.add_argument("--database", type=Path, help="database file, instead of the settings'")
    show.add_argument("--json", action="store_true", help="for programs")
    show.set_defaults(run=_list)


def _list(arguments: argparse.Namespace) -> int:
    from anjungan.appliance.errors import ConfigError
    from anjungan.appliance.settings.load import load_settings
    from anjungan.appliance.storage.listing import list_outbox
    from anjungan.appliance.storage.records import StorageError

    try:
        database = arguments.database
        if database is None:
            data_dir = load_settings(arguments.config).settings.paths.data_dir
            database = Path(data_dir) / DATABASE_NAME
        rows = list_outbox(database)
    except ConfigError as error:
        print(f"anjungan: {error}", file=sys.stderr)
        return _WRONG_SETTINGS
    except StorageError as error:
        named = arguments.config is not None or arguments.database is not None
        print(f"anjungan: {_why_unreadable(database, error, named=named)}", file=sys.stderr)
        return _FAILED
    now = datetime.now(UTC)
    told = [_told(row, now) for row in rows]
    if arguments.json:
        print(json.dumps(told))
    else:
        _print_table(told)
    return 0


def _why_unreadable(database: Path, error: Exception, *, named: bool) -> str:
    """What a technician can do about it, where that is known."""
    try:
        database.stat()
    except (FileNotFoundError, NotADirectoryError):
        hint = "it is made when the agent first runs"
        if not named:
            hint += "; if the kiosk's settings stand in another file, name it with --config FILE"
        return f"there is no database at {database}: {hint}"
    except PermissionError:
        return f"{database} may not be read: run it as the agent's user, sudo -u anjungan"
    except OSError:
        pass  # the storage's own reason says more than a failing stat
    return f"{database}: {error}"


def _told(row: Any, now: datetime) -> dict[str, str | int]:
    refused = row.refusal is not None
    return {
        "id": row.message_id,
        "kind": row.kind.value,
        "state": f"refused ({row.refusal.value})" if refused else "waiting",
        "age_s": max(0, int((now - row.queued_at).total_seconds())),
        "bytes": row.payload_bytes,
    }


def _print_table(told: list[dict[str, str | int]]) -> None:
    if not told:
        print("nothing waits")
        return
    heads = ("id", "kind", "state", "age_s", "bytes")
    widths = {head: max(len(head), *(len(str(row[head])) for row in told)) for head in heads}
    titles: dict[str, str | int] = {head: head for head in heads}
    for row in [titles, *told]:
        print("  ".join(f"{row[head]!s:<{widths[head]}}" for head in heads).rstrip())
