"""One request beside the list, its answers sealed or opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from anjungan.protocol.identity import VillageCode
from anjungan.protocol.status import STAFF_TRANSITIONS, RequestStatus
from anjungan.regency.requests.duplicates import same_card, same_resident
from anjungan.regency.requests.form_fields import FormField, field_labels, fields_of
from anjungan.regency.requests.lateness import WAITS_FOR_STAFF
from anjungan.regency.requests.listing import RequestLine
from anjungan.regency.requests.notes import MAX_NOTE_CHARACTERS
from anjungan.regency.requests.opened_answers import OpenedAnswers
from anjungan.regency.requests.openings import openings_of
from anjungan.regency.requests.reading import RequestView, read_request
from anjungan.regency.service_titles import service_words
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.letters.panel import panel_context
from anjungan.regency.web.requests.answer_lines import answer_lines
from anjungan.regency.web.requests.list_pane import pane_context, read_pane, targets_of
from anjungan.regency.web.requests.list_query import MAX_TEXT_CHARACTERS, ListQuery
from anjungan.regency.web.requests.timeline import timeline
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page of a request shows beside the request itself.

    ``mark`` is what requests of the same resident are told by, once answers were opened;
    ``closed`` says why they could not be, and what to do.
    """

    opened: OpenedAnswers | None = None
    mark: bytes | None = None
    closed: tuple[str, str] | None = None
    problem: str = ""
    note: str = ""
    ticked: Sequence[str] = ()
    saved: bool = False


@dataclass(frozen=True, slots=True)
class SameResident:
    """Other requests of the same resident: by card, and by NIK where answers were opened."""

    by_card: Sequence[RequestLine] = ()
    by_nik: Sequence[RequestLine] = ()

    @property
    def lines(self) -> Sequence[RequestLine]:
        """All of them, each once."""
        return list({each.id: each for each in (*self.by_nik, *self.by_card)}.values())


@get("/permohonan/{request_id:str}", opt={"needs": Permission.READ_REQUESTS}, sync_to_thread=True)
def request_page(
    request: PageRequest, site: NamedDependency[Site], request_id: FromPath[str]
) -> Response[str]:
    """One request, its answers still sealed."""
    shown = Shown(saved="tersimpan" in request.query_params)
    return show_request(request, site, request_id, shown)


def show_request(
    request: PageRequest, site: Site, request_id: str, shown: Shown, *, status_code: int = 200
) -> Response[str]:
    """The page of a request; not found when it is none of this person's."""
    session = session_of(request)
    query = ListQuery.read(request.query_params)
    context = request_context(site, session.staff.village, request_id, shown)
    if context is None:
        return not_found(site)
    pane = read_pane(site, session.staff, query)
    return staff_page(
        site,
        session,
        "requests/inbox.html",
        section="requests",
        status_code=status_code,
        known_counts={"requests": pane.counts.waiting},
        opened=request_id,
        live_url=f"/permohonan/{request_id}{query.suffix}",
        max_text=MAX_TEXT_CHARACTERS,
        **pane_context(pane),
        **context,
    )


def request_context(
    site: Site, scope: VillageCode | None, request_id: str, shown: Shown
) -> Mapping[str, Any] | None:
    """What templates need to show one request; None when it is outside ``scope``."""
    with site.database.reading() as connection:
        view = read_request(connection, request_id, scope)
        if view is None:
            return None
        openings = openings_of(connection, request_id)
        letters = panel_context(connection, view)
        same = SameResident(
            same_card(connection, request_id, scope),
            () if shown.mark is None else same_resident(connection, request_id, shown.mark, scope),
        )
    line = view.line
    targets = targets_of(site)
    due_at = targets.due_at(line.service, line.received_at)
    waits = line.status in WAITS_FOR_STAFF
    return {
        **letters,
        "view": view,
        "shown": shown,
        "service": service_words(line.service),
        "is_late": waits and due_at < site.now(),
        "due_at": due_at if waits else None,
        "answers": None if shown.opened is None else answer_lines(shown.opened.items),
        "openings": openings,
        "same": same,
        "transitions": _transitions(view),
        "fields": _fields(view),
        "missing": field_labels(line.service, view.missing_fields),
        "timeline": timeline(view, due_at if waits else None),
        "max_note": MAX_NOTE_CHARACTERS,
    }


def _transitions(view: RequestView) -> Sequence[RequestStatus]:
    return sorted(STAFF_TRANSITIONS[view.line.status])


def _fields(view: RequestView) -> Sequence[FormField]:
    """What can be marked as missing, where the request can be returned."""
    can_return = RequestStatus.INCOMPLETE in STAFF_TRANSITIONS[view.line.status]
    return fields_of(view.line.service) if can_return else ()


def not_found(site: Site) -> Response[str]:
    """The page for a request that is none, or of another village: both look alike."""
    return site.message(404, "Tidak ada", "Permohonan ini tidak ada, atau bukan untuk desa Anda.")


HANDLERS: Final = (request_page,)
