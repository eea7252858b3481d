"""A letter that was made: printing it, voiding it."""

from typing import Any, Final

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from anjungan.protocol.status import RequestStatus
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.letters.printing import LetterPdf, file_name, letter_pdf
from anjungan.regency.letters.records import (
    LetterState,
    StoredLetter,
    end_letter,
    read_letter,
)
from anjungan.regency.requests.notes import clean_note, note_problem
from anjungan.regency.requests.reading import read_request
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.letters.editor_pages import CANNOT_OPEN, Form, pdf_response
from anjungan.regency.web.requests.list_query import ListQuery
from anjungan.regency.web.requests.words import NOTE_PROBLEMS
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site

MAX_REASON_CHARACTERS: Final = 300


@post(
    "/permohonan/{request_id:str}/surat/{letter_id:str}/pdf",
    opt={"needs": Permission.OPEN_ANSWERS},
    sync_to_thread=True,
)
def print_letter(
    request: PageRequest,
    site: NamedDependency[Site],
    request_id: FromPath[str],
    letter_id: FromPath[str],
    data: Form,
) -> Response[Any]:
    """The letter as PDF, made in memory; written to the audit before it is sent."""
    staff = session_of(request).staff
    letter = _letter_of(site, request, request_id, letter_id)
    if letter is None:
        return _not_found(site)
    if letter.record.state is not LetterState.VALID:
        return site.message(
            409,
            "Surat tidak berlaku",
            "Surat ini sudah diganti atau dibatalkan, jadi tidak dicetak lagi.",
        )
    with site.database.reading() as connection:
        drawn = letter_pdf(connection, site.opener, letter)
    done = isinstance(drawn, LetterPdf)
    with site.database.writing() as connection:
        record(
            connection,
            actor_of(staff),
            AuditAction.LETTER_DOWNLOADED if done else AuditAction.LETTER_NOT_OPENED,
            subject=letter_id,
            now=site.now(),
            village=letter.record.village,
            detail=f"number {letter.record.number}",
        )
    if not isinstance(drawn, LetterPdf):
        return site.message(
            409,
            "Surat tidak dapat dibuka",
            CANNOT_OPEN,
        )
    return pdf_response(drawn.pdf, file_name(letter), download=data.get("unduh") == "1")


@post(
    "/permohonan/{request_id:str}/surat/{letter_id:str}/batal",
    opt={"needs": Permission.MAKE_LETTERS},
    sync_to_thread=True,
)
def void_letter(
    request: PageRequest,
    site: NamedDependency[Site],
    request_id: FromPath[str],
    letter_id: FromPath[str],
    data: Form,
) -> Response[Any]:
    """Void a letter; its number is never given again."""
    staff = session_of(request).staff
    letter = _letter_of(site, request, request_id, letter_id)
    if letter is None:
        return _not_found(site)
    reason = clean_note(data.get("alasan", "")[: MAX_REASON_CHARACTERS * 4])
    problem = "" if reason else "Tulis alasannya dulu."
    if len(reason) > MAX_REASON_CHARACTERS:
        problem = f"Alasan paling panjang {MAX_REASON_CHARACTERS} huruf."
    bad = note_problem(reason, RequestStatus.READY)
    if bad is not None:
        problem = NOTE_PROBLEMS[bad].replace("Catatan", "Alasan")
    if problem:
        return site.message(422, "Surat belum dibatalkan", problem)
    now = site.now()
    with site.database.writing() as connection:
        ended = end_letter(connection, letter_id, LetterState.VOIDED, now, reason=reason)
        if ended:
            record(
                connection,
                actor_of(staff),
                AuditAction.LETTER_VOIDED,
                subject=letter_id,
                now=now,
                village=letter.record.village,
                detail=f"number {letter.record.number}",
            )
    if not ended:
        return site.message(
            409, "Surat tidak berlaku", "Surat ini sudah diganti atau dibatalkan orang lain."
        )
    suffix = ListQuery.read(request.query_params).suffix
    return Redirect(f"/permohonan/{request_id}{suffix}#surat", status_code=303)


def _letter_of(
    site: Site, request: PageRequest, request_id: str, letter_id: str
) -> StoredLetter | None:
    """The letter, where it is of that request and the request for this person."""
    with site.database.reading() as connection:
        if read_request(connection, request_id, session_of(request).staff.village) is None:
            return None
        letter = read_letter(connection, letter_id)
    return letter if letter is not None and letter.record.request_id == request_id else None


def _not_found(site: Site) -> Response[str]:
    return site.message(404, "Tidak ada", "Surat ini tidak ada, atau bukan untuk desa Anda.")


HANDLERS: Final = (print_letter, void_letter)
