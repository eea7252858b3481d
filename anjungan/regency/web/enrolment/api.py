"""The endpoint kiosks enrol and renew at: JSON, no session, small bodies, limits on everything."""

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
from anyio import to_thread
from litestar import Response, post
from litestar.di import NamedDependency

from anjungan.protocol import enrolment as protocol
from anjungan.protocol.enrolment import (
    AnswerRequest,
    EnrolmentAnswer,
    EnrolmentPending,
    EnrolmentProblem,
    EnrolmentRequest,
    Nonce,
    Refusal,
    RenewalRequest,
)
from anjungan.regency.enrolment import enrolments
from anjungan.regency.enrolment.authority_files import (
    AuthorityFiles,
    AuthorityFilesError,
    load_issuing,
)
from anjungan.regency.enrolment.issued_identity import issued_identity
from anjungan.regency.enrolment.renewals import new_nonce, renew
from anjungan.regency.web.enrolment.limits import TwofoldLimit
from anjungan.regency.web.enrolment.secure import came_securely
from anjungan.regency.web.security import PageRequest
from anjungan.regency.web.site import Site, client_address

LOG: Final = logging.getLogger(__name__)

T = TypeVar("T", bound=msgspec.Struct)
_Answer = Callable[[Site, Any], msgspec.Struct]

_STATUS_CODES: Final = {
    EnrolmentProblem.MALFORMED: 400,
    EnrolmentProblem.NOT_SECURE: 403,
    EnrolmentProblem.TOO_OFTEN: 429,
    EnrolmentProblem.UNKNOWN_TOKEN: 404,
    EnrolmentProblem.UNAVAILABLE: 503,
}
_REFUSED: Final = 409


@post(protocol.REQUESTS_PATH, request_max_body_size=protocol.MAX_BODY_BYTES)
async def ask(request: PageRequest, site: NamedDependency[Site]) -> Response[bytes]:
    """A kiosk asks for its first certificate."""
    return await _serve(request, site, site.enrolment_limits.asking, EnrolmentRequest, take_request)


@post(protocol.ANSWERS_PATH, request_max_body_size=protocol.MAX_BODY_BYTES)
async def poll(request: PageRequest, site: NamedDependency[Site]) -> Response[bytes]:
    """How far is it?"""
    return await _serve(request, site, site.enrolment_limits.polling, AnswerRequest, tell_answer)


@post(protocol.NONCES_PATH, request_max_body_size=protocol.MAX_BODY_BYTES)
async def nonce(request: PageRequest, site: NamedDependency[Site]) -> Response[bytes]:
    """A number for a renewal."""
    return await _serve(request, site, site.enrolment_limits.renewing, _Nothing, _tell_nonce)


@post(protocol.RENEWALS_PATH, request_max_body_size=protocol.MAX_BODY_BYTES)
async def renewal(request: PageRequest, site: NamedDependency[Site]) -> Response[bytes]:
    """A kiosk asks for its next certificate."""
    return await _serve(request, site, site.enrolment_limits.renewing, RenewalRequest, _renew)


class _Nothing(msgspec.Struct, frozen=True):
    """A body without content."""


def take_request(site: Site, asked: EnrolmentRequest) -> EnrolmentPending | Refusal:
    """Take a first request, whichever way it came."""
    with site.database.writing() as connection:
        outcome = enrolments.ask(
            connection,
            regency=site.settings.code,
            code=asked.code,
            poll_token=asked.poll_token,
            signing_request=asked.signing_request,
            now=site.now(),
        )
    match outcome:
        case enrolments.Pending(fingerprint):
            return EnrolmentPending(fingerprint=fingerprint)
        case enrolments.Refused(problem, tries_left):
            return Refusal(problem=problem, tries_left=tries_left)


def tell_answer(site: Site, asked: AnswerRequest) -> EnrolmentAnswer | Refusal:
    """How far a request is, with what it brought once it is confirmed."""
    with site.database.reading() as connection:
        found = enrolments.answer(connection, asked.poll_token, site.now())
    if found is None:
        return Refusal(problem=EnrolmentProblem.UNKNOWN_TOKEN)
    state, certificate = found
    if certificate is None:
        return EnrolmentAnswer(state=state)
    try:
        return EnrolmentAnswer(state=state, identity=issued_identity(site.settings, certificate))
    except AuthorityFilesError as error:
        LOG.error("an identity cannot be handed out: %s", error)  # noqa: TRY400 - the message says it
        return Refusal(problem=EnrolmentProblem.UNAVAILABLE)


def _tell_nonce(site: Site, asked: _Nothing) -> Nonce:
    del asked
    with site.database.writing() as connection:
        return Nonce(nonce=new_nonce(connection, site.now()))


def _renew(site: Site, asked: RenewalRequest) -> EnrolmentAnswer | Refusal:
    try:
        issuing = load_issuing(AuthorityFiles(site.settings.authority_path))
        with site.database.writing() as connection:
            outcome = renew(connection, issuing, asked, site.now())
        if isinstance(outcome, EnrolmentProblem):
            return Refusal(problem=outcome)
        identity = issued_identity(site.settings, outcome)
    except AuthorityFilesError as error:
        LOG.error("a certificate cannot be renewed: %s", error)  # noqa: TRY400 - the message says it
        return Refusal(problem=EnrolmentProblem.UNAVAILABLE)
    return EnrolmentAnswer(state=protocol.EnrolmentState.CONFIRMED, identity=identity)


async def _serve(
    request: PageRequest, site: Site, limit: TwofoldLimit, kind: type[T], answer: _Answer
) -> Response[bytes]:
    if not came_securely(request):
        return _refused(Refusal(problem=EnrolmentProblem.NOT_SECURE))
    if not limit.admits(client_address(request), site.monotonic_s()):
        response = _refused(Refusal(problem=EnrolmentProblem.TOO_OFTEN))
        response.headers["Retry-After"] = "60"
        return response
    try:
        asked = msgspec.json.decode(await request.body() or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _refused(Refusal(problem=EnrolmentProblem.MALFORMED))
    told = await to_thread.run_sync(answer, site, asked)
    return _refused(told) if isinstance(told, Refusal) else _json(told, 200)


def _refused(refusal: Refusal) -> Response[bytes]:
    return _json(refusal, _STATUS_CODES.get(refusal.problem, _REFUSED))


def _json(told: msgspec.Struct, status_code: int) -> Response[bytes]:
    return Response(
        msgspec.json.encode(told), status_code=status_code, media_type="application/json"
    )


HANDLERS: Final = (ask, poll, nonce, renewal)
