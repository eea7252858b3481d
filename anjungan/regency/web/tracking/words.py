"""What a status means to the resident."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from anjungan.protocol.status import RequestStatus
from anjungan.regency.web.words import Sign

_S = RequestStatus


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
