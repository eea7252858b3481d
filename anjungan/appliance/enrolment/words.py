"""What the technician reads: each outcome, and what to do about it."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from anjungan.appliance.enrolment.credentials import IdentityProblem
from anjungan.appliance.enrolment.https import LineProblem
from anjungan.protocol.enrolment import EnrolmentProblem, EnrolmentState

REFUSALS: Final[Mapping[EnrolmentProblem, str]] = MappingProxyType(
    {
        EnrolmentProblem.MALFORMED: (
            "Kabupaten tidak mengerti permintaan ini. Perbarui perangkat lunak anjungan."
        ),
        EnrolmentProblem.NOT_SECURE: (
            "Alamat kabupaten harus https. Periksa --url, lalu jalankan lagi."
        ),
        EnrolmentProblem.TOO_OFTEN: "Terlalu sering mencoba. Tunggu semenit, lalu jalankan lagi.",
        EnrolmentProblem.BAD_SIGNING_REQUEST: (
            "Kabupaten menolak permintaan sertifikat. Periksa nomor anjungan di berkas setelan."
        ),
        EnrolmentProblem.WRONG_CODE: (
            "Kode klaim tidak cocok untuk anjungan ini. Periksa kode dan nomor anjungan."
        ),
        EnrolmentProblem.CODE_EXPIRED: (
            "Kode klaim sudah lewat 72 jam. Minta kode baru kepada petugas kabupaten."
        ),
        EnrolmentProblem.CODE_USED: (
            "Kode klaim sudah dipakai perangkat lain. Bila bukan oleh Anda, beri tahu petugas"
            " kabupaten. Minta kode baru."
        ),
        EnrolmentProblem.CODE_BLOCKED: (
            "Kode klaim tidak berlaku lagi (lima kali salah, atau ditarik). Minta kode baru."
        ),
        EnrolmentProblem.UNKNOWN_TOKEN: (
            "Kabupaten tidak mengenal permintaan ini. Ulangi dengan kode klaim baru."
        ),
        EnrolmentProblem.UNAVAILABLE: (
            "Kabupaten belum dapat membuat sertifikat. Hubungi petugas, lalu jalankan lagi."
        ),
    }
)
OTHER_REFUSAL: Final = "Kabupaten menolak permintaan ini. Hubungi petugas kabupaten."

LINE_PROBLEMS: Final[Mapping[LineProblem, str]] = MappingProxyType(
    {
        LineProblem.NO_LINE: (
            "Kabupaten tidak terjangkau. Periksa kabel atau sinyal dan --url, lalu jalankan lagi"
            " (lanjut dari sini). Tanpa sambungan: anjungan enrol --offline."
        ),
        LineProblem.NOT_TRUSTED: (
            "Server itu bukan kabupaten kita: sertifikatnya tidak dijamin otoritas di berkas"
            " --authorities. Periksa alamat dan berkas dari paket teknisi. Jangan dilanjutkan."
        ),
        LineProblem.CLOCK: (
            "Jam anjungan salah, atau sertifikat server kedaluwarsa. Setel jam (timedatectl),"
            " lalu jalankan lagi."
        ),
        LineProblem.BAD_ADDRESS: "Alamat kabupaten tidak dapat dipakai. Contoh: https://anjungan.kab.id",
        LineProblem.STRANGE_ANSWER: (
            "Yang menjawab bukan pelayanan anjungan. Periksa --url (mungkin halaman masuk Wi-Fi)."
        ),
    }
)

IDENTITY_PROBLEMS: Final[Mapping[IdentityProblem, str]] = MappingProxyType(
    {
        IdentityProblem.MALFORMED: "Sertifikat yang datang rusak. Jalankan lagi.",
        IdentityProblem.OTHER_KEY: (
            "Jawaban ini untuk permintaan lain. Pindai jawaban dari permintaan yang terakhir."
        ),
        IdentityProblem.OTHER_KIOSK: "Jawaban ini untuk anjungan lain. Periksa nomor anjungan.",
        IdentityProblem.NOT_OURS: (
            "Sertifikat ini tidak dijamin otoritas di berkas --authorities. Jangan dilanjutkan;"
            " hubungi petugas kabupaten."
        ),
    }
)

DECISIONS: Final[Mapping[EnrolmentState, str]] = MappingProxyType(
    {
        EnrolmentState.REFUSED: (
            "Petugas kabupaten menolak. Minta kode klaim baru, lalu mulai lagi."
        ),
        EnrolmentState.EXPIRED: (
            "Tidak dikonfirmasi dalam 72 jam. Minta kode klaim baru, lalu mulai lagi."
        ),
    }
)

MISTYPED: Final = "Kode klaim salah ketik. Bentuknya XXXX-XXXX-XXXX, tanpa angka 0 dan 1."
READ_OUT: Final = (
    "Bacakan 20 angka ini kepada petugas kabupaten. Ia mengonfirmasi bila semuanya sama:"
)
WAITING: Final = (
    "Menunggu konfirmasi petugas kabupaten… (boleh dihentikan; lanjut saat dijalankan lagi)"
)
STILL_NO_LINE: Final = "Sambungan terputus; dicoba terus…"
NOTHING_TO_DO: Final = "Belum ada permintaan. Jalankan: anjungan enrol --url https://… --code …"
SCAN_WITH_PHONE: Final = (
    "Pindai kode ini dengan ponsel yang bersambungan, lalu ketik kode klaim di halamannya."
)
THEN_ANSWER: Final = (
    "Sesudah dikonfirmasi, jalankan: anjungan enrol --answer  lalu pindai kode di layar ponsel."
)
SCAN_NOW: Final = "Pindai kode jawaban di layar ponsel, satu per satu (atau tempel barisnya):"
NOT_OUR_LINE: Final = "Bukan kode jawaban; pindai lagi."
ANSWER_INCOMPLETE: Final = "Jawaban belum lengkap. Jalankan lagi dan pindai semua kode."
ASK_FIRST: Final = "Anjungan ini belum meminta sertifikat. Jalankan dulu: anjungan enrol --offline"


def enrolled(not_after: datetime) -> str:
    """The good end."""
    return (
        f"Anjungan terdaftar. Sertifikat berlaku sampai {not_after:%d-%m-%Y} dan diperpanjang"
        " sendiri."
    )


def broker(host: str, port: int) -> str:
    """What the kiosk connects to."""
    return (
        f"Broker kabupaten: {host}, port {port}. Pastikan host dan port di bagian [line] berkas"
        " setelan sama; agen menyambung sendiri."
    )


def tries_left(count: int) -> str:
    """How often the code may still be typed."""
    return f"Sisa percobaan: {count}."


def still_missing(numbers: tuple[int, ...], total: int) -> str:
    """Which codes of an answer are still to be scanned."""
    names = ", ".join(map(str, numbers))
    return f"Terbaca. Masih kurang kode {names} dari {total}."
