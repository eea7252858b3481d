"""``anjungan regency``: its processes and its administration, each area bringing its own."""

from typing import TYPE_CHECKING

from anjungan.regency import processes_command
from anjungan.regency.audit import command as audit_command
from anjungan.regency.backup import command as backup_command
from anjungan.regency.broker import command as broker_command
from anjungan.regency.enrolment import command as enrolment_command
from anjungan.regency.fleet import command as fleet_command
from anjungan.regency.keys import command as keys_command
from anjungan.regency.letters import command as letters_command
from anjungan.regency.metrics import command as metrics_command
from anjungan.regency.staff import command as staff_command

if TYPE_CHECKING:
    from anjungan.regency.command_frame import Commands


def add_parser(subparsers: "Commands") -> None:
    """Add ``regency`` and its sub-commands."""
    regency = subparsers.add_parser(
        "regency", help="the regency's side: inbox, web pages, administration"
    )
    commands = regency.add_subparsers(title="commands", metavar="COMMAND", required=True)
    processes_command.add_commands(commands)
    backup_command.add_commands(commands)
    admin = commands.add_parser("admin", help="accounts, keys and kiosks")
    actions = admin.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for area in (
        staff_command,
        keys_command,
        fleet_command,
        broker_command,
        letters_command,
        metrics_command,
        audit_command,
        enrolment_command,
    ):
        area.add_admin_commands(actions)
