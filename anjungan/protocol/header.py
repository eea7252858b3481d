"""What all messages of the contract have alike: the header, and the kinds of values in them."""

import enum
from datetime import datetime
from typing import Annotated

import msgspec

MAX_PAYLOAD_BYTES = 16 * 1024
"""Larger payloads are dropped and counted by both sides; a request is well under 4 KiB."""

Text = Annotated[str, msgspec.Meta(max_length=500)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Uuid = Annotated[
    str,
    msgspec.Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class TimeQuality(enum.Enum):
    """How far a time can be trusted."""

    NTP = "ntp"
    RTC = "rtc"
    UNSYNCED = "unsynced"


class MessageHeader(msgspec.Struct, frozen=True, kw_only=True):
    """Header fields common to all messages."""

    id: Uuid
    sent_at: Annotated[datetime, msgspec.Meta(tz=True)]
    time_quality: TimeQuality = TimeQuality.UNSYNCED


class UpHeader(MessageHeader, frozen=True, kw_only=True):
    """From a kiosk; (enrolment, boot, counter) is its only order."""

    enrolment: Count
    boot: Count
    counter: Count
