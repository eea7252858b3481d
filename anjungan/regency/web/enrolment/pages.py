"""Claims, requests that wait for staff, and the certificates of every kiosk."""

import logging
from typing import Annotated, Any, Final, assert_never

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from anjungan.catalogue.villages import load_villages
from anjungan.protocol.claim_codes import spell_claim_code
from anjungan.protocol.identity import IdentityError, KioskId, parse_kiosk, regency_of, village_of
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.enrolment.authority_files import (
    AuthorityFiles,
    AuthorityFilesError,
    load_issuing,
)
from anjungan.regency.enrolment.certificates import certificates_of, newest_certificates
from anjungan.regency.enrolment.claims import (
    TRIES,
    VALID_FOR,
    make_claim,
    open_claims,
    withdraw_claims,
)
from anjungan.regency.enrolment.clones import (
    clone_alarms_of,
    close_clone_alarm,
    open_clone_alarms,
)
from anjungan.regency.enrolment.enrolments import (
    Decision,
    confirm,
    enrolments_of,
    needs_another,
    refuse,
    waiting,
)
from anjungan.regency.enrolment.revocation import (
    RevocationReason,
    revocation_list_health,
    revoke,
    write_revocation_lists,
)
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.enrolment import words
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

LOG: Final = logging.getLogger(__name__)
_SECTION: Final = "enrolment"
_NO_AUTHORITY: Final = (
    "Sertifikat belum dapat dibuat di komputer ini. Minta pengelola memeriksa otoritas sertifikat."
)
_DONE: Final = {
    "dikonfirmasi": "Dikonfirmasi. Anjungan mengambil sertifikatnya sendiri.",
    "ditolak": "Permintaan ditolak. Kode klaimnya tidak berlaku lagi.",
    "ditarik": "Kode klaim ditarik.",
    "dicabut": "Sertifikat dicabut. Anjungan terputus dalam satu menit.",
    "ditutup": "Peringatan ditutup.",
}


class ClaimForm(msgspec.Struct, frozen=True):
    """Which kiosk a claim is for."""

    village: Annotated[str, msgspec.Meta(max_length=10)]
    number: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1


class RevokeForm(msgspec.Struct, frozen=True):
    """Why a kiosk loses its certificates; ``sure`` is its identity, typed."""

    reason: Annotated[str, msgspec.Meta(max_length=32)]
    sure: Annotated[str, msgspec.Meta(max_length=40)] = ""


