"""How a village writes its letters, as a form: read, cleaned, checked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from anjungan.regency.letters.letterheads import VillageLetterhead
from anjungan.regency.letters.number_format import NumberScope, format_problem
from anjungan.regency.letters.values import clean_line, is_printable
from anjungan.regency.web.letters.words import FORMAT_PROBLEMS

_LIMITS: Final[Mapping[str, int]] = {
    "address": 200,
    "phone": 40,
    "email": 100,
    "signatory_name": 100,
    "signatory_title": 100,
    "number_village_code": 40,
}
_POSTAL_CODE: Final = re.compile(r"(?:[0-9]{5})?", re.ASCII)
_NIP: Final = re.compile(r"(?:[0-9]{18})?", re.ASCII)
CODE: Final = re.compile(r"(?:[A-Za-z0-9.\-]{1,20})?", re.ASCII)
"""A letter code; an empty one goes back to the catalogue's."""
MAX_NUMBER: Final = 999_999


@dataclass(frozen=True, slots=True)
class VillageForm:
    """What was sent, and what is wrong with it by field."""

    letterhead: VillageLetterhead
    problems: Mapping[str, str]


def read_village_form(before: VillageLetterhead, form: Mapping[str, str]) -> VillageForm:
    """Lay what was sent over what is set; the logo stays."""
    given = {name: clean_line(text) for name, text in form.items()}
    scope = NumberScope.CODE if given.get("number_scope") == "code" else NumberScope.ALL
    letterhead = replace(
        before,
        address=given.get("address", ""),
        phone=given.get("phone", ""),
        email=given.get("email", ""),
        postal_code=given.get("postal_code", ""),
        signatory_name=given.get("signatory_name", ""),
        signatory_nip=given.get("signatory_nip", "").replace(" ", ""),
        signatory_title=given.get("signatory_title", "").rstrip(","),
        paper="A4" if given.get("paper") == "A4" else "F4",
        number_format=given.get("number_format", ""),
        number_scope=scope,
        number_village_code=given.get("number_village_code", ""),
    )
    return VillageForm(letterhead, _problems(letterhead))


def _problems(letterhead: VillageLetterhead) -> Mapping[str, str]:
    problems = {}
    for name, limit in _LIMITS.items():
        text: str = getattr(letterhead, name)
        if len(text) > limit:
            problems[name] = f"Paling panjang {limit} huruf."
        elif not is_printable(text):
            problems[name] = "Memuat huruf yang tidak dapat dicetak."
    if _POSTAL_CODE.fullmatch(letterhead.postal_code) is None:
        problems["postal_code"] = "Kode pos terdiri dari 5 angka."
    if _NIP.fullmatch(letterhead.signatory_nip) is None:
        problems["signatory_nip"] = "NIP terdiri dari 18 angka. Kosongkan bila tidak ada."
    wrong = format_problem(letterhead.number_format, letterhead.number_scope)
    if wrong is not None:
        problems["number_format"] = FORMAT_PROBLEMS[wrong]
    return problems


def read_number(text: str) -> int | None:
    """A running number as typed; None where it is none."""
    compact = text.strip()
    if not (compact.isascii() and compact.isdigit() and len(compact) <= len(str(MAX_NUMBER))):
        return None
    return int(compact)


def changed_names(before: VillageLetterhead, after: VillageLetterhead) -> Sequence[str]:
    """Which settings differ, for the audit."""
    return [
        name
        for name in VillageLetterhead.__slots__
        if getattr(before, name) != getattr(after, name)
    ]
