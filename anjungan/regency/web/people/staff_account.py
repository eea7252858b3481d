"""The page of somebody's account, and what every change of one leads to."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, assert_never

from litestar import Response
from litestar.response import Redirect

from anjungan.catalogue.villages import Village, load_villages
from anjungan.regency.staff.account_changes import (
    AccountChange,
    Done,
    Issued,
    LastAdministrator,
    NoSuchAccount,
    VillageMissing,
)
from anjungan.regency.staff.accounts import staff_with_id
from anjungan.regency.staff.directory import staff_entry
from anjungan.regency.staff.permissions import Permission, Role
from anjungan.regency.staff.sessions import sessions_of
from anjungan.regency.web.people import words
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

MANAGE: Final = {"needs": Permission.MANAGE_STAFF}
ROLE_CHOICES: Final = tuple(
    (role, words.ROLE_WORDS[role], words.ROLE_HINTS[role])
    for role in (
        *(Role.VILLAGE_OFFICER, Role.STAFF, Role.TECHNICIAN, Role.VIEWER, Role.ADMINISTRATOR),
    )
)
SAVED: Final = {
    "akun": "Akun tersimpan.",
    "nonaktif": "Akun dinonaktifkan. Semua sesinya sudah keluar.",
    "aktif": "Akun aktif lagi.",
    "kode": "Kode masuk dilepas. Orangnya dapat memasang yang baru di halaman Akun.",
    "sesi": "Sesi itu sudah keluar.",
    "semua-sesi": "Semua sesinya sudah keluar.",
}
_LAST: Final = "Ini pengelola aktif yang terakhir. Buat pengelola lain dahulu."


@cache
def villages_by_name() -> Sequence[Village]:
    """All villages of the regency, for choosing one."""
    return sorted(load_villages().values(), key=lambda each: (each.name, each.district))


def show_account(
    request: PageRequest,
    site: Site,
    staff_id: int,
    *,
    saved: str = "",
    problem: str = "",
    status_code: int = 200,
) -> Response[Any]:
    """The page of somebody's account, or that there is none."""
    session = session_of(request)
    with site.database.reading() as connection:
        entry = staff_entry(connection, staff_id)
        sessions = sessions_of(connection, staff_id, site.now())
    if entry is None:
        return no_such_account(site)
    return staff_page(
        site,
        session,
        "people/staff_member.html",
        section="staff",
        live_url=f"/pengguna/{staff_id}",
        status_code=status_code,
        entry=entry,
        sessions=sessions,
        is_self=session.staff.id == staff_id,
        roles=ROLE_CHOICES,
        villages=villages_by_name(),
        signs=words,
        saved=SAVED.get(saved, ""),
        problem=problem,
    )


def show_issued(request: PageRequest, site: Site, issued: Issued, *, title: str) -> Response[Any]:
    """The password for one time. It is shown here and nowhere again."""
    session = session_of(request)
    with site.database.reading() as connection:
        owner = staff_with_id(connection, issued.staff_id)
    if owner is None:
        return no_such_account(site)
    return staff_page(
        site,
        session,
        "people/staff_issued.html",
        section="staff",
        live_url=f"/pengguna/{issued.staff_id}",
        title=title,
        owner=owner,
        password=issued.password,
        until=issued.until,
        public_url=site.settings.web.public_url,
    )


def after_change(
    request: PageRequest, site: Site, staff_id: int, outcome: AccountChange, *, saved: str
) -> Response[Any]:
    """Back to the account, or why it was not changed."""
    match outcome:
        case Done():
            return Redirect(f"/pengguna/{staff_id}?tersimpan={saved}", status_code=303)
        case LastAdministrator():
            return show_account(request, site, staff_id, problem=_LAST, status_code=409)
        case VillageMissing():
            problem = "Pilih desa untuk petugas desa."
            return show_account(request, site, staff_id, problem=problem, status_code=422)
        case NoSuchAccount():
            return no_such_account(site)
        case _:
            assert_never(outcome)


def no_such_account(site: Site) -> Response[Any]:
    """What a number of no account leads to."""
    return site.message(404, "Tidak ada", "Akun ini tidak ada.")
