"""What is wrong with a kiosk by the limits of the alerts, and what it is called for it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from anjungan.protocol.health import DeviceHealth, PowerFault
from anjungan.protocol.messages import Health
from anjungan.regency.alerts.kinds import AlertKind, Rule
from anjungan.regency.alerts.words import KIND_WORDS
from anjungan.regency.fleet.measurements import PRINTER_KIND, paper_percent
from anjungan.regency.fleet.overview import KioskView
from anjungan.regency.fleet.presence import Connection
from anjungan.regency.web.fleet.standing import Standing
from anjungan.regency.web.fleet.words import device_words

Rules = Mapping[AlertKind, Rule]

_MEGABYTE: Final = 1_000_000
_MINUTE_S: Final = 60
_COLDEST_C: Final = -50.0
_HOTTEST_C: Final = 150.0


_OF_CONNECTION: Final[Mapping[Connection, Standing]] = MappingProxyType(
    {
        Connection.ONLINE: Standing.ONLINE,
        Connection.RETURNING: Standing.RETURNING,
        Connection.LATE: Standing.LATE,
        Connection.OFFLINE: Standing.OFFLINE,
        Connection.UNKNOWN: Standing.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing somebody should look at, in words."""

    word: str


def standing_of(view: KioskView, rules: Rules, *, in_maintenance: bool, now: datetime) -> Standing:
    """One word for a kiosk; planned work goes before all that it may cause."""
    if in_maintenance or (view.health is not None and view.health.maintenance):
        return Standing.MAINTENANCE
    standing = _OF_CONNECTION[view.connection]
    if standing is Standing.ONLINE and view.health is not None and warned(view.health, rules, now):
        return Standing.CHECK
    return standing


def warned(health: Health, rules: Rules, now: datetime) -> Sequence[Warned]:
    """What is wrong by the limits of the alerts, without their patience; devices first."""
    found = [_device(each) for each in health.devices if not device_words(each).is_well]
    if not health.screens_up:
        found.append("Layar mati")
    found += [KIND_WORDS[kind] for kind in _kinds(health, rules, now)]
    return [Warned(word) for word in found]


def _device(device: DeviceHealth) -> str:
    """``Pemindai QR: Tidak ditemukan``; of paper and cover everybody knows whose they are."""
    words = device_words(device)
    if device.kind == PRINTER_KIND and device.code in {"paper_out", "near_end", "cover_open"}:
        return words.sign.word
    return f"{words.name}: {words.sign.word}"


def _kinds(health: Health, rules: Rules, now: datetime) -> Sequence[AlertKind]:
    paper = paper_percent(health)
    celsius = health.cpu_temperature_c
    disk, clock, queue = health.disk, health.clock, health.queue
    power = () if health.power is None else health.power.now
    free = health.disk_free_bytes if disk is None else disk.free_bytes
    is_empty = any(each.code in {"paper_out", "near_end"} for each in health.devices)
    checks = (
        (AlertKind.PAPER_LOW, None if is_empty else paper),
        (
            AlertKind.HEAT,
            celsius if celsius is not None and _COLDEST_C <= celsius <= _HOTTEST_C else None,
        ),
        (
            AlertKind.QUEUE_AGE,
            queue.oldest_age_s // _MINUTE_S if queue.depth and queue.oldest_age_s else None,
        ),
        (AlertKind.DISK_LOW, None if free is None else free // _MEGABYTE),
        (AlertKind.CARD_WEAR, None if disk is None else disk.life_used_percent),
        (
            AlertKind.CLOCK_OFF,
            None if clock is None or clock.offset_ms is None else abs(clock.offset_ms) / 1000,
        ),
        (AlertKind.CERTIFICATE_SOON, _days_left(health.certificate_expires_at, now)),
    )
    kinds = [kind for kind, value in checks if value is not None and is_beyond(rules[kind], value)]
    if PowerFault.UNDER_VOLTAGE in power:
        kinds.append(AlertKind.UNDER_VOLTAGE)
    elif PowerFault.THROTTLED in power and AlertKind.HEAT not in kinds:
        kinds.append(AlertKind.HEAT)
    if disk is not None and disk.read_only:
        kinds.append(AlertKind.DISK_READ_ONLY)
    return [kind for kind in AlertKind if kind in kinds]


def is_beyond(rule: Rule, value: float) -> bool:
    """Whether a value is bad by a rule that is in force."""
    if rule.opens_at is None or not rule.enabled:
        return False
    return value >= rule.opens_at if rule.rises else value <= rule.opens_at


def _days_left(ends_at: datetime | None, now: datetime) -> float | None:
    return None if ends_at is None else (ends_at - now) / timedelta(days=1)
