"""What can be done to somebody's account: disable, a new password, no second factor, sessions."""

from typing import Any, Final

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.account_changes import (
    Issued,
    disable_staff,
    enable_staff,
    reset_password,
    take_second_factor_away,
)
from anjungan.regency.staff.accounts import staff_with_id
from anjungan.regency.staff.sessions import end_session_with_id, end_sessions_of
from anjungan.regency.web.people.staff_account import (
    MANAGE,
    after_change,
    no_such_account,
    show_issued,
)
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site


@post("/pengguna/{staff_id:int}/nonaktifkan", opt=MANAGE, sync_to_thread=True)
def disable_account(
    request: PageRequest, site: NamedDependency[Site], staff_id: FromPath[int]
) -> Response[Any]:
    """Let somebody log in no more; whatever was open ends at once."""
    actor = actor_of(session_of(request).staff)
    with site.database.writing() as connection:
        outcome = disable_staff(connection, actor, staff_id, site.now())
    return after_change(request, site, staff_id, outcome, saved="nonaktif")


@post("/pengguna/{staff_id:int}/aktifkan", opt=MANAGE, sync_to_thread=True)
def enable_account(
    request: PageRequest, site: NamedDependency[Site], staff_id: FromPath[int]
) -> Response[Any]:
    """Let somebody log in again."""
    actor = actor_of(session_of(request).staff)
    with site.database.writing() as connection:
        outcome = enable_staff(connection, actor, staff_id, site.now())
    return after_change(request, site, staff_id, outcome, saved="aktif")


@post("/pengguna/{staff_id:int}/sandi", opt=MANAGE, sync_to_thread=True)
def reset_account_password(
    request: PageRequest, site: NamedDependency[Site], staff_id: FromPath[int]
) -> Response[Any]:
    """Make a password for one time and show it."""
    actor = actor_of(session_of(request).staff)
    with site.database.writing() as connection:
        outcome = reset_password(connection, actor, staff_id, site.now())
    if isinstance(outcome, Issued):
        return show_issued(request, site, outcome, title="Kata sandi baru")
    return no_such_account(site)


@post("/pengguna/{staff_id:int}/kode", opt=MANAGE, sync_to_thread=True)
def reset_account_factor(
    request: PageRequest, site: NamedDependency[Site], staff_id: FromPath[int]
) -> Response[Any]:
    """Ask somebody who lost the phone for no code any more."""
    with site.database.writing() as connection:
        staff = staff_with_id(connection, staff_id)
        if staff is not None:
            actor = actor_of(session_of(request).staff)
            take_second_factor_away(connection, actor, staff, site.now())
    if staff is None:
        return no_such_account(site)
    return Redirect(f"/pengguna/{staff_id}?tersimpan=kode", status_code=303)


@post("/pengguna/{staff_id:int}/sesi/akhiri", opt=MANAGE, sync_to_thread=True)
def end_account_sessions(
    request: PageRequest, site: NamedDependency[Site], staff_id: FromPath[int]
) -> Response[Any]:
    """Revoke all sessions of somebody."""
    with site.database.writing() as connection:
        staff = staff_with_id(connection, staff_id)
        if staff is not None:
            ended = end_sessions_of(connection, staff_id)
            record(
                connection,
                actor_of(session_of(request).staff),
                AuditAction.SESSIONS_ENDED,
                subject=staff.name,
                now=site.now(),
                village=staff.village,
                detail=f"semua, {ended} sesi",
            )
    if staff is None:
        return no_such_account(site)
    return Redirect(f"/pengguna/{staff_id}?tersimpan=semua-sesi", status_code=303)


@post("/pengguna/{staff_id:int}/sesi/{session_id:str}/akhiri", opt=MANAGE, sync_to_thread=True)
def end_account_session(
    request: PageRequest,
    site: NamedDependency[Site],
    staff_id: FromPath[int],
    session_id: FromPath[str],
) -> Response[Any]:
    """Revoke one session of somebody."""
    with site.database.writing() as connection:
        staff = staff_with_id(connection, staff_id)
        if staff is not None and end_session_with_id(connection, staff_id, session_id):
            record(
                connection,
                actor_of(session_of(request).staff),
                AuditAction.SESSIONS_ENDED,
                subject=staff.name,
                now=site.now(),
                village=staff.village,
                detail="satu sesi",
            )
    if staff is None:
        return no_such_account(site)
    return Redirect(f"/pengguna/{staff_id}?tersimpan=sesi", status_code=303)


HANDLERS: Final = (
    disable_account,
    enable_account,
    reset_account_password,
    reset_account_factor,
    end_account_sessions,
    end_account_session,
)
