"""Enrolling through a technician's phone: no login, the claim code is what admits.

The kiosk shows a code with the address of the first page; the second waits for staff and then
shows the answer as codes for the kiosk's scanner.
"""

import base64
import hashlib
import io
from dataclasses import dataclass
from typing import Annotated, Any, Final, assert_never

import msgspec
import segno
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect
from markupsafe import Markup

from anjungan.protocol.claim_codes import parse_claim_code
from anjungan.protocol.enrolment import (
    AnswerRequest,
    EnrolmentPending,
    EnrolmentProblem,
    EnrolmentRequest,
    EnrolmentState,
    IssuedIdentity,
    Refusal,
)
from anjungan.protocol.enrolment_qr import pack_answer, unpack_request
from anjungan.protocol.identity import regency_of, village_of
from anjungan.regency.enrolment.signing_request import SigningRequest, read_signing_request
from anjungan.regency.web.enrolment.api import take_request, tell_answer
from anjungan.regency.web.enrolment.secure import came_securely
from anjungan.regency.web.enrolment.words import ENROLMENT_SIGNS, PROBLEM_WORDS, UNKNOWN_PROBLEM
from anjungan.regency.web.security import PageRequest
from anjungan.regency.web.site import Site, client_address

_REFRESH_S: Final = 5


class CodeForm(msgspec.Struct, frozen=True):
    """The claim code, typed on the phone."""

    code: Annotated[str, msgspec.Meta(max_length=40)] = ""

    def __repr__(self) -> str:
        return "CodeForm(…)"


@dataclass(frozen=True, slots=True)
class AnswerCode:
    """One line of the answer and its picture."""

    line: str
    drawing: Markup


@get("/pendaftaran/qr/{packed:str}", sync_to_thread=True)
def request_page(
    request: PageRequest, site: NamedDependency[Site], packed: FromPath[str]
) -> Response[str]:
    """What the phone opens: which kiosk asks, its fingerprint, and a field for the claim code."""
    return _form(request, site, packed, problem="")


@post("/pendaftaran/qr/kirim/{packed:str}", sync_to_thread=True)
def send_request(
    request: PageRequest,
    site: NamedDependency[Site],
    packed: FromPath[str],
    data: Annotated[CodeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Ask for the kiosk."""
    asking = _read(site, packed)
    if asking is None:
        return _form(request, site, packed, problem="")
    if not came_securely(request):
        return _form(request, site, packed, problem=_NOT_SECURE, status_code=403)
    if not site.enrolment_limits.asking.admits(client_address(request), site.monotonic_s()):
        problem = PROBLEM_WORDS[EnrolmentProblem.TOO_OFTEN]
        return _form(request, site, packed, problem=problem, status_code=429)
    token = _poll_token(asking, data.code)
    told = take_request(
        site,
        EnrolmentRequest(code=data.code, poll_token=token, signing_request=asking.der),
    )
    match told:
        case EnrolmentPending():
            return Redirect(f"/pendaftaran/qr/jawaban/{token}", status_code=303)
        case Refusal(problem=refused, tries_left=tries_left):
            words = PROBLEM_WORDS.get(refused, UNKNOWN_PROBLEM)
            if tries_left is not None:
                words = f"{words} Sisa percobaan: {tries_left}."
            return _form(request, site, packed, problem=words, status_code=409)
        case _:
            assert_never(told)


@get("/pendaftaran/qr/jawaban/{token:str}", sync_to_thread=True)
def answer_page(
    request: PageRequest, site: NamedDependency[Site], token: FromPath[str]
) -> Response[str]:
    """Wait for staff; then show the answer for the kiosk's scanner."""
    if not site.enrolment_limits.polling.admits(client_address(request), site.monotonic_s()):
        return site.message(429, "Terlalu sering", "Tunggu satu menit, lalu buka lagi.")
    try:
        asked = msgspec.convert({"poll_token": token}, AnswerRequest)
    except msgspec.ValidationError:
        return _no_such(site)
    told = tell_answer(site, asked)
    if isinstance(told, Refusal):
        if told.problem is EnrolmentProblem.UNKNOWN_TOKEN:
            return _no_such(site)
        return site.message(503, "Belum dapat", PROBLEM_WORDS[EnrolmentProblem.UNAVAILABLE])
    response = site.page(
        "enrolment/qr_answer.html",
        sign=ENROLMENT_SIGNS[told.state],
        state=told.state.value,
        codes=() if told.identity is None else answer_codes(told.identity),
    )
    if told.state is EnrolmentState.PENDING:
        response.headers["Refresh"] = str(_REFRESH_S)
    return response


def answer_codes(identity: IssuedIdentity) -> tuple[AnswerCode, ...]:
    """The answer as codes, drawn as SVG that stands in the page."""
    return tuple(AnswerCode(line, _drawing(line)) for line in pack_answer(identity))


def _drawing(line: str) -> Markup:
    drawn = io.BytesIO()
    segno.make(line, error="m", micro=False, boost_error=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, border=4, omitsize=True, svgclass="qr"
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 - letters and digits of ours, drawn


def _form(
    request: PageRequest, site: Site, packed: str, *, problem: str, status_code: int = 200
) -> Response[str]:
    del request
    asking = _read(site, packed)
    if asking is None:
        return site.message(
            404,
            "Bukan QR pendaftaran",
            "QR ini bukan permintaan sertifikat anjungan kabupaten ini. Pindai lagi dari layar.",
        )
    return site.page(
        "enrolment/qr_request.html",
        status_code=status_code,
        packed=packed,
        kiosk=asking.kiosk,
        place=village_of(asking.kiosk),
        fingerprint=asking.fingerprint,
        problem=problem,
    )


_NOT_SECURE: Final = "Buka halaman ini dengan https, lalu pindai lagi."


def _read(site: Site, packed: str) -> SigningRequest | None:
    der = unpack_request(packed)
    request = None if der is None else read_signing_request(der)
    if isinstance(request, SigningRequest) and regency_of(request.kiosk) == site.settings.code:
        return request
    return None


def _poll_token(asking: SigningRequest, code: str) -> str:
    """The same question twice is the same question: its token follows from request and code."""
    typed = parse_claim_code(code) or code
    digest = hashlib.sha256(b"anjungan-qr-1" + asking.public_key_der + typed.encode())
    return base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()


def _no_such(site: Site) -> Response[str]:
    return site.message(404, "Tidak ada", "Permintaan ini tidak ada. Pindai lagi dari layar.")


HANDLERS: Final = (request_page, send_request, answer_page)
