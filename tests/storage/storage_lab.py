"""Drafts and a clock for the storage tests."""

import uuid
from datetime import datetime, timedelta, timezone

from anjungan.appliance.storage.records import Draft
from anjungan.protocol.card_link import CardLink
from anjungan.protocol.message_id import MessageId, new_message_id
from anjungan.protocol.messages import TimeQuality
from anjungan.protocol.tickets import new_token

WIB = timezone(timedelta(hours=7), "WIB")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=WIB)


class SteppedClock:
    """A wall clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **parts: float) -> None:
        self.now += timedelta(**parts)


def make_draft(
    *,
    sealed: bytes = b"sealed answers",
    nonce: str | None = None,
    at: datetime = NOON,
    card: str | None = None,
    request_id: MessageId | None = None,
) -> Draft:
    return Draft(
        request_id=request_id or new_message_id(int(at.timestamp() * 1000)),
        visit_nonce=nonce or uuid.uuid4().hex,
        service="sk-usaha",
        service_title="Surat Keterangan Usaha",
        form_version=3,
        token=new_token(),
        submitted_at=at,
        time_quality=TimeQuality.NTP,
        clock_sure=True,
        kid="reg-2026a",
        sealed=sealed,
        card_link=None if card is None else CardLink(card),
        bring=("KTP asli", "KK asli"),
    )


def unknown_id() -> MessageId:
    return new_message_id(int(NOON.timestamp() * 1000))
