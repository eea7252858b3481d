"""The page that lists what a person may set; each area brings its entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency

from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page


@dataclass(frozen=True, slots=True)
class SettingsEntry:
    """One page of settings."""

    href: str
    icon: str
    title: str
    text: str
    needs: Permission


ENTRIES: Final[Sequence[SettingsEntry]] = (
    SettingsEntry(
        "/setelan/desa",
        "file-certificate",
        "Surat desa",
        "Kop surat, penanda tangan, nomor surat, dan kertas.",
        Permission.MAKE_LETTERS,
    ),
    SettingsEntry(
        "/setelan/layanan",
        "clock",
        "Waktu layanan",
        "Berapa hari kerja setiap layanan boleh berjalan.",
        Permission.MANAGE_SETTINGS,
    ),
    SettingsEntry(
        "/setelan/hari-libur",
        "calendar-off",
        "Hari libur",
        "Hari yang tidak dihitung sebagai hari kerja.",
        Permission.MANAGE_SETTINGS,
    ),
)


@get("/setelan", opt={"needs": None}, sync_to_thread=True)
def settings_index(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """What this person may set."""
    session = session_of(request)
    entries = [each for each in ENTRIES if session.staff.may(each.needs)]
    return staff_page(site, session, "office/settings.html", section="settings", entries=entries)


HANDLERS: Final = (settings_index,)
