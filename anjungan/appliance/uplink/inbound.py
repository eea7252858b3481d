"""Which down messages are believed: ours, well formed, in their place, and new."""

import enum
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from anjungan.appliance.uplink.line import Inbound
from anjungan.protocol.contract import RETAINED, Malformed, decode
from anjungan.protocol.identity import KioskId, regency_of
from anjungan.protocol.keyring_news import KeyringNews
from anjungan.protocol.messages import Receipt, RegencyPresence, Status
from anjungan.protocol.topics import DownTopic, SharedTopic, TopicError, parse_topic

_REMEMBERED_IDS: Final = 1_000


class DropReason(enum.Enum):
    """Why a message from the broker is not believed."""

    FOREIGN = "foreign"
    RETAINED = "retained"
    MALFORMED = "malformed"
    REPLAYED = "replayed"
    OVERFLOW = "overflow"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message that is counted and has no other effect."""

    reason: DropReason


Judged = Receipt | Status | RegencyPresence | KeyringNews | Dropped


def judge(inbound: Inbound, kiosk: KioskId) -> Judged:
    """Read a message from the broker; hostile ones are Dropped, never an exception."""
    try:
        topic = parse_topic(inbound.topic)
    except TopicError:
        return Dropped(DropReason.FOREIGN)
    ours = (isinstance(topic, DownTopic) and topic.kiosk == kiosk) or (
        isinstance(topic, SharedTopic) and topic.regency == regency_of(kiosk)
    )
    if not ours:
        return Dropped(DropReason.FOREIGN)
    if inbound.retained and topic.kind not in RETAINED:
        return Dropped(DropReason.RETAINED)
    message = decode(topic.kind, inbound.payload)
    match message:
        case Receipt() | Status() | RegencyPresence() | KeyringNews():
            return message
        case Malformed():
            return Dropped(DropReason.MALFORMED)
        case _:
            return Dropped(DropReason.FOREIGN)


class RecentIds:
    """The last thousand ids, to tell replays."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def seen(self, message_id: str) -> bool:
        """Whether the id was here before; it is remembered from now on."""
        if message_id in self._ids:
            self._ids.move_to_end(message_id)
            return True
        self._ids[message_id] = None
        if len(self._ids) > _REMEMBERED_IDS:
            self._ids.popitem(last=False)
        return False

    def forget(self, message_id: str) -> None:
        """What came of this message was not kept; the next copy is to be taken as new."""
        self._ids.pop(message_id, None)
