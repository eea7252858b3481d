"""What a simulated kiosk tells of its machine: invented, and the same for a kiosk and a moment.

Nothing of it is measured. The numbers move as those of a Raspberry Pi in a village office do: warm
at noon, paper that gets shorter, a line that is slow now and then.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypedDict

from anjungan.protocol.health import (
    ClockHealth,
    DeviceHealth,
    DiskHealth,
    NetworkHealth,
    NetworkKind,
    PowerFault,
    PowerHealth,
    PreviousEnd,
    RunHealth,
)
from anjungan.protocol.identity import KioskId

_CARD_BYTES: Final = 31_266_439_168
_MEMORY_BYTES: Final = 3_977_572_352
_ROLL_RECEIPTS: Final = 140
"""Tickets of about 13 cm on a roll of 18 m."""
_DAY_S: Final = 86400.0
_WARMEST_UTC_S: Final = 6 * 3600.0
"""One o'clock in the afternoon in western Indonesia."""
_HOT_C: Final = 70.0


@dataclass(frozen=True, slots=True)
class Traits:
    """What is peculiar about one machine; as a rule nothing is."""

    warmer_by_c: float = 0.0
    weak_supply: bool = False
    paper_percent: int | None = None
    """What was left of the roll at the start; None lets the kiosk's name decide."""
    cellular: bool = False
    clock_off_ms: int = 0
    worn_percent: int | None = None
    screens_restarts: int = 0


USUAL: Final = Traits()


class MachineParts(TypedDict, total=False):
    """The fields of a health report that a machine fills."""

    cpu_temperature_c: float
    disk_free_bytes: int
    memory_available_bytes: int
    memory_total_bytes: int
    load_1min: float
    power: PowerHealth
    disk: DiskHealth
    network: NetworkHealth
    clock: ClockHealth
    run: RunHealth
    certificate_expires_at: datetime


class LightMachine:
    """One invented machine; ``boots`` again when its power comes back."""

    def __init__(self, kiosk: KioskId, traits: Traits, now: datetime) -> None:
        self._traits = traits
        self._random = Random(f"machine {kiosk}")  # noqa: S311 - the same machine at every start
        self._base_c = self._random.uniform(45.0, 51.0)
        self._phase = self._random.uniform(0.0, 2 * math.pi)
        self._free_bytes = self._random.randrange(17_000_000_000, 24_000_000_000)
        self._signal_dbm = self._random.randrange(-71, -48)
        self._round_trip_ms = self._random.randrange(35, 120)
        self._has_rtc = self._random.random() < 0.5  # noqa: PLR2004 - every other
        self._paper = (
            self._random.randrange(35, 98) if traits.paper_percent is None else traits.paper_percent
        )
        self._certificate_days = self._random.randrange(90, 340)
        self._booted_at = now - timedelta(hours=self._random.uniform(20, 600))
        self._previous_end = PreviousEnd.REBOOTED
        self._last_alive_at = self._booted_at - timedelta(seconds=70)
        self._began_at = now
        self.connections = 0

    def power_returned(self, lost_at: datetime, now: datetime) -> None:
        """The machine starts again after the dark; its mark was last set minutes before."""
        self._previous_end = PreviousEnd.POWER_LOST
        self._last_alive_at = lost_at
        self._booted_at = self._began_at = now
        self.connections = 0

    def uptime_s(self, now: datetime) -> int:
        """Since its program began."""
        return round((now - self._began_at).total_seconds())

    def paper_percent(self, printed: int) -> int:
        """What is left after so many tickets; somebody puts a new roll in before it is empty."""
        left = self._paper - 100.0 * printed / _ROLL_RECEIPTS
        return round(left % 100) if left < 3 else round(left)  # noqa: PLR2004 - the last tickets

    def with_paper(
        self, devices: tuple[DeviceHealth, ...], printed: int
    ) -> tuple[DeviceHealth, ...]:
        """The devices, with what is left in the ticket printer."""
        return tuple(
            DeviceHealth(
                name=each.name,
                kind=each.kind,
                state=each.state,
                code=each.code,
                level_percent=0 if each.code == "paper_out" else self.paper_percent(printed),
            )
            if each.kind == "printer"
            else each
            for each in devices
        )

    def parts(self, now: datetime) -> MachineParts:
        """What it tells of itself at ``now``."""
        traits, since_s = self._traits, now.timestamp()
        wave = math.sin(since_s / 311.0 + self._phase)
        warmth = math.cos((since_s - _WARMEST_UTC_S) / _DAY_S * 2 * math.pi)
        celsius = self._base_c + traits.warmer_by_c + 3.5 * warmth + 0.8 * wave
        free = self._free_bytes - round((since_s % (30 * _DAY_S)) * 220)
        host_uptime_s = round((now - self._booted_at).total_seconds())
        return {
            "cpu_temperature_c": round(celsius, 1),
            "disk_free_bytes": free,
            "memory_available_bytes": 2_900_000_000 + round(60_000_000 * wave),
            "memory_total_bytes": _MEMORY_BYTES,
            "load_1min": round(0.25 + 0.15 * wave, 2),
            "power": self._power(celsius),
            "disk": DiskHealth(
                total_bytes=_CARD_BYTES,
                free_bytes=free,
                written_since_boot_bytes=80_000_000 + host_uptime_s * 2_600,
                life_used_percent=traits.worn_percent,
            ),
            "network": self._network(wave),
            "clock": ClockHealth(
                offset_ms=traits.clock_off_ms + round(40 * wave), has_rtc=self._has_rtc
            ),
            "run": RunHealth(
                previous_end=self._previous_end,
                last_alive_at=self._last_alive_at,
                screens_restarts=traits.screens_restarts,
                host_uptime_s=host_uptime_s,
            ),
            "certificate_expires_at": self._began_at + timedelta(days=self._certificate_days),
        }

    def _power(self, celsius: float) -> PowerHealth:
        found = [PowerFault.UNDER_VOLTAGE] if self._traits.weak_supply else []
        if celsius >= _HOT_C:
            found.append(PowerFault.SOFT_TEMPERATURE_LIMIT)
        return PowerHealth(now=tuple(found), since_boot=tuple(found))

    def _network(self, wave: float) -> NetworkHealth:
        slow = 6 if self._traits.cellular else 1
        return NetworkHealth(
            kind=NetworkKind.CELLULAR if self._traits.cellular else NetworkKind.WIFI,
            signal_dbm=None if self._traits.cellular else self._signal_dbm + round(2 * wave),
            round_trip_ms=round(self._round_trip_ms * slow * (1.2 + 0.5 * wave)),
            connections=self.connections,
        )
