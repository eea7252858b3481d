"""The words of requests: statuses, and what is wrong with a note."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from anjungan.protocol.status import RequestStatus
from anjungan.regency.requests.counting import MOST_COUNTED
from anjungan.regency.requests.notes import NoteProblem
from anjungan.regency.web.requests.list_query import Age, Tab
from anjungan.regency.web.words import Sign

_S = RequestStatus

TAB_WORDS: Final[Mapping[Tab, str]] = MappingProxyType(
    {Tab.NEW: "Baru", Tab.WAITING: "Menunggu", Tab.DONE: "Selesai", Tab.ALL: "Semua"}
)

AGE_WORDS: Final[Mapping[Age, str]] = MappingProxyType(
    {
        Age.TODAY: "Hari ini",
        Age.WEEK: "7 hari terakhir",
        Age.MONTH: "30 hari terakhir",
        Age.OVER_WEEK: "Lebih dari 7 hari",
        Age.OVER_MONTH: "Lebih dari 30 hari",
    }
)

LATE: Final = Sign("Terlambat", "warn", "clock")
QUARANTINED: Final = Sign("Karantina", "error", "hand-stop")

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


def counted(count: int) -> str:
    """``12``, or ``999+`` where counting was given up."""
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
