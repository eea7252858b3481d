"""Metric families out of values read from the database. Pure.

Names follow the conventions of Prometheus: one prefix, base units, ``_total`` for counters.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric

from anjungan.catalogue.villages import load_villages
from anjungan.protocol.messages import DeviceHealth, Health, PowerFault
from anjungan.regency.fleet.overview import FleetView, KioskView
from anjungan.regency.fleet.presence import Connection

PREFIX: Final = "anjungan"
_KIOSK: Final = "kiosk"


@dataclass(frozen=True, slots=True)
class RequestCount:
    """How many requests have a status; ``status`` is the word of the enumeration."""

    status: str
    requests: int


@dataclass(frozen=True, slots=True)
class MessageCount:
    """How often something happened to messages, by a code of ours."""

    code: str
    times: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is told. ``statuses_waiting`` have not been acknowledged by their kiosk yet."""

    fleet: FleetView
    requests: Sequence[RequestCount]
    statuses_waiting: int
    dropped: Sequence[MessageCount]
    refused: Sequence[MessageCount]


def families(figures: Figures) -> Iterator[Metric]:
    """Every family, in the order of the page."""
    kiosks = figures.fleet.kiosks
    yield _info(kiosks)
    yield _connection(kiosks)
    yield _gauge(
        "kiosk_last_report_timestamp_seconds",
        "When the kiosk was last heard.",
        ((view, _timestamp(view.last_report_at)) for view in kiosks),
    )
    reported = [(view, view.health) for view in kiosks if view.health is not None]
    yield from _of_health(reported)
    yield _power(reported)
    yield _devices_ready(reported)
    yield _device_levels(reported)
    yield from _of_regency(figures)


def _of_health(reported: Sequence[tuple[KioskView, Health]]) -> Iterator[Metric]:
    for name, help_text, value in (
        ("uptime_seconds", "How long the agent runs.", lambda h: h.uptime_s),
        ("queue_depth", "Requests not sent yet.", lambda h: h.queue.depth),
        ("queue_oldest_age_seconds", "Age of the oldest request.", lambda h: h.queue.oldest_age_s),
        ("queue_refused", "Requests that were refused for good.", lambda h: h.queue.refused),
        ("cpu_temperature_celsius", "Heat of the processor.", lambda h: h.cpu_temperature_c),
        ("load1", "Load over one minute.", lambda h: h.load_1min),
        ("memory_available_bytes", "Memory to be had.", lambda h: h.memory_available_bytes),
        ("memory_total_bytes", "Memory built in.", lambda h: h.memory_total_bytes),
        ("disk_free_bytes", "Room left on the data's medium.", lambda h: h.disk_free_bytes),
        ("disk_total_bytes", "Size of the data's medium.", lambda h: h.disk and h.disk.total_bytes),
        (
            "disk_life_used_ratio",
            "Wear the medium tells of itself.",
            lambda h: _ratio(h.disk and h.disk.life_used_percent),
        ),
        (
            "disk_read_only",
            "Whether the medium has become read-only.",
            lambda h: None if h.disk is None else int(h.disk.read_only),
        ),
        (
            "network_signal_dbm",
            "Strength of the radio signal.",
            lambda h: h.network and h.network.signal_dbm,
        ),
        (
            "network_round_trip_seconds",
            "Round trip to the regency.",
            lambda h: _from_ms(h.network and h.network.round_trip_ms),
        ),
        (
            "clock_offset_seconds",
            "How far the clock is ahead of the regency's.",
            lambda h: _from_ms(h.clock and h.clock.offset_ms),
        ),
        (
            "certificate_expiry_timestamp_seconds",
            "When the kiosk's certificate expires.",
            lambda h: _timestamp(h.certificate_expires_at),
        ),
        ("screens_up", "Whether the screens run.", lambda h: int(h.screens_up)),
        ("maintenance", "Whether the kiosk is in maintenance.", lambda h: int(h.maintenance)),
        ("dropped_messages", "Messages the kiosk dropped.", lambda h: h.dropped_messages),
    ):
        yield _gauge(
            f"kiosk_{name}", help_text, ((view, value(health)) for view, health in reported)
        )


