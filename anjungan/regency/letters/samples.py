"""Plainly invented values for every field, to look at a letter before anybody needs one."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from anjungan.catalogue import shown
from anjungan.regency.letters.sheet import Check
from anjungan.regency.letters.templates import LetterTemplate
from anjungan.regency.letters.values import Values

_PERSON: Final[Mapping[str, str]] = MappingProxyType(
    {
        "nama": "Contoh Siti Aminah",
        "nik": "3505994107790001",
        "tempat_lahir": "Blitar",
        "tanggal_lahir": "1 Juli 1979",
        "ttl": "Blitar, 1 Juli 1979",
        "jenis_kelamin": "Perempuan",
        "agama": "Islam",
        "status_kawin": "Kawin",
        "pekerjaan": "Petani/Pekebun",
        "kewarganegaraan": "Indonesia",
        "alamat": "Dusun Krajan RT 002 RW 001",
        "no_kk": "3505990101150001",
        "kepala_keluarga": "Contoh Slamet",
        "hubungan_keluarga": "Istri",
        "pendidikan": "SLTA/Sederajat",
        "golongan_darah": "O",
        "nama_ayah": "Contoh Suparman",
        "nama_ibu": "Contoh Suminah",
    }
)


def sample_values(template: LetterTemplate, today: date) -> Values:
    """A value for every field; people are called Contoh, NIKs name a district there is not."""
    return {
        name: _PERSON.get(name.removeprefix(_prefix(name)), "")
        or field.default
        or _invented(name, field.label, today)
        for name, field in template.fields.items()
    }


def sample_check(check_url: str) -> Check:
    """A check that leads to a page saying that there is no such letter."""
    return Check(f"{check_url}/contoh", check_url.partition("://")[2], "CON-TOH-222")


def _prefix(name: str) -> str:
    end = next((each for each in _PERSON if name.endswith(f"_{each}")), "")
    return name.removesuffix(end)


def _invented(name: str, label: str, today: date) -> str:
    if name.startswith(("tanggal", "lama_tinggal", "berangkat")) or "sejak" in name:
        return shown.date(today)
    if "penghasilan" in name or "harga" in name or "taksiran" in name:
        return "Rp1.500.000"
    return f"Contoh {label.lower()}"
