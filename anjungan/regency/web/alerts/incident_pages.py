"""One alert: what is known, what to do, whom to call, and taking it on."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from anjungan.protocol.identity import VillageCode
from anjungan.regency.alerts.contacts import contact_of
from anjungan.regency.alerts.handling import (
    MAX_NOTE_CHARACTERS,
    BadNote,
    MuteFor,
    acknowledge,
    clean_note,
    mute,
    muted_until,
)
from anjungan.regency.alerts.maintenance import windows_at
from anjungan.regency.alerts.outbox import messages_of
from anjungan.regency.alerts.reading import IncidentView, absorbed_by, read_incident
from anjungan.regency.alerts.runbooks import load_runbooks
from anjungan.regency.alerts.visits import visits_of_incident, visits_of_kiosk
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.alerts import words
from anjungan.regency.web.alerts.contact_rights import may_edit_contact
from anjungan.regency.web.alerts.incident_lines import incident_line
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

HIGHEST_ID: Final = 2**31 - 1
_ENDED: Final = "Peringatan ini sudah selesai."


class NoteForm(msgspec.Struct, frozen=True):
    """What the form of taking on sends."""

    note: Annotated[str, msgspec.Meta(max_length=5000)] = ""


class MuteForm(msgspec.Struct, frozen=True):
    """For how long to be silent."""

    lasts: MuteFor


@get("/peringatan/{incident_id:int}", opt={"needs": Permission.READ_FLEET}, sync_to_thread=True)
def incident_page(
    request: PageRequest, site: NamedDependency[Site], incident_id: FromPath[int]
) -> Response[str]:
    """One alert."""
    return _page(request, site, incident_id, saved="tersimpan" in request.query_params)


@post(
    "/peringatan/{incident_id:int}/tanggapi",
    opt={"needs": Permission.HANDLE_ALERTS},
    sync_to_thread=True,
)
def acknowledge_incident(
    request: PageRequest,
    site: NamedDependency[Site],
    incident_id: FromPath[int],
    data: Annotated[NoteForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Take an alert on, or change the note about it."""
    staff = session_of(request).staff
    note = clean_note(data.note)
    if isinstance(note, BadNote):
        return _page(
            request, site, incident_id, problem=note.problem, note=data.note, status_code=422
        )
    now = site.now()
    with site.database.writing() as connection:
        view = _read(connection, incident_id, staff.village)
        if view is None:
            return _not_found(site)
        is_done = acknowledge(connection, incident_id, by=staff.display_name, note=note, now=now)
        if is_done:
            record(
                connection,
                actor_of(staff),
                AuditAction.INCIDENT_ACKNOWLEDGED,
                subject=f"incident {incident_id}",
                village=view.village,
                detail="note changed" if view.acknowledged_at is not None else "",
                now=now,
            )
    if not is_done:
        return _page(request, site, incident_id, problem=_ENDED, note=note, status_code=409)
    return Redirect(f"/peringatan/{incident_id}?tersimpan", status_code=303)


@post(
    "/peringatan/{incident_id:int}/bisukan",
    opt={"needs": Permission.HANDLE_ALERTS},
    sync_to_thread=True,
)
def mute_incident(
    request: PageRequest,
    site: NamedDependency[Site],
    incident_id: FromPath[int],
    data: Annotated[MuteForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Ask for silence about an alert, or take that back."""
    staff = session_of(request).staff
    now = site.now()
    with site.database.writing() as connection:
        view = _read(connection, incident_id, staff.village)
        if view is None:
            return _not_found(site)
        is_done = mute(connection, incident_id, muted_until(data.lasts, now), by=staff.display_name)
        if is_done:
            record(
                connection,
                actor_of(staff),
                AuditAction.INCIDENT_MUTED,
                subject=f"incident {incident_id}",
                village=view.village,
                detail=data.lasts.value,
                now=now,
            )
    if not is_done:
        return _page(request, site, incident_id, problem=_ENDED, status_code=409)
    return Redirect(f"/peringatan/{incident_id}?tersimpan", status_code=303)


def _page(
    request: PageRequest,
    site: Site,
    incident_id: int,
    *,
    problem: str = "",
    note: str | None = None,
    saved: bool = False,
    status_code: int = 200,
) -> Response[str]:
    session = session_of(request)
    scope = session.staff.village
    now = site.now()
    with site.database.reading() as connection:
        view = _read(connection, incident_id, scope)
        if view is None:
            return _not_found(site)
        windows = windows_at(connection, now)
        absorbed = absorbed_by(connection, incident_id)
        messages = messages_of(connection, incident_id)
        contact = None if view.village is None else contact_of(connection, view.village)
        visits = list(visits_of_incident(connection, incident_id))
        if view.kiosk is not None:
            known = {visit.id for visit in visits}
            visits += [
                each for each in visits_of_kiosk(connection, view.kiosk) if each.id not in known
            ][:3]
    return staff_page(
        site,
        session,
        "alerts/incident.html",
        section="alerts",
        status_code=status_code,
        line=incident_line(view, windows, now),
        view=view,
        runbook=load_runbooks()[view.kind],
        absorbed=[incident_line(each, windows, now) for each in absorbed],
        messages=messages,
        message_sign=words.message_sign,
        problem_words=words.problem_words,
        occasion_words=words.OCCASION_WORDS,
        has_routes=bool(site.settings.alerts.routes),
        contact=contact,
        may_edit_contact=may_edit_contact(session.staff, view.village),
        visits=visits,
        visit_signs=words.VISIT_SIGNS,
        day_words=words.day_words,
        problem=problem,
        note=view.note if note is None else note,
        max_note=MAX_NOTE_CHARACTERS,
        saved=saved,
    )


def _read(
    connection: Connection, incident_id: int, scope: VillageCode | None
) -> IncidentView | None:
    if not 0 < incident_id <= HIGHEST_ID:
        return None
    return read_incident(connection, incident_id, scope)


def _not_found(site: Site) -> Response[str]:
    return site.message(404, "Tidak ada", "Peringatan ini tidak ada, atau bukan untuk desa Anda.")


HANDLERS: Final = (incident_page, acknowledge_incident, mute_incident)
