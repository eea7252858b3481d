"""Planned maintenance: what is planned, planning it, ending it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect
from sqlalchemy import select

from anjungan.protocol.identity import KioskId, VillageCode, village_of
from anjungan.regency.alerts.districts import all_districts
from anjungan.regency.alerts.maintenance import (
    LONGEST,
    MAX_REASON_CHARACTERS,
    WindowScope,
    end_window,
    plan_window,
    windows_ahead,
)
from anjungan.regency.alerts.words import village_words
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.store.tables import KIOSKS
from anjungan.regency.web.alerts import words
from anjungan.regency.web.alerts.form_times import moment_field, read_moment
from anjungan.regency.web.alerts.list_query import read_district, read_kiosk
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

HIGHEST_ID: Final = 2**31 - 1
_USUAL_LENGTH: Final = timedelta(hours=2)


class WindowForm(msgspec.Struct, frozen=True):
    """What the form sends; ``place`` is a scope, a colon, and a kiosk's id or kecamatan's code."""

    place: Annotated[str, msgspec.Meta(max_length=40)] = ""
    starts_at: Annotated[str, msgspec.Meta(max_length=40)] = ""
    ends_at: Annotated[str, msgspec.Meta(max_length=40)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    scope: WindowScope
    place: str
    starts_at: datetime
    ends_at: datetime
    reason: str

    @property
    def village(self) -> VillageCode | None:
        return village_of(KioskId(self.place)) if self.scope is WindowScope.KIOSK else None


@get("/perawatan", opt={"needs": Permission.HANDLE_ALERTS}, sync_to_thread=True)
def maintenance_page(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """What is planned, and the form to plan more."""
    kiosk = read_kiosk(request.query_params.get("anjungan", ""))
    now = site.now()
    form = WindowForm(
        place="" if kiosk is None else f"{WindowScope.KIOSK.value}:{kiosk}",
        starts_at=moment_field(now),
        ends_at=moment_field(now + _USUAL_LENGTH),
    )
    return _page(request, site, form, saved="tersimpan" in request.query_params)


@post("/perawatan", opt={"needs": Permission.HANDLE_ALERTS}, sync_to_thread=True)
def plan_maintenance(
    request: PageRequest,
    site: NamedDependency[Site],
    data: Annotated[WindowForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Plan a maintenance."""
    staff = session_of(request).staff
    now = site.now()
    plan = _read(data, now)
    if isinstance(plan, str):
        return _page(request, site, data, problem=plan, status_code=422)
    with site.database.writing() as connection:
        window_id = plan_window(
            connection,
            scope=plan.scope,
            place=plan.place,
            starts_at=plan.starts_at,
            ends_at=plan.ends_at,
            reason=plan.reason,
            by=staff.display_name,
            now=now,
        )
        record(
            connection,
            actor_of(staff),
            AuditAction.MAINTENANCE_PLANNED,
            subject=f"maintenance {window_id}",
            village=plan.village,
            detail=f"{data.place} {plan.starts_at.isoformat()} {plan.ends_at.isoformat()}",
            now=now,
        )
    return Redirect("/perawatan?tersimpan", status_code=303)


@post(
    "/perawatan/{window_id:int}/akhiri",
    opt={"needs": Permission.HANDLE_ALERTS},
    sync_to_thread=True,
)
def end_maintenance(
    request: PageRequest, site: NamedDependency[Site], window_id: FromPath[int]
) -> Response[Any]:
    """End a maintenance before its time, or cancel it."""
    staff = session_of(request).staff
    now = site.now()
    if 0 < window_id <= HIGHEST_ID:
        with site.database.writing() as connection:
            window = end_window(connection, window_id, now)
            if window is not None:
                record(
                    connection,
                    actor_of(staff),
                    AuditAction.MAINTENANCE_ENDED,
                    subject=f"maintenance {window_id}",
                    now=now,
                )
    return Redirect("/perawatan?tersimpan", status_code=303)


def _read(form: WindowForm, now: datetime) -> _Plan | str:
    """The plan, or what is wrong with the form."""
    scope_text, _, place = form.place.partition(":")
    if scope_text not in {scope.value for scope in WindowScope}:
        return "Pilih anjungan, kecamatan, atau seluruh kabupaten."
    scope = WindowScope(scope_text)
    is_known = {
        WindowScope.KIOSK: read_kiosk(place) is not None,
        WindowScope.DISTRICT: read_district(place) is not None,
        WindowScope.REGENCY: not place,
    }[scope]
    if not is_known:
        return "Pilih anjungan, kecamatan, atau seluruh kabupaten."
    starts_at, ends_at = read_moment(form.starts_at), read_moment(form.ends_at)
    if starts_at is None or ends_at is None:
        return "Isi waktu mulai dan selesai."
    if ends_at <= max(starts_at, now):
        return "Waktu selesai harus sesudah waktu mulai dan sesudah sekarang."
    if ends_at - starts_at > LONGEST:
        return "Perawatan paling lama 30 hari."
    reason = " ".join(form.reason.split())
    if not reason or len(reason) > MAX_REASON_CHARACTERS or not reason.isprintable():
        return f"Isi alasan, paling banyak {MAX_REASON_CHARACTERS} huruf."
    return _Plan(scope, place, starts_at, ends_at, reason)


def _page(
    request: PageRequest,
    site: Site,
    form: WindowForm,
    *,
    problem: str = "",
    saved: bool = False,
    status_code: int = 200,
) -> Response[str]:
    now = site.now()
    with site.database.reading() as connection:
        windows = windows_ahead(connection, now)
        kiosks = [
            KioskId(each)
            for each in connection.execute(
                select(KIOSKS.c.kiosk).order_by(KIOSKS.c.kiosk)
            ).scalars()
        ]
    return staff_page(
        site,
        session_of(request),
        "alerts/maintenance.html",
        section="alerts",
        status_code=status_code,
        form=form,
        problem=problem,
        saved=saved,
        windows=windows,
        window_place=words.window_place,
        kiosks=sorted((village_words(village_of(each)), each) for each in kiosks),
        districts=all_districts(),
        max_reason=MAX_REASON_CHARACTERS,
    )


HANDLERS: Final = (maintenance_page, plan_maintenance, end_maintenance)
