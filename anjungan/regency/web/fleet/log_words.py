"""The entries of a kiosk's log in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from anjungan.regency.fleet.causes import Cause
from anjungan.regency.fleet.kiosk_log import CameBack, LogEntry, LogTopic, Told, WasRefused
from anjungan.regency.fleet.silences import KeptSilence
from anjungan.regency.web.fleet.words import (
    EVENT_WORDS,
    MESSAGE_WORDS,
    REFUSAL_WORDS,
    event_detail,
)
from anjungan.regency.web.words import duration, short_moment

TOPIC_WORDS: Final = {
    LogTopic.EVENTS: "Kejadian",
    LogTopic.SILENCES: "Putus dan kembali",
    LogTopic.REFUSALS: "Pesan ditolak",
}
TOPIC_CODES: Final = {
    LogTopic.EVENTS: "kejadian",
    LogTopic.SILENCES: "putus",
    LogTopic.REFUSALS: "ditolak",
}
CAUSE_WORDS: Final = {
    Cause.POWER_CUT: "Listrik padam",
    Cause.SHUT_DOWN: "Dimatikan dengan benar",
    Cause.REBOOT: "Dinyalakan ulang",
    Cause.PROGRAM: "Program anjungan sempat berhenti, mesinnya menyala",
    Cause.DEAD_LINE: "Jaringan putus, anjungan tetap menyala",
    Cause.REGENCY: "Tidak terpantau: kotak masuk kabupaten sendiri yang berhenti",
    Cause.UNKNOWN: "Sebab tidak diketahui",
}
_CAUSE_ICONS: Final = {
    Cause.POWER_CUT: ("bolt", "error"),
    Cause.SHUT_DOWN: ("logout", "neutral"),
    Cause.REBOOT: ("refresh", "info"),
    Cause.PROGRAM: ("cpu", "warn"),
    Cause.DEAD_LINE: ("wifi-off", "warn"),
    Cause.REGENCY: ("inbox", "neutral"),
    Cause.UNKNOWN: ("help-circle", "neutral"),
}
_EVENT_ICONS: Final = {
    "started": ("circle-check", "ok"),
    "storage_recovered": ("device-sd-card", "error"),
    "print_uncertain": ("printer", "warn"),
    "contact_opened": ("lock-open", "warn"),
    "contact_closed": ("lock", "ok"),
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry; ``detail`` may be empty, ``code`` is an id to be quoted to others."""

    when: str
    icon: str
    tone: str
    text: str
    detail: str = ""
    code: str = ""


def log_line(entry: LogEntry, now: datetime) -> LogLine:
    """An entry in words."""
    match entry:
        case Told():
            icon, tone = _EVENT_ICONS.get(entry.kind, ("file-text", "info"))
            return LogLine(
                short_moment(entry.sent_at, now),
                icon,
                tone,
                EVENT_WORDS.get(entry.kind, entry.kind),
                event_detail(entry.detail),
            )
        case CameBack():
            return _came_back(entry, now)
        case WasRefused():
            return LogLine(
                short_moment(entry.at, now),
                "ban",
                "error",
                f"{MESSAGE_WORDS.get(entry.kind, entry.kind)} ditolak",
                REFUSAL_WORDS.get(entry.code, entry.code),
                entry.message_id,
            )
        case _:
            assert_never(entry)


def _came_back(entry: CameBack, now: datetime) -> LogLine:
    silence = entry.kept.silence
    icon, tone = _CAUSE_ICONS[entry.kept.cause or Cause.UNKNOWN]
    lasted = duration(entry.at - silence.last_report_at)
    since = short_moment(silence.last_report_at, now)
    return LogLine(
        short_moment(entry.at, now),
        icon,
        tone,
        f"Kembali setelah {lasted} tanpa kabar (sejak {since})",
        silence_words(entry.kept, now),
    )


def silence_words(kept: KeptSilence, now: datetime) -> str:
    """Why a kiosk was silent; a power cut is told apart from a dead line."""
    if kept.cause is None:
        return "Sebabnya belum diketahui; menunggu laporan anjungan"
    words = CAUSE_WORDS[kept.cause]
    if kept.off is None or not kept.off.length:
        return words
    begin, end = short_moment(kept.off.begin, now), short_moment(kept.off.end, now)
    return f"{words}; mesin mati kira-kira {begin} sampai {end}"
