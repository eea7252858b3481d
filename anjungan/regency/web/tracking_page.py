"""The resident's page: how far a request is, for whoever holds its ticket; nothing personal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import parse_token
from anjungan.regency.inbox.request_intake import token_digest
from anjungan.regency.requests.reading import RequestView, read_tracked
from anjungan.regency.service_titles import service_words
from anjungan.regency.web.security import PageRequest
from anjungan.regency.web.site import Site, client_address, village_words
from anjungan.regency.web.words import RESIDENT_WORDS

_S = RequestStatus
_STAGES = {_S.INCOMPLETE: 1, _S.UNDER_REVIEW: 1, _S.AWAITING_SIGNATURE: 2, _S.READY: 3}


@dataclass(frozen=True, slots=True)
class Stage:
    """A node of the timeline: done, now or later."""

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
            "track_missing.html",
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
            "track_missing.html",
            status_code=404,
            title="Belum ditemukan",
            text=(
                "Tiket ini belum ada di kabupaten. Bila tiket baru saja dicetak, "
                "tunggu sebentar lalu buka lagi. Periksa juga alamatnya."
            ),
        )
    village = village_words(view.line.village)
    said = RESIDENT_WORDS[view.line.status]
    office = f"kantor {village.kind}"
    before_office, _, after_office = said.where.partition("{office}")
    return site.page(
        "track.html",
        view=view,
        service=service_words(view.line.service),
        place=village,
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
    if status is RequestStatus.CANCELLED:
        return ()
    reached = _STAGES.get(status, 4)
    last_title, last_status = ("Siap diambil", _S.READY)
    if status is _S.COLLECTED:
        last_title, last_status = ("Sudah diambil", _S.COLLECTED)
    titles = ("Diterima", "Diperiksa petugas", f"Tanda tangan {head_title}", last_title)
    hints = ("", "Sedang dikerjakan", "Sedang dikerjakan", "")
    if status is RequestStatus.INCOMPLETE:
        hints = ("", "Menunggu kelengkapan", "", "")
    times = (
        view.line.received_at,
        _last_change_to(view, _S.AWAITING_SIGNATURE),
        _last_change_to(view, _S.READY),
        _last_change_to(view, last_status),
    )
    found = []
    for number, (title, hint, at) in enumerate(zip(titles, hints, times, strict=True)):
        done = number < reached or (status is _S.READY and number == reached)
        state = "done" if done else "now" if number == reached else "later"
        found.append(Stage(title, state, at if done else None, hint if state == "now" else ""))
    return found


def _last_change_to(view: RequestView, status: RequestStatus) -> datetime | None:
    times = [change.changed_at for change in view.history if change.status is status]
    return times[-1] if times else None
