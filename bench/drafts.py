"""Invented requests of the usual size."""

import secrets
import time
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from anjungan.appliance.storage.records import Draft
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import TimeQuality
from anjungan.protocol.tickets import new_token

ZONE: Final = ZoneInfo("Asia/Jakarta")
SEALED_BYTES: Final = 600
"""Answers of a letter with a dozen fields, sealed."""


def local_now() -> datetime:
    """The time with the kiosk's zone."""
    return datetime.now(ZONE)


def new_draft() -> Draft:
    """A request as the session hands it over; random bytes stand for the sealed answers."""
    return Draft(
        request_id=new_message_id(time.time_ns() // 1_000_000),
        visit_nonce=secrets.token_hex(16),
        service="surat-pengantar-skck",
        service_title="Surat Pengantar SKCK",
        form_version=1,
        token=new_token(),
        submitted_at=local_now(),
        time_quality=TimeQuality.NTP,
        clock_sure=True,
        kid="k1",
        sealed=secrets.token_bytes(SEALED_BYTES),
        bring=("KTP asli", "Fotokopi KK"),
    )
