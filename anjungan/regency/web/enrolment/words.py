"""The words of enrolment and certificates."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from anjungan.protocol.enrolment import EnrolmentProblem, EnrolmentState, renewal_is_due
from anjungan.regency.enrolment.certificates import CertificateView
from anjungan.regency.enrolment.revocation import RevocationReason
from anjungan.regency.web.words import Sign

REASON_WORDS: Final[Mapping[RevocationReason, str]] = MappingProxyType(
    {
        RevocationReason.STOLEN: "Anjungan hilang atau dicuri",
        RevocationReason.CLONED: "Identitasnya dipakai perangkat lain",
        RevocationReason.RETIRED: "Anjungan tidak dipakai lagi",
        RevocationReason.OTHER: "Sebab lain",
        RevocationReason.REPLACED: "Diganti sertifikat baru",
        RevocationReason.NEVER_ARRIVED: "Perpanjangan tidak sampai",
        RevocationReason.ENROLLED_ANEW: "Anjungan didaftarkan ulang",
    }
)

STAFF_REASONS: Final = (
    RevocationReason.STOLEN,
    RevocationReason.CLONED,
    RevocationReason.RETIRED,
    RevocationReason.OTHER,
)
"""What staff may give as a reason; the others are the system's own."""

ENROLMENT_SIGNS: Final[Mapping[EnrolmentState, Sign]] = MappingProxyType(
    {
        EnrolmentState.PENDING: Sign("Menunggu konfirmasi", "warn", "hourglass"),
        EnrolmentState.CONFIRMED: Sign("Dikonfirmasi", "ok", "circle-check"),
        EnrolmentState.REFUSED: Sign("Ditolak", "error", "circle-x"),
        EnrolmentState.EXPIRED: Sign("Lewat waktu", "neutral", "clock"),
    }
)

PROBLEM_WORDS: Final[Mapping[EnrolmentProblem, str]] = MappingProxyType(
    {
        EnrolmentProblem.BAD_SIGNING_REQUEST: (
            "QR ini bukan permintaan sertifikat anjungan kabupaten ini. Pindai lagi."
        ),
        EnrolmentProblem.WRONG_CODE: "Kode klaim tidak cocok untuk anjungan ini.",
        EnrolmentProblem.CODE_EXPIRED: "Kode klaim sudah lewat 72 jam. Minta kode baru.",
        EnrolmentProblem.CODE_USED: "Kode klaim sudah dipakai. Minta kode baru.",
        EnrolmentProblem.CODE_BLOCKED: "Kode klaim tidak berlaku lagi. Minta kode baru.",
        EnrolmentProblem.TOO_OFTEN: "Terlalu sering mencoba. Tunggu satu menit.",
        EnrolmentProblem.UNAVAILABLE: "Sertifikat belum dapat dibuat. Coba lagi nanti.",
    }
)

UNKNOWN_PROBLEM: Final = "Permintaan ini tidak dapat diterima."


def certificate_sign(certificate: CertificateView, now: datetime) -> Sign:
    """How a certificate stands."""
    if certificate.revoked_at is not None:
        if certificate.revocation_reason is RevocationReason.REPLACED:
            return Sign("Diganti", "neutral", "history")
        return Sign("Dicabut", "error", "ban")
    if certificate.not_after <= now:
        return Sign("Kedaluwarsa", "error", "clock")
    if certificate.replaced_by is not None:
        return Sign("Sedang diganti", "info", "refresh")
    if certificate.first_used_at is None:
        return Sign("Belum dipakai", "info", "circle-dashed")
    if renewal_is_due(certificate.not_after, now):
        return Sign("Waktunya diperpanjang", "warn", "refresh")
    return Sign("Berlaku", "ok", "shield-check")
