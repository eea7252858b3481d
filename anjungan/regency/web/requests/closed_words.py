"""Why answers stay closed, and what to do about it, in words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from anjungan.protocol.sealing import WhyClosed

_GONE: Final = (
    "Kuncinya tidak ada di sini, atau isinya rusak. Minta lembar permohonan dari petugas desa,"
    " dan hubungi pengelola."
)

CLOSED_WORDS: Final[Mapping[WhyClosed, tuple[str, str]]] = MappingProxyType(
    {
        WhyClosed.DAMAGED: ("Isian tidak dapat dibuka.", _GONE),
        WhyClosed.UNKNOWN_KEY: ("Isian tidak dapat dibuka.", _GONE),
        WhyClosed.KEY_RETIRED: (
            "Isian tidak dapat dibuka lagi.",
            "Kuncinya sudah lewat 24 bulan sesudah diganti. Pakai lembar permohonan di arsip desa.",
        ),
        WhyClosed.OPENER_AWAY: (
            "Jawaban belum dapat dibuka.",
            "Proses pembuka tidak menjawab. Coba lagi sebentar; bila tetap, hubungi pengelola.",
        ),
    }
)
"""A headline and what to do."""
