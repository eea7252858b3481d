"""Opening the answers of a request, and printing it: both are written to the audit log."""

from dataclasses import replace
from typing import Final, assert_never

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from anjungan.protocol.sealing import CannotOpen, WrongBinding
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.requests.duplicates import keep_mark
from anjungan.regency.requests.opened_answers import OpenedAnswers, open_answers
from anjungan.regency.requests.openings import OpeningOutcome, record_opening
from anjungan.regency.requests.reading import quarantine_amendments, read_request, read_sealed
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.requests.closed_words import CLOSED_WORDS
from anjungan.regency.web.requests.request_page import (
    Shown,
    not_found,
    request_context,
    show_request,
)
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site


@post(
    "/permohonan/{request_id:str}/buka", opt={"needs": Permission.OPEN_ANSWERS}, sync_to_thread=True
)
def open_request(
    request: PageRequest, site: NamedDependency[Site], request_id: FromPath[str]
) -> Response[str]:
    """Open the answers, written to the audit before they are shown."""
    shown = _opened(request, site, request_id)
    return not_found(site) if shown is None else show_request(request, site, request_id, shown)


@post(
    "/permohonan/{request_id:str}/cetak",
    opt={"needs": Permission.READ_REQUESTS},
    sync_to_thread=True,
)
def print_request(
    request: PageRequest, site: NamedDependency[Site], request_id: FromPath[str]
) -> Response[str]:
    """A sheet for the printer, without the answers."""
    return _print(request, site, request_id, Shown())


@post(
    "/permohonan/{request_id:str}/cetak-isian",
    opt={"needs": Permission.OPEN_ANSWERS},
    sync_to_thread=True,
)
def print_answers(
    request: PageRequest, site: NamedDependency[Site], request_id: FromPath[str]
) -> Response[str]:
    """A sheet for the printer with the answers, which are opened and written down once more."""
    shown = _opened(request, site, request_id)
    return not_found(site) if shown is None else _print(request, site, request_id, shown)


def _print(request: PageRequest, site: Site, request_id: str, shown: Shown) -> Response[str]:
    staff = session_of(request).staff
    context = request_context(site, staff.village, request_id, shown)
    if context is None:
        return not_found(site)
    with_answers = shown.opened is not None
    with site.database.writing() as connection:
        record(
            connection,
            actor_of(staff),
            AuditAction.REQUEST_PRINTED,
            subject=request_id,
            now=site.now(),
            village=context["view"].line.village,
            detail="dengan isian" if with_answers else "tanpa isian",
        )
    return site.page("requests/print.html", staff=staff, query=None, **context)


def _opened(request: PageRequest, site: Site, request_id: str) -> Shown | None:
    """Open the answers and write down that this was tried; None when there is no such request."""
    staff = session_of(request).staff
    with site.database.reading() as connection:
        if read_request(connection, request_id, staff.village) is None:
            return None
        sealed = read_sealed(connection, request_id)
    shown = Shown()
    result = open_answers(site.opener, sealed)
    match result:
        case OpenedAnswers():
            outcome = OpeningOutcome.OPENED
            nik = result.applicant_nik
            mark = None if nik is None else site.opener.mark(nik)
            shown = replace(shown, opened=result, mark=mark)
        case CannotOpen(why):
            outcome = OpeningOutcome.CANNOT_OPEN
            shown = replace(shown, closed=CLOSED_WORDS[why])
        case WrongBinding():
            outcome = OpeningOutcome.WRONG_BINDING
        case _:
            assert_never(result)
    with site.database.writing() as connection:
        record_opening(connection, request_id, staff, outcome, site.now())
        if shown.mark is not None:
            keep_mark(connection, request_id, shown.mark)
        if shown.opened is not None:
            quarantine_amendments(connection, shown.opened.misbound)
    return shown


HANDLERS: Final = (open_request, print_request, print_answers)
