"""How a village writes its letters: head, signatory, numbers, paper; by its officer."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from anjungan.catalogue.villages import Village, load_villages
from anjungan.protocol.identity import IdentityError, VillageCode, parse_village
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.letters.letterheads import (
    NO_CODE,
    VillageLetterhead,
    read_codes,
    read_letterhead,
    write_code,
    write_letterhead,
)
from anjungan.regency.letters.logos import (
    MAX_UPLOAD_BYTES,
    LogoProblem,
    check_logo,
    read_logo,
    store_logo,
)
from anjungan.regency.letters.number_format import NumberParts, NumberScope, write_number
from anjungan.regency.letters.numbers import continue_after, last_number, sequence_of
from anjungan.regency.letters.sample_letter import sample_pdf
from anjungan.regency.letters.templates import load_templates, template_of
from anjungan.regency.service_titles import service_words
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.staff.sessions import Session
from anjungan.regency.web.letters.drafting import today
from anjungan.regency.web.letters.editor_pages import Form, pdf_response
from anjungan.regency.web.letters.village_form import (
    CODE,
    MAX_NUMBER,
    changed_names,
    read_number,
    read_village_form,
)
from anjungan.regency.web.letters.words import LOGO_PROBLEMS
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site, village_words
from anjungan.regency.web.staff_frame import staff_page

_NEEDS: Final = {"needs": Permission.MAKE_LETTERS}
_SAMPLE_SERVICE: Final = "keterangan-usaha"


class LogoForm(msgspec.Struct, frozen=True):
    """An uploaded picture."""

    picture: UploadFile | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The village a page is about."""

    village: Village
    scope: VillageCode | None

    @property
    def address(self) -> str:
        """Where its settings are."""
        return f"/setelan/desa?desa={self.village.code}"


