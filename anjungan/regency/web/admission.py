"""Who may see which staff page: a live session, the form's token, the role, the village."""

from typing import TYPE_CHECKING, Any, Final

from anyio import to_thread
from litestar import Response
from litestar.response import Redirect

from anjungan.protocol.identity import VillageCode
from anjungan.regency.staff.sessions import Session, find_session, note_use
from anjungan.regency.web.scopes import VILLAGE_OF
from anjungan.regency.web.security import (
    FORM_FIELD,
    LIVE_HEADER,
    SESSION_COOKIE,
    PageRequest,
    tokens_match,
)
from anjungan.regency.web.site import Site
from anjungan.regency.web.turned_away import Refusal, refuse

if TYPE_CHECKING:
    from anjungan.regency.staff.permissions import Permission

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def admit_staff(request: PageRequest) -> Response[Any] | None:
    """Before every staff page: a live session, the form's token, the permission, the village.

    Every handler names what it needs as ``opt={"needs": Permission.…}``; None is for everybody
    who has logged in; what a page asks by itself is ``passive`` and keeps no session alive. Ids in
    the address are of the person's own village (``scopes``).

    Returns the response that turns somebody away, or None to go on; the session then stands in
    the request's state. Refused persons are counted, logged and written to the audit; a request
    without a session is nobody's and is only counted.
    """
    site: Site = request.app.state.site
    token = request.cookies.get(SESSION_COOKIE, "")
    in_use = LIVE_HEADER not in request.headers and not request.route_handler.opt.get("passive")
    session = await to_thread.run_sync(_session, site, token, in_use)
    if session is None:
        site.turned_away.count(Refusal.NO_SESSION)
        return Redirect("/masuk", status_code=303)
    if request.method not in _SAFE_METHODS:
        form = await request.form()
        if not tokens_match(session.form_token, form.get(FORM_FIELD)):
            await to_thread.run_sync(_refuse, request, session, Refusal.FORM)
            return site.message(
                403,
                "Formulir tidak dikenal",
                "Formulir ini tidak berasal dari halaman Anda. Buka lagi halamannya.",
            )
    if not _role_admits(request, session):
        await to_thread.run_sync(_refuse, request, session, Refusal.ROLE)
        return site.message(
            403, "Bukan tugas Anda", "Halaman ini untuk tugas lain. Akun Anda tidak membukanya."
        )
    if not all(str(each).isprintable() for each in request.path_params.values()):
        return site.message(404, "Tidak ada", "Halaman ini tidak ada.")  # PostgreSQL takes no NUL
    if session.staff.village is not None and request.path_params:
        foreign = await to_thread.run_sync(_refuse_foreign, request, session)
        if foreign:
            return site.message(404, "Tidak ada", "Ini tidak ada, atau bukan untuk desa Anda.")
    request.state.session = session
    return None


def _role_admits(request: PageRequest, session: Session) -> bool:
    if "needs" not in request.route_handler.opt:  # no page of ours: OPTIONS
        return False
    needs: Permission | None = request.route_handler.opt["needs"]
    return needs is None or session.staff.may(needs)


def _session(site: Site, token: str, in_use: bool) -> Session | None:  # noqa: FBT001 - runs in a thread, positionally
    if not token:
        return None
    now = site.now()
    with site.database.reading() as connection:
        session = find_session(connection, token, now)
    if session is not None and in_use and session.is_worth_noting(now):
        with site.database.writing() as connection:
            note_use(connection, token, now)
    return session


def _refuse(request: PageRequest, session: Session, refusal: Refusal) -> None:
    site: Site = request.app.state.site
    refuse(
        site.turned_away,
        site.database,
        session.staff,
        refusal,
        subject=_place(request),
        now=site.now(),
    )


def _refuse_foreign(request: PageRequest, session: Session) -> bool:
    """Whether an id in the address belongs to another village; that is then written down."""
    site: Site = request.app.state.site
    with site.database.reading() as connection:
        found = [
            (value, VILLAGE_OF[name](connection, value))
            for name, value in request.path_params.items()
            if name in VILLAGE_OF
        ]
    for value, village in found:
        if village is not None and village != session.staff.village:
            refuse(
                site.turned_away,
                site.database,
                session.staff,
                Refusal.VILLAGE,
                subject=str(value),
                now=site.now(),
                village=VillageCode(village),
            )
            return True
    return False


def _place(request: PageRequest) -> str:
    """Method and address as registered, without what stands in its variable parts."""
    paths = sorted(request.route_handler.paths)
    return f"{request.method} {paths[0]}"
