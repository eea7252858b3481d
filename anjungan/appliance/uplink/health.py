"""Health reports: what the agent reads, what is sent, and when a report is due."""

from datetime import datetime

import msgspec

from anjungan.appliance.storage.records import Order
from anjungan.appliance.uplink.clock import LineClock
from anjungan.appliance.uplink.line_health import LineHealth
from anjungan.protocol.health import (
    DeviceHealth,
    DiskHealth,
    NetworkKind,
    PowerHealth,
    QueueHealth,
    RunHealth,
)
from anjungan.protocol.message_id import MessageId
from anjungan.protocol.messages import Health


class HealthReading(msgspec.Struct, frozen=True, kw_only=True):
    """How the kiosk feels now; units as in the contract's Health. None: it cannot be read."""

    uptime_s: int
    devices: tuple[DeviceHealth, ...] = ()
    screens_up: bool = True
    cpu_temperature_c: float | None = None
    memory_available_bytes: int | None = None
    memory_total_bytes: int | None = None
    load_1min: float | None = None
    power: PowerHealth | None = None
    disk: DiskHealth | None = None
    network_kind: NetworkKind | None = None
    signal_dbm: int | None = None
    has_rtc: bool = False
    run: RunHealth | None = None
    certificate_expires_at: datetime | None = None
    maintenance: bool = False


def health_message(
    reading: HealthReading,
    *,
    message_id: MessageId,
    order: Order,
    clock: LineClock,
    version: str,
    queue: QueueHealth,
    dropped_messages: int,
    line: LineHealth,
) -> Health:
    """The report that goes out: what the machine tells, and what only the uplink knows."""
    return Health(
        id=message_id,
        sent_at=clock.now(),
        time_quality=clock.time_quality(),
        enrolment=order.enrolment,
        boot=order.boot,
        counter=order.counter,
        version=version,
        uptime_s=reading.uptime_s,
        queue=queue,
        devices=reading.devices,
        screens_up=reading.screens_up,
        cpu_temperature_c=reading.cpu_temperature_c,
        disk_free_bytes=None if reading.disk is None else reading.disk.free_bytes,
        memory_available_bytes=reading.memory_available_bytes,
        memory_total_bytes=reading.memory_total_bytes,
        load_1min=reading.load_1min,
        dropped_messages=dropped_messages,
        power=reading.power,
        disk=reading.disk,
        network=None
        if reading.network_kind is None
        else line.network(reading.network_kind, reading.signal_dbm),
        clock=line.clock(has_rtc=reading.has_rtc),
        run=reading.run,
        certificate_expires_at=reading.certificate_expires_at,
        maintenance=reading.maintenance,
    )


class HealthSchedule:
    """Every interval, and at once when a device changes, at most one a device in each gap.

    A report tells of all devices, so it settles every change that waited. All times are of one
    monotonic clock.
    """

    def __init__(self, *, interval_s: float, change_gap_s: float) -> None:
        self._interval_s = interval_s
        self._change_gap_s = change_gap_s
        self._regular_due_s = 0.0
        self._told_s: dict[str, float] = {}
        self._change_due_s: dict[str, float] = {}

    def changed(self, device: str, now_s: float) -> None:
        """A device has another state than before."""
        told_s = self._told_s.get(device)
        due_s = now_s if told_s is None else max(now_s, told_s + self._change_gap_s)
        self._change_due_s.setdefault(device, due_s)

    def connected(self, now_s: float) -> None:
        """A new connection begins with a report."""
        self._regular_due_s = now_s

    def due_s(self) -> float:
        """When the next report is due."""
        return min([self._regular_due_s, *self._change_due_s.values()])

    def reported(self, now_s: float) -> None:
        """A report was sent."""
        self._told_s.update(dict.fromkeys(self._change_due_s, now_s))
        self._change_due_s.clear()
        self._regular_due_s = now_s + self._interval_s
