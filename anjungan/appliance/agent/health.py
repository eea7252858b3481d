"""Reading how the machine feels. Everything is optional: a reading that fails is left out."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from anjungan.appliance.uplink.health import HealthReading
from anjungan.protocol.messages import DeviceHealth

_THERMAL: Final = Path("/sys/class/thermal/thermal_zone0/temp")
_MEMORY: Final = Path("/proc/meminfo")
_MILLI: Final = 1000.0
_KIB: Final = 1024

T = TypeVar("T")


def read_health(
    data_dir: Path, *, devices: tuple[DeviceHealth, ...], screens_up: bool
) -> HealthReading:
    """One reading; temperature in degrees Celsius, sizes in bytes."""
    return HealthReading(
        uptime_s=int(time.clock_gettime(time.CLOCK_BOOTTIME)),
        devices=devices,
        screens_up=screens_up,
        cpu_temperature_c=_or_none(lambda: int(_THERMAL.read_text()) / _MILLI),
        disk_free_bytes=_or_none(lambda: _free_bytes(data_dir)),
        memory_available_bytes=_or_none(_available_bytes),
        load_1min=_or_none(lambda: round(os.getloadavg()[0], 2)),
    )


def _free_bytes(folder: Path) -> int:
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize


def _available_bytes() -> int:
    for line in _MEMORY.read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * _KIB
    raise ValueError("no MemAvailable")


def _or_none(reading: Callable[[], T]) -> T | None:
    try:
        return reading()
    except (OSError, ValueError):
        return None
