"""What staff may set about requests: how long each service may take, and the days off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

import msgspec
from anyio import to_thread
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.requests.holiday_text import read_holidays_text
from anjungan.regency.requests.targets import (
    MOST_WORKING_DAYS,
    add_holidays,
    catalogue_days,
    read_holidays,
    read_overrides,
    remove_holiday,
    set_override,
)
from anjungan.regency.service_titles import all_service_words
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

_NEEDS: Final = {"needs": Permission.MANAGE_SETTINGS}
_DAYS_FIELD: Final = "hari."
MAX_PASTED_CHARACTERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A service: what the catalogue says, and what people decided (None: nothing)."""

    service: str
    title: str
    duration: str
    default_days: int
    own_days: int | None


@get("/setelan/layanan", opt=_NEEDS, sync_to_thread=True)
def targets_page(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """How long each service may take."""
    return _targets_page(request, site, saved="tersimpan" in request.query_params)


@post("/setelan/layanan/simpan", opt=_NEEDS)
async def save_targets(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """Keep what changed; an empty field leaves a service to the catalogue."""
    form = await request.form()
    return await to_thread.run_sync(_save_targets, request, site, form)


def _save_targets(request: PageRequest, site: Site, form: Mapping[str, Any]) -> Response[Any]:
    known = {each.id for each in all_service_words()}
    wanted: dict[str, int | None] = {}
    for name, text in form.items():
        service = name.removeprefix(_DAYS_FIELD)
        if name.startswith(_DAYS_FIELD) and service in known:
            days = _working_days(str(text))
            if days == 0:
                problem = f"Hari kerja adalah angka 1 sampai {MOST_WORKING_DAYS}."
                return _targets_page(request, site, problem=problem, status_code=422)
            wanted[service] = days
    _store_targets(request, site, wanted)
    return Redirect("/setelan/layanan?tersimpan=1", status_code=303)


@get("/setelan/hari-libur", opt=_NEEDS, sync_to_thread=True)
def holidays_page(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """The days off."""
    return _holidays_page(request, site, saved="tersimpan" in request.query_params)


class HolidaysForm(msgspec.Struct, frozen=True):
    """A pasted list."""

    daftar: Annotated[str, msgspec.Meta(max_length=MAX_PASTED_CHARACTERS)] = ""


@post("/setelan/hari-libur/tambah", opt=_NEEDS, sync_to_thread=True)
def save_holidays(
    request: PageRequest,
    site: NamedDependency[Site],
    data: Annotated[HolidaysForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Add all days of a pasted list, or none when a line cannot be read."""
    reading = read_holidays_text(data.daftar)
    if reading.bad_lines or not reading.holidays:
        lines = ", ".join(map(str, reading.bad_lines[:10]))
        problem = (
            f"Baris {lines} tidak diawali tanggal. Tidak ada yang disimpan."
            if reading.bad_lines
            else "Belum ada tanggal."
        )
        return _holidays_page(request, site, problem=problem, typed=data.daftar, status_code=422)
    staff = session_of(request).staff
    with site.database.writing() as connection:
        new = add_holidays(connection, reading.holidays)
        record(
            connection,
            actor_of(staff),
            AuditAction.HOLIDAYS_CHANGED,
            subject="hari-libur",
            now=site.now(),
            detail=f"{new} new, {len(reading.holidays) - new} renamed",
        )
    site.targets.forget()
    return Redirect("/setelan/hari-libur?tersimpan=1", status_code=303)


class RemovalForm(msgspec.Struct, frozen=True):
    """The day to remove."""

    tanggal: date


@post("/setelan/hari-libur/hapus", opt=_NEEDS, sync_to_thread=True)
def delete_holiday(
    request: PageRequest,
    site: NamedDependency[Site],
    data: Annotated[RemovalForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Remove one day off."""
    staff = session_of(request).staff
    with site.database.writing() as connection:
        if remove_holiday(connection, data.tanggal):
            record(
                connection,
                actor_of(staff),
                AuditAction.HOLIDAYS_CHANGED,
                subject="hari-libur",
                now=site.now(),
                detail=f"removed {data.tanggal.isoformat()}",
            )
    site.targets.forget()
    return Redirect("/setelan/hari-libur?tersimpan=1", status_code=303)


def _targets_page(
    request: PageRequest,
    site: Site,
    *,
    problem: str = "",
    saved: bool = False,
    status_code: int = 200,
) -> Response[str]:
    default = site.settings.requests.late_after_working_days
    with site.database.reading() as connection:
        own = read_overrides(connection)
    lines = [
        TargetLine(
            each.id,
            each.title,
            each.duration,
            catalogue_days().get(each.id, default),
            own.get(each.id),
        )
        for each in all_service_words()
    ]
    return staff_page(
        site,
        session_of(request),
        "requests/targets.html",
        section="settings",
        status_code=status_code,
        lines=lines,
        field=_DAYS_FIELD,
        most_days=MOST_WORKING_DAYS,
        problem=problem,
        saved=saved,
    )


def _holidays_page(
    request: PageRequest,
    site: Site,
    *,
    problem: str = "",
    typed: str = "",
    saved: bool = False,
    status_code: int = 200,
) -> Response[str]:
    with site.database.reading() as connection:
        holidays = read_holidays(connection)
    return staff_page(
        site,
        session_of(request),
        "requests/holidays.html",
        section="settings",
        status_code=status_code,
        holidays=holidays,
        problem=problem,
        typed=typed,
        max_pasted=MAX_PASTED_CHARACTERS,
        saved=saved,
    )


def _store_targets(request: PageRequest, site: Site, wanted: Mapping[str, int | None]) -> None:
    staff = session_of(request).staff
    with site.database.writing() as connection:
        own = read_overrides(connection)
        changed = [service for service, days in wanted.items() if own.get(service) != days]
        for service in changed:
            set_override(connection, service, wanted[service])
            record(
                connection,
                actor_of(staff),
                AuditAction.SERVICE_TARGET_CHANGED,
                subject=service,
                now=site.now(),
                detail=f"{own.get(service)} -> {wanted[service]} working days",
            )
    site.targets.forget()


def _working_days(text: str) -> int | None:
    """The number; None for an empty field, zero for what is no number of days."""
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST_WORKING_DAYS))):
        return 0
    return int(typed) if int(typed) <= MOST_WORKING_DAYS else 0


HANDLERS: Final = (targets_page, save_targets, holidays_page, save_holidays, delete_holiday)
