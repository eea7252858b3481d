"""Visits of technicians: planned, made, reported, and printed for the way."""

from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from anjungan.protocol.identity import village_of
from anjungan.regency.alerts.contacts import all_contacts
from anjungan.regency.alerts.runbooks import load_runbooks
from anjungan.regency.alerts.visits import (
    Visit,
    VisitState,
    close_visit,
    incidents_of_visit,
    list_visits,
    read_visit,
    visits_of_kiosk,
)
from anjungan.regency.alerts.words import village_words
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.alerts import words
from anjungan.regency.web.alerts.form_times import today
from anjungan.regency.web.alerts.incident_lines import incident_line
from anjungan.regency.web.alerts.list_query import read_kiosk
from anjungan.regency.web.alerts.visit_forms import (
    ReportForm,
    clean_text,
)
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

HIGHEST_ID: Final = 2**31 - 1
_NEEDS: Final = {"needs": Permission.MANAGE_VISITS}
CLOSED: Final = "Kunjungan ini sudah ditutup."


@get("/kunjungan", opt=_NEEDS, sync_to_thread=True)
def visit_list(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """All visits, or those to one kiosk."""
    kiosk = read_kiosk(request.query_params.get("anjungan", ""))
    with site.database.reading() as connection:
        visits = list_visits(connection) if kiosk is None else visits_of_kiosk(connection, kiosk)
    return staff_page(
        site,
        session_of(request),
        "alerts/visits.html",
        section="visits",
        planned=[each for each in visits if each.state is VisitState.PLANNED],
        closed=[each for each in visits if each.state is not VisitState.PLANNED],
        kiosk=kiosk,
        today=today(site.now()),
        **visit_words(),
    )


@get("/kunjungan/{visit_id:int}", opt=_NEEDS, sync_to_thread=True)
def visit_page(
    request: PageRequest, site: NamedDependency[Site], visit_id: FromPath[int]
) -> Response[str]:
    """One visit."""
    return visit_answer(request, site, visit_id, saved="tersimpan" in request.query_params)


@post("/kunjungan/{visit_id:int}/selesai", opt=_NEEDS, sync_to_thread=True)
def finish_visit(
    request: PageRequest,
    site: NamedDependency[Site],
    visit_id: FromPath[int],
    data: Annotated[ReportForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Report a visit as done."""
    return _close(request, site, visit_id, VisitState.DONE, data)


@post("/kunjungan/{visit_id:int}/batal", opt=_NEEDS, sync_to_thread=True)
def cancel_visit(
    request: PageRequest,
    site: NamedDependency[Site],
    visit_id: FromPath[int],
    data: Annotated[ReportForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Cancel a visit, with the reason in place of a report."""
    return _close(request, site, visit_id, VisitState.CANCELLED, data)


@get("/kunjungan/{visit_id:int}/lembar", opt=_NEEDS, sync_to_thread=True)
def visit_sheet(
    request: PageRequest, site: NamedDependency[Site], visit_id: FromPath[int]
) -> Response[str]:
    """The sheet a technician takes along: one light page, complete by itself."""
    del request
    now = site.now()
    with site.database.reading() as connection:
        visit = read_known(connection, visit_id)
        if visit is None:
            return visit_not_found(site)
        lines = [incident_line(each, (), now) for each in incidents_of_visit(connection, visit_id)]
        contacts = all_contacts(connection)
    books = load_runbooks()
    kinds = list(dict.fromkeys(line.view.kind for line in lines))
    return site.page(
        "alerts/visit_sheet.html",
        visit=visit,
        lines=lines,
        contacts=contacts,
        runbooks=[
            (next(line.title for line in lines if line.view.kind is kind), books[kind])
            for kind in kinds
        ],
        **visit_words(),
    )


def _close(
    request: PageRequest, site: Site, visit_id: int, state: VisitState, form: ReportForm
) -> Response[Any]:
    staff = session_of(request).staff
    now = site.now()
    report, parts = clean_text(form.report), clean_text(form.parts)
    if report is None or parts is None:
        return visit_answer(
            request,
            site,
            visit_id,
            form=form,
            problem="Tulisannya terlalu panjang.",
            status_code=422,
        )
    if not report:
        wanted = "Tulis apa yang dikerjakan." if state is VisitState.DONE else "Tulis alasannya."
        return visit_answer(request, site, visit_id, form=form, problem=wanted, status_code=422)
    with site.database.writing() as connection:
        if read_known(connection, visit_id) is None:
            return visit_not_found(site)
        is_closed = close_visit(
            connection,
            visit_id,
            state,
            report=report,
            parts=parts,
            by=staff.display_name,
            now=now,
        )
        if is_closed:
            is_done = state is VisitState.DONE
            record(
                connection,
                actor_of(staff),
                AuditAction.VISIT_DONE if is_done else AuditAction.VISIT_CANCELLED,
                subject=f"visit {visit_id}",
                now=now,
            )
    if not is_closed:
        return visit_answer(request, site, visit_id, problem=CLOSED, status_code=409)
    return Redirect(f"/kunjungan/{visit_id}?tersimpan", status_code=303)


def visit_answer(
    request: PageRequest,
    site: Site,
    visit_id: int,
    *,
    form: ReportForm | None = None,
    problem: str = "",
    saved: bool = False,
    status_code: int = 200,
) -> Response[str]:
    """One visit's page, with what went wrong or was saved."""
    now = site.now()
    with site.database.reading() as connection:
        visit = read_known(connection, visit_id)
        if visit is None:
            return visit_not_found(site)
        lines = [incident_line(each, (), now) for each in incidents_of_visit(connection, visit_id)]
        contacts = all_contacts(connection)
        earlier = [
            (kiosk, [each for each in visits_of_kiosk(connection, kiosk) if each.id != visit_id])
            for kiosk in visit.kiosks
        ]
    return staff_page(
        site,
        session_of(request),
        "alerts/visit.html",
        section="visits",
        status_code=status_code,
        visit=visit,
        lines=lines,
        contacts=contacts,
        earlier=earlier,
        form=form or ReportForm(visit.report, visit.parts),
        problem=problem,
        saved=saved,
        **visit_words(),
    )


def read_known(connection: Connection, visit_id: int) -> Visit | None:
    """The visit of a number from an address; None where it is none."""
    return read_visit(connection, visit_id) if 0 < visit_id <= HIGHEST_ID else None


def visit_words() -> dict[str, Any]:
    """What templates need to speak of visits."""
    return {
        "visit_signs": words.VISIT_SIGNS,
        "day_words": words.day_words,
        "kiosk_place": lambda kiosk: village_words(village_of(kiosk)),
        "village_of": village_of,
    }


def visit_not_found(site: Site) -> Response[str]:
    """The page of no visit."""
    return site.message(404, "Tidak ada", "Kunjungan ini tidak ada.")


HANDLERS: Final = (
    visit_list,
    visit_page,
    finish_visit,
    cancel_visit,
    visit_sheet,
)
