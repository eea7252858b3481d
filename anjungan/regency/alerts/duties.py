"""What the watch does for alerts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete

from anjungan.regency.alerts.evaluation_pass import evaluation_pass
from anjungan.regency.alerts.outbox import delete_old_messages
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database
from anjungan.regency.store.tables import INCIDENTS
from anjungan.regency.watch.duty import Duty

EVALUATED_EVERY: Final = timedelta(seconds=15)
DELIVERED_EVERY: Final = timedelta(seconds=5)
INCIDENTS_KEPT_FOR: Final = timedelta(days=400)


def alert_duties(settings: RegencySettings, database: Database) -> Sequence[Duty]:
    """Judging, delivering, forgetting."""
    from anjungan.regency.alerts.delivery import Delivery  # noqa: PLC0415 - Apprise is heavy

    delivery = Delivery(database, settings.alerts.routes)

    def judge(now: datetime) -> None:
        evaluation_pass(database, settings, now)

    def deliver(now: datetime) -> None:
        delivery.run(now)

    def forget(now: datetime) -> None:
        with database.writing() as connection:
            delete_old_messages(connection, now)
            connection.execute(
                delete(INCIDENTS).where(INCIDENTS.c.ended_at < now - INCIDENTS_KEPT_FOR)
            )

    return (
        Duty("alerts", EVALUATED_EVERY, judge),
        Duty("messages about alerts", DELIVERED_EVERY, deliver),
        Duty("old alerts", timedelta(hours=6), forget),
    )
