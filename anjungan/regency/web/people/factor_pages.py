"""One's own second factor: setting it up, new recovery codes, taking it away."""

from datetime import timedelta
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.account_changes import take_second_factor_away
from anjungan.regency.staff.permissions import Role
from anjungan.regency.staff.second_factor import (
    begin_factor,
    confirm_factor,
    factor_of,
    renew_recovery_codes,
    unconfirmed_secret,
)
from anjungan.regency.staff.throttle import remaining_delay
from anjungan.regency.web.people.account_pages import show_account
from anjungan.regency.web.people.factor_view import factor_view
from anjungan.regency.web.people.login_flow import (
    attempt_of,
    begin_again,
    refuse_login,
    wait_words,
)
from anjungan.regency.web.people.own_password import confirm_password
from anjungan.regency.web.people.words import WRONG_CODE
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

_REQUIRED: Final = "Pengelola wajib memakai kode masuk di kabupaten ini."


class PresentPasswordForm(msgspec.Struct, frozen=True):
    """The present password, asked for again."""

    present: Annotated[str, msgspec.Meta(max_length=1000)] = ""

    def __repr__(self) -> str:
        return "PresentPasswordForm(…)"


class ConfirmForm(msgspec.Struct, frozen=True):
    """A code of the app."""

    code: Annotated[str, msgspec.Meta(max_length=50)] = ""

    def __repr__(self) -> str:
        return "ConfirmForm(…)"


SentPassword = Annotated[PresentPasswordForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
SentCode = Annotated[ConfirmForm, Body(media_type=RequestEncodingType.URL_ENCODED)]


@post("/akun/kode/mulai", opt={"needs": None}, sync_to_thread=True)
def begin_own_factor(
    request: PageRequest, site: NamedDependency[Site], data: SentPassword
) -> Response[Any]:
    """Make a secret and show it; it does not count before a code of it is confirmed."""
    staff = session_of(request).staff
    refused = confirm_password(request, site, staff, data.present)
    if refused is not None:
        return show_account(
            request, site, factor_problem=refused.problem, status_code=refused.status_code
        )
    with site.database.writing() as connection:
        begin_factor(connection, site.factor_key, staff.id, site.now())
    return Redirect("/akun/kode", status_code=303)


@get("/akun/kode", opt={"needs": None}, sync_to_thread=True)
def own_factor_page(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """The QR of a second factor that is being set up."""
    return _set_up_page(request, site)


@post("/akun/kode/pastikan", opt={"needs": None}, sync_to_thread=True)
def confirm_own_factor(
    request: PageRequest, site: NamedDependency[Site], data: SentCode
) -> Response[Any]:
    """Let the second factor count: other sessions end, this browser gets a new one."""
    staff, now = session_of(request).staff, site.now()
    with site.database.reading() as connection:
        attempt = attempt_of(connection, request, staff.name, staff.id, now)
        delay = remaining_delay(connection, attempt, now)
    if delay > timedelta(0):
        return _set_up_page(request, site, problem=wait_words(delay), status_code=429)
    with site.database.writing() as connection:
        codes = confirm_factor(connection, site.factor_key, staff.id, data.code, now)
        if codes is not None:
            action = AuditAction.SECOND_FACTOR_SET_UP
            record(connection, actor_of(staff), action, subject=staff.name, now=now)
            cookies = begin_again(connection, request, site, staff)
    if codes is None:
        refuse_login(site, staff.id, attempt, "kode salah")
        return _set_up_page(request, site, problem=WRONG_CODE, status_code=403)
    response = site.page("people/login_recovery.html", codes=codes, onward="/akun")
    for each in cookies:
        response.set_cookie(each)
    return response


@post("/akun/kode/cadangan", opt={"needs": None}, sync_to_thread=True)
def renew_own_recovery_codes(
    request: PageRequest, site: NamedDependency[Site], data: SentPassword
) -> Response[Any]:
    """Ten new recovery codes, shown once; the old ones are good for nothing any more."""
    staff = session_of(request).staff
    refused = confirm_password(request, site, staff, data.present)
    if refused is not None:
        return show_account(
            request, site, factor_problem=refused.problem, status_code=refused.status_code
        )
    with site.database.writing() as connection:
        factor = factor_of(connection, staff.id)
        if factor is None or not factor.counts:
            return Redirect("/akun", status_code=303)
        codes = renew_recovery_codes(connection, site.factor_key, staff.id)
        action = AuditAction.RECOVERY_CODES_MADE
        record(connection, actor_of(staff), action, subject=staff.name, now=site.now())
    return site.page("people/login_recovery.html", codes=codes, onward="/akun")


@post("/akun/kode/lepas", opt={"needs": None}, sync_to_thread=True)
def remove_own_factor(
    request: PageRequest, site: NamedDependency[Site], data: SentPassword
) -> Response[Any]:
    """Log in without a code from now on, where the regency lets one."""
    staff = session_of(request).staff
    if site.settings.people.administrators_need_second_factor and staff.role is Role.ADMINISTRATOR:
        return show_account(request, site, factor_problem=_REQUIRED, status_code=403)
    refused = confirm_password(request, site, staff, data.present)
    if refused is not None:
        return show_account(
            request, site, factor_problem=refused.problem, status_code=refused.status_code
        )
    with site.database.writing() as connection:
        take_second_factor_away(connection, actor_of(staff), staff, site.now())
        cookies = begin_again(connection, request, site, staff)
    return Redirect("/akun?tersimpan=kode", status_code=303, cookies=list(cookies))


def _set_up_page(
    request: PageRequest, site: Site, *, problem: str = "", status_code: int = 200
) -> Response[Any]:
    session = session_of(request)
    with site.database.reading() as connection:
        secret = unconfirmed_secret(connection, site.factor_key, session.staff.id)
    if secret is None:
        return Redirect("/akun", status_code=303)
    return staff_page(
        site,
        session,
        "people/factor.html",
        section="account",
        live_url="/akun/kode",
        status_code=status_code,
        problem=problem,
        factor=factor_view(secret, session.staff.name, site.settings.regency_name),
    )


HANDLERS: Final = (
    own_factor_page,
    begin_own_factor,
    confirm_own_factor,
    renew_own_recovery_codes,
    remove_own_factor,
)
