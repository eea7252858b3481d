"""The form of a letter's number, with OpenSID's placeholders, so that villages can keep theirs.

``[kode_surat]/[nomor_surat, 3]/[kode_desa]/[bulan_romawi]/[tahun]`` becomes
``500/007/35.05.10.2001/XI/2026``. Pure.
"""

import enum
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from anjungan.regency.letters.values import is_printable

DEFAULT_FORMAT: Final = "[kode_surat]/[nomor_surat, 3]/[kode_desa]/[bulan_romawi]/[tahun]"
MAX_FORMAT_CHARACTERS: Final = 100
MAX_NUMBER_CHARACTERS: Final = 120

_PLACEHOLDER: Final = re.compile(r"\[([a-z_]+)(?:,\s?([1-6]))?\]")
_KNOWN: Final = frozenset(
    {"kode_surat", "nomor_surat", "kode_desa", "bulan_romawi", "bulan", "tahun"}
)
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class NumberScope(enum.Enum):
    """What one sequence of running numbers counts, each year from 1."""

    ALL = "all"
    """All letters of the village together."""
    CODE = "code"
    """Letters of one code; kinds of letters that share a code share the sequence."""


class FormatProblem(enum.Enum):
    """Why a format will not do."""

    TOO_LONG = "too_long"
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    NO_NUMBER = "no_number"
    NO_YEAR = "no_year"
    NO_CODE = "no_code"
    UNPRINTABLE = "unprintable"


@dataclass(frozen=True, slots=True)
class NumberParts:
    """What a number is written from."""

    code: str
    village_code: str
    running: int
    day: date


def format_problem(text: str, scope: NumberScope) -> FormatProblem | None:
    """What is wrong with a format, or None: every number written with it must differ."""
    if len(text) > MAX_FORMAT_CHARACTERS:
        return FormatProblem.TOO_LONG
    rest = _PLACEHOLDER.sub("", text)
    names = [found[1] for found in _PLACEHOLDER.finditer(text)]
    padded = [found[1] for found in _PLACEHOLDER.finditer(text) if found[2]]
    if "[" in rest or "]" in rest or set(names) - _KNOWN or set(padded) - {"nomor_surat"}:
        return FormatProblem.UNKNOWN_PLACEHOLDER
    if not is_printable(text) or not text.isprintable():
        return FormatProblem.UNPRINTABLE
    if names.count("nomor_surat") != 1:
        return FormatProblem.NO_NUMBER
    if "tahun" not in names:
        return FormatProblem.NO_YEAR
    if scope is NumberScope.CODE and "kode_surat" not in names:
        return FormatProblem.NO_CODE
    return None


def write_number(text: str, parts: NumberParts) -> str:
    """The number in this format, which format_problem has found in order."""

    def value(found: "re.Match[str]") -> str:
        match found[1]:
            case "kode_surat":
                return parts.code
            case "nomor_surat":
                return f"{parts.running:0{found[2] or 1}d}"
            case "kode_desa":
                return parts.village_code
            case "bulan_romawi":
                return _ROMAN[parts.day.month - 1]
            case "bulan":
                return f"{parts.day.month:02d}"
            case _:
                return str(parts.day.year)

    return _PLACEHOLDER.sub(value, text)
