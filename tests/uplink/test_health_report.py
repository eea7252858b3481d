"""What a health report costs, and what only the uplink can put into it."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from anjungan.appliance.storage.records import Order
from anjungan.appliance.uplink.health import HealthReading, health_message
from anjungan.appliance.uplink.line_health import LineHealth
from anjungan.protocol.contract import encode
from anjungan.protocol.health import (
    DeviceHealth,
    DiskHealth,
    NetworkKind,
    PowerFault,
    PowerHealth,
    PreviousEnd,
    QueueHealth,
    RunHealth,
)
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import Health, Presence, RegencyPresence, TimeQuality

NOW = datetime(2026, 11, 24, 9, 41, 7, 123456, tzinfo=UTC)
KINDS = ("card_reader", "scanner", "printer", "document_printer", "buttons", "sound", "backlight")

READING = HealthReading(
    uptime_s=86_400,
    devices=tuple(DeviceHealth(name=kind, kind=kind, state="ready") for kind in KINDS),
    cpu_temperature_c=51.121,
    memory_available_bytes=2_931_208_000,
    memory_total_bytes=3_884_348_000,
    load_1min=0.12,
    power=PowerHealth(since_boot=(PowerFault.UNDER_VOLTAGE, PowerFault.THROTTLED)),
    disk=DiskHealth(
        total_bytes=31_000_000_000,
        free_bytes=21_474_836_480,
        written_since_boot_bytes=1_234_567_890,
        life_used_percent=20,
    ),
    network_kind=NetworkKind.WIFI,
    signal_dbm=-81,
    has_rtc=True,
    run=RunHealth(
        previous_end=PreviousEnd.POWER_LOST,
        last_alive_at=NOW - timedelta(hours=3),
        agent_restarts=1,
        screens_restarts=2,
        host_uptime_s=86_520,
    ),
    certificate_expires_at=NOW + timedelta(days=200),
)
QUEUE = QueueHealth(
    depth=3, oldest_boot=42, oldest_counter=7, newest_boot=42, newest_counter=9, oldest_age_s=900
)


class Clock:
    def now(self) -> datetime:
        return NOW

    def time_quality(self) -> TimeQuality:
        return TimeQuality.NTP


def presence(sent_at: datetime, quality: TimeQuality = TimeQuality.NTP) -> RegencyPresence:
    return RegencyPresence(
        id=new_message_id(1), sent_at=sent_at, time_quality=quality, presence=Presence.ONLINE
    )


def report(reading: HealthReading, line: LineHealth) -> Health:
    return health_message(
        reading,
        message_id=new_message_id(1_795_513_267_123),
        order=Order(1, 42, 311),
        clock=Clock(),  # type: ignore[arg-type] - only what a report asks
        version="1.4.2",
        queue=QUEUE,
        dropped_messages=0,
        line=line,
    )


@pytest.fixture
def line() -> LineHealth:
    line = LineHealth()
    line.connected()
    line.took(0.412)
    line.regency_told_time(presence(NOW - timedelta(seconds=2.5)), NOW)
    return line


def test_a_report_that_tells_everything_is_small(line: LineHealth) -> None:
    assert len(encode(report(READING, line))) < 1400


def test_an_idle_day_costs_at_most_600_kb(line: LineHealth) -> None:
    """288 reports, their acknowledgements and the keep-alives, with TCP/IP and TLS below them."""
    idle = msgspec.structs.replace(READING, power=PowerHealth())
    payload = len(encode(report(idle, line)))
    topic = len("anjungan/1/3505/3505102001/3505102001-1/up/health")
    packet = 40 + 22  # IP and TCP, one TLS 1.3 record with its tag
    one = (packet + 9 + topic + payload) + (packet + 4) + 2 * 40
    keep_alive = 2 * (packet + 2) + 40
    day = 288 * one + 720 * keep_alive
    assert day <= 600_000, f"{day} bytes with reports of {payload}"


def test_what_only_the_uplink_knows(line: LineHealth) -> None:
    told = report(READING, line)
    assert told.network is not None
    assert (told.network.round_trip_ms, told.network.connections) == (412, 1)
    assert told.network.signal_dbm == -81
    assert told.clock is not None
    assert told.clock.offset_ms == 2500 - 206, "half the round trip is no fault of the clock"
    assert told.disk_free_bytes == 21_474_836_480


def test_a_machine_that_tells_nothing_says_nothing() -> None:
    told = report(HealthReading(uptime_s=1), LineHealth())
    assert told.network is None
    assert told.disk is None
    assert told.clock is not None
    assert told.clock.offset_ms is None
    assert b"null" not in encode(told)


def test_a_regency_that_is_not_sure_of_its_clock_sets_no_measure() -> None:
    line = LineHealth()
    line.regency_told_time(presence(NOW, TimeQuality.UNSYNCED), NOW)
    assert line.clock(has_rtc=False).offset_ms is None


def test_a_clock_that_is_centuries_off_can_be_told() -> None:
    line = LineHealth()
    line.took(None)
    line.regency_told_time(presence(datetime(9998, 1, 1, tzinfo=UTC)), NOW)
    offset = line.clock(has_rtc=False).offset_ms
    assert offset is not None
    assert -(2**53) < offset < 0
