"""The medium the data stand on: room, what was written, and how worn it is."""

import os
from pathlib import Path
from typing import Final

from anjungan.appliance.agent.machine.kernel_files import read_text
from anjungan.protocol.health import DiskHealth

_SECTOR_BYTES: Final = 512
"""Of /sys/block/*/stat, whatever the medium's own sectors are (kernel: block/stat)."""
_SECTORS_WRITTEN: Final = 6
_LIFE_STEP_PERCENT: Final = 10
_LIFE_OVER: Final = 0x0B


def read_disk(root: Path, data_dir: Path) -> DiskHealth | None:
    """The file system of ``data_dir`` and the device below it; None where there is neither."""
    try:
        room = os.statvfs(data_dir)
        number = data_dir.stat().st_dev
    except OSError:
        return None
    device = whole_device(root, os.major(number), os.minor(number))
    return DiskHealth(
        total_bytes=room.f_blocks * room.f_frsize,
        free_bytes=room.f_bavail * room.f_frsize,
        written_since_boot_bytes=None if device is None else written_bytes(device),
        life_used_percent=None if device is None else life_used_percent(device),
        read_only=bool(room.f_flag & os.ST_RDONLY),
    )


def whole_device(root: Path, major: int, minor: int) -> Path | None:
    """The folder of the whole device in /sys; None for a file system without one (tmpfs)."""
    place = root / f"sys/dev/block/{major}:{minor}"
    if not place.exists():
        return None
    place = place.resolve()
    return place.parent if (place / "partition").exists() else place


def written_bytes(device: Path) -> int | None:
    """What was written to the device since the boot."""
    numbers = (read_text(device / "stat") or "").split()
    if len(numbers) <= _SECTORS_WRITTEN or not numbers[_SECTORS_WRITTEN].isdecimal():
        return None
    return int(numbers[_SECTORS_WRITTEN]) * _SECTOR_BYTES


def life_used_percent(device: Path) -> int | None:
    """How much of its life an eMMC has used, in steps of ten; SD cards do not tell.

    ``life_time`` holds two numbers, of memory type A and B: 0x01 is up to 10 %, 0x0b more than
    all (JEDEC eMMC 5.0, DEVICE_LIFE_TIME_EST_TYP); 0x00 is not defined.
    """
    steps = []
    for word in (read_text(device / "device/life_time") or "").split():
        try:
            step = int(word, 16)
        except ValueError:
            return None
        if 0 < step <= _LIFE_OVER:
            steps.append(step)
    return max(steps) * _LIFE_STEP_PERCENT if steps else None
