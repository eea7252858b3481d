"""The Indonesian words of the pages: statuses, states, times."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from anjungan.protocol.messages import DeviceHealth, EventKind
from anjungan.protocol.status import RequestStatus
from anjungan.regency.fleet.overview import KioskView
from anjungan.regency.fleet.presence import Connection
from anjungan.regency.requests.lateness import WIB
from anjungan.regency.requests.notes import NoteProblem
from anjungan.regency.staff.accounts import Role

_S = RequestStatus

_LONGEST_TOLD_S: Final = 100 * 365 * 86400
_COLDEST_C: Final = -100
_HOTTEST_C: Final = 200

_DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS: Final = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A state as a word, a tone and an icon, never as a colour alone."""

    word: str
    tone: str
    icon: str


STATUS_SIGNS: Final[Mapping[RequestStatus, Sign]] = MappingProxyType(
    {
        _S.INCOMPLETE: Sign("Perlu dilengkapi", "warn", "edit"),
        _S.UNDER_REVIEW: Sign("Sedang diperiksa", "info", "inbox"),
        _S.AWAITING_SIGNATURE: Sign("Menunggu tanda tangan", "warn", "hourglass"),
        _S.READY: Sign("Siap diambil", "ok", "circle-check"),
        _S.COLLECTED: Sign("Sudah diambil", "neutral", "check"),
        _S.CANCELLED: Sign("Dibatalkan", "error", "circle-x"),
    }
)

CONNECTION_SIGNS: Final[Mapping[Connection, Sign]] = MappingProxyType(
    {
        Connection.ONLINE: Sign("Daring", "ok", "circle-check"),
        Connection.RETURNING: Sign("Baru kembali", "info", "history"),
        Connection.LATE: Sign("Terlambat lapor", "warn", "clock"),
        Connection.OFFLINE: Sign("Luring", "error", "circle-x"),
        Connection.UNKNOWN: Sign("Belum ada kabar", "neutral", "help-circle"),
    }
)
NEEDS_CHECK: Final = Sign("Perlu dicek", "warn", "alert-triangle")


@dataclass(frozen=True, slots=True)
class ResidentWords:
    """What a status means to the resident; ``{office}`` is the village office.

    ``where`` is empty when there is nothing to go for.
    """

    headline: str
    advice: str
    where: str = ""


_WAIT: Final = (
    "Belum perlu ke {office}.",
    "Nanti ambil di {office}, sesudah tertulis “Siap diambil”. Bawa KTP dan tiket ini.",
)
RESIDENT_WORDS: Final[Mapping[RequestStatus, ResidentWords]] = MappingProxyType(
    {
        _S.INCOMPLETE: ResidentWords(
            "Perlu dilengkapi.",
            "Baca catatan petugas, lalu datang ke {office}.",
            "Datang ke {office} pada jam kerja. Bawa yang kurang, KTP, dan tiket ini.",
        ),
        _S.UNDER_REVIEW: ResidentWords("Sedang diperiksa.", *_WAIT),
        _S.AWAITING_SIGNATURE: ResidentWords("Menunggu tanda tangan.", *_WAIT),
        _S.READY: ResidentWords(
            "Siap diambil.",
            "Surat sudah bisa diambil.",
            "Ambil di {office} pada jam kerja. Bawa KTP dan tiket ini.",
        ),
        _S.COLLECTED: ResidentWords("Sudah diambil.", "Matur nuwun."),
        _S.CANCELLED: ResidentWords(
            "Dibatalkan.", "Surat dapat diminta lagi di anjungan kapan saja."
        ),
    }
)

OWN_CANCELLATION_SIGN: Final = Sign("Dibatalkan", "neutral", "circle-x")
OWN_CANCELLATION_WORDS: Final = ResidentWords(
    "Dibatalkan.", "Sesuai permintaan Anda. Surat dapat diminta lagi di anjungan kapan saja."
)
"""A resident who cancelled got what they asked for: nothing is wrong."""

NOTE_PROBLEMS: Final[Mapping[NoteProblem, str]] = MappingProxyType(
    {
        NoteProblem.TOO_LONG: "Catatan paling panjang 500 huruf.",
        NoteProblem.MISSING: "Tulis catatan dulu: pemohon perlu tahu kekurangan atau sebabnya.",
        NoteProblem.IDENTITY_NUMBER: (
            "Catatan memuat nomor 16 angka. Hapus NIK atau nomor KK: catatan tampil tanpa login."
        ),
        NoteProblem.MOBILE_NUMBER: (
            "Catatan memuat nomor HP. Hapus nomornya: catatan tampil tanpa login. "
            "Telepon kantor desa (0342-…) boleh."
        ),
    }
)

ROLE_WORDS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: "Pengelola",
        Role.STAFF: "Petugas kabupaten",
        Role.VILLAGE_OFFICER: "Petugas desa",
        Role.TECHNICIAN: "Teknisi",
    }
)

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
    "sound": ("Pengeras suara", "bell"),
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


def long_date(moment: datetime) -> str:
    """``Selasa, 24 November 2026``."""
    local = moment.astimezone(WIB)
    return f"{_DAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year}"


def clock_time(moment: datetime) -> str:
    """``09.41``, WIB."""
    return f"{moment.astimezone(WIB):%H.%M}"


def short_moment(moment: datetime, now: datetime) -> str:
    """``09.41`` today, ``Kemarin 09.41``, otherwise ``Sel 24 Nov, 09.41`` with a far year."""
    local, today = moment.astimezone(WIB), now.astimezone(WIB)
    days = (today.date() - local.date()).days
    if days == 0:
        return clock_time(moment)
    if days == 1:
        return f"Kemarin {clock_time(moment)}"
    year = "" if local.year == today.year else f" {local.year}"
    day = f"{_DAYS[local.weekday()][:3]} {local.day} {_MONTHS[local.month - 1][:3]}{year}"
    return f"{day}, {clock_time(moment)}"


def duration(span: timedelta) -> str:
    """``12 detik``, ``4 menit``, ``3 jam 12 menit``, ``2 hari 5 jam``; never negative."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{seconds} detik"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours == 0:
        return f"{minutes} menit"
    if days == 0:
        rest = minutes % 60
        return f"{hours} jam {rest} menit" if rest else f"{hours} jam"
    rest = hours % 24
    return f"{days} hari {rest} jam" if rest else f"{days} hari"


def seconds(count: int) -> str:
    """A duration a kiosk has told; whatever it tells, the page can be made."""
    return duration(timedelta(seconds=min(count, _LONGEST_TOLD_S)))


def degrees(celsius: float | None) -> str:
    """``52 °C``; a dash where nothing, or nothing possible, was told."""
    if celsius is None or not _COLDEST_C <= celsius <= _HOTTEST_C:
        return "–"
    return f"{round(celsius)} °C"


def ago(moment: datetime, now: datetime) -> str:
    """``baru saja`` within a minute, otherwise ``4 menit lalu``."""
    span = now - moment
    return "baru saja" if span < timedelta(minutes=1) else f"{duration(span)} lalu"


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


def gigabytes(count_bytes: int) -> str:
    """``12,4``."""
    return f"{count_bytes / 1e9:.1f}".replace(".", ",")
