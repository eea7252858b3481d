"""Topics of contract version 1: building and reading them.

``anjungan/1/<regency>/<village>/<kiosk>/up|dn/<kind>`` and ``anjungan/1/<regency>/all/<kind>``.
"""

import enum
from dataclasses import dataclass
from typing import Final

from anjungan.protocol.identity import (
    IdentityError,
    KioskId,
    RegencyCode,
    parse_kiosk,
    parse_regency,
    regency_of,
    village_of,
)

PREFIX: Final = "anjungan/1"


class UpKind(enum.Enum):
    """What a kiosk publishes."""

    STATE = "state"
    HEALTH = "health"
    REQUEST = "request"
    AMENDMENT = "amendment"
    CANCEL = "cancel"
    ACK = "ack"
    EVENT = "event"


class DownKind(enum.Enum):
    """What the regency publishes to one kiosk."""

    RECEIPT = "receipt"
    STATUS = "status"


class SharedKind(enum.Enum):
    """What the regency publishes to all its kiosks."""

    REGENCY = "regency"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class UpTopic:
    """A topic a kiosk publishes on."""

    kiosk: KioskId
    kind: UpKind

    def __str__(self) -> str:
        return f"{_kiosk_prefix(self.kiosk)}/up/{self.kind.value}"


@dataclass(frozen=True, slots=True)
class DownTopic:
    """A topic the regency publishes on for one kiosk."""

    kiosk: KioskId
    kind: DownKind

    def __str__(self) -> str:
        return f"{_kiosk_prefix(self.kiosk)}/dn/{self.kind.value}"


@dataclass(frozen=True, slots=True)
class SharedTopic:
    """A topic the regency publishes on for all its kiosks."""

    regency: RegencyCode
    kind: SharedKind

    def __str__(self) -> str:
        return f"{PREFIX}/{self.regency}/all/{self.kind.value}"


Topic = UpTopic | DownTopic | SharedTopic


class TopicError(ValueError):
    """A topic is not one of this contract, or its segments contradict each other."""


def _kiosk_prefix(kiosk: KioskId) -> str:
    return f"{PREFIX}/{regency_of(kiosk)}/{village_of(kiosk)}/{kiosk}"


def parse_topic(text: str) -> Topic:
    """Read a topic; raise TopicError when it is foreign or when a segment is not a prefix.

    The kiosk id decides: a regency or village segment that is not its prefix is refused, so that
    a kiosk cannot write into another village's branch.
    """
    match text.split("/"):
        case ["anjungan", "1", regency, "all", kind]:
            return _shared(regency, kind)
        case ["anjungan", "1", regency, village, kiosk_text, direction, kind]:
            kiosk = _kiosk(regency, village, kiosk_text)
            return _directed(kiosk, direction, kind)
        case _:
            raise TopicError("not a topic of contract version 1")


def _shared(regency: str, kind: str) -> SharedTopic:
    try:
        return SharedTopic(parse_regency(regency), SharedKind(kind))
    except ValueError as error:
        raise TopicError("unknown shared topic") from error


def _kiosk(regency: str, village: str, kiosk_text: str) -> KioskId:
    try:
        kiosk = parse_kiosk(kiosk_text)
    except IdentityError as error:
        raise TopicError("the kiosk segment is not a kiosk identity") from error
    if regency != regency_of(kiosk) or village != village_of(kiosk):
        raise TopicError("regency or village segment contradicts the kiosk identity")
    return kiosk


def _directed(kiosk: KioskId, direction: str, kind: str) -> UpTopic | DownTopic:
    try:
        match direction:
            case "up":
                return UpTopic(kiosk, UpKind(kind))
            case "dn":
                return DownTopic(kiosk, DownKind(kind))
            case _:
                raise TopicError("the direction is up or dn")
    except ValueError as error:
        raise TopicError("unknown kind of message") from error


def down_filter(kiosk: KioskId) -> str:
    """What a kiosk subscribes to for itself."""
    return f"{_kiosk_prefix(kiosk)}/dn/+"


def shared_filter(regency: RegencyCode) -> str:
    """What every kiosk of a regency subscribes to."""
    return f"{PREFIX}/{regency}/all/+"


def up_filter(regency: RegencyCode) -> str:
    """What the regency's inbox subscribes to."""
    return f"{PREFIX}/{regency}/+/+/up/+"
