"""What a kiosk has told of its machine, a line each: label, value, and a sign where one is due."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from anjungan.protocol.health import NetworkHealth, NetworkKind, PowerFault, PreviousEnd
from anjungan.protocol.messages import Health, TimeQuality
from anjungan.regency.alerts.kinds import AlertKind
from anjungan.regency.fleet.measurements import used_percent
from anjungan.regency.web.fleet.warnings import Rules, is_beyond
from anjungan.regency.web.words import Sign, gigabytes, long_date, seconds, short_moment

_NETWORK_WORDS: Final = {
    NetworkKind.NONE: "Tidak ada",
    NetworkKind.ETHERNET: "Kabel",
    NetworkKind.WIFI: "Wi-Fi",
    NetworkKind.CELLULAR: "Seluler",
}
_FAULT_WORDS: Final = {
    PowerFault.UNDER_VOLTAGE: "tegangan kurang",
    PowerFault.FREQUENCY_CAPPED: "kecepatan dibatasi",
    PowerFault.THROTTLED: "prosesor diperlambat",
    PowerFault.SOFT_TEMPERATURE_LIMIT: "batas suhu tercapai",
}
_END_WORDS: Final = {
    PreviousEnd.UNKNOWN: "tidak diketahui",
    PreviousEnd.SHUT_DOWN: "dimatikan dengan benar",
    PreviousEnd.REBOOTED: "dinyalakan ulang",
    PreviousEnd.POWER_LOST: "mati mendadak (listrik padam)",
}
_WEAK_DBM: Final = -80
_FEW_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class Fact:
    """One line; ``sign`` stands in place of a plain value where something is to be judged."""

    icon: str
    label: str
    value: str
    sign: Sign | None = None


def machine_facts(health: Health, rules: Rules, now: datetime) -> Sequence[Fact]:
    """Everything that was told; what was not told has no line."""
    return [
        *_power(health),
        *_network(health.network),
        *_clock(health, rules),
        *_storage(health, rules),
        *_memory(health),
        *_run(health, now),
        *_certificate(health, rules, now),
    ]


def _power(health: Health) -> Iterator[Fact]:
    if health.power is None:
        return
    now, since = health.power.now, health.power.since_boot
    if now:
        words = ", ".join(_FAULT_WORDS[fault] for fault in now)
        yield Fact("bolt", "Listrik", words, Sign(words.capitalize(), "warn", "alert-triangle"))
    elif since:
        words = ", ".join(_FAULT_WORDS[fault] for fault in since)
        yield Fact("bolt", "Listrik", f"baik; pernah {words} sejak menyala")
    else:
        yield Fact("bolt", "Listrik", "baik", Sign("Baik", "ok", "circle-check"))


def _network(network: NetworkHealth | None) -> Iterator[Fact]:
    if network is None:
        return
    words = _NETWORK_WORDS[network.kind]
    if network.signal_dbm is None:
        yield Fact("wifi", "Jaringan", words)
    else:
        strength = f"−{abs(network.signal_dbm)} dBm"
        weak = network.signal_dbm < _WEAK_DBM
        sign = Sign(strength, "warn", "alert-triangle") if weak else Sign(strength, "ok", "wifi")
        yield Fact("wifi", f"Jaringan {words}", strength, sign)
    if network.round_trip_ms is not None:
        took = _milliseconds(network.round_trip_ms)
        yield Fact("transfer", "Bolak-balik", f"{took}, {network.connections} kali tersambung")


def _clock(health: Health, rules: Rules) -> Iterator[Fact]:
    clock = health.clock
    if clock is None or clock.offset_ms is None:
        words = {
            TimeQuality.NTP: "dicocokkan lewat jaringan",
            TimeQuality.RTC: "dari jam sendiri",
            TimeQuality.UNSYNCED: "belum dicocokkan",
        }[health.time_quality]
        yield Fact("clock", "Jam", words)
        return
    off_s = abs(clock.offset_ms) / 1000
    side = "lebih cepat" if clock.offset_ms > 0 else "lebih lambat"
    words = "tepat" if off_s < 1 else f"{seconds(round(off_s))} {side}"
    if is_beyond(rules[AlertKind.CLOCK_OFF], off_s):
        yield Fact("clock", "Jam", words, Sign(words, "warn", "alert-triangle"))
    else:
        yield Fact("clock", "Jam", words + (", ada jam sendiri" if clock.has_rtc else ""))


def _storage(health: Health, rules: Rules) -> Iterator[Fact]:
    disk = health.disk
    if disk is None:
        return
    if disk.read_only:
        locked = Sign("Terkunci, tidak bisa ditulisi", "error", "lock")
        yield Fact("device-sd-card", "Penyimpanan", locked.word, locked)
    used = used_percent(disk.total_bytes, disk.free_bytes)
    part = "" if used is None else f" dari {gigabytes(disk.total_bytes)} GB"
    written = disk.written_since_boot_bytes
    more = "" if written is None else f"; ditulis {gigabytes(written)} GB sejak menyala"
    yield Fact("device-sd-card", "Kosong", f"{gigabytes(disk.free_bytes)} GB{part}{more}")
    if disk.life_used_percent is not None:
        words = f"{disk.life_used_percent}% terpakai"
        worn = is_beyond(rules[AlertKind.CARD_WEAR], disk.life_used_percent)
        sign = Sign(words, "warn", "alert-triangle") if worn else None
        yield Fact("device-sd-card", "Umur kartu", words, sign)


def _memory(health: Health) -> Iterator[Fact]:
    used = used_percent(health.memory_total_bytes, health.memory_available_bytes)
    if used is not None and health.memory_total_bytes is not None:
        total = gigabytes(health.memory_total_bytes)
        yield Fact("cpu", "Memori", f"{used:.0f}% dari {total} GB terpakai")


def _run(health: Health, now: datetime) -> Iterator[Fact]:
    run = health.run
    if run is None:
        return
    words = _END_WORDS[run.previous_end]
    if run.last_alive_at is not None and run.previous_end is not PreviousEnd.UNKNOWN:
        words += f", {short_moment(run.last_alive_at, now)}"
    yield Fact("history", "Mati sebelumnya", words)
    restarts = f"program {run.agent_restarts} kali, layar {run.screens_restarts} kali"
    yield Fact("refresh", "Mulai ulang", restarts)


def _certificate(health: Health, rules: Rules, now: datetime) -> Iterator[Fact]:
    ends_at = health.certificate_expires_at
    if ends_at is None:
        return
    words = f"berlaku sampai {long_date(ends_at).partition(', ')[2]}"
    if is_beyond(rules[AlertKind.CERTIFICATE_SOON], (ends_at - now) / timedelta(days=1)):
        yield Fact("certificate", "Sertifikat", words, Sign(words, "warn", "alert-triangle"))
    else:
        yield Fact("certificate", "Sertifikat", words)


def _milliseconds(count: int) -> str:
    return f"{count} ms" if count < _FEW_MS else seconds(count // 1000)
