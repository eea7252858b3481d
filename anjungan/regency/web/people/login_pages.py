"""Logging in and out."""

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from anyio import to_thread
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from anjungan.regency.staff.accounts import credentials_of, password_fits, renew_hash, staff_with_id
from anjungan.regency.staff.sessions import begin_session, end_session
from anjungan.regency.staff.throttle import note_failure, note_success, remaining_delay
from anjungan.regency.web.navigation import home_of
from anjungan.regency.web.security import (
    FORM_COOKIE,
    SESSION_COOKIE,
    PageRequest,
    cookie,
    expired_cookie,
    new_form_token,
    tokens_match,
)
from anjungan.regency.web.site import Site, client_address
from anjungan.regency.web.words import duration


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
    address, now = client_address(request), site.now()
    with site.database.reading() as connection:
        delay = remaining_delay(connection, data.name, address, now)
        credentials = credentials_of(connection, data.name)
    if delay > timedelta(0):
        wait = duration(delay + timedelta(seconds=1))
        return _form(
            site,
            name=data.name,
            problem=f"Terlalu sering salah. Coba lagi setelah {wait}.",
            status_code=429,
        )
    fits = password_fits(credentials, data.password)
    with site.database.writing() as connection:
        if not fits or credentials.staff_id is None:
            note_failure(connection, data.name, address, now)
            token = None
        else:
            note_success(connection, data.name, address)
            renew_hash(connection, credentials, data.password)
            end_session(connection, request.cookies.get(SESSION_COOKIE, ""))
            token = begin_session(connection, credentials.staff_id, now)
            staff = staff_with_id(connection, credentials.staff_id)
    if token is None:
        return _form(
            site, name=data.name, problem="Nama atau kata sandi tidak cocok.", status_code=403
        )
    return Redirect(
        "/" if staff is None else home_of(staff),
        status_code=303,
        cookies=[cookie(site, SESSION_COOKIE, token), expired_cookie(site, FORM_COOKIE)],
    )


@post("/keluar", opt={"needs": None}, sync_to_thread=True)
def log_out(request: PageRequest, site: NamedDependency[Site]) -> Redirect:
    """End the session (a staff page: the form's token was checked)."""
    with site.database.writing() as connection:
        end_session(connection, request.cookies.get(SESSION_COOKIE, ""))
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