@get("/pendaftaran", opt={"needs": Permission.READ_ENROLMENTS}, sync_to_thread=True)
def enrolment_page(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """What waits for staff, open claims, and every kiosk's certificate."""
    return _overview(request, site)


@post("/pendaftaran/klaim", opt={"needs": Permission.ENROL_KIOSKS}, sync_to_thread=True)
def new_claim(
    request: PageRequest,
    site: NamedDependency[Site],
    data: Annotated[ClaimForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[str]:
    """Make a claim; its code is shown on this one answer and never again."""
    session = session_of(request)
    kiosk = _kiosk(site, f"{data.village}-{data.number}")
    if kiosk is None or village_of(kiosk) not in load_villages():
        return _overview(
            request, site, problem="Pilih desa dan nomor anjungan (1 sampai 99).", status_code=422
        )
    with site.database.writing() as connection:
        code = make_claim(connection, kiosk, actor_of(session.staff), site.now())
    return staff_page(
        site,
        session,
        "enrolment/claim.html",
        section=_SECTION,
        kiosk=kiosk,
        place=village_of(kiosk),
        code=spell_claim_code(code),
        expires_at=site.now() + VALID_FOR,
        tries=TRIES,
    )


@post("/pendaftaran/{kiosk:str}/tarik", opt={"needs": Permission.ENROL_KIOSKS}, sync_to_thread=True)
def withdraw_claim(
    request: PageRequest, site: NamedDependency[Site], kiosk: FromPath[str]
) -> Response[Any]:
    """Take back the open claim of a kiosk."""
    known = _kiosk(site, kiosk)
    if known is None:
        return _not_found(site)
    with site.database.writing() as connection:
        if withdraw_claims(connection, known, site.now()):
            record(
                connection,
                actor_of(session_of(request).staff),
                AuditAction.CLAIM_WITHDRAWN,
                subject=known,
                now=site.now(),
                village=village_of(known),
            )
    return Redirect("/pendaftaran?pesan=ditarik", status_code=303)


@post(
    "/pendaftaran/permintaan/{enrolment_id:str}/konfirmasi",
    opt={"needs": Permission.CONFIRM_ENROLMENTS},
    sync_to_thread=True,
)
def confirm_enrolment(
    request: PageRequest, site: NamedDependency[Site], enrolment_id: FromPath[str]
) -> Response[Any]:
    """The fingerprints are the same: issue the certificate."""
    staff = session_of(request).staff
    try:
        issuing = load_issuing(AuthorityFiles(site.settings.authority_path))
    except AuthorityFilesError as error:
        LOG.error("no certificate can be issued: %s", error)  # noqa: TRY400 - the message says it
        return _overview(request, site, problem=_NO_AUTHORITY, status_code=503)
    with site.database.writing() as connection:
        decision = confirm(connection, enrolment_id, staff, issuing, site.now())
    if decision is Decision.DONE:
        _write_lists(site)
    return _decided(request, site, decision, "dikonfirmasi")


@post(
    "/pendaftaran/permintaan/{enrolment_id:str}/tolak",
    opt={"needs": Permission.CONFIRM_ENROLMENTS},
    sync_to_thread=True,
)
def refuse_enrolment(
    request: PageRequest, site: NamedDependency[Site], enrolment_id: FromPath[str]
) -> Response[Any]:
    """The fingerprints differ, or nobody knows of it."""
    actor = actor_of(session_of(request).staff)
    with site.database.writing() as connection:
        decision = refuse(connection, enrolment_id, actor, site.now())
    return _decided(request, site, decision, "ditolak")


@get("/pendaftaran/{kiosk:str}", opt={"needs": Permission.READ_ENROLMENTS}, sync_to_thread=True)
def certificate_page(
    request: PageRequest, site: NamedDependency[Site], kiosk: FromPath[str]
) -> Response[str]:
    """One kiosk: its certificates, requests and alarms."""
    return _kiosk_page(request, site, kiosk)


@post(
    "/pendaftaran/{kiosk:str}/cabut", opt={"needs": Permission.REVOKE_KIOSKS}, sync_to_thread=True
)
def revoke_kiosk(
    request: PageRequest,
    site: NamedDependency[Site],
    kiosk: FromPath[str],
    data: Annotated[RevokeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Revoke every certificate of a kiosk; the lists are made anew at once."""
    known = _kiosk(site, kiosk)
    if known is None:
        return _not_found(site)
    reason = next((each for each in words.STAFF_REASONS if each.value == data.reason), None)
    if reason is None:
        return _kiosk_page(request, site, kiosk, problem="Pilih sebabnya.", status_code=422)
    if data.sure.strip() != known:
        return _kiosk_page(
            request,
            site,
            kiosk,
            problem=f"Ketik nomor anjungan {known} untuk memastikan.",
            status_code=422,
        )
    _revoke(request, site, known, reason)
    return Redirect(f"/pendaftaran/{known}?pesan=dicabut", status_code=303)


@post(
    "/pendaftaran/{kiosk:str}/kembar/{alarm_id:int}/tutup",
    opt={"needs": Permission.REVOKE_KIOSKS},
    sync_to_thread=True,
)
def close_alarm(
    request: PageRequest, site: NamedDependency[Site], kiosk: FromPath[str], alarm_id: FromPath[int]
) -> Response[Any]:
    """Somebody has looked into a clone alarm."""
    known = _kiosk(site, kiosk)
    if known is None:
        return _not_found(site)
    with site.database.writing() as connection:
        if alarm_id in {each.id for each in clone_alarms_of(connection, known)}:
            close_clone_alarm(connection, alarm_id, actor_of(session_of(request).staff), site.now())
    return Redirect(f"/pendaftaran/{known}?pesan=ditutup", status_code=303)


def _overview(
    request: PageRequest, site: Site, *, problem: str = "", status_code: int = 200
) -> Response[str]:
    session, now = session_of(request), site.now()
    with site.database.reading() as connection:
        asked = waiting(connection, now)
        own = {each.id for each in asked if needs_another(connection, each, session.staff)}
        claims = open_claims(connection, now)
        newest = newest_certificates(connection)
        alarms = open_clone_alarms(connection)
        lists = revocation_list_health(connection)
    return staff_page(
        site,
        session,
        "enrolment/overview.html",
        section=_SECTION,
        status_code=status_code,
        asked=asked,
        own=own,
        claims=claims,
        certificates=sorted(newest.values(), key=lambda each: each.kiosk),
        certificate_sign=lambda each: words.certificate_sign(each, now),
        alarms=alarms,
        lists=lists,
        lists_well=lists.is_well(now),
        has_authority=AuthorityFiles(site.settings.authority_path).trusted.exists(),
        villages=sorted(load_villages().values(), key=lambda each: each.name),
        village_of=village_of,
        problem=problem,
        done=_DONE.get(request.query_params.get("pesan", ""), ""),
    )


def _kiosk_page(
    request: PageRequest, site: Site, kiosk: str, *, problem: str = "", status_code: int = 200
) -> Response[str]:
    known, now = _kiosk(site, kiosk), site.now()
    if known is None:
        return _not_found(site)
    with site.database.reading() as connection:
        certificates = certificates_of(connection, known)
        asked = enrolments_of(connection, known, now)
        alarms = clone_alarms_of(connection, known)
    return staff_page(
        site,
        session_of(request),
        "enrolment/kiosk.html",
        section=_SECTION,
        status_code=status_code,
        kiosk=known,
        place=village_of(known),
        certificates=certificates,
        certificate_sign=lambda each: words.certificate_sign(each, now),
        revocable=any(each.revoked_at is None for each in certificates),
        reason_words=words.REASON_WORDS,
        reasons=words.STAFF_REASONS,
        asked=asked,
        enrolment_signs=words.ENROLMENT_SIGNS,
        alarms=alarms,
        problem=problem,
        done=_DONE.get(request.query_params.get("pesan", ""), ""),
    )


def _revoke(request: PageRequest, site: Site, kiosk: KioskId, reason: RevocationReason) -> None:
    actor, now = actor_of(session_of(request).staff), site.now()
    with site.database.writing() as connection:
        withdraw_claims(connection, kiosk, now)
        revoked = revoke(connection, kiosk, reason, by=actor.name, now=now)
        if revoked:
            record(
                connection,
                actor,
                AuditAction.CERTIFICATE_REVOKED,
                subject=kiosk,
                now=now,
                village=village_of(kiosk),
                detail=words.REASON_WORDS[reason],
            )
    _write_lists(site)


def _write_lists(site: Site) -> None:
    """At once if this machine can; otherwise the watch of the broker's machine does within 15 s."""
    files = AuthorityFiles(site.settings.authority_path)
    try:
        write_revocation_lists(site.database, files, site.now())
    except (AuthorityFilesError, OSError) as error:
        LOG.warning("the revocation lists are left to the watch: %s", error)


def _decided(request: PageRequest, site: Site, decision: Decision, done: str) -> Response[Any]:
    match decision:
        case Decision.DONE:
            return Redirect(f"/pendaftaran?pesan={done}", status_code=303)
        case Decision.GONE:
            return _not_found(site)
        case Decision.DECIDED_MEANWHILE:
            problem = "Permintaan ini sudah diputuskan, atau sudah lewat waktunya."
        case Decision.NEEDS_ANOTHER:
            problem = "Anda membuat kode klaimnya. Minta petugas lain mencocokkan sidik jarinya."
        case _:
            assert_never(decision)
    return _overview(request, site, problem=problem, status_code=409)


def _kiosk(site: Site, text: str) -> KioskId | None:
    try:
        kiosk = parse_kiosk(text)
    except IdentityError:
        return None
    return kiosk if regency_of(kiosk) == site.settings.code else None


def _not_found(site: Site) -> Response[str]:
    return site.message(404, "Tidak ada", "Anjungan atau permintaan ini tidak ada.")


HANDLERS: Final = (
    enrolment_page,
    new_claim,
    withdraw_claim,
    confirm_enrolment,
    refuse_enrolment,
    certificate_page,
    revoke_kiosk,
    close_alarm,
)
