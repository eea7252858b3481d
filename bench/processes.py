"""Reading what processes cost, from /proc (proc(5)).

Memory and disk counters of the kiosk's processes may be read by root alone: they forbid it to
everybody else, because they hold what residents type.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_PARENT: Final = 1
_USER_TICKS: Final = 11
_SYSTEM_TICKS: Final = 12
"""Fields of /proc/PID/stat, counted from the state, which follows the name in parentheses."""


def family(pid: int) -> set[int]:
    """``pid`` and everything it started, as far as it still runs."""
    children: dict[int, list[int]] = {}
    for child, parent in _parents():
        children.setdefault(parent, []).append(child)
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        member = waiting.pop()
        found.add(member)
        waiting.extend(children.get(member, []))
    return found


def pss_bytes(pids: Iterable[int]) -> int:
    """Proportional memory: shared pages count in parts, so that a sum is right.

    Raises:
        PermissionError: only root may ask.
    """
    return sum(_field(pid, "smaps_rollup", "Pss") * 1024 for pid in pids)


def written_bytes(pids: Iterable[int]) -> int:
    """Bytes these processes have caused to be sent to a disk since they started.

    Raises:
        PermissionError: only root may ask.
    """
    return sum(_field(pid, "io", "write_bytes") for pid in pids)


def cpu_s(pids: Iterable[int]) -> float:
    """Processor seconds these processes have used, all threads together."""
    ticks = 0
    for pid in pids:
        fields = _stat(pid)
        ticks += int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])
    return ticks / os.sysconf("SC_CLK_TCK")


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                yield int(folder.name), int(_stat(int(folder.name))[_PARENT])
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended meanwhile


def _stat(pid: int) -> list[str]:
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return text.rpartition(")")[2].split()


def _field(pid: int, file: str, name: str) -> int:
    try:
        text = Path(f"/proc/{pid}/{file}").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it ended meanwhile
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0])
    raise LookupError(f"/proc/{pid}/{file} has no {name}")
