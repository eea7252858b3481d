"""Health reports: what the agent reads, and when a report is due."""

import msgspec

from anjungan.protocol.messages import DeviceHealth


class HealthReading(msgspec.Struct, frozen=True, kw_only=True):
    """How the kiosk feels now; units as in the contract's Health."""

    uptime_s: int
    devices: tuple[DeviceHealth, ...] = ()
    screens_up: bool = True
    cpu_temperature_c: float | None = None
    disk_free_bytes: int | None = None
    memory_available_bytes: int | None = None
    load_1min: float | None = None


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
