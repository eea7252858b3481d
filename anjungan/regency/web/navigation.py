"""The entries of the menu beside every staff page, and who sees which."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry. ``counts`` is what its number counts, for those who do not see the colour."""

    section: str
    href: str
    icon: str
    title: str
    needs: Permission
    counts: str = ""


MENU: Final[Sequence[MenuItem]] = (
    MenuItem(
        "requests",
        "/permohonan",
        "inbox",
        "Permohonan",
        Permission.READ_REQUESTS,
        counts="menunggu petugas",
    ),
    MenuItem("fleet", "/anjungan", "layout-dashboard", "Armada", Permission.READ_FLEET),
    MenuItem(
        "alerts",
        "/peringatan",
        "bell",
        "Peringatan",
        Permission.READ_FLEET,
        counts="belum ditangani",
    ),
    MenuItem("visits", "/kunjungan", "truck", "Kunjungan", Permission.MANAGE_VISITS),
    MenuItem(
        "enrolment",
        "/pendaftaran",
        "shield-lock",
        "Pendaftaran",
        Permission.READ_ENROLMENTS,
        counts="menunggu konfirmasi",
    ),
    MenuItem("staff", "/pengguna", "users", "Pengguna", Permission.MANAGE_STAFF),
    MenuItem("audit", "/catatan", "history", "Catatan", Permission.READ_AUDIT),
    MenuItem("settings", "/setelan", "settings", "Setelan", Permission.MAKE_LETTERS),
)


def menu_of(staff: StaffMember) -> Sequence[MenuItem]:
    """The entries this person may open."""
    return [item for item in MENU if staff.may(item.needs)]


def home_of(staff: StaffMember) -> str:
    """The page this person begins the day with."""
    return next((item.href for item in menu_of(staff)), "/akun")
