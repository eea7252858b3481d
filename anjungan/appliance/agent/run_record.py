"""What tells a power cut from a calm end: a record of this boot that the next one finds.

The file stands on the card and is written at starts and ends only. That the machine lives is told
by its modification time, set every few minutes: one inode, not a block of data. Counts of
restarts belong to a boot of the machine and outlive the agent.
"""

import asyncio
import contextlib
import logging
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from anjungan.appliance.agent.machine.kernel_files import read_text
from anjungan.appliance.file_replacing import replace_file
from anjungan.protocol.health import PreviousEnd, RunHealth

log = logging.getLogger(__name__)

FILE_NAME: Final = "run.json"
ALIVE_EVERY_S: Final = 300.0
_ASK_WITHIN_S: Final = 3.0
_ENDS: Final = {
    "reboot.target": PreviousEnd.REBOOTED,
    "kexec.target": PreviousEnd.REBOOTED,
    "soft-reboot.target": PreviousEnd.REBOOTED,
    "poweroff.target": PreviousEnd.SHUT_DOWN,
    "halt.target": PreviousEnd.SHUT_DOWN,
}


class _Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One boot of the machine. ``end`` is None while it goes on; UNKNOWN: the agent alone ended."""

    boot_id: str
    end: PreviousEnd | None = None
    agent_starts: int = 1
    screens_restarts: int = 0
    previous_end: PreviousEnd = PreviousEnd.UNKNOWN
    previous_alive_at: datetime | None = None


class RunRecord:
    """The record of this boot; a disk that takes nothing only makes the next boot know less."""

    def __init__(self, data_dir: Path, *, root: Path, now: Callable[[], datetime]) -> None:
        """Read what the run before left, and begin this one's record.

        Args:
            data_dir: where the record stands.
            root: the root of the file tree, whose kernel names its boot.
            now: the wall clock.
        """
        self._path = data_dir / FILE_NAME
        self._now = now
        self._screens_seen = False
        self._record = _next_record(self._path, root)
        self._write()

    def health(self, host_uptime_s: int) -> RunHealth:
        """This boot, for the report."""
        record = self._record
        return RunHealth(
            previous_end=record.previous_end,
            last_alive_at=record.previous_alive_at,
            agent_restarts=record.agent_starts - 1,
            screens_restarts=record.screens_restarts,
            host_uptime_s=host_uptime_s,
        )

    def screens_came(self) -> None:
        """The screens are there; the first time since the agent began is no restart of theirs."""
        if self._screens_seen:
            count = self._record.screens_restarts + 1
            self._record = msgspec.structs.replace(self._record, screens_restarts=count)
            self._write()
        self._screens_seen = True

    async def keep_alive(self) -> None:
        """Tell the card now and then that the machine lives; ends only by being cancelled."""
        while True:
            await asyncio.sleep(ALIVE_EVERY_S)
            await asyncio.to_thread(self._touch)

    def ended(self, end: PreviousEnd) -> None:
        """The agent was told to stop; ``end`` says whether the machine ends with it."""
        self._record = msgspec.structs.replace(self._record, end=end)
        self._write()

    def _write(self) -> None:
        try:
            replace_file(self._path, msgspec.json.encode(self._record))
        except OSError as error:
            log.warning("the record of this boot was not written: %s", error.strerror)
        else:
            self._touch()

    def _touch(self) -> None:
        alive_s = self._now().timestamp()
        with contextlib.suppress(OSError):
            os.utime(self._path, (alive_s, alive_s))


def _next_record(path: Path, root: Path) -> _Record:
    boot_id = read_text(root / "proc/sys/kernel/random/boot_id") or ""
    try:
        last = msgspec.json.decode(path.read_bytes(), type=_Record)
        alive_at = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except (OSError, msgspec.DecodeError):
        return _Record(boot_id=boot_id)
    if last.boot_id == boot_id:
        return msgspec.structs.replace(last, end=None, agent_starts=last.agent_starts + 1)
    return _Record(
        boot_id=boot_id,
        previous_end=PreviousEnd.POWER_LOST if last.end is None else last.end,
        previous_alive_at=alive_at,
    )


def ask_how_it_ends() -> PreviousEnd:
    """Whether systemd is ending the machine; UNKNOWN where it stops the agent alone.

    Any user may ask for the jobs under way (systemctl(1), list-jobs); asked once, at the end.
    """
    try:
        done = subprocess.run(
            ["systemctl", "list-jobs", "--no-legend", "--plain", "--no-pager"],  # noqa: S607 - systemd's own, in the unit's path
            capture_output=True,
            timeout=_ASK_WITHIN_S,
            check=False,
            text=True,
            # not NOTIFY_SOCKET: systemctl tells its own failure there, in the agent's name
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return PreviousEnd.UNKNOWN
    return end_of_jobs(done.stdout)


def end_of_jobs(listing: str) -> PreviousEnd:
    """Read the listing: ``JOB UNIT TYPE STATE`` a line."""
    for line in listing.splitlines():
        fields = line.split()
        if len(fields) >= 3 and fields[2] == "start" and fields[1] in _ENDS:  # noqa: PLR2004 - job, unit, type
            return _ENDS[fields[1]]
    return PreviousEnd.UNKNOWN
