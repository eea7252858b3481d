"""The villages of Kabupaten Blitar: 220 desa and 28 kelurahan in 22 kecamatan.

Source: Kepmendagri 300.2.2-2430/2025 as published in the repository cahyadsn/wilayah.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

import msgspec

from anjungan.protocol.identity import VillageCode


class Village(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A village; a kelurahan has a lurah where a desa has a kepala desa.

    Attributes:
        code: 10-digit Kemendagri code.
        name: without the word desa or kelurahan; two villages may share one.
        district: its kecamatan.
        pilot: one of the thirteen that began.
    """

    code: VillageCode
    name: str
    kind: Literal["desa", "kelurahan"]
    district: str
    pilot: bool

    @property
    def full_name(self) -> str:
        """``Desa Minggirsari``, ``Kelurahan Beru``."""
        return f"{self.kind.capitalize()} {self.name}"

    @property
    def head_title(self) -> str:
        """Who signs letters there."""
        return "Lurah" if self.kind == "kelurahan" else "Kepala Desa"


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    source: str
    villages: tuple[Village, ...]


@cache
def load_villages() -> Mapping[VillageCode, Village]:
    """All villages by code, in the order of their codes."""
    content = resources.files("anjungan.catalogue").joinpath("villages.json").read_bytes()
    file = msgspec.json.decode(content, type=_File)
    return MappingProxyType({village.code: village for village in file.villages})
