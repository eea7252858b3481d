"""What follows a right password: a session at once, or a login half-way and its next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from litestar.datastructures import Cookie
from sqlalchemy import Connection, update

from anjungan.regency.audit.trail import Actor, AuditAction, actor_of, record
from anjungan.regency.staff.accounts import StaffMember, staff_with_id
from anjungan.regency.staff.browsers import (
    KNOWN_FOR,
    browser_words,
    is_known_browser,
    note_known_browser,
    remember_browser,
)
from anjungan.regency.staff.pending_logins import (
    Step,
    begin_pending_login,
    end_pending_login,
    next_step,
)
from anjungan.regency.staff.second_factor import begin_factor
from anjungan.regency.staff.sessions import begin_session, end_session, end_sessions_of
from anjungan.regency.staff.throttle import Attempt, note_failure, note_success
from anjungan.regency.store.tables import STAFF
from anjungan.regency.web.navigation import home_of
from anjungan.regency.web.security import (
    BROWSER_COOKIE,
    LOGIN_COOKIE,
    SESSION_COOKIE,
    PageRequest,
    cookie,
    expired_cookie,
)
from anjungan.regency.web.site import Site, client_address
from anjungan.regency.web.turned_away import Refusal
from anjungan.regency.web.words import duration

STEP_ADDRESSES: Final[Mapping[Step, str]] = MappingProxyType(
    {
        Step.CODE: "/masuk/kode",
        Step.NEW_PASSWORD: "/masuk/sandi-baru",
        Step.SET_UP_FACTOR: "/masuk/pasang-kode",
    }
)
NOBODY: Final = Actor("belum masuk", "nobody")
"""Whoever fails to log in is nobody yet."""
UNKNOWN_NAME: Final = "-"
"""Names of no account are not kept: people type passwords there."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Where the browser goes now, and with which cookies."""

    address: str
    cookies: Sequence[Cookie]


def attempt_of(
    connection: Connection, request: PageRequest, name: str, staff_id: int | None, now: datetime
) -> Attempt:
    """Who tries to log in, for the delays."""
    token = request.cookies.get(BROWSER_COOKIE, "")
    # looked up for names of no account too, so that both take as long
    known = is_known_browser(connection, token, staff_id or 0, now)
    return Attempt(name, client_address(request), token if known else "")


def wait_words(delay: timedelta) -> str:
    """What somebody who has to wait is told."""
    wait = duration(delay + timedelta(seconds=1))
    return f"Terlalu sering salah. Coba lagi setelah {wait}."


def enter(
    connection: Connection,
    request: PageRequest,
    site: Site,
    staff: StaffMember,
    attempt: Attempt,
    *,
    factor_passed: bool = False,
) -> Entered:
    """The password was right: begin a session, or a login half-way where more is needed.

    Each half-way login has a token of its own, so that one from before a step opens nothing after.
    """
    step = next_step(
        connection,
        staff,
        factor_passed=factor_passed,
        administrators_need_factor=site.settings.people.administrators_need_second_factor,
    )
    if step is None:
        return begin(connection, request, site, staff, attempt)
    end_pending_login(connection, request.cookies.get(LOGIN_COOKIE, ""))
    now = site.now()
    if step is Step.SET_UP_FACTOR:
        begin_factor(connection, site.factor_key, staff.id, now)
    token = begin_pending_login(connection, staff.id, now, factor_passed=factor_passed)
    return Entered(STEP_ADDRESSES[step], [cookie(site, LOGIN_COOKIE, token)])


def begin(
    connection: Connection, request: PageRequest, site: Site, staff: StaffMember, attempt: Attempt
) -> Entered:
    """Begin a session with a new token; the browser's old session and half-way login end."""
    now = site.now()
    note_success(connection, attempt)
    end_session(connection, request.cookies.get(SESSION_COOKIE, ""))
    end_pending_login(connection, request.cookies.get(LOGIN_COOKIE, ""))
    cookies = [
        _new_session(connection, request, site, staff),
        expired_cookie(site, LOGIN_COOKIE),
        *_know_browser(connection, request, site, staff),
    ]
    connection.execute(update(STAFF).where(STAFF.c.id == staff.id).values(last_login_at=now))
    record(connection, actor_of(staff), AuditAction.LOGGED_IN, subject=staff.name, now=now)
    return Entered(home_of(staff), cookies)


def begin_again(
    connection: Connection, request: PageRequest, site: Site, staff: StaffMember
) -> Sequence[Cookie]:
    """End every session of somebody who works here and now, and give this browser a new one.

    What may be done in a session has changed: no token from before is good for it.
    """
    end_sessions_of(connection, staff.id)
    return [
        _new_session(connection, request, site, staff),
        *_know_browser(connection, request, site, staff),
    ]


def refuse_login(
    site: Site, staff_id: int | None, attempt: Attempt, detail: str = "kata sandi salah"
) -> None:
    """Count a failed login, and write it down: by name where there is such an account.

    Lines for names of no account are few, lest a stranger fills a log that nobody can shorten.
    """
    site.turned_away.count(Refusal.LOGIN)
    now = site.now()
    with site.database.writing() as connection:
        note_failure(connection, attempt, now)
        staff = None if staff_id is None else staff_with_id(connection, staff_id)
        if staff is None and not site.unknown_logins.allows("", site.monotonic_s()):
            return
        if staff is None:
            site.unknown_logins.take("", site.monotonic_s())
        record(
            connection,
            NOBODY,
            AuditAction.LOGIN_REFUSED,
            subject=UNKNOWN_NAME if staff is None else staff.name,
            now=now,
            village=None if staff is None else staff.village,
            detail="nama tidak dikenal" if staff is None else detail,
        )


def _new_session(
    connection: Connection, request: PageRequest, site: Site, staff: StaffMember
) -> Cookie:
    browser = browser_words(request.headers.get("user-agent", ""))
    token = begin_session(connection, staff.id, site.now(), browser)
    return cookie(site, SESSION_COOKIE, token)


def _know_browser(
    connection: Connection, request: PageRequest, site: Site, staff: StaffMember
) -> Sequence[Cookie]:
    now, token = site.now(), request.cookies.get(BROWSER_COOKIE, "")
    if is_known_browser(connection, token, staff.id, now):
        note_known_browser(connection, token, now)
        return []
    known = remember_browser(connection, staff.id, now)
    return [cookie(site, BROWSER_COOKIE, known, lasts=KNOWN_FOR)]
