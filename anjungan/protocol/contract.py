"""Which message stands on which topic, and the JSON codec both sides use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec

from anjungan.protocol import messages as m
from anjungan.protocol.amendment import Amendment
from anjungan.protocol.keyring_news import KeyringNews
from anjungan.protocol.topics import DownKind, SharedKind, UpKind

UpMessage = m.State | m.Health | m.Request | Amendment | m.Cancel | m.Ack | m.Event
DownMessage = m.Receipt | m.Status
SharedMessage = m.RegencyPresence | KeyringNews
Message = UpMessage | DownMessage | SharedMessage
Kind = UpKind | DownKind | SharedKind

MESSAGES: Final[Mapping[Kind, type[Message]]] = MappingProxyType(
    {
        UpKind.STATE: m.State,
        UpKind.HEALTH: m.Health,
        UpKind.REQUEST: m.Request,
        UpKind.AMENDMENT: Amendment,
        UpKind.CANCEL: m.Cancel,
        UpKind.ACK: m.Ack,
        UpKind.EVENT: m.Event,
        DownKind.RECEIPT: m.Receipt,
        DownKind.STATUS: m.Status,
        SharedKind.REGENCY: m.RegencyPresence,
        SharedKind.KEYRING: KeyringNews,
    }
)

RETAINED: Final[frozenset[Kind]] = frozenset({UpKind.STATE, SharedKind.REGENCY, SharedKind.KEYRING})
"""Kinds published with the retain flag; all others are dropped by receivers when retained."""

RECEIPTED: Final[frozenset[Kind]] = frozenset(
    {UpKind.REQUEST, UpKind.AMENDMENT, UpKind.CANCEL, UpKind.EVENT}
)
"""Kinds that stay in the kiosk's outbox until the regency's receipt."""


FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 9998
"""Years a message may name. A clock that is wrong still tells one of them (time(2))."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A payload that is not the message its topic promises.

    ``message_id`` is the id when the payload is JSON and names a valid one, so that the sender
    can be told the refusal; the reason never quotes the payload.
    """

    reason: str
    message_id: str | None


class _OnlyId(msgspec.Struct, frozen=True):
    id: m.Uuid


_ENCODER: Final = msgspec.json.Encoder(enc_hook=None)
_DECODERS: Final = {kind: msgspec.json.Decoder(message) for kind, message in MESSAGES.items()}
_ID_DECODER: Final = msgspec.json.Decoder(_OnlyId)


def _time_fields(message: type[Message]) -> tuple[str, ...]:
    described = msgspec.inspect.type_info(message)
    assert isinstance(described, msgspec.inspect.StructType)  # noqa: S101 - all messages are
    return tuple(
        field.encode_name
        for field in described.fields
        if any(
            isinstance(each, msgspec.inspect.DateTimeType)
            for each in getattr(field.type, "types", (field.type,))
        )
    )


_TIME_FIELDS: Final = {message: _time_fields(message) for message in MESSAGES.values()}
"""Looked up once: the inbox asks for every message."""


def encode(message: Message) -> bytes:
    """The JSON payload of ``message``."""
    return _ENCODER.encode(message)


def decode(kind: Kind, payload: bytes) -> Message | Malformed:
    """Read a payload of ``kind``; hostile input gives Malformed, never an exception."""
    if len(payload) > m.MAX_PAYLOAD_BYTES:
        return Malformed("too large", None)
    try:
        message = _DECODERS[kind].decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Malformed("not the promised message", _readable_id(payload))
    if not _has_possible_times(message):
        return Malformed("a time no clock tells", _readable_id(payload))
    return message


def _has_possible_times(message: Message) -> bool:
    """Whether every time can be computed with: at the ends of the calendar, zones overflow."""
    values = [getattr(message, name) for name in _TIME_FIELDS[type(message)]]
    if isinstance(message, m.Health) and message.run is not None:
        values.append(message.run.last_alive_at)
    times = (value for value in values if isinstance(value, datetime))
    return all(FIRST_YEAR <= time.year <= LAST_YEAR for time in times)


def _readable_id(payload: bytes) -> str | None:
    try:
        return _ID_DECODER.decode(payload).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
