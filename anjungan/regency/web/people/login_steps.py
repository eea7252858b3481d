"""The second half of a login: a code, a password of one's own, setting a second factor up.

The cookie of a login half-way opens these pages and nothing else.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Final, TypeVar

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect
from sqlalchemy import Connection

from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.account_changes import set_own_password
from anjungan.regency.staff.accounts import credentials_of, hash_password, password_fits
from anjungan.regency.staff.passwords import password_problem
from anjungan.regency.staff.pending_logins import PendingLogin, Step, find_pending_login
from anjungan.regency.staff.second_factor import (
    CodeOutcome,
    check_code,
    confirm_factor,
    unconfirmed_secret,
)
from anjungan.regency.staff.throttle import Attempt, remaining_delay
from anjungan.regency.web.people.factor_view import factor_view
from anjungan.regency.web.people.login_flow import (
    STEP_ADDRESSES,
    Entered,
    attempt_of,
    begin,
    enter,
    refuse_login,
    wait_words,
)
from anjungan.regency.web.people.words import (
    PASSWORD_PROBLEMS,
    PASSWORDS_DIFFER,
    SAME_PASSWORD,
    WRONG_CODE,
)
from anjungan.regency.web.security import LOGIN_COOKIE, PageRequest, tokens_match
from anjungan.regency.web.site import Site
from anjungan.regency.web.turned_away import Refusal

T = TypeVar("T")

_TEMPLATES: Final = {
    Step.CODE: "people/login_code.html",
    Step.NEW_PASSWORD: "people/login_password.html",
    Step.SET_UP_FACTOR: "people/login_factor.html",
}
_FORM_EXPIRED: Final = "Halaman ini sudah lama terbuka. Coba lagi."


class CodeForm(msgspec.Struct, frozen=True):
    """A typed code."""

    code: Annotated[str, msgspec.Meta(max_length=50)] = ""
    form_token: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def __repr__(self) -> str:
        return "CodeForm(…)"


class NewPasswordForm(msgspec.Struct, frozen=True):
    """A chosen password, twice."""

    new: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    again: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    form_token: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def __repr__(self) -> str:
        return "NewPasswordForm(…)"


SentCode = Annotated[CodeForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
SentPassword = Annotated[NewPasswordForm, Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/masuk/kode", sync_to_thread=True)
def code_page(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """Asks for the code of the app, or a recovery code."""
    return _show(request, site, Step.CODE)


@get("/masuk/sandi-baru", sync_to_thread=True)
def new_password_page(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """Asks for a password of one's own instead of the one that was given out."""
    return _show(request, site, Step.NEW_PASSWORD)


