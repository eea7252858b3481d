"""What is kept of kiosks over time: samples, hours, silences, and when nobody listened."""

from typing import Final

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table

from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables.metadata import METADATA

METRICS: Final = (
    "temperature_c",
    "queue_depth",
    "disk_used_percent",
    "memory_used_percent",
    "signal_dbm",
    "round_trip_ms",
    "paper_percent",
)
"""The numbers of a health report that are worth a chart, under the names of their columns."""

KIOSK_SAMPLES: Final = Table(
    "kiosk_samples",
    METADATA,
    Column("kiosk", String(13), primary_key=True),
    Column("at", Instant, primary_key=True),
    *(Column(name, Float, nullable=True) for name in METRICS),
    Column("power_faults", Integer, nullable=True),
    Index("ix_kiosk_samples_at", "at"),
)
"""The last report of each minute, so that a kiosk that reports without pause fills nothing.
``power_faults`` are the bits of what was wrong then (see ``fleet/measurements.py``)."""

KIOSK_HOURS: Final = Table(
    "kiosk_hours",
    METADATA,
    Column("kiosk", String(13), primary_key=True),
    Column("hour", Instant, primary_key=True),
    Column("samples", Integer, nullable=False),
    Column("under_voltage_samples", Integer, nullable=False),
    *(
        Column(f"{name}_{part}", Float, nullable=True)
        for name in METRICS
        for part in ("min", "max", "mean")
    ),
    Index("ix_kiosk_hours_hour", "hour"),
)
"""Samples by hour: smallest, largest and mean of each number; empty where none told it."""

KIOSK_SILENCES: Final = Table(
    "kiosk_silences",
    METADATA,
    Column("kiosk", String(13), primary_key=True),
    Column("last_report_at", Instant, primary_key=True),
    Column("ended_at", Instant, nullable=False),
    Column("will_at", Instant, nullable=True),
    Column("report_interval_ms", BigInteger, nullable=False),
    Column("boot_before", BigInteger, nullable=True),
    Column("cause", String(16), nullable=True),
    Column("off_from", Instant, nullable=True),
    Column("off_until", Instant, nullable=True),
    Index("ix_kiosk_silences_kiosk_ended_at", "kiosk", "ended_at"),
    Index("ix_kiosk_silences_cause_ended_at", "cause", "ended_at"),
    Index("ix_kiosk_silences_ended_at", "ended_at"),
)
"""Each time a kiosk was late or gone and came back. What it was meanwhile follows from the rule of
``fleet/presence.py`` and is not stored. ``cause`` is empty until the kiosk has told of itself;
``off_from`` and ``off_until`` are when its machine did not run, as far as it is known."""

DEAF_TIMES: Final = Table(
    "deaf_times",
    METADATA,
    Column("began_at", Instant, primary_key=True),
    Column("ended_at", Instant, nullable=True),
)
"""When no inbox heard the kiosks: their silence then says nothing of them."""
