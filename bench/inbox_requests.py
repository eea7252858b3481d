"""A hundred thousand requests as a regency would have them after some years."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import insert

from anjungan.catalogue.villages import load_villages
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import new_code, new_token
from anjungan.regency.requests.targets import set_override
from anjungan.regency.service_titles import all_service_words
from anjungan.regency.store.database import Database
from anjungan.regency.store.tables import REQUESTS

EVERY: Final = timedelta(minutes=5)
SETTLED_AFTER: Final = timedelta(days=20)
SEALED_BYTES: Final = 900
_BATCH: Final = 2000
_S = RequestStatus
_FRESH: Final = (
    *(_S.INCOMPLETE, _S.UNDER_REVIEW, _S.UNDER_REVIEW, _S.UNDER_REVIEW),
    *(_S.AWAITING_SIGNATURE, _S.READY, _S.READY, _S.COLLECTED, _S.CANCELLED),
)
_STILL_OPEN: Final = 0.015
"""What older requests were never closed: late ones, and letters nobody fetched."""


def seed_requests(database: Database, count: int, now: datetime) -> None:
    """Put ``count`` requests into the database, the newest received at ``now``."""
    random = Random(1)  # noqa: S311 - the same table every time
    villages, services = list(load_villages()), [each.id for each in all_service_words()]
    with database.writing() as connection:
        # two services with times of their own, so that lateness is more than one date
        set_override(connection, services[0], 3)
        set_override(connection, services[1], 5)
        for rows in _batches(random, villages, services, count, now):
            connection.execute(insert(REQUESTS), rows)


def _batches(
    random: Random, villages: Sequence[str], services: Sequence[str], count: int, now: datetime
) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    for number in range(count):
        age = EVERY * number
        village, token, at = random.choice(villages), new_token(), now - age
        settled = age > SETTLED_AFTER and random.random() > _STILL_OPEN
        status = _S.COLLECTED if settled else random.choice(_FRESH)
        rows.append(
            {
                "id": new_message_id(round(at.timestamp() * 1000)),
                "kiosk": f"{village}-1",
                "village": village,
                "service": random.choice(services),
                "form_version": 1,
                "ticket_token": token,
                "ticket_digest": hashlib.sha256(token.encode()).digest(),
                "ticket_code": new_code(),
                "queue_number": f"{at:%d%m%y}-{number % 300:03d}",
                "submitted_at": at,
                "time_quality": "ntp",
                "card_link": "",
                "kid": "bench",
                "sealed": os.urandom(SEALED_BYTES),
                "received_at": at,
                "status": int(status),
                "revision": 1,
                "note": "",
                "changed_at": at,
                "quarantined": False,
            }
        )
        if len(rows) == _BATCH or number == count - 1:
            yield rows
            rows = []
