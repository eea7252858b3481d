"""Making a letter: open the answers, correct, look at it, give it a number."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, assert_never

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from anjungan.protocol.sealing import CannotOpen, WrongBinding
from anjungan.protocol.status import RequestStatus
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.letters.letterheads import read_letterhead
from anjungan.regency.letters.logos import read_logo
from anjungan.regency.letters.making import Draft, Made, MadeMeanwhile, make_letter
from anjungan.regency.letters.pdf import TooManyPagesError, render_pdf
from anjungan.regency.letters.sealed_values import TooLong
from anjungan.regency.letters.sheet import compose
from anjungan.regency.letters.templates import LetterField
from anjungan.regency.letters.values import Values
from anjungan.regency.requests.openings import OpeningOutcome, record_opening
from anjungan.regency.requests.reading import read_request
from anjungan.regency.requests.statuses import Changed, change_by_staff
from anjungan.regency.service_titles import service_words
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.wake import wake_inbox
from anjungan.regency.web.letters.drafting import (
    EditedForm,
    NoRequest,
    NotReady,
    Ready,
    begin,
    frame_of,
    prepare,
    read_form,
)
from anjungan.regency.web.letters.suggestions import suggestions
from anjungan.regency.web.letters.words import problem_words
from anjungan.regency.web.requests.closed_words import CLOSED_WORDS
from anjungan.regency.web.requests.list_query import ListQuery
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]

_MEANWHILE: Final = (
    "Permohonan atau suratnya baru saja diubah orang lain. Buka lagi permohonannya, lalu ulangi."
)
CANNOT_OPEN: Final = (
    "Coba lagi sebentar. Bila tetap begini, kuncinya tidak ada atau isinya rusak: "
    "hubungi pengelola."
)
_TOO_LONG: Final = "Isi surat terlalu panjang. Pendekkan isian yang panjang."


@post(
    "/permohonan/{request_id:str}/surat/isi",
    opt={"needs": Permission.MAKE_LETTERS},
    sync_to_thread=True,
)
def open_editor(
    request: PageRequest, site: NamedDependency[Site], request_id: FromPath[str], data: Form
) -> Response[Any]:
    """Open the answers, or the letter that holds now, to write a letter; both are audited."""
    staff = session_of(request).staff
    ready = prepare(site, staff, request_id)
    if not isinstance(ready, Ready):
        return _turned_back(site, ready)
    from_answers = ready.stored is None or data.get("source") == "answers"
    begun = begin(site, ready, from_answers=from_answers)
    with site.database.writing() as connection:
        if from_answers:
            record_opening(connection, request_id, staff, _outcome(begun), site.now())
        elif ready.valid is not None:
            failed = isinstance(begun, CannotOpen | WrongBinding)
            record(
                connection,
                actor_of(staff),
                AuditAction.LETTER_NOT_OPENED if failed else AuditAction.LETTER_OPENED,
                subject=ready.valid.id,
                now=site.now(),
                village=ready.view.line.village,
            )
    if isinstance(begun, CannotOpen | WrongBinding):
        return _cannot_open(site, begun)
    with site.database.reading() as connection:
        paper = read_letterhead(connection, ready.view.line.village).paper
    form = EditedForm(
        values=begun,
        problems=(),
        paper=paper,
        revision=ready.view.revision,
        replaces=None if ready.valid is None else ready.valid.id,
        from_answers=from_answers,
        forward=ready.view.line.status is RequestStatus.UNDER_REVIEW,
    )
    return _editor(request, site, ready, form)


@post(
    "/permohonan/{request_id:str}/surat/pratinjau",
    opt={"needs": Permission.MAKE_LETTERS},
    sync_to_thread=True,
)
def look_at_draft(
    request: PageRequest, site: NamedDependency[Site], request_id: FromPath[str], data: Form
) -> Response[Any]:
    """Show the letter as the form stands; nothing is stored."""
    ready = prepare(site, session_of(request).staff, request_id)
    if not isinstance(ready, Ready):
        return _turned_back(site, ready)
    form = read_form(ready.template, data)
    return _editor(request, site, ready, form)


@post(
    "/permohonan/{request_id:str}/surat/konsep",
    opt={"needs": Permission.MAKE_LETTERS},
    sync_to_thread=True,
)
def draft_pdf(
    request: PageRequest, site: NamedDependency[Site], request_id: FromPath[str], data: Form
) -> Response[Any]:
    """The letter as the form stands, as PDF marked KONSEP, without a number."""
    ready = prepare(site, session_of(request).staff, request_id)
    if not isinstance(ready, Ready):
        return _turned_back(site, ready)
    form = read_form(ready.template, data)
    drawn = _draw_draft(site, ready, form)
    if form.problems or drawn is None:
        problem = "" if form.problems else _TOO_LONG
        return _editor(request, site, ready, form, problem=problem, status_code=422)
    return pdf_response(drawn, "konsep.pdf", download=False)


@post(
    "/permohonan/{request_id:str}/surat/buat",
    opt={"needs": Permission.MAKE_LETTERS},
    sync_to_thread=True,
)
def make(
    request: PageRequest, site: NamedDependency[Site], request_id: FromPath[str], data: Form
) -> Response[Any]:
    """Give the letter its number, store it sealed, and pass the request on where asked for."""
    staff = session_of(request).staff
    ready = prepare(site, staff, request_id)
    if not isinstance(ready, Ready):
        return _turned_back(site, ready)
    form = read_form(ready.template, data)
    if form.problems:
        return _editor(request, site, ready, form, status_code=422)
    begun = begin(site, ready, from_answers=form.from_answers)
    if isinstance(begun, CannotOpen | WrongBinding):
        return _cannot_open(site, begun)
    # what cannot be drawn must not cost a number
    if _draw_draft(site, ready, form) is None:
        return _editor(request, site, ready, form, problem=_TOO_LONG, status_code=422)
    now = site.now()
    forwarded = False
    with site.database.writing() as connection:
        view = read_request(connection, request_id, staff.village)
        if view is None or view.revision != form.revision:
            outcome: Made | MadeMeanwhile | TooLong = MadeMeanwhile()
        else:
            draft = Draft(
                request_id=request_id,
                village=view.line.village,
                template=ready.template,
                frame=frame_of(connection, site, ready, form.paper),
                values=form.values,
                begun=begun,
                replaces=form.replaces,
            )
            outcome = make_letter(connection, draft, staff, ready.key, now)
            may_forward = view.line.status is RequestStatus.UNDER_REVIEW and staff.may(
                Permission.CHANGE_REQUESTS
            )
            if isinstance(outcome, Made) and form.forward and may_forward:
                changed = change_by_staff(
                    connection,
                    request_id,
                    seen_revision=view.revision,
                    status=RequestStatus.AWAITING_SIGNATURE,
                    note="",
                    staff_name=staff.display_name,
                    now=now,
                )
                if isinstance(changed, Changed):
                    forwarded = True
                    record(
                        connection,
                        actor_of(staff),
                        AuditAction.STATUS_CHANGED,
                        subject=request_id,
                        now=now,
                        village=view.line.village,
                        detail=f"UNDER_REVIEW -> AWAITING_SIGNATURE, revision {changed.revision}",
                    )
    match outcome:
        case Made():
            if forwarded:
                wake_inbox(site.data_dir)
            suffix = ListQuery.read(request.query_params).suffix
            return Redirect(f"/permohonan/{request_id}{suffix}#surat", status_code=303)
        case MadeMeanwhile():
            return _editor(request, site, ready, form, problem=_MEANWHILE, status_code=409)
        case TooLong():
            return _editor(request, site, ready, form, problem=_TOO_LONG, status_code=422)
        case _:
            assert_never(outcome)


def _draw_draft(site: Site, ready: Ready, form: EditedForm) -> bytes | None:
    """The PDF of a draft; None where it is longer than a letter may be."""
    with site.database.reading() as connection:
        frame = frame_of(connection, site, ready, form.paper)
        digest = frame.letterhead.logo_digest
        logo = None if digest is None else read_logo(connection, digest)
    sheet = compose(frame, form.values, None, watermark="KONSEP")
    try:
        return render_pdf(sheet, site.now(), logo)
    except TooManyPagesError:
        return None


def _editor(
    request: PageRequest,
    site: Site,
    ready: Ready,
    form: EditedForm,
    *,
    problem: str = "",
    status_code: int = 200,
) -> Response[str]:
    session = session_of(request)
    with site.database.reading() as connection:
        frame = frame_of(connection, site, ready, form.paper)
    return staff_page(
        site,
        session,
        "letters/editor.html",
        section="requests",
        status_code=status_code,
        query=ListQuery.read(request.query_params),
        view=ready.view,
        service=service_words(ready.view.line.service),
        valid=ready.valid,
        form=form,
        groups=_groups(ready.template.fields),
        problems={each.name: problem_words(each) for each in form.problems},
        problem=problem,
        suggestions=suggestions(),
        sheet=compose(frame, _with_gaps(ready.template.fields, form.values), None),
        signatory_missing=not frame.signatory.name,
        may_forward=ready.view.line.status is RequestStatus.UNDER_REVIEW
        and session.staff.may(Permission.CHANGE_REQUESTS),
    )


def _groups(fields: Mapping[str, LetterField]) -> Mapping[str, Sequence[LetterField]]:
    groups: defaultdict[str, list[LetterField]] = defaultdict(list)
    for field in fields.values():
        groups[field.group].append(field)
    return groups


def _with_gaps(fields: Mapping[str, LetterField], values: Values) -> Values:
    """Dots where something still has to be filled in."""
    return {
        name: values.get(name, "") or ("…………" if field.required else "")
        for name, field in fields.items()
    }


def _outcome(begun: object) -> OpeningOutcome:
    match begun:
        case CannotOpen():
            return OpeningOutcome.CANNOT_OPEN
        case WrongBinding():
            return OpeningOutcome.WRONG_BINDING
        case _:
            return OpeningOutcome.OPENED


def _turned_back(site: Site, why: NotReady | NoRequest) -> Response[str]:
    match why:
        case NoRequest():
            return site.message(
                404, "Tidak ada", "Permohonan ini tidak ada, atau bukan untuk desa Anda."
            )
        case NotReady(words=words):
            return site.message(409, "Surat belum dapat dibuat", words)


def _cannot_open(site: Site, closed: CannotOpen | WrongBinding) -> Response[str]:
    if isinstance(closed, CannotOpen):
        headline, advice = CLOSED_WORDS[closed.why]
        return site.message(409, headline.rstrip("."), advice)
    return site.message(409, "Isian tidak dapat dipakai", "Isinya milik permohonan lain.")


def pdf_response(content: bytes, name: str, *, download: bool) -> Response[bytes]:
    """A PDF that nobody keeps in a cache."""
    how = "attachment" if download else "inline"
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'{how}; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


HANDLERS: Final = (open_editor, look_at_draft, draft_pdf, make)
