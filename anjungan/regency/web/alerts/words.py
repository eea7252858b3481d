"""How pages show alerts, visits and messages: a word, a tone and an icon."""

from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Final

from anjungan.protocol.identity import KioskId, village_of
from anjungan.regency.alerts.districts import district_name
from anjungan.regency.alerts.kinds import AlertKind, Severity
from anjungan.regency.alerts.maintenance import Window, WindowScope
from anjungan.regency.alerts.outbox import BAD_ROUTE, NO_ROUTE, NOT_TAKEN, Message
from anjungan.regency.alerts.reading import IncidentView
from anjungan.regency.alerts.telling import Occasion
from anjungan.regency.alerts.tracking import MUTED_UNTIL_FIXED
from anjungan.regency.alerts.visits import VisitState
from anjungan.regency.alerts.words import SEVERITY_WORDS, village_words
from anjungan.regency.requests.lateness import WIB
from anjungan.regency.web.words import Sign, long_date, short_moment

SEVERITY_SIGNS: Final[Mapping[Severity, Sign]] = MappingProxyType(
    {
        Severity.CRITICAL: Sign(SEVERITY_WORDS[Severity.CRITICAL], "error", "alert-triangle"),
        Severity.WARNING: Sign(SEVERITY_WORDS[Severity.WARNING], "warn", "alert-triangle"),
        Severity.NOTICE: Sign(SEVERITY_WORDS[Severity.NOTICE], "info", "info-circle"),
    }
)
ENDED: Final = Sign("Selesai", "ok", "circle-check")
CALMING: Final = Sign("Mulai pulih", "info", "history")
TAKEN_ON: Final = Sign("Ditangani", "ok", "user-check")
MUTED: Final = Sign("Dibisukan", "neutral", "bell-off")
MAINTENANCE: Final = Sign("Perawatan", "neutral", "tool")

KIND_ICONS: Final[Mapping[AlertKind, str]] = MappingProxyType(
    {
        AlertKind.REGENCY_SILENT: "wifi-off",
        AlertKind.INBOX_DOWN: "inbox",
        AlertKind.DISTRICT_SILENT: "wifi-off",
        AlertKind.OFFLINE: "cloud-off",
        AlertKind.PAPER_OUT: "receipt",
        AlertKind.PAPER_LOW: "receipt",
        AlertKind.COVER_OPEN: "printer",
        AlertKind.PRINTER_FAULT: "printer",
        AlertKind.CARD_READER_MISSING: "nfc",
        AlertKind.DEVICE_FAULT: "plug-connected-x",
        AlertKind.SCREENS_DOWN: "device-desktop-off",
        AlertKind.CONTACT_OPENED: "door",
        AlertKind.CLONE_SUSPECTED: "copy",
        AlertKind.QUEUE_AGE: "hourglass",
        AlertKind.REQUESTS_REFUSED: "ban",
        AlertKind.STORAGE_RECOVERED: "device-sd-card",
        AlertKind.DISK_READ_ONLY: "lock",
        AlertKind.DISK_LOW: "device-sd-card",
        AlertKind.CARD_WEAR: "device-sd-card",
        AlertKind.HEAT: "temperature",
        AlertKind.UNDER_VOLTAGE: "bolt",
        AlertKind.CLOCK_OFF: "clock",
        AlertKind.CLOCK_UNSYNCED: "clock",
        AlertKind.RESTART_LOOP: "refresh",
        AlertKind.CERTIFICATE_URGENT: "certificate",
        AlertKind.CERTIFICATE_SOON: "certificate",
        AlertKind.VERSION_BEHIND: "versions",
    }
)

VISIT_SIGNS: Final[Mapping[VisitState, Sign]] = MappingProxyType(
    {
        VisitState.PLANNED: Sign("Direncanakan", "info", "calendar-event"),
        VisitState.DONE: Sign("Selesai", "ok", "circle-check"),
        VisitState.CANCELLED: Sign("Dibatalkan", "neutral", "x"),
    }
)

_PROBLEM_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        NO_ROUTE: "tujuan sudah tidak ada di setelan",
        BAD_ROUTE: "alamat tujuan tidak dapat dipakai",
        NOT_TAKEN: "tujuan tidak menerima",
    }
)
OCCASION_WORDS: Final[Mapping[Occasion, str]] = MappingProxyType(
    {
        Occasion.OPENED: "Pesan mulai",
        Occasion.ENDED: "Pesan selesai",
        Occasion.TRIAL: "Pesan uji",
    }
)


def message_sign(message: Message) -> Sign:
    """What has become of a message."""
    if message.delivered_at is not None:
        return Sign("Terkirim", "ok", "check")
    if message.given_up_at is not None:
        return Sign("Gagal, tidak dicoba lagi", "error", "circle-x")
    if message.problem:
        return Sign("Gagal, dicoba lagi", "warn", "refresh")
    return Sign("Menunggu", "info", "clock-up")


def problem_words(problem: str) -> str:
    """Why a message was not taken."""
    return _PROBLEM_WORDS.get(problem, problem)


def muted_words(incident: IncidentView, now: datetime) -> str:
    """``sampai 17.41``, ``sampai pulih``; empty where it is not muted."""
    until = incident.muted_until
    if until is None or until <= now:
        return ""
    return "sampai pulih" if until >= MUTED_UNTIL_FIXED else f"sampai {short_moment(until, now)}"


def day_words(day: date) -> str:
    """``Selasa, 24 November 2026``."""
    return long_date(datetime.combine(day, time.min, WIB))


def window_place(window: Window) -> str:
    """What a maintenance window covers."""
    match window.scope:
        case WindowScope.KIOSK:
            kiosk = KioskId(window.place)
            return f"{village_words(village_of(kiosk))} ({kiosk})"
        case WindowScope.DISTRICT:
            return f"Kec. {district_name(window.place)}"
        case WindowScope.REGENCY:
            return "Seluruh kabupaten"
