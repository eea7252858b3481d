"""Memory, from /proc/meminfo (proc_meminfo(5))."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anjungan.appliance.agent.machine.kernel_files import read_text

_KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """Sizes in bytes; None where the kernel does not tell."""

    total_bytes: int | None = None
    available_bytes: int | None = None


def read_memory(root: Path) -> Memory:
    """All there is, and what new work could have without swapping."""
    found: dict[str, int] = {}
    for line in (read_text(root / "proc/meminfo") or "").splitlines():
        name, _, rest = line.partition(":")
        if name in {"MemTotal", "MemAvailable"}:
            number = rest.split()
            if number and number[0].isdecimal():
                found[name] = int(number[0]) * _KIB
    return Memory(found.get("MemTotal"), found.get("MemAvailable"))
