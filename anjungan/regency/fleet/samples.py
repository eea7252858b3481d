"""Samples of kiosks: kept as they come, by the hour for long, and read as lines for charts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, select

from anjungan.protocol.health import PowerFault
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import Health
from anjungan.regency.fleet.measurements import POWER_BITS, measurements, power_bits
from anjungan.regency.store.tables.fleet_history import KIOSK_HOURS, KIOSK_SAMPLES, METRICS
from anjungan.regency.store.upserts import replacing_insert

RAW_FOR: Final = timedelta(days=7)
HOURLY_FOR: Final = timedelta(days=400)
HOUR: Final = timedelta(hours=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_PARTS: Final = ("min", "max", "mean")


@dataclass(frozen=True, slots=True)
class Reading:
    """A number over a while: a minute of a sample, an hour of those that were rolled up."""

    at: datetime
    low: float
    high: float
    mean: float


Line = Sequence[Reading]


def store_sample(connection: Connection, kiosk: KioskId, health: Health, now: datetime) -> None:
    """Keep a report's numbers; of one minute the last."""
    minute = now.replace(second=0, microsecond=0)
    connection.execute(
        replacing_insert(connection, KIOSK_SAMPLES, (*METRICS, "power_faults")),
        {
            "kiosk": kiosk,
            "at": minute,
            **measurements(health),
            "power_faults": power_bits(health),
        },
    )


def read_lines(
    connection: Connection, kiosk: KioskId, since: datetime, now: datetime
) -> Mapping[str, Line]:
    """Every number's readings since then, in order; the raw ones where they reach back so far."""
    if now - since <= RAW_FOR:
        return _raw_lines(connection, kiosk, since)
    return _hourly_lines(connection, kiosk, since, now)


def _raw_lines(connection: Connection, kiosk: KioskId, since: datetime) -> Mapping[str, Line]:
    rows = connection.execute(
        select(KIOSK_SAMPLES)
        .where(KIOSK_SAMPLES.c.kiosk == kiosk, KIOSK_SAMPLES.c.at >= since)
        .order_by(KIOSK_SAMPLES.c.at)
    ).mappings()
    lines: dict[str, list[Reading]] = {name: [] for name in METRICS}
    for row in rows:
        for name in METRICS:
            value = row[name]
            if value is not None:
                lines[name].append(Reading(row["at"], value, value, value))
    return lines


def _hourly_lines(
    connection: Connection, kiosk: KioskId, since: datetime, now: datetime
) -> Mapping[str, Line]:
    rows = connection.execute(
        select(KIOSK_HOURS)
        .where(KIOSK_HOURS.c.kiosk == kiosk, KIOSK_HOURS.c.hour >= since)
        .order_by(KIOSK_HOURS.c.hour)
    ).mappings()
    lines: dict[str, list[Reading]] = {name: [] for name in METRICS}
    rolled_until = since
    for row in rows:
        rolled_until = row["hour"] + HOUR
        for name in METRICS:
            low, high, mean = (row[f"{name}_{part}"] for part in _PARTS)
            if mean is not None:
                lines[name].append(Reading(row["hour"], low, high, mean))
    # the hour that is not over yet, and what the watch has not come to
    for name, line in _raw_lines(connection, kiosk, max(rolled_until, now - RAW_FOR)).items():
        lines[name].extend(line)
    return lines


def roll_up(connection: Connection, now: datetime, *, hours: int) -> int:
    """Sum up the oldest hours that are over and not yet summed up, at most ``hours`` of them.

    Returns how many; the last one that was summed up is done again, should it have been half.
    """
    last = connection.execute(select(func.max(KIOSK_HOURS.c.hour))).scalar_one()
    if last is None:
        last = connection.execute(select(func.min(KIOSK_SAMPLES.c.at))).scalar_one()
    if last is None:
        return 0
    hour, done = hour_of(last), 0
    while done < hours and hour + HOUR <= now:
        _roll_up_hour(connection, hour)
        done += 1
        following = connection.execute(
            select(func.min(KIOSK_SAMPLES.c.at)).where(KIOSK_SAMPLES.c.at >= hour + HOUR)
        ).scalar_one()
        if following is None:
            break
        hour = hour_of(following)
    return done


def _roll_up_hour(connection: Connection, hour: datetime) -> None:
    sample = KIOSK_SAMPLES.c
    of_all: dict[str, Callable[[ColumnElement[float]], ColumnElement[float]]] = {
        "min": func.min,
        "max": func.max,
        "mean": func.avg,
    }
    under_voltage = sample.power_faults.bitwise_and(POWER_BITS[PowerFault.UNDER_VOLTAGE])
    rows = connection.execute(
        select(
            sample.kiosk,
            func.count().label("samples"),
            func.coalesce(func.sum(under_voltage), 0).label("under_voltage_samples"),
            *(
                of_all[part](sample[name]).label(f"{name}_{part}")
                for name in METRICS
                for part in _PARTS
            ),
        )
        .where(sample.at >= hour, sample.at < hour + HOUR)
        .group_by(sample.kiosk)
    )
    values = [{**row._mapping, "hour": hour} for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it
    if values:
        changed = [name for name in values[0] if name not in {"kiosk", "hour"}]
        connection.execute(replacing_insert(connection, KIOSK_HOURS, changed), values)


def delete_old_samples(connection: Connection, now: datetime) -> bool:
    """Delete the oldest hour of samples that is too old; True when there is another one."""
    oldest: datetime | None = connection.execute(select(func.min(KIOSK_SAMPLES.c.at))).scalar_one()
    limit = now - RAW_FOR
    if oldest is None or oldest >= limit:
        return False
    upto = min(hour_of(oldest) + HOUR, limit)
    connection.execute(delete(KIOSK_SAMPLES).where(KIOSK_SAMPLES.c.at < upto))
    return upto < limit


def delete_old_hours(connection: Connection, now: datetime) -> bool:
    """Delete the oldest day of hours that is too old; True when there is another one."""
    oldest: datetime | None = connection.execute(select(func.min(KIOSK_HOURS.c.hour))).scalar_one()
    limit = now - HOURLY_FOR
    if oldest is None or oldest >= limit:
        return False
    upto = min(oldest + timedelta(days=1), limit)
    connection.execute(delete(KIOSK_HOURS).where(KIOSK_HOURS.c.hour < upto))
    return upto < limit


def hour_of(moment: datetime) -> datetime:
    """The hour a moment lies in; those of Indonesia begin with those of UTC."""
    return moment - (moment - _EPOCH) % HOUR
