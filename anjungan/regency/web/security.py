"""Response headers, cookies and the tokens of forms."""

import hmac
import secrets
from datetime import timedelta
from typing import Any, Final

from litestar import Request
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.types import Message, Scope

from anjungan.regency.staff.sessions import Session
from anjungan.regency.web.site import Site

PageRequest = Request[Any, Any, Any]

SESSION_COOKIE: Final = "anjungan_session"
FORM_COOKIE: Final = "anjungan_form"
LOGIN_COOKIE: Final = "anjungan_login"
BROWSER_COOKIE: Final = "anjungan_browser"
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


def cookie(site: Site, key: str, value: str, *, lasts: timedelta | None = None) -> Cookie:
    """A cookie that scripts cannot read and other sites cannot send with forms.

    Without ``lasts`` it goes when the browser is closed.
    """
    return Cookie(
        key=key,
        value=value,
        path="/",
        max_age=None if lasts is None else int(lasts.total_seconds()),
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


def session_of(request: PageRequest) -> Session:
    """The session that admit_staff found."""
    session: Session = request.state.session
    return session
