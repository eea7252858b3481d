"""Statuses on their way down: claimed in the database first, then published."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from anjungan.protocol import contract
from anjungan.protocol.topics import DownKind, DownTopic
from anjungan.regency.link.events import Publication
from anjungan.regency.requests.outgoing import (
    OutgoingStatus,
    attempted,
    due_statuses,
    next_due,
    not_attempted,
)
from anjungan.regency.store.database import Database

LOOK_AGAIN_S: Final = 15.0
"""Another process may have put one there, and its word may have been lost."""
OTHERS_SEND_S: Final = 1.0
"""What is due is another worker's just now."""


def send_statuses(
    database: Database, publish: Callable[[Publication], bool], now: Callable[[], datetime]
) -> float:
    """Send the statuses whose time has come; returns after how many seconds to look again.

    Of several workers one sends each: it notes the attempt before it sends, so that the others
    pass it over. One that dies in between leaves it to the next attempt.
    """
    with database.reading() as connection:
        next_at = next_due(connection)
    if next_at is None:
        return LOOK_AGAIN_S
    if next_at > now():
        return min(LOOK_AGAIN_S, (next_at - now()).total_seconds())
    with database.writing_beside_others() as connection:
        due = due_statuses(connection, now())
        attempted(connection, due, now())
    unsent = [status for status in due if not publish(_publication(status))]
    if unsent:
        with database.writing_beside_others() as connection:
            not_attempted(connection, unsent, now())
        return LOOK_AGAIN_S
    return 0.0 if due else OTHERS_SEND_S


def _publication(status: OutgoingStatus) -> Publication:
    topic = DownTopic(status.kiosk, DownKind.STATUS)
    return Publication(str(topic), contract.encode(status.message))
