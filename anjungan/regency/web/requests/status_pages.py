"""Changing the status of a request."""

from typing import Annotated, Any, Final, assert_never

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from anjungan.protocol.status import RequestStatus
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.requests.form_fields import known_fields
from anjungan.regency.requests.notes import clean_note
from anjungan.regency.requests.reading import read_request
from anjungan.regency.requests.statuses import (
    BadNote,
    Changed,
    ChangedMeanwhile,
    NoSuchRequest,
    NotAllowed,
    change_by_staff,
)
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.wake import wake_inbox
from anjungan.regency.web.requests.list_query import ListQuery
from anjungan.regency.web.requests.request_page import Shown, not_found, show_request
from anjungan.regency.web.requests.words import NOTE_PROBLEMS, STATUS_SIGNS
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site

_MEANWHILE = "Permohonan ini baru saja diubah orang lain. Periksa statusnya, lalu simpan lagi."


class StatusForm(msgspec.Struct, frozen=True):
    """What the status form sends; the revision is the one the officer saw.

    ``kurang`` are names of the answers to be given anew.
    """

    status: Annotated[int, msgspec.Meta(ge=0, le=5)]
    revision: Annotated[int, msgspec.Meta(ge=1, le=2**31)]
    note: Annotated[str, msgspec.Meta(max_length=5000)] = ""
    kurang: list[str] | str = ""

    @property
    def ticked(self) -> list[str]:
        """The names; a form with one tick sends no list."""
        if isinstance(self.kurang, str):
            return [self.kurang] if self.kurang else []
        return self.kurang


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
    staff = session_of(request).staff
    note, wanted, now = clean_note(data.note), RequestStatus(data.status), site.now()
    with site.database.writing() as connection:
        view = read_request(connection, request_id, staff.village)
        if view is None:
            return not_found(site)
        missing = known_fields(view.line.service, data.ticked)
        change = change_by_staff(
            connection,
            request_id,
            seen_revision=data.revision,
            status=wanted,
            note=note,
            staff_name=staff.display_name,
            now=now,
            missing_fields=missing,
        )
        if isinstance(change, Changed):
            record(
                connection,
                actor_of(staff),
                AuditAction.STATUS_CHANGED,
                subject=request_id,
                now=now,
                village=view.line.village,
                detail=f"{view.line.status.name} -> {wanted.name}, revision {change.revision}",
            )
    match change:
        case Changed():
            wake_inbox(site.data_dir)
            suffix = ListQuery.read(request.query_params).suffix
            mark = f"{suffix}&tersimpan=1" if suffix else "?tersimpan=1"
            return Redirect(f"/permohonan/{request_id}{mark}", status_code=303)
        case ChangedMeanwhile():
            problem, status_code = _MEANWHILE, 409
        case NotAllowed(present=present):
            word = STATUS_SIGNS[present].word
            problem, status_code = f"Status {word} tidak dapat diubah menjadi itu.", 409
        case BadNote(problem=bad):
            problem, status_code = NOTE_PROBLEMS[bad], 422
        case NoSuchRequest():
            return not_found(site)
        case _:
            assert_never(change)
    shown = Shown(problem=problem, note=note, ticked=missing)
    return show_request(request, site, request_id, shown, status_code=status_code)


HANDLERS: Final = (change_status,)
