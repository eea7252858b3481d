"""What is alerted on, and the rule each kind has by default."""

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec


class AlertKind(enum.Enum):
    """One kind of trouble. There is one incident at a time for a kind and a subject."""

    REGENCY_SILENT = "regency_silent"
    INBOX_DOWN = "inbox_down"
    DISTRICT_SILENT = "district_silent"
    OFFLINE = "offline"
    PAPER_OUT = "paper_out"
    PAPER_LOW = "paper_low"
    COVER_OPEN = "cover_open"
    PRINTER_FAULT = "printer_fault"
    CARD_READER_MISSING = "card_reader_missing"
    DEVICE_FAULT = "device_fault"
    SCREENS_DOWN = "screens_down"
    CONTACT_OPENED = "contact_opened"
    CLONE_SUSPECTED = "clone_suspected"
    QUEUE_AGE = "queue_age"
    REQUESTS_REFUSED = "requests_refused"
    STORAGE_RECOVERED = "storage_recovered"
    DISK_READ_ONLY = "disk_read_only"
    DISK_LOW = "disk_low"
    CARD_WEAR = "card_wear"
    HEAT = "heat"
    UNDER_VOLTAGE = "under_voltage"
    CLOCK_OFF = "clock_off"
    CLOCK_UNSYNCED = "clock_unsynced"
    RESTART_LOOP = "restart_loop"
    CERTIFICATE_URGENT = "certificate_urgent"
    CERTIFICATE_SOON = "certificate_soon"
    VERSION_BEHIND = "version_behind"


class Severity(enum.Enum):
    """How soon somebody has to act, the worst first."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"


class Unit(enum.Enum):
    """What the two limits of a rule count."""

    NONE = "none"
    PERCENT = "percent"
    CELSIUS = "celsius"
    MEGABYTES = "megabytes"
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    TIMES = "times"
    KIOSKS = "kiosks"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """When a kind is bad, when it is well again, and how patient one is.

    A value at or beyond ``opens_at`` is bad, one at or beyond ``closes_at`` on the other side is
    well, and in between nothing changes. Bad must last for ``grace_s`` before an incident opens,
    well for as long (at least ``LEAST_CALM_S``) before it ends. Limits are None where a kind
    knows only yes and no.
    """

    severity: Severity
    grace_s: int
    opens_at: float | None = None
    closes_at: float | None = None
    unit: Unit = Unit.NONE
    enabled: bool = True

    @property
    def rises(self) -> bool:
        """Whether more is worse."""
        return (self.opens_at or 0.0) >= (self.closes_at or 0.0)

    @property
    def calm_s(self) -> int:
        """How long it must be well before an incident ends."""
        return max(LEAST_CALM_S, self.grace_s)


LEAST_CALM_S: Final = 60
_MINUTE: Final = 60
_HOUR: Final = 3600
_C, _W, _N = Severity.CRITICAL, Severity.WARNING, Severity.NOTICE


def _rule(
    severity: Severity,
    grace_s: int,
    opens_at: float | None = None,
    closes_at: float | None = None,
    unit: Unit = Unit.NONE,
) -> Rule:
    return Rule(
        severity=severity, grace_s=grace_s, opens_at=opens_at, closes_at=closes_at, unit=unit
    )


DEFAULT_RULES: Final[Mapping[AlertKind, Rule]] = MappingProxyType(
    {
        AlertKind.REGENCY_SILENT: _rule(_C, 2 * _MINUTE, 60, 30, Unit.PERCENT),
        AlertKind.INBOX_DOWN: _rule(_C, 2 * _MINUTE),
        AlertKind.DISTRICT_SILENT: _rule(_C, 3 * _MINUTE, 60, 30, Unit.PERCENT),
        # silence is offline only after four reports; ten minutes more let a kecamatan be found out
        AlertKind.OFFLINE: _rule(_C, 10 * _MINUTE),
        AlertKind.PAPER_OUT: _rule(_C, 2 * _MINUTE),
        AlertKind.PAPER_LOW: _rule(_W, 15 * _MINUTE, 20, 35, Unit.PERCENT),
        AlertKind.COVER_OPEN: _rule(_W, 5 * _MINUTE),
        AlertKind.PRINTER_FAULT: _rule(_C, 5 * _MINUTE),
        AlertKind.CARD_READER_MISSING: _rule(_W, 10 * _MINUTE),
        AlertKind.DEVICE_FAULT: _rule(_W, 10 * _MINUTE),
        AlertKind.SCREENS_DOWN: _rule(_C, 3 * _MINUTE),
        AlertKind.CONTACT_OPENED: _rule(_C, 0, 15, 15, Unit.MINUTES),
        AlertKind.CLONE_SUSPECTED: _rule(_C, 0),
        AlertKind.QUEUE_AGE: _rule(_W, 5 * _MINUTE, 60, 10, Unit.MINUTES),
        AlertKind.REQUESTS_REFUSED: _rule(_C, 0, 1, 0, Unit.TIMES),
        AlertKind.STORAGE_RECOVERED: _rule(_C, 0, 24, 24, Unit.HOURS),
        AlertKind.DISK_READ_ONLY: _rule(_C, _MINUTE),
        AlertKind.DISK_LOW: _rule(_W, 30 * _MINUTE, 500, 1000, Unit.MEGABYTES),
        AlertKind.CARD_WEAR: _rule(_W, _HOUR, 80, 70, Unit.PERCENT),
        AlertKind.HEAT: _rule(_W, 10 * _MINUTE, 75, 68, Unit.CELSIUS),
        AlertKind.UNDER_VOLTAGE: _rule(_W, 5 * _MINUTE),
        AlertKind.CLOCK_OFF: _rule(_W, 10 * _MINUTE, 120, 30, Unit.SECONDS),
        AlertKind.CLOCK_UNSYNCED: _rule(_N, _HOUR),
        AlertKind.RESTART_LOOP: _rule(_C, 0, 4, 1, Unit.TIMES),
        AlertKind.CERTIFICATE_URGENT: _rule(_C, _HOUR, 7, 14, Unit.DAYS),
        AlertKind.CERTIFICATE_SOON: _rule(_W, _HOUR, 30, 45, Unit.DAYS),
        AlertKind.VERSION_BEHIND: _rule(_N, 24 * _HOUR),
    }
)
"""Worst first, which is also the order of pages."""
