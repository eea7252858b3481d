"""The words of accounts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from anjungan.regency.staff.permissions import Role

ROLE_WORDS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: "Pengelola",
        Role.STAFF: "Petugas kabupaten",
        Role.VILLAGE_OFFICER: "Petugas desa",
        Role.TECHNICIAN: "Teknisi",
        Role.VIEWER: "Pengamat",
    }
)