@get("/masuk/pasang-kode", sync_to_thread=True)
def set_up_factor_page(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """Shows the QR of the second factor an administrator must have."""
    return _show(request, site, Step.SET_UP_FACTOR)


@post("/masuk/kode/periksa", sync_to_thread=True)
def check_login_code(
    request: PageRequest, site: NamedDependency[Site], data: SentCode
) -> Response[Any]:
    """Take the code; a wrong one counts towards the same delays as wrong passwords."""
    pending = _admit(request, site, Step.CODE, data.form_token)
    if isinstance(pending, Response):
        return pending
    attempt, delay = _attempt(request, site, pending)
    if delay > timedelta(0):
        return _delayed(site, pending, delay)

    def take(connection: Connection) -> Entered | None:
        staff, now = pending.staff, site.now()
        outcome = check_code(connection, site.factor_key, staff.id, data.code, now)
        if outcome is CodeOutcome.WRONG:
            return None
        if outcome is CodeOutcome.RECOVERY:
            actor = actor_of(staff)
            action = AuditAction.RECOVERY_CODE_USED
            record(connection, actor, action, subject=staff.name, now=now)
        return enter(connection, request, site, staff, attempt, factor_passed=True)

    entered = _write(site, take)
    if entered is None:
        refuse_login(site, pending.staff.id, attempt, "kode salah")
        return _page(site, pending, problem=WRONG_CODE, status_code=403)
    return _redirect(entered)


@post("/masuk/sandi-baru/simpan", sync_to_thread=True)
def choose_password(
    request: PageRequest, site: NamedDependency[Site], data: SentPassword
) -> Response[Any]:
    """Take the chosen password; the one for one time opens nothing any more."""
    pending = _admit(request, site, Step.NEW_PASSWORD, data.form_token)
    if isinstance(pending, Response):
        return pending
    problem = _problem_with(site, pending, data)
    if problem:
        return _page(site, pending, problem=problem, status_code=422)
    new_hash = hash_password(data.new)
    attempt, _ = _attempt(request, site, pending)

    def save(connection: Connection) -> Entered:
        staff = pending.staff
        set_own_password(connection, actor_of(staff), staff, new_hash, site.now())
        # whoever came to this step has passed a second factor, or has none
        return enter(connection, request, site, staff, attempt, factor_passed=True)

    return _redirect(_write(site, save))


@post("/masuk/pasang-kode/pastikan", sync_to_thread=True)
def confirm_login_factor(
    request: PageRequest, site: NamedDependency[Site], data: SentCode
) -> Response[Any]:
    """Confirm the new second factor, begin the session, and show the recovery codes once."""
    pending = _admit(request, site, Step.SET_UP_FACTOR, data.form_token)
    if isinstance(pending, Response):
        return pending
    attempt, delay = _attempt(request, site, pending)
    if delay > timedelta(0):
        return _delayed(site, pending, delay)
    staff = pending.staff

    def confirm(connection: Connection) -> tuple[Entered, list[str]] | None:
        now = site.now()
        codes = confirm_factor(connection, site.factor_key, staff.id, data.code, now)
        if codes is None:
            return None
        action = AuditAction.SECOND_FACTOR_SET_UP
        record(connection, actor_of(staff), action, subject=staff.name, now=now)
        return begin(connection, request, site, staff, attempt), list(codes)

    confirmed = _write(site, confirm)
    if confirmed is None:
        refuse_login(site, staff.id, attempt, "kode salah")
        return _page(site, pending, problem=WRONG_CODE, status_code=403)
    entered, codes = confirmed
    response = site.page("people/login_recovery.html", codes=codes, onward=entered.address)
    for each in entered.cookies:
        response.set_cookie(each)
    return response


def _show(request: PageRequest, site: Site, step: Step) -> Response[Any]:
    pending = _pending(request, site)
    if pending is None or pending.step is not step:
        return _elsewhere(pending)
    return _page(site, pending)


def _admit(
    request: PageRequest, site: Site, step: Step, form_token: str
) -> PendingLogin | Response[Any]:
    pending = _pending(request, site)
    if pending is None or pending.step is not step:
        return _elsewhere(pending)
    if not tokens_match(pending.form_token, form_token):
        return _page(site, pending, problem=_FORM_EXPIRED, status_code=403)
    return pending


def _pending(request: PageRequest, site: Site) -> PendingLogin | None:
    with site.database.reading() as connection:
        return find_pending_login(
            connection,
            request.cookies.get(LOGIN_COOKIE, ""),
            site.now(),
            administrators_need_factor=site.settings.people.administrators_need_second_factor,
        )


def _elsewhere(pending: PendingLogin | None) -> Redirect:
    """To the step that is next, or back to the begin."""
    step = None if pending is None else pending.step
    return Redirect("/masuk" if step is None else STEP_ADDRESSES[step], status_code=303)


def _page(
    site: Site, pending: PendingLogin, *, problem: str = "", status_code: int = 200
) -> Response[Any]:
    step = pending.step
    if step is None:
        return _elsewhere(pending)
    view = None
    if step is Step.SET_UP_FACTOR:
        with site.database.reading() as connection:
            secret = unconfirmed_secret(connection, site.factor_key, pending.staff.id)
        if secret is None:
            return _elsewhere(None)
        view = factor_view(secret, pending.staff.name, site.settings.regency_name)
    return site.page(
        _TEMPLATES[step],
        status_code=status_code,
        staff=pending.staff,
        form_token=pending.form_token,
        problem=problem,
        factor=view,
    )


def _delayed(site: Site, pending: PendingLogin, delay: timedelta) -> Response[Any]:
    site.turned_away.count(Refusal.LOGIN_DELAYED)
    return _page(site, pending, problem=wait_words(delay), status_code=429)


def _attempt(request: PageRequest, site: Site, pending: PendingLogin) -> tuple[Attempt, timedelta]:
    now = site.now()
    with site.database.reading() as connection:
        attempt = attempt_of(connection, request, pending.staff.name, pending.staff.id, now)
        return attempt, remaining_delay(connection, attempt, now)


def _problem_with(site: Site, pending: PendingLogin, data: NewPasswordForm) -> str:
    if data.new != data.again:
        return PASSWORDS_DIFFER
    bad = password_problem(data.new, pending.staff.name)
    if bad is not None:
        return PASSWORD_PROBLEMS[bad]
    with site.database.reading() as connection:
        credentials = credentials_of(connection, pending.staff.name)
    return SAME_PASSWORD if password_fits(credentials, data.new) else ""


def _write(site: Site, change: Callable[[Connection], T]) -> T:
    with site.database.writing() as connection:
        return change(connection)


def _redirect(entered: Entered) -> Redirect:
    return Redirect(entered.address, status_code=303, cookies=list(entered.cookies))


PUBLIC_HANDLERS: Final = (
    code_page,
    new_password_page,
    set_up_factor_page,
    check_login_code,
    choose_password,
    confirm_login_factor,
)
