"""What a published message is, before anything is asked of the database. Pure.

Hostile input ends here: a foreign topic, a retained copy, noise, or a message that breaks the
contract becomes a counted drop, or a refusal where its id can be read.
"""

import enum
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, assert_never

import msgspec

from anjungan.protocol import contract
from anjungan.protocol.amendment import Amendment
from anjungan.protocol.contract import UpMessage
from anjungan.protocol.identity import KioskId, RegencyCode, regency_of
from anjungan.protocol.messages import (
    MAX_PAYLOAD_BYTES,
    Ack,
    Cancel,
    Event,
    Health,
    Request,
    State,
    TimeQuality,
)
from anjungan.protocol.tickets import parse_code, parse_token
from anjungan.protocol.topics import TopicError, UpKind, UpTopic, parse_topic

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUL: Final = b"\\u0000"
"""How JSON spells the character; msgspec refuses it as a byte."""
_LARGEST_INTEGER: Final = 2**31 - 1
_NO_SUCH_FORM: Final = "no form has such a version"
TOPICS_REMEMBERED: Final = 8192
_QUEUE_NUMBER: Final = re.compile(r"[0-9]{6}-[A-Z]?[0-9]{3,4}", re.ASCII)


class DropReason(enum.Enum):
    """Why a message was dropped and counted, its sender not being told."""

    FOREIGN_TOPIC = "foreign_topic"
    RETAINED = "retained"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    FAILED = "failed"
    OVER_LIMIT = "over_limit"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message of the contract; ``body_hash`` leaves out when it was sent."""

    kiosk: KioskId
    kind: UpKind
    message: UpMessage
    body_hash: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Not the message its topic promises, but its id can be read: to be refused."""

    kiosk: KioskId
    kind: UpKind
    message_id: str
    body_hash: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing to answer; counted. ``kiosk`` is None where the topic names none of ours."""

    kiosk: KioskId | None
    reason: DropReason


Reading = Incoming | Unreadable | Dropped


def read(topic: str, payload: bytes, *, retained: bool, regency: RegencyCode) -> Reading:
    """Read one published message."""
    parsed = _up_topic(topic)
    if parsed is None or regency_of(parsed.kiosk) != regency:
        return Dropped(None, DropReason.FOREIGN_TOPIC)
    if retained and parsed.kind not in contract.RETAINED:
        return Dropped(parsed.kiosk, DropReason.RETAINED)
    if len(payload) > MAX_PAYLOAD_BYTES:
        return Dropped(parsed.kiosk, DropReason.TOO_LARGE)
    return _read_payload(parsed, payload, retained=retained)


@lru_cache(maxsize=TOPICS_REMEMBERED)
def _up_topic(topic: str) -> UpTopic | None:
    try:
        parsed = parse_topic(topic)
    except TopicError:
        return None
    return parsed if isinstance(parsed, UpTopic) else None


def _read_payload(topic: UpTopic, payload: bytes, *, retained: bool) -> Reading:
    decoded = contract.decode(topic.kind, payload)
    if isinstance(decoded, contract.Malformed):
        return _unreadable(topic, payload, decoded.message_id, decoded.reason)
    if _NUL in payload:
        # PostgreSQL keeps no text with it; on SQLite it is refused alike
        message_id = None if isinstance(decoded, State) else decoded.id
        return _unreadable(topic, payload, message_id, "a character no database keeps")
    match decoded:
        case Request():
            problem = _request_problem(decoded)
            if problem is not None:
                return _unreadable(topic, payload, decoded.id, problem)
        case Amendment() if decoded.form_version > _LARGEST_INTEGER:
            return _unreadable(topic, payload, decoded.id, _NO_SUCH_FORM)
        case Amendment() if not (decoded.sealed and decoded.kid.isprintable()):
            return _unreadable(topic, payload, decoded.id, "no answers, or unprintable characters")
        case Amendment() | Cancel() | Ack() | Event() | Health() | State():
            pass
        case _:
            raise AssertionError("the contract gave a message no kiosk sends")
    body_hash = _hash_of(decoded)
    return Incoming(topic.kiosk, topic.kind, decoded, body_hash, retained)


def _unreadable(topic: UpTopic, payload: bytes, message_id: str | None, reason: str) -> Reading:
    if message_id is None or topic.kind not in contract.RECEIPTED:
        return Dropped(topic.kiosk, DropReason.MALFORMED)
    body_hash = hashlib.sha256(payload).digest()
    return Unreadable(topic.kiosk, topic.kind, message_id, body_hash, reason)


def _request_problem(request: Request) -> str | None:
    if parse_token(request.ticket_token) is None:
        return "the ticket token is none"
    if parse_code(request.ticket_code) != request.ticket_code:
        return "the ticket code is none"
    if _QUEUE_NUMBER.fullmatch(request.queue_number) is None:
        return "the queue number is none"
    if not (request.service + request.kid + request.card_link).isprintable():
        return "unprintable characters"
    if not request.sealed:
        return "no answers"
    if request.form_version > _LARGEST_INTEGER:
        return _NO_SUCH_FORM
    return None


def _hash_of(message: UpMessage) -> bytes:
    match message:
        case State():
            body: UpMessage = message
        case Request() | Amendment() | Cancel() | Event() | Ack() | Health():
            # sent again, a message carries another time of sending and is still the same message
            body = msgspec.structs.replace(
                message, sent_at=_EPOCH, time_quality=TimeQuality.UNSYNCED
            )
        case _:
            assert_never(message)
    return hashlib.sha256(contract.encode(body)).digest()
