"""The one word for a kiosk, and which comes first. Pure."""

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from anjungan.regency.web.words import Sign


class Standing(enum.Enum):
    """What a kiosk is, the worst first: the order of the page and of its map."""

    OFFLINE = "luring"
    CHECK = "dicek"
    LATE = "terlambat"
    UNKNOWN = "tanpa-kabar"
    RETURNING = "kembali"
    MAINTENANCE = "perawatan"
    ONLINE = "daring"


STANDING_RANK: Final[Mapping[Standing, int]] = MappingProxyType(
    {standing: rank for rank, standing in enumerate(Standing)}
)

STANDING_SIGNS: Final[Mapping[Standing, Sign]] = MappingProxyType(
    {
        Standing.OFFLINE: Sign("Luring", "error", "circle-x"),
        Standing.CHECK: Sign("Perlu dicek", "warn", "alert-triangle"),
        Standing.LATE: Sign("Terlambat lapor", "warn", "clock"),
        Standing.UNKNOWN: Sign("Belum ada kabar", "neutral", "help-circle"),
        Standing.RETURNING: Sign("Baru kembali", "info", "history"),
        Standing.MAINTENANCE: Sign("Perawatan", "neutral", "tool"),
        Standing.ONLINE: Sign("Daring", "ok", "circle-check"),
    }
)
NOT_INSTALLED: Final = Sign("Belum dipasang", "neutral", "circle-dashed")
