"""What a health report is made of: the parts of ``messages.Health``.

A kiosk tells nothing of what it cannot read, and on the wire what is at its default is left out:
a report goes out every few minutes over lines that are paid by the byte.
"""

import enum
from datetime import datetime
from typing import Annotated

import msgspec

from anjungan.protocol.header import Count, Word


class DeviceHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One device: ``state`` is missing, starting, ready or fault; ``code`` says which fault."""

    name: Word
    kind: Word
    state: Word
    code: Annotated[str, msgspec.Meta(max_length=64)] = ""
    level_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    """What is left of what the device uses up (the paper of a printer), estimated."""


class PowerFault(enum.Enum):
    """What the Pi's firmware says of its power and heat (``vcgencmd get_throttled``)."""

    UNDER_VOLTAGE = "under_voltage"
    FREQUENCY_CAPPED = "frequency_capped"
    THROTTLED = "throttled"
    SOFT_TEMPERATURE_LIMIT = "soft_temperature_limit"


class PowerHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Power and heat: what is so now, and what has been so since the start of this boot."""

    now: tuple[PowerFault, ...] = ()
    since_boot: tuple[PowerFault, ...] = ()


class DiskHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The medium the data stand on. ``life_used_percent`` is told by eMMC alone."""

    total_bytes: Count
    free_bytes: Count
    written_since_boot_bytes: Count | None = None
    life_used_percent: Annotated[int, msgspec.Meta(ge=0, le=110)] | None = None
    read_only: bool = False


class NetworkKind(enum.Enum):
    """By what the kiosk reaches out."""

    NONE = "none"
    ETHERNET = "ethernet"
    WIFI = "wifi"
    CELLULAR = "cellular"


class NetworkHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The line: its kind, its signal where it has one, and how it has been since the boot."""

    kind: NetworkKind
    signal_dbm: Annotated[int, msgspec.Meta(ge=-150, le=0)] | None = None
    round_trip_ms: Count | None = None
    connections: Count = 0


class ClockHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far the clock is from the regency's (positive: ahead); None where unknown."""

    offset_ms: Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)] | None = None
    has_rtc: bool = False


class PreviousEnd(enum.Enum):
    """How the run before this boot ended: what tells a power cut from a dead line."""

    UNKNOWN = "unknown"
    SHUT_DOWN = "shut_down"
    REBOOTED = "rebooted"
    POWER_LOST = "power_lost"


class RunHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """This boot of the machine: how the one before ended, and restarts since.

    ``last_alive_at`` is when the machine was last known to run before it started; it is written
    every few minutes only, and by its own clock.
    """

    previous_end: PreviousEnd = PreviousEnd.UNKNOWN
    last_alive_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    agent_restarts: Count = 0
    screens_restarts: Count = 0
    host_uptime_s: Count | None = None


class QueueHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The unsent requests: how many, and the order and age of the ends of the queue.

    A counter begins anew with each boot, so each end names both.
    """

    depth: Count
    oldest_boot: Count | None = None
    oldest_counter: Count | None = None
    newest_boot: Count | None = None
    newest_counter: Count | None = None
    oldest_age_s: Count | None = None
    refused: Count = 0
