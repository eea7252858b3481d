"""What the watch does for the inbox: it forgets what nobody will ask for any more.

The id of a message is kept for longer than a kiosk is away. One that comes back after that with a
message whose receipt it never got is still answered rightly: requests, amendments and events are
known by their own ids, and a cancelled request is cancelled. Only refusals are judged anew.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, select, tuple_

from anjungan.regency.inbox.beats import forget_old_beats
from anjungan.regency.store.database import Database
from anjungan.regency.store.tables import EARLY_CANCELS, RECEIVED_MESSAGES
from anjungan.regency.watch.duty import Duty

IDS_KEPT_FOR: Final = timedelta(days=90)
EARLY_KEPT_FOR: Final = timedelta(days=30)
EVERY: Final = timedelta(minutes=10)
ROWS_A_STEP: Final = 500
STEPS: Final = 40


def inbox_duties(database: Database) -> Sequence[Duty]:
    """Forgetting, in steps so small that no writer waits for it."""

    def forget(now: datetime) -> None:
        with database.writing() as connection:
            forget_old_beats(connection, now)
            connection.execute(
                delete(EARLY_CANCELS).where(EARLY_CANCELS.c.first_seen_at < now - EARLY_KEPT_FOR)
            )
        for _ in range(STEPS):
            with database.writing() as connection:
                if forget_messages(connection, now) < ROWS_A_STEP:
                    return

    return (Duty("forget received messages", EVERY, forget),)


def forget_messages(connection: Connection, now: datetime) -> int:
    """Forget the ids of some old messages, the oldest first; return how many."""
    key = (RECEIVED_MESSAGES.c.message_id, RECEIVED_MESSAGES.c.kiosk)
    oldest = (
        select(*key)
        .where(RECEIVED_MESSAGES.c.received_at < now - IDS_KEPT_FOR)
        .order_by(RECEIVED_MESSAGES.c.received_at)
        .limit(ROWS_A_STEP)
    )
    return connection.execute(delete(RECEIVED_MESSAGES).where(tuple_(*key).in_(oldest))).rowcount
