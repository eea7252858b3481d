"""The numbers of a health report that are kept over time. Pure."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from anjungan.protocol.health import PowerFault
from anjungan.protocol.messages import Health

PRINTER_KIND: Final = "printer"

POWER_BITS: Final[Mapping[PowerFault, int]] = MappingProxyType(
    {
        PowerFault.UNDER_VOLTAGE: 1,
        PowerFault.FREQUENCY_CAPPED: 2,
        PowerFault.THROTTLED: 4,
        PowerFault.SOFT_TEMPERATURE_LIMIT: 8,
    }
)
"""The bits of ``kiosk_samples.power_faults``, those of the firmware's own word."""

_LARGEST: Final = 1e12
"""Beyond this nothing is believed: whatever a kiosk tells, charts and sums can be made."""


def measurements(health: Health) -> Mapping[str, float | None]:
    """The numbers by the names in ``METRICS``; None where the kiosk has told none."""
    disk, network = health.disk, health.network
    return {
        "temperature_c": _possible(health.cpu_temperature_c),
        "queue_depth": _possible(health.queue.depth),
        "disk_used_percent": None
        if disk is None
        else used_percent(disk.total_bytes, disk.free_bytes),
        "memory_used_percent": used_percent(
            health.memory_total_bytes, health.memory_available_bytes
        ),
        "signal_dbm": None if network is None else _possible(network.signal_dbm),
        "round_trip_ms": None if network is None else _possible(network.round_trip_ms),
        "paper_percent": _possible(paper_percent(health)),
    }


def power_bits(health: Health) -> int | None:
    """What is wrong with power and heat now, as bits; None where the kiosk cannot tell."""
    if health.power is None:
        return None
    return sum(POWER_BITS[fault] for fault in set(health.power.now))


def paper_percent(health: Health) -> int | None:
    """What is left in the ticket printer, as far as the kiosk can estimate it."""
    levels = [each.level_percent for each in health.devices if each.kind == PRINTER_KIND]
    return next((level for level in levels if level is not None), None)


def used_percent(total: int | None, free: int | None) -> float | None:
    """What part is used up; None where either is unknown or they contradict each other."""
    if total is None or free is None or not 0 <= free <= total or total == 0:
        return None
    return round(100.0 * (total - free) / total, 1)


def _possible(number: float | None) -> float | None:
    if number is None or not math.isfinite(number) or abs(number) > _LARGEST:
        return None
    return float(number)
