"""The resident's page: how far a request is, for whoever holds its ticket; nothing personal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from anjungan.protocol.status import STAGE_REACHED, RequestStatus
from anjungan.protocol.tickets import parse_token
from anjungan.regency.inbox.request_intake import token_digest
from anjungan.regency.requests.form_fields import field_labels
from anjungan.regency.requests.reading import RequestView, read_tracked
from anjungan.regency.requests.statuses import Actor
from anjungan.regency.service_titles import service_words
from anjungan.regency.web.requests.words import STATUS_SIGNS
from anjungan.regency.web.security import PageRequest
from anjungan.regency.web.site import Site, client_address, village_words
from anjungan.regency.web.tracking.words import (
    OWN_CANCELLATION_SIGN,
    OWN_CANCELLATION_WORDS,
    RESIDENT_WORDS,
)

_S = RequestStatus


@dataclass(frozen=True, slots=True)
class Stage:
    """A node of the timeline: done, now or later.

    ``at`` is when it was done, or since when it is so; ``hint`` what happens now.
    """

    title: str
    state: str
    at: datetime | None
    hint: str


@get("/t/{token:str}", sync_to_thread=True)
def tracking_page(
    request: PageRequest, site: NamedDependency[Site], token: FromPath[str]
) -> Response[str]:
    """Show one request, or kindly that there is none."""
    address, now_s = client_address(request), site.monotonic_s()
    if not (site.looks.allows(address, now_s) and site.misses.allows(address, now_s)):
        response = site.page(
            "tracking/missing.html",
            status_code=429,
            title="Terlalu sering",
            text="Halaman ini terlalu sering dibuka. Tunggu satu menit, lalu coba lagi.",
        )
        response.headers["Retry-After"] = "60"
        return response
    site.looks.take(address, now_s)
    ticket = parse_token(token)
    with site.database.reading() as connection:
        # what is no token at all is looked up just the same
        view = read_tracked(connection, token_digest(ticket or "-"))
    if view is None:
        site.misses.take(address, now_s)
        return site.page(
            "tracking/missing.html",
            status_code=404,
            title="Belum ditemukan",
            text=(
                "Tiket ini belum ada di kabupaten. Bila tiket baru saja dicetak, "
                "tunggu sebentar lalu buka lagi. Periksa juga alamatnya."
            ),
        )
    village = village_words(view.line.village)
    said, sign = RESIDENT_WORDS[view.line.status], STATUS_SIGNS[view.line.status]
    if _cancelled_by_resident(view):
        said, sign = OWN_CANCELLATION_WORDS, OWN_CANCELLATION_SIGN
    office = f"kantor {village.kind}"
    before_office, _, after_office = said.where.partition("{office}")
    return site.page(
        "tracking/track.html",
        view=view,
        missing=field_labels(view.line.service, view.missing_fields),
        service=service_words(view.line.service),
        place=village,
        sign=sign,
        headline=said.headline,
        advice=said.advice.format(office=office),
        office=office if said.where else "",
        before_office=before_office,
        after_office=after_office,
        stages=stages(view, village.head_title),
    )


def stages(view: RequestView, head_title: str) -> Sequence[Stage]:
    """The four nodes of the timeline; a cancelled request has none."""
    status = view.line.status
    if status is _S.CANCELLED:
        return ()
    reached = STAGE_REACHED[status]
    last_title, last_at = ("Siap diambil", _passed_at(view, 2))
    if status is _S.COLLECTED:
        last_title, last_at = ("Sudah diambil", _passed_at(view, 3))
    titles = ("Diterima", "Diperiksa petugas", f"Tanda tangan {head_title}", last_title)
    hint = "Menunggu kelengkapan" if status is _S.INCOMPLETE else "Sedang dikerjakan"
    times = (view.line.received_at, _passed_at(view, 1), _passed_at(view, 2), last_at)
    found = []
    for number, (title, at) in enumerate(zip(titles, times, strict=True)):
        if number < reached or (status is _S.READY and number == reached):
            found.append(Stage(title, "done", at, ""))
        elif number == reached:
            found.append(Stage(title, "now", view.changed_at, hint))
        else:
            found.append(Stage(title, "later", None, ""))
    return found


def _passed_at(view: RequestView, number: int) -> datetime | None:
    """When the request went past that node for good, as far as is known today."""
    at = None
    for change in reversed(view.history):
        if STAGE_REACHED[change.status] <= number:
            break
        at = change.changed_at
    return at


def _cancelled_by_resident(view: RequestView) -> bool:
    last = view.history[-1]
    return last.status is _S.CANCELLED and last.actor is Actor.RESIDENT
