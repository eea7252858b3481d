"""What a kiosk and the regency say to each other over HTTPS to enrol and to renew.

JSON, all by POST under ``PREFIX``. Bytes are base64 of DER (certificates, signing requests, ECDSA
signatures). The kiosk chooses the secret ``poll_token`` and keeps it before it asks: an answer
that a bad line swallowed is asked for again, and the same question gets the same answer.
"""

import enum
import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec

PREFIX: Final = "/api/enrolment/1"
REQUESTS_PATH: Final = f"{PREFIX}/requests"
ANSWERS_PATH: Final = f"{PREFIX}/answers"
NONCES_PATH: Final = f"{PREFIX}/nonces"
RENEWALS_PATH: Final = f"{PREFIX}/renewals"

MAX_BODY_BYTES: Final = 8 * 1024
POLL_EVERY_S: Final = 5

RENEW_BEFORE_END: Final = timedelta(days=365) / 2
"""A certificate lives 365 days; half a life before its end it is renewed."""
RENEW_AFTER_END: Final = timedelta(days=2 * 365)
"""A kiosk that stood in a store-room may still renew for two years."""

_Der = Annotated[bytes, msgspec.Meta(min_length=1, max_length=2048)]
_Secret = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{43}\Z")]
"""32 random bytes, base64url."""


class EnrolmentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk asks for its first certificate; its identity stands in the signing request."""

    code: Annotated[str, msgspec.Meta(max_length=40)]
    poll_token: _Secret
    signing_request: _Der

    def __repr__(self) -> str:
        return "EnrolmentRequest(…)"


class EnrolmentPending(msgspec.Struct, frozen=True, kw_only=True):
    """The request stands and waits for staff, who compare this fingerprint."""

    fingerprint: str


class AnswerRequest(msgspec.Struct, frozen=True, kw_only=True):
    """How far is it?"""

    poll_token: _Secret

    def __repr__(self) -> str:
        return "AnswerRequest(…)"


class EnrolmentState(enum.Enum):
    """How far a request for a first certificate is; all but PENDING are final."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    EXPIRED = "expired"


class IssuedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What a kiosk connects with.

    ``certificates`` is its own and then the issuing one; ``authorities`` are the roots in force.
    """

    certificates: Annotated[tuple[_Der, ...], msgspec.Meta(min_length=2, max_length=3)]
    authorities: Annotated[tuple[_Der, ...], msgspec.Meta(max_length=4)] = ()
    broker_host: Annotated[str, msgspec.Meta(min_length=1, max_length=253)]
    broker_port: Annotated[int, msgspec.Meta(ge=1, le=65535)]


class EnrolmentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer; ``identity`` once it is confirmed."""

    state: EnrolmentState
    identity: IssuedIdentity | None = None


class Nonce(msgspec.Struct, frozen=True, kw_only=True):
    """A number used once, from the regency: a renewal signs it, so no clock is needed."""

    nonce: _Secret


class RenewalRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk asks for its next certificate.

    ``signature`` is made with the key of ``certificate`` over ``renewal_statement``; the signing
    request is signed with the next key. So the request proves both.
    """

    nonce: _Secret
    certificate: _Der
    signing_request: _Der
    signature: Annotated[bytes, msgspec.Meta(min_length=8, max_length=80)]


class EnrolmentProblem(enum.Enum):
    """Why a question gets no answer."""

    MALFORMED = "malformed"
    NOT_SECURE = "not_secure"
    TOO_OFTEN = "too_often"
    BAD_SIGNING_REQUEST = "bad_signing_request"
    WRONG_CODE = "wrong_code"
    CODE_EXPIRED = "code_expired"
    CODE_USED = "code_used"
    CODE_BLOCKED = "code_blocked"
    """Five wrong tries, or withdrawn by staff."""
    UNKNOWN_TOKEN = "unknown_token"  # noqa: S105 - a word, no secret
    STALE_NONCE = "stale_nonce"
    UNKNOWN_CERTIFICATE = "unknown_certificate"
    BAD_SIGNATURE = "bad_signature"
    REVOKED = "revoked"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    UNAVAILABLE = "unavailable"
    """The authority cannot sign now; nothing is lost by asking again."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why not; ``tries_left`` where a code was wrong."""

    problem: EnrolmentProblem
    tries_left: int | None = None


def renewal_statement(nonce: str, certificate: bytes, signing_request: bytes) -> bytes:
    """What a renewal's signature is over: 18 + 3 * 32 bytes that mean nothing elsewhere."""
    parts = (nonce.encode(), certificate, signing_request)
    return b"anjungan-renewal-1" + b"".join(hashlib.sha256(part).digest() for part in parts)


def renewal_is_due(not_after: datetime, now: datetime) -> bool:
    """Whether half of a certificate's life is over."""
    return now >= not_after - RENEW_BEFORE_END
