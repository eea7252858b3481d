"""The words of kiosks and their devices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from anjungan.protocol.messages import DeviceHealth, EventKind
from anjungan.regency.fleet.overview import KioskView
from anjungan.regency.fleet.presence import Connection
from anjungan.regency.web.words import Sign, ago, duration, short_moment

EVENT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        EventKind.STARTED.value: "Anjungan menyala",
        EventKind.STORAGE_RECOVERED.value: "Penyimpanan rusak dan dipulihkan",
        EventKind.PRINT_UNCERTAIN.value: "Cetakan tidak pasti",
        EventKind.CONTACT_OPENED.value: "Pintu atau segel dibuka",
        EventKind.CONTACT_CLOSED.value: "Pintu atau segel ditutup lagi",
    }
)

REFUSAL_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "malformed": "Isi pesan tidak sesuai aturan",
        "id_conflict": "Nomor pesan sudah dipakai pesan lain",
        "unknown_request": "Permohonan tidak dikenal",
        "not_allowed": "Status sekarang tidak membolehkannya",
        "ticket_taken": "Tiket sudah dipakai permohonan lain",
    }
)

DROP_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "foreign_topic": "Alamat pesan bukan milik kabupaten ini",
        "retained": "Salinan lama dari broker",
        "too_large": "Terlalu besar",
        "over_limit": "Terlalu banyak sekaligus",
        "malformed": "Isi tidak dapat dibaca",
        "failed": "Gagal disimpan",
    }
)

MESSAGE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"request": "Permohonan", "cancel": "Pembatalan", "event": "Kejadian"}
)

_DEVICE_KINDS: Final = {
    "card_reader": ("Pembaca kartu", "nfc"),
    "scanner": ("Pemindai QR", "scan"),
    "printer": ("Printer tiket", "printer"),
    "document_printer": ("Printer A4", "file-text"),
    "buttons": ("Tombol", "circle-arrow-up"),
    "sound": ("Pengeras suara", "volume"),
    "backlight": ("Lampu layar", "device-desktop-check"),
    "screens": ("Layar", "hand-click"),
}

_DEVICE_CODES: Final = {
    "paper_out": "Kertas habis",
    "near_end": "Kertas menipis",
    "opened": "Pintu atau segel terbuka",
    "button_stuck": "Tombol macet",
    "cover_open": "Penutup terbuka",
    "cutter_jam": "Pemotong macet",
    "head_hot": "Kepala cetak panas",
    "broken": "Rusak",
    "stuck": "Macet",
    "feeding": "Tombol FEED ditekan",
    "offline": "Tidak siap",
    "silent": "Tidak menjawab",
    "not_answering": "Tidak menjawab",
    "not_taking_bytes": "Tidak menerima data",
    "wrong_device": "Perangkat lain",
    "paper_jam": "Kertas tersangkut",
    "ink_out": "Tinta atau toner habis",
    "printer_error": "Gangguan printer",
    "queue_stopped": "Antrean dihentikan",
    "queue_refuses": "Antrean menolak",
    "cups_not_answering": "CUPS tidak menjawab",
    "not_playing": "Kartu suara tidak jalan",
    "no_voice": "Suara gagal dibuat",
    "internal_error": "Gangguan program",
}


_EVENT_DETAILS: Final = {
    **_DEVICE_CODES,
    "disconnected": "Sambungan printer terputus",
    "not_confirmed": "Printer tidak memastikan",
}


def event_detail(detail: str) -> str:
    """What an event tells beside its kind: a code in words, anything else as it is."""
    return _EVENT_DETAILS.get(detail, detail)


@dataclass(frozen=True, slots=True)
class DeviceWords:
    """A device and its state in words."""

    name: str
    icon: str
    sign: Sign

    @property
    def is_well(self) -> bool:
        """Nothing to do about it."""
        return self.sign.tone in {"ok", "info"}


def device_words(device: DeviceHealth) -> DeviceWords:
    """A device in words; a kind or code unknown here is shown as the kiosk names it."""
    name, icon = _DEVICE_KINDS.get(device.kind, (device.kind, "cpu"))
    if device.name != device.kind:  # two of a kind are told apart by their names
        name = f"{name} ({device.name})"
    code = _DEVICE_CODES.get(device.code, device.code)
    match device.state:
        case "missing":
            sign = Sign("Tidak ditemukan", "error", "plug-connected-x")
        case "starting":
            sign = Sign("Menyala", "info", "clock")
        case "ready" if not code:
            sign = Sign("Baik", "ok", "circle-check")
        case _:
            sign = Sign(code or "Gangguan", "warn", "alert-triangle")
    return DeviceWords(name, icon, sign)


def last_heard(view: KioskView, now: datetime) -> str:
    """When a kiosk was last heard of, in words that never contradict its state; "" for never.

    Only of a kiosk that is there it is said that it was heard "baru saja", however often it
    reports: ``luring sejak 09.41 (40 detik)`` offline, ``40 detik lalu`` late.
    """
    if view.last_report_at is None:
        return ""
    if view.offline_since is not None:
        since = short_moment(view.offline_since, now)
        return f"luring sejak {since} ({duration(now - view.offline_since)})"
    if view.connection in {Connection.ONLINE, Connection.RETURNING}:
        return ago(view.last_report_at, now)
    return f"{duration(now - view.last_report_at)} lalu"


def share_words(share: float | None) -> str:
    """``99,1%``; 100 % only where nothing at all was missed; a dash where nothing is known."""
    if share is None:
        return "–"
    percent = min(99.9, share * 100) if share < 1 else 100.0
    return f"{percent:.1f}".removesuffix(".0").replace(".", ",") + "%"
