"""The words of the audit log."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from anjungan.regency.audit.trail import SYSTEM, AuditAction
from anjungan.regency.staff.account_changes import ROLE_NAMES
from anjungan.regency.web.words import Sign

_A = AuditAction

ACTION_WORDS: Final[Mapping[AuditAction, str]] = MappingProxyType(
    {
        _A.LOGGED_IN: "Masuk",
        _A.LOGGED_OUT: "Keluar",
        _A.LOGIN_REFUSED: "Masuk ditolak",
        _A.ACCESS_REFUSED: "Akses ditolak",
        _A.ACCOUNT_ADDED: "Akun dibuat",
        _A.ACCOUNT_CHANGED: "Akun diubah",
        _A.ACCOUNT_DISABLED: "Akun dinonaktifkan",
        _A.ACCOUNT_ENABLED: "Akun diaktifkan",
        _A.PASSWORD_CHANGED: "Kata sandi diganti",
        _A.PASSWORD_RESET: "Kata sandi disetel ulang",
        _A.SESSIONS_ENDED: "Sesi diakhiri",
        _A.SECOND_FACTOR_SET_UP: "Kode masuk dipasang",
        _A.SECOND_FACTOR_REMOVED: "Kode masuk dilepas",
        _A.RECOVERY_CODES_MADE: "Kode cadangan dibuat",
        _A.RECOVERY_CODE_USED: "Kode cadangan dipakai",
        _A.ANSWERS_OPENED: "Isian dibuka",
        _A.ANSWERS_NOT_OPENED: "Isian tidak terbuka",
        _A.ANSWERS_MISBOUND: "Isian milik permohonan lain",
        _A.STATUS_CHANGED: "Status diubah",
        _A.REQUEST_PRINTED: "Permohonan dicetak",
        _A.SERVICE_TARGET_CHANGED: "Target layanan diubah",
        _A.HOLIDAYS_CHANGED: "Hari libur diubah",
        _A.LETTER_MADE: "Surat dibuat",
        _A.LETTER_OPENED: "Isi surat dibuka",
        _A.LETTER_DOWNLOADED: "Surat diunduh",
        _A.LETTER_NOT_OPENED: "Surat tidak terbuka",
        _A.LETTER_VOIDED: "Surat dibatalkan",
        _A.LETTERHEAD_CHANGED: "Kop surat diubah",
        _A.AUDIT_EXPORTED: "Catatan diunduh",
        _A.CLAIM_MADE: "Kode klaim dibuat",
        _A.CLAIM_WITHDRAWN: "Kode klaim ditarik",
        _A.CLAIM_TRIED: "Kode klaim salah",
        _A.ENROLMENT_ASKED: "Pendaftaran diminta",
        _A.ENROLMENT_CONFIRMED: "Pendaftaran dipastikan",
        _A.ENROLMENT_REFUSED: "Pendaftaran ditolak",
        _A.CERTIFICATE_RENEWED: "Sertifikat diperbarui",
        _A.CERTIFICATE_REVOKED: "Sertifikat dicabut",
        _A.CLONE_SUSPECTED: "Diduga tiruan",
        _A.CLONE_ALARM_CLOSED: "Dugaan tiruan ditutup",
        _A.INCIDENT_ACKNOWLEDGED: "Peringatan ditangani",
        _A.INCIDENT_MUTED: "Peringatan dibisukan",
        _A.MAINTENANCE_PLANNED: "Perawatan direncanakan",
        _A.MAINTENANCE_ENDED: "Perawatan diakhiri",
        _A.ALERT_RULE_CHANGED: "Aturan peringatan diubah",
        _A.ALERT_TRIAL_SENT: "Pesan percobaan dikirim",
        _A.CONTACT_CHANGED: "Kontak diubah",
        _A.CONTACT_REMOVED: "Kontak dihapus",
        _A.VISIT_PLANNED: "Kunjungan direncanakan",
        _A.VISIT_CHANGED: "Kunjungan diubah",
        _A.VISIT_DONE: "Kunjungan selesai",
        _A.VISIT_CANCELLED: "Kunjungan dibatalkan",
        _A.BACKUP_MADE: "Cadangan data dibuat",
        _A.BACKUP_RESTORED: "Data dipulihkan dari cadangan",
    }
)
_ICONS: Final[Mapping[AuditAction, tuple[str, str]]] = MappingProxyType(
    {
        _A.LOGIN_REFUSED: ("error", "hand-stop"),
        _A.ACCESS_REFUSED: ("error", "hand-stop"),
        _A.LOGGED_IN: ("neutral", "user-check"),
        _A.LOGGED_OUT: ("neutral", "logout"),
        _A.ANSWERS_MISBOUND: ("error", "hand-stop"),
        _A.CLONE_SUSPECTED: ("error", "alert-triangle"),
        _A.CLAIM_TRIED: ("warn", "alert-triangle"),
        _A.CERTIFICATE_REVOKED: ("warn", "x"),
        _A.ANSWERS_OPENED: ("info", "lock-open"),
        _A.LETTER_OPENED: ("info", "lock-open"),
        _A.ANSWERS_NOT_OPENED: ("warn", "lock"),
        _A.ACCOUNT_ADDED: ("warn", "users"),
        _A.ACCOUNT_CHANGED: ("warn", "users"),
        _A.ACCOUNT_DISABLED: ("warn", "users"),
        _A.ACCOUNT_ENABLED: ("warn", "users"),
        _A.PASSWORD_RESET: ("warn", "key"),
        _A.SECOND_FACTOR_REMOVED: ("warn", "key"),
        _A.RECOVERY_CODE_USED: ("warn", "key"),
    }
)
_OTHERS: Final = ("neutral", "dots")


def action_words(action: str) -> str:
    """What a line says was done; one of a later version by its own name."""
    known = next((each for each in AuditAction if each.value == action), None)
    return action.replace("_", " ") if known is None else ACTION_WORDS[known]


def action_sign(action: str) -> Sign:
    """The action as word, tone and icon."""
    known = next((each for each in AuditAction if each.value == action), None)
    tone, icon = _OTHERS if known is None else _ICONS.get(known, _OTHERS)
    return Sign(action_words(action), tone, icon)


def role_words(role: str) -> str:
    """Who acted, by role."""
    if role == SYSTEM:
        return "Sistem"
    return next((words for each, words in ROLE_NAMES.items() if each.value == role), "")
