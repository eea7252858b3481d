"""Logging in with name and password, and logging out."""

from datetime import timedelta
from typing import Annotated, Any, Final

import msgspec
from anyio import to_thread
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.accounts import (
    Credentials,
    credentials_of,
    password_fits,
    renew_hash,
    staff_with_id,
)
from anjungan.regency.staff.sessions import end_session
from anjungan.regency.staff.throttle import Attempt, remaining_delay
from anjungan.regency.web.people.login_flow import (
    Entered,
    attempt_of,
    enter,
    refuse_login,
    wait_words,
)
from anjungan.regency.web.security import (
    FORM_COOKIE,
    SESSION_COOKIE,
    PageRequest,
    cookie,
    expired_cookie,
    new_form_token,
    session_of,
    tokens_match,
)
from anjungan.regency.web.site import Site
from anjungan.regency.web.turned_away import Refusal


class LoginForm(msgspec.Struct, frozen=True):
    """What the login form sends."""

    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    form_token: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def __repr__(self) -> str:
        return "LoginForm(…)"


# Both stand on one path. Litestar (2.25) registers the handlers of a shared path twice and wraps
# ``sync_to_thread`` twice, so these two are asynchronous and take their thread themselves.


@get("/masuk")
async def login_page(site: NamedDependency[Site]) -> Response[str]:
    """The login form."""
    return _form(site, name="", problem="")


@post("/masuk")
async def log_in(
    request: PageRequest,
    site: NamedDependency[Site],
    data: Annotated[LoginForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Check name and password; a new session gets a new token, an old one ends."""
    return await to_thread.run_sync(_log_in, request, site, data)


def _log_in(request: PageRequest, site: Site, data: LoginForm) -> Response[Any]:
    if not tokens_match(request.cookies.get(FORM_COOKIE, ""), data.form_token):
        problem = "Halaman ini sudah lama terbuka. Coba lagi."
        return _form(site, name=data.name, problem=problem, status_code=403)
    now = site.now()
    with site.database.reading() as connection:
        credentials = credentials_of(connection, data.name)
        attempt = attempt_of(connection, request, data.name, credentials.staff_id, now)
        delay = remaining_delay(connection, attempt, now)
    if delay > timedelta(0):
        site.turned_away.count(Refusal.LOGIN_DELAYED)
        return _form(site, name=data.name, problem=wait_words(delay), status_code=429)
    fits = password_fits(credentials, data.password) and credentials.usable(now)
    entered = _judge(request, site, data, credentials, attempt) if fits else None
    if entered is None:
        refuse_login(site, credentials.staff_id, attempt)
        return _form(
            site, name=data.name, problem="Nama atau kata sandi tidak cocok.", status_code=403
        )
    return Redirect(
        entered.address,
        status_code=303,
        cookies=[*entered.cookies, expired_cookie(site, FORM_COOKIE)],
    )


def _judge(
    request: PageRequest,
    site: Site,
    data: LoginForm,
    credentials: Credentials,
    attempt: Attempt,
) -> Entered | None:
    with site.database.writing() as connection:
        # the hash was checked outside: the password may have been changed meanwhile
        if credentials.staff_id is None or credentials_of(connection, data.name) != credentials:
            return None
        renew_hash(connection, credentials, data.password)
        staff = staff_with_id(connection, credentials.staff_id)
        return None if staff is None else enter(connection, request, site, staff, attempt)


@post("/keluar", opt={"needs": None}, sync_to_thread=True)
def log_out(request: PageRequest, site: NamedDependency[Site]) -> Redirect:
    """End the session (a staff page: the form's token was checked)."""
    staff = session_of(request).staff
    with site.database.writing() as connection:
        end_session(connection, request.cookies.get(SESSION_COOKIE, ""))
        record(
            connection, actor_of(staff), AuditAction.LOGGED_OUT, subject=staff.name, now=site.now()
        )
    return Redirect("/masuk", status_code=303, cookies=[expired_cookie(site, SESSION_COOKIE)])


def _form(site: Site, *, name: str, problem: str, status_code: int = 200) -> Response[str]:
    form_token = new_form_token()
    response = site.page(
        "people/login.html",
        status_code=status_code,
        name=name,
        problem=problem,
        form_token=form_token,
    )
    response.set_cookie(cookie(site, FORM_COOKIE, form_token))
    return response


PUBLIC_HANDLERS: Final = (login_page, log_in)
HANDLERS: Final = (log_out,)
