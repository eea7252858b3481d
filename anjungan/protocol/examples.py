"""One example of every message, built from the types: for the document, tests and readers."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Final

from anjungan.protocol import messages as m
from anjungan.protocol.amendment import Amendment
from anjungan.protocol.contract import Kind, Message
from anjungan.protocol.identity import KioskId
from anjungan.protocol.keyring_news import KeyringNews
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.topics import DownKind, SharedKind, UpKind

KIOSK: Final = KioskId("3505102001-1")

_WIB: Final = timezone(timedelta(hours=7))
_SUBMITTED: Final = datetime(2026, 3, 2, 9, 14, 5, tzinfo=_WIB)
_LATER: Final = datetime(2026, 3, 2, 9, 14, 7, tzinfo=_WIB)
_NEXT_DAY: Final = datetime(2026, 3, 3, 8, 30, 0, tzinfo=_WIB)
_REQUEST_ID: Final = "019cad63-c14a-7f0e-8a35-5b1f6c2d9e01"


EXAMPLES: Final[Mapping[Kind, Message]] = MappingProxyType(
    {
        UpKind.STATE: m.State(
            presence=m.Presence.ONLINE, boot=42, session=3, version="0.1.0", run="9f86d081884c7d65"
        ),
        UpKind.REQUEST: m.Request(
            id=_REQUEST_ID,
            sent_at=_SUBMITTED,
            time_quality=m.TimeQuality.NTP,
            enrolment=1,
            boot=42,
            counter=7,
            service="sk-usaha",
            form_version=3,
            ticket_token="k3VJx0Yp1mQe8sTt5uZb2A",  # noqa: S106 - an example, it opens nothing
            ticket_code="7KQM2XHRH",
            queue_number="020326-014",
            submitted_at=_SUBMITTED,
            card_link="",
            kid="reg-2026a",
            sealed=b"an example, not a sealed box",
        ),
        UpKind.AMENDMENT: Amendment(
            id="019cb26a-3c00-7c1d-8e09-6b7c8d9e0f09",
            sent_at=_NEXT_DAY,
            time_quality=m.TimeQuality.NTP,
            enrolment=1,
            boot=42,
            counter=312,
            request_id=_REQUEST_ID,
            form_version=3,
            kid="reg-2026a",
            sealed=b"an example, not a sealed box",
        ),
        UpKind.CANCEL: m.Cancel(
            id="019cad64-0e10-7d21-8c02-7a6b5c4d3e02",
            sent_at=_LATER,
            time_quality=m.TimeQuality.NTP,
            enrolment=1,
            boot=42,
            counter=8,
            request_id=_REQUEST_ID,
        ),
        UpKind.EVENT: m.Event(
            id="019cad63-2a00-7b6f-9d03-1c2d3e4f5a03",
            sent_at=_SUBMITTED,
            time_quality=m.TimeQuality.RTC,
            enrolment=1,
            boot=42,
            counter=1,
            kind=m.EventKind.STARTED,
        ),
        UpKind.ACK: m.Ack(
            id="019cb262-7a10-7e8a-8b04-2d3e4f5a6b04",
            sent_at=_NEXT_DAY,
            time_quality=m.TimeQuality.NTP,
            enrolment=1,
            boot=42,
            counter=311,
            message_ids=("019cb262-7940-7a55-9e05-3e4f5a6b7c05",),
        ),
        UpKind.HEALTH: m.Health(
            id="019cad63-d5e8-7f19-8f06-4f5a6b7c8d06",
            sent_at=_LATER,
            time_quality=m.TimeQuality.NTP,
            enrolment=1,
            boot=42,
            counter=9,
            version="0.1.0",
            uptime_s=86_520,
            queue=m.QueueHealth(
                depth=1,
                oldest_boot=42,
                oldest_counter=7,
                newest_boot=42,
                newest_counter=7,
                oldest_age_s=2,
            ),
            devices=(
                m.DeviceHealth(name="nfc", kind="card_reader", state="ready"),
                m.DeviceHealth(name="tickets", kind="printer", state="fault", code="paper_out"),
            ),
            cpu_temperature_c=51.2,
            disk_free_bytes=21_474_836_480,
            memory_available_bytes=2_147_483_648,
            load_1min=0.12,
        ),
        DownKind.RECEIPT: m.Receipt(
            id="019cad63-d2f0-7c44-9b07-0a4e7d3c5b07",
            sent_at=_LATER,
            time_quality=m.TimeQuality.NTP,
            items=(
                m.ReceiptItem(message_id=_REQUEST_ID, outcome=m.ReceiptOutcome.ACCEPTED),
                m.ReceiptItem(
                    message_id="019cad63-2a00-7b6f-9d03-1c2d3e4f5a03",
                    outcome=m.ReceiptOutcome.REFUSED,
                    code=m.RefusalCode.MALFORMED,
                ),
            ),
        ),
        DownKind.STATUS: m.Status(
            id="019cb262-7940-7a55-9e05-3e4f5a6b7c05",
            sent_at=_NEXT_DAY,
            time_quality=m.TimeQuality.NTP,
            request_id=_REQUEST_ID,
            revision=2,
            status=RequestStatus.READY,
            note="Surat dapat diambil di kantor desa.",
            changed_at=_NEXT_DAY,
        ),
        SharedKind.REGENCY: m.RegencyPresence(
            id="019cad60-1f00-7aa2-8d08-5a6b7c8d9e08",
            sent_at=_SUBMITTED,
            time_quality=m.TimeQuality.NTP,
            presence=m.Presence.ONLINE,
        ),
        SharedKind.KEYRING: KeyringNews(
            id="019cad60-1f00-7aa2-8d08-5a6b7c8d9e09",
            sent_at=_SUBMITTED,
            time_quality=m.TimeQuality.NTP,
            keyring=(
                b'{"regency":"3505","serial":2,"keys":[{"kid":"3505-20260301-1",'
                b'"public_key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",'
                b'"not_before":"2026-03-01T00:00:00Z"}]}'
            ),
            signature=bytes(64),
        ),
    }
)
"""An example of each kind; the names and numbers in them belong to nobody."""
