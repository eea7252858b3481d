"""The list of requests, one request, opening its answers, changing its status."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, assert_never

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from anjungan.protocol.sealing import Answers, CannotOpen, Opened, WrongBinding
from anjungan.protocol.status import STAFF_TRANSITIONS, RequestStatus
from anjungan.regency.requests.lateness import is_late
from anjungan.regency.requests.notes import MAX_NOTE_CHARACTERS, clean_note
from anjungan.regency.requests.openings import OpeningOutcome, openings_of, record_opening
from anjungan.regency.requests.reading import (
    RequestView,
    list_requests,
    read_request,
    read_revision,
    read_sealed,
)
from anjungan.regency.requests.statuses import (
    BadNote,
    Changed,
    ChangedMeanwhile,
    NoSuchRequest,
    NotAllowed,
    change_by_staff,
)
from anjungan.regency.service_titles import all_service_words, service_words
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.wake import wake_inbox
from anjungan.regency.web.requests.answer_lines import answer_lines
from anjungan.regency.web.requests.list_query import ListQuery, village_choices
from anjungan.regency.web.requests.words import NOTE_PROBLEMS, STATUS_SIGNS
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

_MEANWHILE = "Permohonan ini baru saja diubah orang lain. Periksa statusnya, lalu simpan lagi."


class StatusForm(msgspec.Struct, frozen=True):
    """What the status form sends; the revision is the one the officer saw."""

    status: Annotated[int, msgspec.Meta(ge=0, le=5)]
    revision: Annotated[int, msgspec.Meta(ge=1, le=2**31)]
    note: Annotated[str, msgspec.Meta(max_length=5000)] = ""


@get("/permohonan", opt={"needs": Permission.READ_REQUESTS}, sync_to_thread=True)
def request_list(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """The list, newest first."""
    session = session_of(request)
    query = ListQuery.read(request.query_params)
    wanted = query.as_filter(
        scope=session.staff.village,
        now=site.now(),
        late_after_working_days=site.settings.requests.late_after_working_days,
    )
    with site.database.reading() as connection:
        page = list_requests(connection, wanted, query.page)
    return staff_page(
        site,
        session,
        "requests/list.html",
        section="requests",
        query=query,
        page=page,
        late=[_is_late(site, line.status, line.received_at) for line in page.lines],
        service_words=service_words,
        services=all_service_words(),
        villages=village_choices(session.staff.village),
        statuses=STATUS_SIGNS,
    )


@get("/permohonan/{request_id:str}", opt={"needs": Permission.READ_REQUESTS}, sync_to_thread=True)
def request_page(
    request: PageRequest, site: NamedDependency[Site], request_id: FromPath[str]
) -> Response[str]:
    """One request, its answers still sealed."""
    return _page(request, site, request_id, saved="tersimpan" in request.query_params)


@get(
    "/permohonan/{request_id:str}/revisi",
    opt={"needs": Permission.READ_REQUESTS},
    sync_to_thread=True,
)
def request_revision(
    request: PageRequest, site: NamedDependency[Site], request_id: FromPath[str]
) -> Response[dict[str, int]]:
    """The revision of a request; zero when it is gone."""
    with site.database.reading() as connection:
        revision = read_revision(connection, request_id, session_of(request).staff.village)
    return Response({"revision": revision or 0})


@post(
    "/permohonan/{request_id:str}/buka", opt={"needs": Permission.OPEN_ANSWERS}, sync_to_thread=True
)
def open_answers(
    request: PageRequest, site: NamedDependency[Site], request_id: FromPath[str]
) -> Response[str]:
    """Open the answers, written to the audit before they are shown."""
    session = session_of(request)
    with site.database.reading() as connection:
        if read_request(connection, request_id, session.staff.village) is None:
            return _not_found(site)
        sealed = read_sealed(connection, request_id)
    answers: Answers | None = None
    match site.opener.open(sealed.sealed, sealed.kid, sealed.binding):
        case Opened(answers=answers):
            outcome = OpeningOutcome.OPENED
        case CannotOpen():
            outcome = OpeningOutcome.CANNOT_OPEN
        case WrongBinding():
            outcome = OpeningOutcome.WRONG_BINDING
    with site.database.writing() as connection:
        record_opening(connection, request_id, session.staff, outcome, site.now())
    return _page(
        request,
        site,
        request_id,
        answers=answers,
        cannot_open=outcome is OpeningOutcome.CANNOT_OPEN,
    )


@post(
    "/permohonan/{request_id:str}/status",
    opt={"needs": Permission.CHANGE_REQUESTS},
    sync_to_thread=True,
)
def change_status(
    request: PageRequest,
    site: NamedDependency[Site],
    request_id: FromPath[str],
    data: Annotated[StatusForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Change the status and wake the inbox, which sends it to the kiosk."""
    session = session_of(request)
    note = clean_note(data.note)
    with site.database.writing() as connection:
        if read_revision(connection, request_id, session.staff.village) is None:
            return _not_found(site)
        change = change_by_staff(
            connection,
            request_id,
            seen_revision=data.revision,
            status=RequestStatus(data.status),
            note=note,
            staff_name=session.staff.display_name,
            now=site.now(),
        )
    match change:
        case Changed():
            wake_inbox(site.data_dir)
            suffix = ListQuery.read(request.query_params).suffix
            mark = f"{suffix}&tersimpan" if suffix else "?tersimpan"
            return Redirect(f"/permohonan/{request_id}{mark}", status_code=303)
        case ChangedMeanwhile():
            return _page(request, site, request_id, problem=_MEANWHILE, note=note, status_code=409)
        case NotAllowed(present=present):
            word = STATUS_SIGNS[present].word
            problem = f"Status {word} tidak dapat diubah menjadi itu."
            return _page(request, site, request_id, problem=problem, note=note, status_code=409)
        case BadNote(problem=bad):
            problem = NOTE_PROBLEMS[bad]
            return _page(request, site, request_id, problem=problem, note=note, status_code=422)
        case NoSuchRequest():
            return _not_found(site)
        case _:
            assert_never(change)


def _page(
    request: PageRequest,
    site: Site,
    request_id: str,
    *,
    answers: Answers | None = None,
    cannot_open: bool = False,
    problem: str = "",
    note: str = "",
    saved: bool = False,
    status_code: int = 200,
) -> Response[str]:
    session = session_of(request)
    with site.database.reading() as connection:
        view = read_request(connection, request_id, session.staff.village)
        openings = openings_of(connection, request_id)
    if view is None:
        return _not_found(site)
    return staff_page(
        site,
        session,
        "requests/request.html",
        section="requests",
        status_code=status_code,
        query=ListQuery.read(request.query_params),
        view=view,
        service=service_words(view.line.service),
        late=_is_late(site, view.line.status, view.line.received_at),
        answers=None if answers is None else answer_lines(answers),
        cannot_open=cannot_open,
        openings=openings,
        transitions=_transitions(view),
        problem=problem,
        note=note,
        max_note=MAX_NOTE_CHARACTERS,
        saved=saved,
    )


def _transitions(view: RequestView) -> Sequence[RequestStatus]:
    return sorted(STAFF_TRANSITIONS[view.line.status])


def _is_late(site: Site, status: RequestStatus, received_at: Any) -> bool:
    days = site.settings.requests.late_after_working_days
    return is_late(status, received_at, site.now(), days)


def _not_found(site: Site) -> Response[str]:
    return site.message(404, "Tidak ada", "Permohonan ini tidak ada, atau bukan untuk desa Anda.")


HANDLERS: Final = (request_list, request_page, request_revision, open_answers, change_status)
