"""Indonesian words of alerts, alike on pages and in messages.

Whatever a kiosk has named itself is never quoted here: only codes that are known have words.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from anjungan.catalogue.villages import load_villages
from anjungan.protocol.identity import VillageCode
from anjungan.regency.alerts.districts import district_name
from anjungan.regency.alerts.facts import DeviceFact, Facts
from anjungan.regency.alerts.kinds import AlertKind, Severity, Unit
from anjungan.regency.alerts.reading import IncidentView
from anjungan.regency.alerts.versions import parse_version
from anjungan.regency.fleet.causes import Cause

KIND_WORDS: Final[Mapping[AlertKind, str]] = MappingProxyType(
    {
        AlertKind.REGENCY_SILENT: "Semua anjungan senyap",
        AlertKind.INBOX_DOWN: "Kotak masuk mati",
        AlertKind.DISTRICT_SILENT: "Satu kecamatan senyap",
        AlertKind.OFFLINE: "Luring",
        AlertKind.PAPER_OUT: "Kertas habis",
        AlertKind.PAPER_LOW: "Kertas menipis",
        AlertKind.COVER_OPEN: "Penutup printer terbuka",
        AlertKind.PRINTER_FAULT: "Printer bermasalah",
        AlertKind.CARD_READER_MISSING: "Pembaca kartu bermasalah",
        AlertKind.DEVICE_FAULT: "Alat bermasalah",
        AlertKind.SCREENS_DOWN: "Layar mati",
        AlertKind.CONTACT_OPENED: "Pintu atau segel dibuka",
        AlertKind.CLONE_SUSPECTED: "Dugaan identitas ganda",
        AlertKind.QUEUE_AGE: "Permohonan tertahan di anjungan",
        AlertKind.REQUESTS_REFUSED: "Permohonan ditolak sistem",
        AlertKind.STORAGE_RECOVERED: "Penyimpanan rusak dan dipulihkan",
        AlertKind.DISK_READ_ONLY: "Penyimpanan terkunci",
        AlertKind.DISK_LOW: "Ruang simpan hampir penuh",
        AlertKind.CARD_WEAR: "Kartu memori aus",
        AlertKind.HEAT: "Suhu tinggi",
        AlertKind.UNDER_VOLTAGE: "Tegangan listrik kurang",
        AlertKind.CLOCK_OFF: "Jam tidak tepat",
        AlertKind.CLOCK_UNSYNCED: "Jam belum dicocokkan",
        AlertKind.RESTART_LOOP: "Mulai ulang terus-menerus",
        AlertKind.CERTIFICATE_URGENT: "Sertifikat segera habis",
        AlertKind.CERTIFICATE_SOON: "Sertifikat akan habis",
        AlertKind.VERSION_BEHIND: "Versi tertinggal",
    }
)

SEVERITY_WORDS: Final[Mapping[Severity, str]] = MappingProxyType(
    {Severity.CRITICAL: "Mendesak", Severity.WARNING: "Perlu dicek", Severity.NOTICE: "Catatan"}
)

DEVICE_KIND_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "card_reader": "pembaca kartu",
        "scanner": "pemindai QR",
        "printer": "printer tiket",
        "document_printer": "printer A4",
        "buttons": "tombol",
        "sound": "pengeras suara",
        "backlight": "lampu layar",
    }
)
DEVICE_CODE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "paper_out": "kertas habis",
        "near_end": "kertas menipis",
        "button_stuck": "macet",
        "cover_open": "penutup terbuka",
        "cutter_jam": "pemotong macet",
        "head_hot": "kepala cetak panas",
        "broken": "rusak",
        "stuck": "macet",
        "feeding": "tombol FEED ditekan",
        "offline": "tidak siap",
        "silent": "tidak menjawab",
        "not_answering": "tidak menjawab",
        "not_taking_bytes": "tidak menerima data",
        "wrong_device": "perangkat lain",
        "paper_jam": "kertas tersangkut",
        "ink_out": "tinta atau toner habis",
        "printer_error": "gangguan printer",
        "queue_stopped": "antrean dihentikan",
        "queue_refuses": "antrean menolak",
        "cups_not_answering": "CUPS tidak menjawab",
        "not_playing": "kartu suara tidak jalan",
        "no_voice": "suara gagal dibuat",
        "internal_error": "gangguan program",
    }
)

SILENCE_CAUSE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Cause.POWER_CUT.value: "ternyata listrik padam",
        Cause.SHUT_DOWN.value: "ternyata dimatikan dengan benar",
        Cause.REBOOT.value: "ternyata dinyalakan ulang",
        Cause.PROGRAM.value: "ternyata program anjungan berhenti, mesinnya menyala",
        Cause.DEAD_LINE.value: "ternyata jaringan putus, anjungan tetap menyala",
        Cause.REGENCY.value: "ternyata kotak masuk kabupaten yang berhenti",
        Cause.UNKNOWN.value: "sebabnya tidak diketahui",
    }
)

UNIT_WORDS: Final[Mapping[Unit, str]] = MappingProxyType(
    {
        Unit.NONE: "",
        Unit.PERCENT: "%",
        Unit.CELSIUS: "°C",
        Unit.MEGABYTES: "MB",
        Unit.SECONDS: "detik",
        Unit.MINUTES: "menit",
        Unit.HOURS: "jam",
        Unit.DAYS: "hari",
        Unit.TIMES: "kali",
        Unit.KIOSKS: "anjungan",
    }
)


def place_words(incident: IncidentView) -> str:
    """``Minggirsari, Kec. Kanigoro``; ``Kec. Kanigoro``; ``Seluruh kabupaten``."""
    if incident.village is not None:
        return village_words(incident.village)
    if incident.district is not None:
        return f"Kec. {district_name(incident.district)}"
    return "Seluruh kabupaten"


def village_words(code: VillageCode) -> str:
    """``Desa Minggirsari, Kec. Kanigoro``; by its code where it is not in the list."""
    known = load_villages().get(code)
    return code if known is None else f"{known.full_name}, Kec. {known.district}"


def facts_words(kind: AlertKind, facts: Facts, days_left_from: datetime | None = None) -> str:
    """What is known, in a few words without a full stop; empty where the kind says it all."""
    value = facts.value
    match kind:
        case AlertKind.REGENCY_SILENT if facts.code == "broker":
            return "kotak masuk tidak tersambung ke broker"
        case AlertKind.REGENCY_SILENT | AlertKind.DISTRICT_SILENT:
            return f"{facts.count} dari {facts.total} anjungan senyap"
        case (
            AlertKind.PAPER_OUT
            | AlertKind.COVER_OPEN
            | AlertKind.PRINTER_FAULT
            | AlertKind.CARD_READER_MISSING
            | AlertKind.DEVICE_FAULT
        ):
            return ", ".join(dict.fromkeys(map(device_fact_words, facts.devices)))
        case AlertKind.PAPER_LOW:
            return "" if value is None else f"sisa kertas kira-kira {number(value)} %"
        case AlertKind.OFFLINE:
            return SILENCE_CAUSE_WORDS.get(facts.code, "")
        case AlertKind.CLONE_SUSPECTED:
            return f"{facts.count} tanda sambungan kedua"
        case AlertKind.QUEUE_AGE:
            return f"{facts.count} belum terkirim, tertua {number(value)} menit"
        case AlertKind.REQUESTS_REFUSED:
            return f"{facts.count} pesan dalam 24 jam"
        case AlertKind.DISK_LOW:
            return f"sisa {number(value)} MB"
        case AlertKind.CARD_WEAR:
            return f"umur terpakai {number(value)} %"
        case AlertKind.HEAT:
            heat = "" if value is None else f"{number(value)} °C"
            slowed = "prosesor diperlambat" if facts.code == "throttled" else ""
            return ", ".join(filter(None, (heat, slowed)))
        case AlertKind.UNDER_VOLTAGE:
            return "sedang terjadi" if facts.code == "now" else "sejak terakhir menyala"
        case AlertKind.CLOCK_OFF:
            side = "lebih cepat" if (value or 0) > 0 else "lebih lambat"
            return f"{number(abs(value or 0))} detik {side}"
        case AlertKind.RESTART_LOOP:
            part = "layar" if facts.code == "screens" else "program anjungan"
            return f"{part}, {facts.count} kali dalam satu jam"
        case AlertKind.CERTIFICATE_URGENT | AlertKind.CERTIFICATE_SOON:
            return _certificate_words(facts, days_left_from)
        case AlertKind.VERSION_BEHIND:
            return f"versi {version_words(facts.version)}, terbaru {version_words(facts.newest)}"
        case _:
            return ""


def device_fact_words(device: DeviceFact) -> str:
    """``printer tiket: kertas habis``; a kind or code unknown here is only called trouble."""
    name = DEVICE_KIND_WORDS.get(device.kind, "alat lain")
    if device.state == "missing":
        return f"{name}: tidak ditemukan"
    return f"{name}: {DEVICE_CODE_WORDS.get(device.code, 'gangguan')}"


def version_words(version: str) -> str:
    """A version that is one; anything else a kiosk may call its version is not repeated."""
    return version if parse_version(version) is not None else "tidak dikenal"


def number(value: float | None) -> str:
    """``72``, ``72,5``."""
    return "–" if value is None else f"{value:g}".replace(".", ",")


def _certificate_words(facts: Facts, now: datetime | None) -> str:
    if facts.moment is None or now is None:
        return f"{number(facts.value)} hari lagi"
    days = (facts.moment - now).days
    return "sudah habis" if days < 0 else f"{days} hari lagi"