def _of_regency(figures: Figures) -> Iterator[Metric]:
    requests = GaugeMetricFamily(f"{PREFIX}_requests", "Requests by status.", labels=["status"])
    for count in figures.requests:
        requests.add_metric([count.status], count.requests)
    yield requests
    yield GaugeMetricFamily(
        f"{PREFIX}_statuses_waiting",
        "Statuses that kiosks have not acknowledged yet.",
        value=figures.statuses_waiting,
    )
    for name, help_text, label, counts in (
        ("messages_dropped", "Messages nobody could be told about.", "reason", figures.dropped),
        ("messages_refused", "Messages refused for good.", "code", figures.refused),
    ):
        counter = CounterMetricFamily(f"{PREFIX}_{name}", help_text, labels=[label])
        for each in counts:
            counter.add_metric([each.code], each.times)
        yield counter
    beat = figures.fleet.inbox
    yield GaugeMetricFamily(
        f"{PREFIX}_inbox_connected",
        "Whether the inbox reaches the broker, by its last sign of life.",
        value=0 if beat is None else int(beat.connected),
    )
    yield GaugeMetricFamily(
        f"{PREFIX}_inbox_beat_timestamp_seconds",
        "The last sign of life of the inbox; zero when there was none.",
        value=0 if beat is None else beat.beat_at.timestamp(),
    )


def _info(kiosks: Sequence[KioskView]) -> Metric:
    villages = load_villages()
    info = InfoMetricFamily(f"{PREFIX}_kiosk", "Where the kiosk stands and what it runs.")
    for view in kiosks:
        village = villages.get(view.village)
        info.add_metric(
            [],
            {
                _KIOSK: view.kiosk,
                "village": village.name if village else view.village,
                "district": village.district if village else "",
                "version": view.version,
            },
        )
    return info


def _connection(kiosks: Sequence[KioskView]) -> Metric:
    states = GaugeMetricFamily(
        f"{PREFIX}_kiosk_connection",
        "One for the state the kiosk is in, zero for the others.",
        labels=[_KIOSK, "state"],
    )
    for view in kiosks:
        for state in Connection:
            states.add_metric([view.kiosk, state.value], int(view.connection is state))
    return states


def _power(reported: Iterable[tuple[KioskView, Health]]) -> Metric:
    faults = GaugeMetricFamily(
        f"{PREFIX}_kiosk_power_fault",
        "Whether the board tells this fault of power or heat now.",
        labels=[_KIOSK, "fault"],
    )
    for view, health in reported:
        if health.power is not None:
            for fault in PowerFault:
                faults.add_metric([view.kiosk, fault.value], int(fault in health.power.now))
    return faults


def _devices_ready(reported: Iterable[tuple[KioskView, Health]]) -> Metric:
    ready = GaugeMetricFamily(
        f"{PREFIX}_kiosk_device_ready",
        "Whether a device is ready and has nothing to tell.",
        labels=[_KIOSK, "device", "kind"],
    )
    for view, health in reported:
        for device in _each_once(health.devices):
            is_ready = device.state == "ready" and not device.code
            ready.add_metric([view.kiosk, device.name, device.kind], int(is_ready))
    return ready


def _device_levels(reported: Iterable[tuple[KioskView, Health]]) -> Metric:
    levels = GaugeMetricFamily(
        f"{PREFIX}_kiosk_device_level_ratio",
        "What is left of what a device uses up, such as paper.",
        labels=[_KIOSK, "device"],
    )
    for view, health in reported:
        for device in _each_once(health.devices):
            level = _ratio(device.level_percent)
            if level is not None:
                levels.add_metric([view.kiosk, device.name], level)
    return levels


def _each_once(devices: Sequence[DeviceHealth]) -> Iterable[DeviceHealth]:
    # Prometheus refuses the whole page when one series stands on it twice
    return {device.name: device for device in devices}.values()


def _gauge(name: str, help_text: str, values: Iterable[tuple[KioskView, "float | None"]]) -> Metric:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", help_text, labels=[_KIOSK])
    for view, value in values:
        if value is not None:
            family.add_metric([view.kiosk], value)
    return family


def _timestamp(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _ratio(percent: int | None) -> float | None:
    return None if percent is None else percent / 100


def _from_ms(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
