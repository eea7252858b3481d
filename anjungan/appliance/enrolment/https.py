"""Asking the regency's enrolment endpoint: one POST, and what may come of it as values."""

import enum
import http.client
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from anjungan.protocol.enrolment import EnrolmentProblem, Refusal

TIMEOUT_S: Final = 30.0
MAX_ANSWER_BYTES: Final = 32 * 1024
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED of OpenSSL."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

T = TypeVar("T", bound=msgspec.Struct)


class LineProblem(enum.Enum):
    """Why nobody answered."""

    NO_LINE = "no_line"
    NOT_TRUSTED = "not_trusted"
    """The other end has no certificate that a pinned authority vouches for under this name."""
    CLOCK = "clock"
    """Its certificate is not valid yet, or no more, by this kiosk's clock."""
    BAD_ADDRESS = "bad_address"
    """No https address (http is for this very machine)."""
    STRANGE_ANSWER = "strange_answer"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer, and why."""

    problem: LineProblem


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The base of the regency's web address, and the authorities that may vouch for it."""

    url: str
    authorities: Path

    def ask(
        self, path: str, question: msgspec.Struct | None, kind: type[T]
    ) -> T | Refusal | Unreachable:
        """POST a question; blocks for at most a few times ``TIMEOUT_S``."""
        address = urlsplit(self.url)
        host = address.hostname or ""
        if address.scheme not in ("https", "http") or not host:
            return Unreachable(LineProblem.BAD_ADDRESS)
        if address.scheme == "http" and host not in _LOOPBACK:
            return Unreachable(LineProblem.BAD_ADDRESS)
        body = b"{}" if question is None else msgspec.json.encode(question)
        try:
            status, content = self._post(address.scheme, host, address.port, path, body)
        except ssl.SSLCertVerificationError as error:
            return Unreachable(_verification_problem(error.verify_code))
        except ssl.SSLError:
            return Unreachable(LineProblem.NOT_TRUSTED)
        except (OSError, http.client.HTTPException):
            return Unreachable(LineProblem.NO_LINE)
        return _read(status, content, kind)

    def _post(
        self, scheme: str, host: str, port: int | None, path: str, body: bytes
    ) -> tuple[int, bytes]:
        if scheme == "https":
            context = ssl.create_default_context(cafile=str(self.authorities))
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=TIMEOUT_S, context=context
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read(MAX_ANSWER_BYTES)
        finally:
            connection.close()


def _verification_problem(code: int) -> LineProblem:
    return LineProblem.CLOCK if code in (_NOT_YET_VALID, _EXPIRED) else LineProblem.NOT_TRUSTED


def _read(status: int, content: bytes, kind: type[T]) -> T | Refusal | Unreachable:
    try:
        if status == http.HTTPStatus.OK:
            return msgspec.json.decode(content, type=kind)
        return msgspec.json.decode(content, type=Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if status == http.HTTPStatus.TOO_MANY_REQUESTS:  # of a proxy in between
            return Refusal(problem=EnrolmentProblem.TOO_OFTEN)
        return Unreachable(LineProblem.STRANGE_ANSWER)
