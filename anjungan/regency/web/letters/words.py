"""The words of letters: what became of them, what is wrong with a field."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from anjungan.regency.letters.logos import LogoProblem
from anjungan.regency.letters.number_format import FormatProblem
from anjungan.regency.letters.records import LetterState
from anjungan.regency.letters.values import FieldProblem, ValueProblem
from anjungan.regency.web.words import Sign

LETTER_SIGNS: Final[Mapping[LetterState, Sign]] = MappingProxyType(
    {
        LetterState.VALID: Sign("Berlaku", "ok", "circle-check"),
        LetterState.SUPERSEDED: Sign("Sudah diganti", "warn", "versions"),
        LetterState.VOIDED: Sign("Dibatalkan", "warn", "ban"),
    }
)


@dataclass(frozen=True, slots=True)
class CheckWords:
    """What somebody reads who checks a letter."""

    sign: Sign
    headline: str
    advice: str


CHECK_WORDS: Final[Mapping[LetterState, CheckWords]] = MappingProxyType(
    {
        LetterState.VALID: CheckWords(
            Sign("Asli", "ok", "circle-check"),
            "Surat ini asli.",
            "Surat ini tercatat dan masih berlaku sebagai surat desa. Cocokkan isinya di bawah.",
        ),
        LetterState.SUPERSEDED: CheckWords(
            Sign("Sudah diganti", "warn", "versions"),
            "Surat ini sudah diganti.",
            "Surat ini pernah dibuat, lalu diganti dengan surat baru. Minta surat yang baru.",
        ),
        LetterState.VOIDED: CheckWords(
            Sign("Dibatalkan", "warn", "ban"),
            "Surat ini sudah dibatalkan.",
            "Surat ini pernah dibuat, lalu dibatalkan. Surat ini tidak berlaku lagi.",
        ),
    }
)
UNKNOWN_WORDS: Final = CheckWords(
    Sign("Tidak dikenal", "error", "circle-x"),
    "Surat ini tidak dikenal.",
    "Tidak ada surat dengan kode ini. Periksa lagi kodenya; bila tetap begini, surat itu bukan "
    "buatan desa lewat anjungan.",
)

FORMAT_PROBLEMS: Final[Mapping[FormatProblem, str]] = MappingProxyType(
    {
        FormatProblem.TOO_LONG: "Format nomor paling panjang 100 huruf.",
        FormatProblem.UNKNOWN_PLACEHOLDER: (
            "Ada isian dalam kurung siku yang tidak dikenal. Pilih dari daftar di bawahnya."
        ),
        FormatProblem.NO_NUMBER: "Format nomor harus memuat [nomor_surat] satu kali.",
        FormatProblem.NO_YEAR: "Format nomor harus memuat [tahun], agar nomor tidak terulang.",
        FormatProblem.NO_CODE: (
            "Bila nomor dihitung per kode, format nomor harus memuat [kode_surat]."
        ),
        FormatProblem.UNPRINTABLE: "Format nomor memuat huruf yang tidak dapat dicetak.",
    }
)

LOGO_PROBLEMS: Final[Mapping[LogoProblem, str]] = MappingProxyType(
    {
        LogoProblem.TOO_LARGE: "Gambar terlalu besar. Paling besar 2 MB dan 4096 × 4096 titik.",
        LogoProblem.TOO_SMALL: "Gambar terlalu kecil. Paling kecil 64 × 64 titik.",
        LogoProblem.UNKNOWN_KIND: "Gambar tidak dikenal. Pakai PNG atau JPEG.",
    }
)


def problem_words(problem: FieldProblem) -> str:
    """What the officer has to mend in one field."""
    match problem.problem:
        case ValueProblem.MISSING:
            return "Harus diisi."
        case ValueProblem.TOO_LONG:
            given, limit = thousands(problem.count), thousands(problem.limit)
            return f"Terlalu panjang: {given} huruf, paling banyak {limit}."
        case ValueProblem.UNPRINTABLE:
            return "Memuat huruf yang tidak dapat dicetak. Tulis dengan huruf Latin."


def thousands(number: int) -> str:
    """``10.000``."""
    return f"{number:,}".replace(",", ".")
