"""What Home Assistant is told: one device a kiosk, with its sensors, and their values. Pure.

Device discovery of Home Assistant 2024.11 and later: a retained message on
``<prefix>/device/<id>/config`` that describes the device and all its entities
(home-assistant.io/integrations/mqtt, "Device discovery payload").
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from anjungan.catalogue.villages import load_villages
from anjungan.protocol.messages import Health, PowerFault
from anjungan.regency.fleet.overview import KioskView
from anjungan.regency.fleet.presence import Connection

STATE_PREFIX: Final = "anjungan-ha"
ORIGIN: Final = {"name": "Anjungan Desa Pintar"}
_HERE: Final = frozenset({Connection.ONLINE, Connection.RETURNING, Connection.LATE})

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class RetainedMessage:
    """A message to be retained by Home Assistant's broker."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class _Entity:
    key: str
    platform: str
    name: str
    value: Callable[[Health], Value]
    traits: dict[str, str]


def _on(is_so: bool | None) -> str | None:  # noqa: FBT001 - a value being spelt
    return None if is_so is None else ("ON" if is_so else "OFF")


def _paper(health: Health) -> Value:
    levels = [
        each.level_percent
        for each in health.devices
        if each.kind == "printer" and each.level_percent is not None
    ]
    return min(levels) if levels else None


def _in_trouble(health: Health) -> str | None:
    return _on(any(each.state != "ready" or each.code for each in health.devices))


def _under_voltage(health: Health) -> str | None:
    power = health.power
    return None if power is None else _on(PowerFault.UNDER_VOLTAGE in power.now)


_MEASURED: Final = {"state_class": "measurement"}
_PROBLEM: Final = {"device_class": "problem"}
_DIAGNOSTIC: Final = {"entity_category": "diagnostic"}

ENTITIES: Final[Sequence[_Entity]] = (
    _Entity(
        "temperature",
        "sensor",
        "Suhu",
        lambda h: h.cpu_temperature_c,
        {"device_class": "temperature", "unit_of_measurement": "°C", **_MEASURED},
    ),
    _Entity("queue", "sensor", "Antrean kirim", lambda h: h.queue.depth, _MEASURED),
    _Entity("paper", "sensor", "Kertas", _paper, {"unit_of_measurement": "%", **_MEASURED}),
    _Entity(
        "disk_free",
        "sensor",
        "Ruang simpan kosong",
        lambda h: h.disk_free_bytes,
        {"device_class": "data_size", "unit_of_measurement": "B", **_MEASURED, **_DIAGNOSTIC},
    ),
    _Entity(
        "uptime",
        "sensor",
        "Menyala",
        lambda h: h.uptime_s,
        {"device_class": "duration", "unit_of_measurement": "s", **_DIAGNOSTIC},
    ),
    _Entity(
        "signal",
        "sensor",
        "Sinyal",
        lambda h: None if h.network is None else h.network.signal_dbm,
        {
            "device_class": "signal_strength",
            "unit_of_measurement": "dBm",
            **_MEASURED,
            **_DIAGNOSTIC,
        },
    ),
    _Entity("version", "sensor", "Versi", lambda h: h.version, _DIAGNOSTIC),
    _Entity("trouble", "binary_sensor", "Alat bermasalah", _in_trouble, _PROBLEM),
    _Entity(
        "under_voltage",
        "binary_sensor",
        "Tegangan rendah",
        _under_voltage,
        {**_PROBLEM, **_DIAGNOSTIC},
    ),
    _Entity(
        "screens",
        "binary_sensor",
        "Layar berjalan",
        lambda h: _on(h.screens_up),
        {"device_class": "running"},
    ),
)


def discovery_message(view: KioskView, prefix: str, public_url: str) -> RetainedMessage:
    """The description of a kiosk as a device."""
    village = load_villages().get(view.village)
    place = village.name if village is not None else view.village
    config = {
        "device": {
            "identifiers": [f"anjungan-{view.kiosk}"],
            "name": f"Anjungan {place}",
            "manufacturer": ORIGIN["name"],
            "model": "Anjungan",
            "serial_number": view.kiosk,
            "sw_version": view.version,
            "suggested_area": place,
            "configuration_url": f"{public_url.rstrip('/')}/anjungan/{view.kiosk}",
        },
        "origin": ORIGIN,
        "state_topic": f"{STATE_PREFIX}/{view.kiosk}/state",
        "availability_topic": f"{STATE_PREFIX}/{view.kiosk}/availability",
        "components": {each.key: _component(view, each) for each in ENTITIES},
    }
    topic = f"{prefix}/device/anjungan-{view.kiosk}/config"
    return RetainedMessage(topic, msgspec.json.encode(config))


def _component(view: KioskView, entity: _Entity) -> dict[str, Any]:
    return {
        "platform": entity.platform,
        "unique_id": f"anjungan-{view.kiosk}-{entity.key}",
        "name": entity.name,
        "value_template": "{{ value_json." + entity.key + " }}",
        **entity.traits,
    }


def state_messages(view: KioskView) -> Sequence[RetainedMessage]:
    """Whether a kiosk is there, and the values it last told (none before its first report)."""
    here = "online" if view.connection in _HERE else "offline"
    prefix = f"{STATE_PREFIX}/{view.kiosk}"
    availability = RetainedMessage(f"{prefix}/availability", here.encode())
    health = view.health
    if health is None:
        return [availability]
    values = {each.key: each.value(health) for each in ENTITIES}
    return [availability, RetainedMessage(f"{prefix}/state", msgspec.json.encode(values))]
