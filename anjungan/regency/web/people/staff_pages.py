"""Accounts of others: for whoever manages staff."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from anjungan.protocol.identity import IdentityError, VillageCode, parse_village
from anjungan.regency.audit.trail import actor_of
from anjungan.regency.staff.account_changes import Issued, add_with_one_time_password, edit_staff
from anjungan.regency.staff.directory import count_sessions, list_staff
from anjungan.regency.staff.permissions import Role
from anjungan.regency.web.people import words
from anjungan.regency.web.people.staff_account import (
    MANAGE,
    ROLE_CHOICES,
    after_change,
    show_account,
    show_issued,
    villages_by_name,
)
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page


class AccountForm(msgspec.Struct, frozen=True):
    """An account as it is to be."""

    role: Annotated[str, msgspec.Meta(max_length=32)] = ""
    village: Annotated[str, msgspec.Meta(max_length=10)] = ""
    display_name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""

    @property
    def wanted_role(self) -> Role | None:
        """The chosen role; None when it is none."""
        return next((role for role in Role if role.value == self.role), None)

    @property
    def wanted_village(self) -> VillageCode | None:
        """The chosen village, which counts for village officers alone."""
        if self.wanted_role is not Role.VILLAGE_OFFICER:
            return None
        try:
            return parse_village(self.village)
        except IdentityError:
            return None


SentAccount = Annotated[AccountForm, Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/pengguna", opt=MANAGE, sync_to_thread=True)
def staff_list(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """All accounts."""
    session = session_of(request)
    with site.database.reading() as connection:
        entries = list_staff(connection)
        open_sessions = count_sessions(connection, site.now())
    return staff_page(
        site,
        session,
        "people/staff_list.html",
        section="staff",
        entries=entries,
        open_sessions=open_sessions,
        signs=words,
    )


@get("/pengguna/baru", opt=MANAGE, sync_to_thread=True)
def new_staff_page(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """The form for a new account."""
    return _new_page(request, site, AccountForm(role=Role.VILLAGE_OFFICER.value))


@post("/pengguna/tambah", opt=MANAGE, sync_to_thread=True)
def add_account(
    request: PageRequest, site: NamedDependency[Site], data: SentAccount
) -> Response[Any]:
    """Make the account and show its password for one time."""
    role = data.wanted_role
    if role is None:
        return _new_page(request, site, data, problem="Pilih peran.", status_code=422)
    with site.database.writing() as connection:
        outcome = add_with_one_time_password(
            connection,
            actor_of(session_of(request).staff),
            name=data.name,
            display_name=data.display_name,
            role=role,
            village=data.wanted_village,
            now=site.now(),
        )
    if isinstance(outcome, Issued):
        return show_issued(request, site, outcome, title="Akun dibuat")
    problem = words.ACCOUNT_PROBLEMS[outcome.problem]
    return _new_page(request, site, data, problem=problem, status_code=422)


@get("/pengguna/{staff_id:int}", opt=MANAGE, sync_to_thread=True)
def staff_member_page(
    request: PageRequest, site: NamedDependency[Site], staff_id: FromPath[int]
) -> Response[Any]:
    """One account."""
    saved = request.query_params.get("tersimpan", "")
    return show_account(request, site, staff_id, saved=saved)


@post("/pengguna/{staff_id:int}/ubah", opt=MANAGE, sync_to_thread=True)
def change_account(
    request: PageRequest, site: NamedDependency[Site], staff_id: FromPath[int], data: SentAccount
) -> Response[Any]:
    """Change name, role and village; a changed role ends the sessions at once."""
    role = data.wanted_role
    if role is None:
        return show_account(request, site, staff_id, problem="Pilih peran.", status_code=422)
    with site.database.writing() as connection:
        outcome = edit_staff(
            connection,
            actor_of(session_of(request).staff),
            staff_id,
            display_name=data.display_name,
            role=role,
            village=data.wanted_village,
            now=site.now(),
        )
    return after_change(request, site, staff_id, outcome, saved="akun")


def _new_page(
    request: PageRequest,
    site: Site,
    data: AccountForm,
    *,
    problem: str = "",
    status_code: int = 200,
) -> Response[Any]:
    return staff_page(
        site,
        session_of(request),
        "people/staff_new.html",
        section="staff",
        live_url="/pengguna/baru",
        status_code=status_code,
        data=data,
        roles=ROLE_CHOICES,
        villages=villages_by_name(),
        problem=problem,
    )


HANDLERS: Final = (staff_list, new_staff_page, add_account, staff_member_page, change_account)
