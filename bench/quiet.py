"""Waiting for a quiet machine: what others do on it would be measured as well."""

import time
from pathlib import Path
from typing import Final

QUIET_SHARE: Final = 0.1
"""Of all processors together, within one look."""
LOOK_S: Final = 0.5
LOOKS_IN_A_ROW: Final = 2
AT_MOST_S: Final = 30.0
_IDLE: Final = 3


def wait_until_quiet() -> bool:
    """Return as soon as little runs, after AT_MOST_S in any case; True when it was quiet."""
    deadline_s = time.monotonic() + AT_MOST_S
    quiet = 0
    while time.monotonic() < deadline_s:
        quiet = quiet + 1 if _busy_share() < QUIET_SHARE else 0
        if quiet == LOOKS_IN_A_ROW:
            return True
    return False


def _busy_share() -> float:
    busy_before, all_before = _ticks()
    time.sleep(LOOK_S)
    busy, total = _ticks()
    return (busy - busy_before) / max(1, total - all_before)


def _ticks() -> tuple[int, int]:
    """Ticks of all processors: those in use or waiting for the disk, and all (proc_stat(5))."""
    first = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0].split()[1:9]
    ticks = [int(each) for each in first]
    return sum(ticks) - ticks[_IDLE], sum(ticks)
