"""The audit log: to be read, filtered and taken along, never to be changed."""

from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency

from anjungan.protocol.identity import IdentityError, parse_kiosk
from anjungan.protocol.message_id import parse_message_id
from anjungan.regency.audit.reading import (
    MOST_EXPORTED,
    AuditLine,
    all_lines,
    read_audit,
    ticket_codes_of,
)
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.csv_text import csv_lines
from anjungan.regency.requests.lateness import WIB
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.audit.log_query import LogQuery
from anjungan.regency.web.audit.words import ACTION_WORDS, action_sign, action_words, role_words
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page
from anjungan.regency.web.words import Sign

_HEADER: Final = (
    *("Nomor", "Waktu (WIB)", "Siapa", "Peran", "Tindakan", "Hal", "Desa", "Keterangan"),
)


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line with its words; ``href`` leads to what it is about, where there is such a page.

    ``ticket_code`` is that of the request it is about, or empty.
    """

    line: AuditLine
    sign: Sign
    role: str
    href: str
    ticket_code: str


@get("/catatan", opt={"needs": Permission.READ_AUDIT}, sync_to_thread=True)
def audit_log(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """One page of the log, newest first."""
    query = LogQuery.read(request.query_params)
    with site.database.reading() as connection:
        page = read_audit(connection, query.as_filter(), query.page)
        codes = ticket_codes_of(connection, {line.subject for line in page.lines})
    return staff_page(
        site,
        session_of(request),
        "audit/log.html",
        section="audit",
        query=query,
        page=page,
        lines=[
            LogLine(
                line=line,
                sign=action_sign(line.action),
                role=role_words(line.role),
                href=_href(line.subject),
                ticket_code=codes.get(line.subject, ""),
            )
            for line in page.lines
        ],
        actions=sorted((words, action.value) for action, words in ACTION_WORDS.items()),
        most_exported=MOST_EXPORTED,
    )


@get("/catatan/unduh", opt={"needs": Permission.READ_AUDIT}, sync_to_thread=True)
def download_audit_log(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """The filtered lines as CSV; that somebody took them is a line too."""
    query = LogQuery.read(request.query_params)
    staff, now = session_of(request).staff, site.now()
    with site.database.reading() as connection:
        rows = [_row(line) for line in all_lines(connection, query.as_filter())]
    with site.database.writing() as connection:
        record(
            connection,
            actor_of(staff),
            AuditAction.AUDIT_EXPORTED,
            subject="audit",
            now=now,
            detail=f"{len(rows)} baris",
        )
    day = f"{now.astimezone(WIB):%Y%m%d}"
    return Response(
        "".join(csv_lines(_HEADER, rows)),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="catatan-{day}.csv"'},
    )


def _row(line: AuditLine) -> tuple[str, ...]:
    return (
        str(line.id),
        f"{line.at.astimezone(WIB):%Y-%m-%d %H:%M:%S}",
        line.actor,
        role_words(line.role),
        action_words(line.action),
        line.subject,
        line.village or "",
        line.detail,
    )


def _href(subject: str) -> str:
    try:
        return f"/anjungan/{parse_kiosk(subject)}"
    except IdentityError:
        pass
    try:
        return f"/permohonan/{parse_message_id(subject)}"
    except ValueError:
        return ""


HANDLERS: Final = (audit_log, download_audit_log)
