"""Planning visits: the form for a new one and for one that is planned."""

from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect
from sqlalchemy import Connection, select

from anjungan.protocol.identity import KioskId, village_of
from anjungan.regency.alerts.reading import open_incidents, read_incident
from anjungan.regency.alerts.visits import VisitState, change_visit, plan_visit
from anjungan.regency.alerts.words import village_words
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.permissions import PERMISSIONS, Permission
from anjungan.regency.store.tables import KIOSKS, STAFF
from anjungan.regency.web.alerts.form_times import today
from anjungan.regency.web.alerts.incident_lines import IncidentLine, incident_line
from anjungan.regency.web.alerts.list_query import read_kiosk
from anjungan.regency.web.alerts.visit_forms import (
    VisitForm,
    as_list,
    incident_numbers,
    read_plan,
)
from anjungan.regency.web.alerts.visit_pages import (
    CLOSED,
    HIGHEST_ID,
    read_known,
    visit_answer,
    visit_not_found,
)
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

_NEEDS: Final = {"needs": Permission.MANAGE_VISITS}


@get("/kunjungan/baru", opt=_NEEDS, sync_to_thread=True)
def new_visit(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """The form of a new visit, filled from an alert or for a kiosk."""
    kiosk = read_kiosk(request.query_params.get("anjungan", ""))
    number = request.query_params.get("peringatan", "")
    kiosks = [] if kiosk is None else [str(kiosk)]
    incidents: list[str] = []
    if number.isascii() and number.isdigit() and int(number[:10]) <= HIGHEST_ID:
        with site.database.reading() as connection:
            incident = read_incident(connection, int(number[:10]), None)
        if incident is not None:
            incidents = [str(incident.id)]
            kiosks = kiosks if incident.kiosk is None else [str(incident.kiosk)]
    form = VisitForm(planned_on=today(site.now()).isoformat(), kiosks=kiosks, incidents=incidents)
    return _form_page(request, site, form)


@post("/kunjungan", opt=_NEEDS, sync_to_thread=True)
def add_visit(
    request: PageRequest,
    site: NamedDependency[Site],
    data: Annotated[VisitForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Plan a visit."""
    staff = session_of(request).staff
    now = site.now()
    with site.database.writing() as connection:
        plan = read_plan(connection, data)
        if not isinstance(plan, str):
            visit_id = plan_visit(connection, plan, by=staff.display_name, now=now)
            record(
                connection,
                actor_of(staff),
                AuditAction.VISIT_PLANNED,
                subject=f"visit {visit_id}",
                detail=" ".join(plan.kiosks),
                now=now,
            )
    if isinstance(plan, str):
        return _form_page(request, site, data, problem=plan, status_code=422)
    return Redirect(f"/kunjungan/{visit_id}?tersimpan", status_code=303)


@get("/kunjungan/{visit_id:int}/ubah", opt=_NEEDS, sync_to_thread=True)
def edit_visit(
    request: PageRequest, site: NamedDependency[Site], visit_id: FromPath[int]
) -> Response[str]:
    """The form of a visit that is planned."""
    with site.database.reading() as connection:
        visit = read_known(connection, visit_id)
    if visit is None:
        return visit_not_found(site)
    if visit.state is not VisitState.PLANNED:
        return visit_answer(request, site, visit_id, problem=CLOSED, status_code=409)
    form = VisitForm(
        planned_on=visit.planned_on.isoformat(),
        technician=visit.technician,
        task=visit.task,
        kiosks=list(visit.kiosks),
        incidents=[str(each) for each in visit.incident_ids],
    )
    return _form_page(request, site, form, visit_id=visit_id)


@post("/kunjungan/{visit_id:int}/ubah", opt=_NEEDS, sync_to_thread=True)
def save_visit(
    request: PageRequest,
    site: NamedDependency[Site],
    visit_id: FromPath[int],
    data: Annotated[VisitForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Plan a visit otherwise."""
    staff = session_of(request).staff
    now = site.now()
    with site.database.writing() as connection:
        if read_known(connection, visit_id) is None:
            return visit_not_found(site)
        plan = read_plan(connection, data)
        is_changed = not isinstance(plan, str) and change_visit(connection, visit_id, plan)
        if is_changed:
            record(
                connection,
                actor_of(staff),
                AuditAction.VISIT_CHANGED,
                subject=f"visit {visit_id}",
                now=now,
            )
    if isinstance(plan, str):
        return _form_page(request, site, data, visit_id=visit_id, problem=plan, status_code=422)
    if not is_changed:
        return visit_answer(request, site, visit_id, problem=CLOSED, status_code=409)
    return Redirect(f"/kunjungan/{visit_id}?tersimpan", status_code=303)


def _form_page(
    request: PageRequest,
    site: Site,
    form: VisitForm,
    *,
    visit_id: int | None = None,
    problem: str = "",
    status_code: int = 200,
) -> Response[str]:
    now = site.now()
    chosen = incident_numbers(form)
    with site.database.reading() as connection:
        opened = open_incidents(connection, None)
        known = {view.id for view in opened}
        others = [read_incident(connection, each, None) for each in sorted(chosen - known)]
        kiosks = list(connection.execute(select(KIOSKS.c.kiosk)).scalars())
        technicians = _technicians(connection)
    lines: list[IncidentLine] = [
        incident_line(view, (), now)
        for view in (*[each for each in others if each is not None], *opened)
    ]
    chosen_kiosks = set(as_list(form.kiosks))
    lines.sort(key=lambda line: (line.view.id not in chosen, line.view.kiosk not in chosen_kiosks))
    return staff_page(
        site,
        session_of(request),
        "alerts/visit_form.html",
        section="visits",
        status_code=status_code,
        visit_id=visit_id,
        form=form,
        chosen=chosen,
        chosen_kiosks=chosen_kiosks,
        kiosks=sorted(
            ((village_words(village_of(KioskId(each))), each) for each in kiosks),
            key=lambda pair: (pair[1] not in chosen_kiosks, pair[0]),
        ),
        lines=lines,
        technicians=technicians,
        problem=problem,
    )


def _technicians(connection: Connection) -> list[str]:
    """The names of those who make visits, to choose from."""
    roles = [role.value for role, may in PERMISSIONS.items() if Permission.MANAGE_VISITS in may]
    found = connection.execute(
        select(STAFF.c.display_name).where(STAFF.c.role.in_(roles)).order_by(STAFF.c.display_name)
    )
    return list(found.scalars())


HANDLERS: Final = (new_visit, add_visit, edit_visit, save_visit)
