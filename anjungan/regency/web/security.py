"""Response headers, cookies, and who may see which page."""

import hmac
import secrets
from typing import TYPE_CHECKING, Any, Final

from anyio import to_thread
from litestar import Request, Response
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.response import Redirect
from litestar.types import Message, Scope

from anjungan.regency.staff.sessions import Session, find_session, note_use
from anjungan.regency.web.site import Site

if TYPE_CHECKING:
    from anjungan.regency.staff.permissions import Permission

PageRequest = Request[Any, Any, Any]

SESSION_COOKIE: Final = "anjungan_session"
FORM_COOKIE: Final = "anjungan_form"
LIVE_HEADER: Final = "x-live"
FORM_FIELD: Final = "form_token"

_CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


async def add_headers(message: Message, scope: Scope) -> None:
    """Put the security headers on every response, whatever made it."""
    del scope
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in _HEADERS.items():
        headers[name] = value
    if "cache-control" not in headers:
        headers["Cache-Control"] = "no-store"


def cookie(site: Site, key: str, value: str) -> Cookie:
    """A cookie that scripts cannot read and other sites cannot send with forms."""
    return Cookie(
        key=key,
        value=value,
        path="/",
        httponly=True,
        samesite="lax",
        secure=site.settings.cookies_secure,
    )


def expired_cookie(site: Site, key: str) -> Cookie:
    """Takes a cookie away."""
    return Cookie(
        key=key,
        value="",
        path="/",
        max_age=0,
        httponly=True,
        samesite="lax",
        secure=site.settings.cookies_secure,
    )


def new_form_token() -> str:
    """A token for the login form, before there is a session."""
    return secrets.token_urlsafe(32)


def tokens_match(expected: str, given: object) -> bool:
    """Compare form tokens in constant time; an empty one never matches."""
    return (
        isinstance(given, str)
        and bool(expected)
        and hmac.compare_digest(expected.encode(), given.encode(errors="replace"))
    )


async def admit_staff(request: PageRequest) -> Response[Any] | None:
    """Before every staff page: a live session, the form's token, and the page's permission.

    Every handler names what it needs as ``opt={"needs": Permission.…}``; None is for everybody
    who has logged in.

    Returns the response that turns somebody away, or None to go on; the session then stands in
    the request's state.
    """
    site: Site = request.app.state.site
    token = request.cookies.get(SESSION_COOKIE, "")
    session = await to_thread.run_sync(_session, site, token, LIVE_HEADER not in request.headers)
    if session is None:
        return Redirect("/masuk", status_code=303)
    if request.method == "POST":
        form = await request.form()
        if not tokens_match(session.form_token, form.get(FORM_FIELD)):
            return site.message(
                403,
                "Formulir tidak dikenal",
                "Formulir ini tidak berasal dari halaman Anda. Buka lagi halamannya.",
            )
    needs: Permission | None = request.route_handler.opt["needs"]
    if needs is not None and not session.staff.may(needs):
        return site.message(
            403, "Bukan tugas Anda", "Halaman ini untuk tugas lain. Akun Anda tidak membukanya."
        )
    request.state.session = session
    return None


def session_of(request: PageRequest) -> Session:
    """The session that admit_staff found."""
    session: Session = request.state.session
    return session


def _session(site: Site, token: str, in_use: bool) -> Session | None:  # noqa: FBT001 - runs in a thread, positionally
    if not token:
        return None
    now = site.now()
    with site.database.reading() as connection:
        session = find_session(connection, token, now)
    if session is not None and in_use:
        with site.database.writing() as connection:
            note_use(connection, token, now)
    return session
