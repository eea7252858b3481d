"""One's own account: password, second factor, sessions."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.account_changes import set_own_password
from anjungan.regency.staff.accounts import hash_password
from anjungan.regency.staff.passwords import MIN_PASSWORD_CHARACTERS, password_problem
from anjungan.regency.staff.permissions import Role
from anjungan.regency.staff.second_factor import factor_of
from anjungan.regency.staff.sessions import end_session_with_id, end_sessions_of, sessions_of
from anjungan.regency.web.people.login_flow import begin_again
from anjungan.regency.web.people.own_password import confirm_password
from anjungan.regency.web.people.words import (
    FACTOR_OFF,
    FACTOR_ON,
    PASSWORD_PROBLEMS,
    PASSWORDS_DIFFER,
    SAME_PASSWORD,
)
from anjungan.regency.web.security import SESSION_COOKIE, PageRequest, expired_cookie, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

_SAVED: Final = {
    "sandi": "Kata sandi baru tersimpan. Sesi lain sudah keluar.",
    "sesi": "Sesi itu sudah keluar.",
    "kode": "Kode masuk sudah dilepas.",
}


class PasswordForm(msgspec.Struct, frozen=True):
    """The present password and the new one, twice."""

    present: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    new: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    again: Annotated[str, msgspec.Meta(max_length=1000)] = ""

    def __repr__(self) -> str:
        return "PasswordForm(…)"


@get("/akun", opt={"needs": None}, sync_to_thread=True)
def account_page(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """The page."""
    return show_account(request, site, saved=_SAVED.get(request.query_params.get("tersimpan", "")))


@post("/akun/sandi", opt={"needs": None}, sync_to_thread=True)
def change_password(
    request: PageRequest,
    site: NamedDependency[Site],
    data: Annotated[PasswordForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Change the password; every session ends and this browser gets a new one."""
    staff = session_of(request).staff
    refused = confirm_password(request, site, staff, data.present)
    if refused is not None:
        return show_account(
            request, site, password_problem=refused.problem, status_code=refused.status_code
        )
    bad = password_problem(data.new, staff.name)
    problem = (
        PASSWORDS_DIFFER
        if data.new != data.again
        else SAME_PASSWORD
        if data.new == data.present
        else ""
        if bad is None
        else PASSWORD_PROBLEMS[bad]
    )
    if problem:
        return show_account(request, site, password_problem=problem, status_code=422)
    new_hash = hash_password(data.new)
    with site.database.writing() as connection:
        set_own_password(connection, actor_of(staff), staff, new_hash, site.now())
        cookies = begin_again(connection, request, site, staff)
    return Redirect("/akun?tersimpan=sandi", status_code=303, cookies=list(cookies))


@post("/akun/sesi/{session_id:str}/akhiri", opt={"needs": None}, sync_to_thread=True)
def end_own_session(
    request: PageRequest, site: NamedDependency[Site], session_id: FromPath[str]
) -> Redirect:
    """Revoke one of one's own sessions."""
    session = session_of(request)
    with site.database.writing() as connection:
        if end_session_with_id(connection, session.staff.id, session_id):
            record(
                connection,
                actor_of(session.staff),
                AuditAction.SESSIONS_ENDED,
                subject=session.staff.name,
                now=site.now(),
                detail="satu sesi",
            )
    if session_id == session.id:
        return _to_login(site)
    return Redirect("/akun?tersimpan=sesi", status_code=303)


@post("/akun/keluar-semua", opt={"needs": None}, sync_to_thread=True)
def end_all_own_sessions(request: PageRequest, site: NamedDependency[Site]) -> Redirect:
    """Log out everywhere, here too."""
    staff = session_of(request).staff
    with site.database.writing() as connection:
        ended = end_sessions_of(connection, staff.id)
        record(
            connection,
            actor_of(staff),
            AuditAction.SESSIONS_ENDED,
            subject=staff.name,
            now=site.now(),
            detail=f"semua, {ended} sesi",
        )
    return _to_login(site)


def show_account(
    request: PageRequest,
    site: Site,
    *,
    saved: str | None = None,
    password_problem: str = "",
    factor_problem: str = "",
    status_code: int = 200,
) -> Response[Any]:
    """The page of one's own account, with what went wrong in one of its forms."""
    session = session_of(request)
    with site.database.reading() as connection:
        factor = factor_of(connection, session.staff.id)
        sessions = sessions_of(connection, session.staff.id, site.now())
    counts = factor is not None and factor.counts
    return staff_page(
        site,
        session,
        "people/account.html",
        section="account",
        live_url="/akun",
        status_code=status_code,
        saved=saved,
        password_problem=password_problem,
        factor_problem=factor_problem,
        factor=factor if counts else None,
        factor_sign=FACTOR_ON if counts else FACTOR_OFF,
        factor_required=site.settings.people.administrators_need_second_factor
        and session.staff.role is Role.ADMINISTRATOR,
        sessions=sessions,
        session_id=session.id,
        min_characters=MIN_PASSWORD_CHARACTERS,
    )


def _to_login(site: Site) -> Redirect:
    return Redirect("/masuk", status_code=303, cookies=[expired_cookie(site, SESSION_COOKIE)])


HANDLERS: Final = (account_page, change_password, end_own_session, end_all_own_sessions)
