"""Browsers: what they are in plain words, and which of them somebody has logged in with before.

A known browser carries a random token in a cookie of its own. It opens nothing; strangers who guess
passwords from everywhere do not slow it down (``throttle``).
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from anjungan.regency.store.tables import KNOWN_BROWSERS

KNOWN_FOR: Final = timedelta(days=400)

_FAMILIES: Final = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser/", "Samsung Internet"),
    ("ucbrowser/", "UC Browser"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("chromium/", "Chromium"),
    ("chrome/", "Chrome"),
    ("crios/", "Chrome"),
    ("safari/", "Safari"),
)
"""The order matters: most browsers also call themselves Chrome or Safari."""
_SYSTEMS: Final = (
    ("windows", "Windows"),
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("cros", "ChromeOS"),
    ("mac os x", "Mac"),
    ("linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """``Firefox di Windows``; what cannot be told is ``peramban lain``."""
    told = user_agent.casefold()
    family = next((word for mark, word in _FAMILIES if mark in told), "Peramban lain")
    system = next((word for mark, word in _SYSTEMS if mark in told), "")
    return f"{family} di {system}" if system else family


def remember_browser(connection: Connection, staff_id: int, now: datetime) -> str:
    """Know a browser from now on; returns its cookie's token."""
    connection.execute(
        delete(KNOWN_BROWSERS).where(KNOWN_BROWSERS.c.last_used_at < now - KNOWN_FOR)
    )
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(KNOWN_BROWSERS).values(
            token_digest=_digest(token), staff_id=staff_id, last_used_at=now
        )
    )
    return token


def is_known_browser(connection: Connection, token: str, staff_id: int, now: datetime) -> bool:
    """Whether that person has logged in with this browser before."""
    found = connection.execute(
        select(KNOWN_BROWSERS.c.staff_id).where(
            KNOWN_BROWSERS.c.token_digest == _digest(token),
            KNOWN_BROWSERS.c.staff_id == staff_id,
            KNOWN_BROWSERS.c.last_used_at >= now - KNOWN_FOR,
        )
    )
    return found.first() is not None


def note_known_browser(connection: Connection, token: str, now: datetime) -> None:
    """It was used again."""
    connection.execute(
        update(KNOWN_BROWSERS)
        .where(KNOWN_BROWSERS.c.token_digest == _digest(token))
        .values(last_used_at=now)
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
