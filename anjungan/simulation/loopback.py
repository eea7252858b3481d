"""Who may speak to a server that stands on loopback: this machine's own pages and programs.

A page of any web site can make a browser send requests to loopback. It cannot choose their
``Host`` and ``Origin``, so both tell it apart (the second also stops names that were made to
resolve to loopback, "DNS rebinding").
"""

from collections.abc import Mapping
from typing import Final

_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""What every answer carries: no other page may embed it, and nothing foreign runs in ours."""


def may_ask(port: int, host: str | None, origin: str | None, *, needs_origin: bool = False) -> bool:
    """Whether a request to ``port`` comes from our own page, or from a program that is no browser.

    ``needs_origin`` refuses a request without ``Origin``: browsers send it with every WebSocket.
    """
    ours = {f"{name}:{port}" for name in _NAMES}
    if host not in ours:
        return False
    if origin is None:
        return not needs_origin
    return origin == f"http://{host}"