@get("/setelan/desa", opt=_NEEDS, sync_to_thread=True)
def village_settings(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """The settings of one village; those who have no village of their own choose one first."""
    session = session_of(request)
    asked = _asked(request, session)
    if asked is None:
        return staff_page(
            site,
            session,
            "letters/choose_village.html",
            section="settings",
            villages=sorted(load_villages().values(), key=lambda each: (each.name, each.code)),
        )
    with site.database.reading() as connection:
        letterhead = read_letterhead(connection, asked.village.code)
    return _page(request, site, asked, letterhead, saved=request.query_params.get("tersimpan", ""))


@post("/setelan/desa", opt=_NEEDS, sync_to_thread=True)
def save_village_settings(
    request: PageRequest, site: NamedDependency[Site], data: Form
) -> Response[Any]:
    """Keep head, signatory, number format and paper."""
    session = session_of(request)
    asked = _asked(request, session)
    if asked is None:
        return Redirect("/setelan/desa", status_code=303)
    with site.database.writing() as connection:
        before = read_letterhead(connection, asked.village.code)
        form = read_village_form(before, data)
        if not form.problems:
            write_letterhead(connection, form.letterhead, site.now())
            changed = ", ".join(changed_names(before, form.letterhead))
            _audit(connection, session, asked, site, changed)
    if form.problems:
        return _page(request, site, asked, form.letterhead, problems=form.problems, status_code=422)
    return Redirect(f"{asked.address}&tersimpan=kop", status_code=303)


@post(
    "/setelan/desa/logo",
    opt=_NEEDS,
    sync_to_thread=True,
    request_max_body_size=MAX_UPLOAD_BYTES + 64 * 1024,
)
def save_logo(
    request: PageRequest,
    site: NamedDependency[Site],
    data: Annotated[LogoForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Response[Any]:
    """Check and keep a picture for the head; without one the head goes without."""
    session = session_of(request)
    asked = _asked(request, session)
    if asked is None:
        return Redirect("/setelan/desa", status_code=303)
    uploaded = b"" if data.picture is None else data.picture.file.read(MAX_UPLOAD_BYTES + 1)
    checked = check_logo(uploaded) if uploaded else None
    with site.database.writing() as connection:
        before = read_letterhead(connection, asked.village.code)
        if not isinstance(checked, LogoProblem):
            digest = None if checked is None else store_logo(connection, checked, site.now())
            write_letterhead(connection, replace(before, logo_digest=digest), site.now())
            _audit(connection, session, asked, site, "logo" if digest else "logo removed")
    if isinstance(checked, LogoProblem):
        problems = {"logo": LOGO_PROBLEMS[checked]}
        return _page(request, site, asked, before, problems=problems, status_code=422)
    return Redirect(f"{asked.address}&tersimpan=logo#logo", status_code=303)


@get("/setelan/desa/logo", opt=_NEEDS, sync_to_thread=True)
def show_logo(request: PageRequest, site: NamedDependency[Site]) -> Response[bytes]:
    """The picture of the head."""
    asked = _asked(request, session_of(request))
    logo = None
    if asked is not None:
        with site.database.reading() as connection:
            digest = read_letterhead(connection, asked.village.code).logo_digest
            logo = None if digest is None else read_logo(connection, digest)
    if logo is None:
        return Response(b"", status_code=404, media_type="text/plain")
    return Response(logo.png, media_type="image/png")


@post("/setelan/desa/kode", opt=_NEEDS, sync_to_thread=True)
def save_code(request: PageRequest, site: NamedDependency[Site], data: Form) -> Response[Any]:
    """Keep the letter code of one service."""
    session = session_of(request)
    asked = _asked(request, session)
    if asked is None:
        return Redirect("/setelan/desa", status_code=303)
    service, code = data.get("layanan", ""), data.get("kode", "").strip()
    good = template_of(service) is not None and CODE.fullmatch(code) is not None
    with site.database.writing() as connection:
        letterhead = read_letterhead(connection, asked.village.code)
        if good:
            write_code(connection, asked.village.code, service, code)
            _audit(connection, session, asked, site, f"code of {service}: {code or 'catalogue'}")
    if not good:
        problems = {"code": "Kode surat paling panjang 20: huruf, angka, titik, atau strip."}
        return _page(request, site, asked, letterhead, problems=problems, status_code=422)
    return Redirect(f"{asked.address}&tersimpan=kode#kode", status_code=303)


@post("/setelan/desa/nomor", opt=_NEEDS, sync_to_thread=True)
def save_last_number(
    request: PageRequest, site: NamedDependency[Site], data: Form
) -> Response[Any]:
    """Go on after the last number of the village's paper register."""
    session = session_of(request)
    asked = _asked(request, session)
    if asked is None:
        return Redirect("/setelan/desa", status_code=303)
    number, code = read_number(data.get("nomor", "")), data.get("kode", "").strip()
    year = today(site).year
    problem = ""
    with site.database.writing() as connection:
        letterhead = read_letterhead(connection, asked.village.code)
        by_code = letterhead.number_scope is NumberScope.CODE
        if number is None:
            problem = f"Tulis angka dari 0 sampai {MAX_NUMBER}."
        elif by_code and (not code or CODE.fullmatch(code) is None):
            problem = "Tulis kode suratnya."
        else:
            sequence = sequence_of(letterhead.number_scope, code)
            if continue_after(
                connection, asked.village.code, year=year, sequence=sequence, number=number
            ):
                detail = f"goes on after {number} of {year}{' in ' + sequence if sequence else ''}"
                _audit(connection, session, asked, site, detail)
            else:
                problem = "Nomor surat sudah melewati angka itu. Nomor tidak dapat diulang."
    if problem:
        return _page(request, site, asked, letterhead, problems={"last": problem}, status_code=422)
    return Redirect(f"{asked.address}&tersimpan=nomor#nomor", status_code=303)


@get("/setelan/desa/contoh/{service:str}", opt=_NEEDS, sync_to_thread=True)
def sample(
    request: PageRequest, site: NamedDependency[Site], service: FromPath[str]
) -> Response[Any]:
    """A letter with invented data, as the village would send it now."""
    asked = _asked(request, session_of(request))
    template = template_of(service)
    if asked is None or template is None:
        return site.message(404, "Tidak ada", "Contoh surat ini tidak ada.")
    with site.database.reading() as connection:
        letterhead = read_letterhead(connection, asked.village.code)
        digest = letterhead.logo_digest
        logo = None if digest is None else read_logo(connection, digest)
        codes = read_codes(connection, asked.village.code)
    pdf = sample_pdf(
        template if service not in codes else replace(template, code=codes[service]),
        letterhead,
        asked.village,
        settings=site.settings,
        now=site.now(),
        paper=letterhead.paper,
        logo=logo,
    )
    return pdf_response(pdf, "contoh.pdf", download=False)


def _asked(request: PageRequest, session: Session) -> Asked | None:
    """The person's own village; others choose one in the address."""
    scope = session.staff.village
    if scope is not None:
        return Asked(village_words(scope), scope)
    try:
        code = parse_village(request.query_params.get("desa", ""))
    except IdentityError:
        return None
    known = load_villages().get(code)
    return None if known is None else Asked(known, None)


def _audit(connection: Any, session: Session, asked: Asked, site: Site, detail: str) -> None:
    record(
        connection,
        actor_of(session.staff),
        AuditAction.LETTERHEAD_CHANGED,
        subject=asked.village.code,
        now=site.now(),
        village=asked.village.code,
        detail=detail,
    )


def _page(
    request: PageRequest,
    site: Site,
    asked: Asked,
    letterhead: VillageLetterhead,
    *,
    problems: Any = None,
    saved: str = "",
    status_code: int = 200,
) -> Response[str]:
    village, day = asked.village, today(site)
    templates = sorted(
        ((service_words(each.service).title, each) for each in load_templates().values()),
        key=lambda pair: pair[0],
    )
    with site.database.reading() as connection:
        codes = read_codes(connection, village.code)
        example_code = codes.get(_SAMPLE_SERVICE) or load_templates()[_SAMPLE_SERVICE].code
        sequence = sequence_of(letterhead.number_scope, example_code)
        last = last_number(connection, village.code, day.year, sequence)
    found = problems or {}
    parts = NumberParts(example_code or NO_CODE, letterhead.number_village_code, last + 1, day)
    return staff_page(
        site,
        session_of(request),
        "letters/village.html",
        section="settings",
        status_code=status_code,
        place=village,
        own=asked.scope is not None,
        letterhead=letterhead,
        problems=found,
        saved=saved,
        codes=codes,
        templates=templates,
        year=day.year,
        last=last,
        by_code=letterhead.number_scope is NumberScope.CODE,
        example="" if "number_format" in found else write_number(letterhead.number_format, parts),
        sample_service=_SAMPLE_SERVICE,
    )


HANDLERS: Final = (
    *(village_settings, save_village_settings, save_logo, show_logo),
    *(save_code, save_last_number, sample),
)
