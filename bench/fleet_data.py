"""A fleet with a past, straight into the database: what pages of kiosks are measured on."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import insert

from anjungan.catalogue.villages import load_villages
from anjungan.protocol import contract
from anjungan.protocol.health import (
    ClockHealth,
    DeviceHealth,
    DiskHealth,
    NetworkHealth,
    NetworkKind,
    PowerFault,
    PowerHealth,
    PreviousEnd,
    QueueHealth,
    RunHealth,
)
from anjungan.protocol.identity import KioskId, village_of
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import Health, TimeQuality
from anjungan.regency.fleet.measurements import measurements, power_bits
from anjungan.regency.inbox.beats import InboxBeat, store_beat
from anjungan.regency.store.database import Database
from anjungan.regency.store.tables import (
    EVENTS,
    KIOSK_SAMPLES,
    KIOSK_SILENCES,
    KIOSKS,
)

INTERVAL: Final = timedelta(minutes=5)
_KINDS: Final = ("card_reader", "scanner", "printer", "buttons", "sound")


def kiosk_names(count: int) -> Sequence[KioskId]:
    """So many kiosks: the pilot villages first, then one a village, then more in each."""
    villages = sorted(load_villages().values(), key=lambda each: (not each.pilot, each.code))
    return [
        KioskId(f"{villages[index % len(villages)].code}-{index // len(villages) + 1}")
        for index in range(count)
    ]


def seed_fleet(database: Database, count: int, now: datetime, *, history: int = 0) -> None:
    """Fill an empty database with ``count`` kiosks, the first ``history`` of them with samples.

    One kiosk in thirteen is offline, some need a look; the same at every call.
    """
    kiosks = kiosk_names(count)
    with database.writing() as connection:
        connected = InboxBeat(now - timedelta(days=40), now, connected=True)
        store_beat(connection, connected)
        rows = [_row(kiosk, place, now) for place, kiosk in enumerate(kiosks)]
        connection.execute(insert(KIOSKS), rows)
        silences = [each for place, kiosk in enumerate(kiosks) for each in _past(kiosk, place, now)]
        connection.execute(insert(KIOSK_SILENCES), silences)
        for place, kiosk in enumerate(kiosks[:history]):
            connection.execute(insert(KIOSK_SAMPLES), _samples(kiosk, place, now))
            connection.execute(insert(EVENTS), _events(kiosk, now))


def health_of(kiosk: KioskId, place: int, at: datetime) -> Health:
    """A report; what is wrong follows from the place in the list."""
    random = Random(f"{kiosk} {at:%Y%m%d%H%M}")  # noqa: S311 - the same numbers at every call
    devices = [DeviceHealth(name=kind, kind=kind, state="ready") for kind in _KINDS]
    devices[2] = DeviceHealth(
        name="printer", kind="printer", state="ready", level_percent=(97 - place * 13) % 100
    )
    hour = at.hour + at.minute / 60
    heat = 48 + 5 * math.sin((hour - 2) / 24 * 2 * math.pi) + random.uniform(-0.6, 0.6)
    queue = QueueHealth(depth=0)
    power = PowerHealth()
    match place % 13:
        case 1:
            devices[2] = DeviceHealth(
                name="printer", kind="printer", state="fault", code="paper_out", level_percent=0
            )
        case 4:
            heat += 27
            power = PowerHealth(now=(PowerFault.THROTTLED,), since_boot=(PowerFault.THROTTLED,))
        case 6:
            devices[1] = DeviceHealth(name="scanner", kind="scanner", state="missing")
        case 8:
            queue = QueueHealth(depth=3, oldest_age_s=700)
        case 10:
            power = PowerHealth(since_boot=(PowerFault.UNDER_VOLTAGE,))
        case _:
            pass
    return Health(
        id=new_message_id(round(at.timestamp() * 1000)),
        sent_at=at,
        time_quality=TimeQuality.NTP,
        enrolment=1,
        boot=7,
        counter=1,
        version="1.4.2",
        uptime_s=900_000,
        queue=queue,
        devices=tuple(devices),
        cpu_temperature_c=round(heat, 1),
        memory_available_bytes=2_900_000_000 - random.randint(0, 10**8),
        memory_total_bytes=3_884_000_000,
        load_1min=0.2,
        power=power,
        disk=DiskHealth(
            total_bytes=31_000_000_000,
            free_bytes=12_100_000_000 - place % 50 * 10_000_000,
            written_since_boot_bytes=3_400_000_000,
            life_used_percent=20,
        ),
        network=NetworkHealth(
            kind=NetworkKind.WIFI,
            signal_dbm=-62 - random.randint(0, 9),
            round_trip_ms=random.randint(40, 260),
            connections=4,
        ),
        clock=ClockHealth(offset_ms=random.randint(-300, 300), has_rtc=place % 2 == 0),
        run=RunHealth(
            previous_end=PreviousEnd.POWER_LOST,
            last_alive_at=at - timedelta(days=12, hours=3),
            agent_restarts=place % 2,
            host_uptime_s=1_037_000,
        ),
        certificate_expires_at=at + timedelta(days=210),
    )


def _row(kiosk: KioskId, place: int, now: datetime) -> dict[str, Any]:
    gone = timedelta(hours=3, minutes=12) if place % 13 == 3 else timedelta(seconds=20 + place % 90)
    seen = now - gone
    return {
        "kiosk": kiosk,
        "village": village_of(kiosk),
        "first_seen_at": now - timedelta(days=90),
        "last_report_at": seen,
        "reports_since_silence": 2,
        "will_at": None,
        "boot": 7,
        "session": 3,
        "version": "1.4.2",
        "health": contract.encode(health_of(kiosk, place, seen)),
        "health_at": seen,
        "health_order": "1",
    }


def _past(kiosk: KioskId, place: int, now: datetime) -> list[dict[str, Any]]:
    """A power cut, a dead line, and a short silence in the last thirty days."""
    return [
        {
            "kiosk": kiosk,
            "last_report_at": now - timedelta(days=day, hours=place % 7),
            "ended_at": now - timedelta(days=day, hours=place % 7) + lasted,
            "will_at": None,
            "report_interval_ms": round(INTERVAL / timedelta(milliseconds=1)),
            "boot_before": 6,
            "cause": cause,
            "off_from": now - timedelta(days=day, hours=place % 7) if off else None,
            "off_until": now - timedelta(days=day, hours=place % 7) + lasted if off else None,
        }
        for day, lasted, cause, off in (
            (21 - place % 3, timedelta(hours=5, minutes=10), "power_cut", True),
            (20 - place % 3, timedelta(minutes=48), "dead_line", False),
            (3 + place % 4, timedelta(minutes=31), "dead_line", False),
        )
    ]


def _samples(kiosk: KioskId, place: int, now: datetime) -> list[dict[str, Any]]:
    rows = []
    for index in range(7 * 288):
        at = (now - index * INTERVAL).replace(second=0, microsecond=0)
        if place % 13 == 3 and now - at < timedelta(hours=3, minutes=12):
            continue
        if timedelta(days=2, hours=1) < now - at < timedelta(days=2, hours=9):
            continue  # a night without power: no line is drawn over it
        health = health_of(kiosk, place, at)
        numbers = dict(measurements(health))
        if at.hour in {2, 3, 4} and at.minute < 40:
            numbers["queue_depth"] = float((at.minute // 10 + place) % 4)
        rows.append({"kiosk": kiosk, "at": at, **numbers, "power_faults": power_bits(health)})
    return rows


def _events(kiosk: KioskId, now: datetime) -> list[dict[str, Any]]:
    told = (
        (timedelta(minutes=43), "contact_closed", ""),
        (timedelta(minutes=51), "contact_opened", "door"),
        (timedelta(hours=2, minutes=41), "started", ""),
        (timedelta(days=1, hours=1), "print_uncertain", "paper_out"),
        *((timedelta(days=day), "started", "") for day in range(2, 30)),
    )
    return [
        {
            "message_id": new_message_id(round((now - ago).timestamp() * 1000)),
            "kiosk": kiosk,
            "kind": kind,
            "detail": detail,
            "sent_at": now - ago,
            "received_at": now - ago,
        }
        for ago, kind, detail in told
    ]
