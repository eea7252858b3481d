"""Kiosks on the command line."""

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anjungan.regency.command_frame import EXIT_OK, add_command

if TYPE_CHECKING:
    from anjungan.regency.command_frame import Commands
    from anjungan.regency.settings import RegencySettings


def add_admin_commands(actions: "Commands") -> None:
    """Add ``list-kiosks``."""
    add_command(actions, "list-kiosks", "list kiosks that have been heard of", _list_kiosks)


def _list_kiosks(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.regency.fleet.overview import read_fleet
    from anjungan.regency.store.database import open_database

    del arguments
    database = open_database(settings.database_address)
    try:
        with database.reading() as connection:
            fleet = read_fleet(
                connection,
                report_interval_s=settings.fleet.report_interval_s,
                now=datetime.now(tz=UTC),
            )
    finally:
        database.close()
    for kiosk in fleet.kiosks:
        seen = "-" if kiosk.last_report_at is None else f"{kiosk.last_report_at:%Y-%m-%d %H:%M:%S}Z"
        print(f"{kiosk.kiosk}  {kiosk.connection.value:9}  {seen}  {kiosk.version}")
    return EXIT_OK
