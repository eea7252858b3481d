"""Putting the pages together."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from litestar import Litestar, Response, Router, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect

from anjungan.regency.failures import failure_words
from anjungan.regency.opener.client import OpenerClient
from anjungan.regency.opener.opening import SealOpener
from anjungan.regency.settings import RegencySettings
from anjungan.regency.staff.factor_key import FactorKey
from anjungan.regency.store.database import Database
from anjungan.regency.web.admission import admit_staff
from anjungan.regency.web.alerts import pages as alert_pages
from anjungan.regency.web.assets import load_assets
from anjungan.regency.web.audit import pages as audit_pages
from anjungan.regency.web.enrolment import api as enrolment_api
from anjungan.regency.web.enrolment import pages as enrolment_pages
from anjungan.regency.web.enrolment import qr_pages as enrolment_qr_pages
from anjungan.regency.web.fleet import pages as fleet_pages
from anjungan.regency.web.letters import check_page, editor_pages, letter_pages, village_pages
from anjungan.regency.web.live import stream as live_stream
from anjungan.regency.web.live.hub import Hub
from anjungan.regency.web.metrics import pages as metrics_pages
from anjungan.regency.web.navigation import home_of
from anjungan.regency.web.office import pages as office_pages
from anjungan.regency.web.people import (
    account_pages,
    factor_pages,
    login_pages,
    login_steps,
    staff_actions,
)
from anjungan.regency.web.people import staff_pages as people_pages
from anjungan.regency.web.requests import pages as request_pages
from anjungan.regency.web.security import PageRequest, add_headers, session_of
from anjungan.regency.web.site import Site, make_templates
from anjungan.regency.web.tracking.page import tracking_page

LOG: Final = logging.getLogger(__name__)

MAX_BODY_BYTES: Final = 64 * 1024


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(tz=UTC)


def create_app(
    settings: RegencySettings,
    database: Database,
    *,
    opener: SealOpener | None = None,
    now: Callable[[], datetime] = utc_now,
    monotonic_s: Callable[[], float] = time.monotonic,
) -> Litestar:
    """The web application over an open database; without ``opener`` it asks the process for it."""
    return serve(make_site(settings, database, opener=opener, now=now, monotonic_s=monotonic_s))


def make_site(
    settings: RegencySettings,
    database: Database,
    *,
    opener: SealOpener | None = None,
    now: Callable[[], datetime] = utc_now,
    monotonic_s: Callable[[], float] = time.monotonic,
) -> Site:
    """What the pages share."""
    assets = load_assets()
    return Site(
        settings=settings,
        database=database,
        opener=opener or OpenerClient(settings.data_dir),
        factor_key=FactorKey(settings.staff_keys_path),
        assets=assets,
        templates=make_templates(assets, settings.regency_name),
        now=now,
        monotonic_s=monotonic_s,
        hub=Hub(database, now),
    )


def serve(site: Site) -> Litestar:
    """The application that serves a site; it is the one in ``state.site`` at each request."""
    staff_pages = Router(
        path="/",
        before_request=admit_staff,
        route_handlers=[
            home,
            *login_pages.HANDLERS,
            *account_pages.HANDLERS,
            *factor_pages.HANDLERS,
            *people_pages.HANDLERS,
            *staff_actions.HANDLERS,
            *audit_pages.HANDLERS,
            *request_pages.HANDLERS,
            *live_stream.HANDLERS,
            *editor_pages.HANDLERS,
            *letter_pages.HANDLERS,
            *office_pages.HANDLERS,
            *village_pages.HANDLERS,
            *fleet_pages.HANDLERS,
            *alert_pages.HANDLERS,
            *enrolment_pages.HANDLERS,
        ],
    )
    return Litestar(
        route_handlers=[
            staff_pages,
            *login_pages.PUBLIC_HANDLERS,
            *login_steps.PUBLIC_HANDLERS,
            tracking_page,
            *check_page.HANDLERS,
            *enrolment_api.HANDLERS,
            *enrolment_qr_pages.HANDLERS,
            *metrics_pages.HANDLERS,
            health,
            robots,
            static_file,
        ],
        dependencies={"site": Provide(_present_site, sync_to_thread=False)},
        state=State({"site": site}),
        before_send=[add_headers],
        exception_handlers={HTTPException: _explain, Exception: _apologise},
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=None,
        logging_config=None,
    )


def _present_site(state: State) -> Site:
    site: Site = state.site
    return site


@get("/", opt={"needs": None}, sync_to_thread=False)
def home(request: PageRequest) -> Redirect:
    """The page to begin the day with."""
    return Redirect(home_of(session_of(request).staff), status_code=303)


@get("/healthz", sync_to_thread=True)
def health(site: NamedDependency[Site]) -> Response[dict[str, str]]:
    """Whether this process answers and reaches its database."""
    with site.database.reading() as connection:
        connection.exec_driver_sql("SELECT 1")
    return Response({"status": "ok"})


@get("/robots.txt", sync_to_thread=False)
def robots() -> Response[str]:
    """Nothing here is for search engines."""
    return Response("User-agent: *\nDisallow: /\n", media_type="text/plain; charset=utf-8")


@get("/static/{version:str}/{name:str}", sync_to_thread=False)
def static_file(
    request: PageRequest, site: NamedDependency[Site], version: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """A packaged file; its address changes with the content, so it may be kept for ever."""
    del version
    asset = site.assets.files.get(name)
    if asset is None:
        return Response(b"", status_code=404, media_type="text/plain")
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
    }
    content = asset.content
    if asset.gzipped and "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = asset.gzipped, "gzip"
    return Response(content, media_type=asset.media_type, headers=headers)


def _explain(request: PageRequest, error: HTTPException) -> Response[str]:
    site: Site = request.app.state.site
    if error.status_code == 404:  # noqa: PLR2004 - HTTP
        return site.message(404, "Tidak ada", "Halaman ini tidak ada.")
    return site.message(
        error.status_code, "Tidak dapat dibaca", "Kiriman ini tidak dapat dibaca. Coba lagi."
    )


def _apologise(request: PageRequest, error: Exception) -> Response[Any]:
    # neither the address (it may hold a ticket) nor the error's words (they may hold answers)
    LOG.error("a page failed: %s", failure_words(error))
    site: Site = request.app.state.site
    return site.message(
        500, "Ada gangguan", "Halaman ini sedang terganggu. Coba lagi sebentar lagi."
    )
