"""What the watch does, and how often. Each area brings its own duties."""

from collections.abc import Sequence

from anjungan.regency.alerts.duties import alert_duties
from anjungan.regency.broker.keeping import broker_duties
from anjungan.regency.enrolment.duties import enrolment_duties
from anjungan.regency.fleet.duties import fleet_duties
from anjungan.regency.inbox.duties import inbox_duties
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database
from anjungan.regency.watch.duty import Duty

__all__ = ["Duty", "all_duties"]


def all_duties(settings: RegencySettings, database: Database) -> Sequence[Duty]:
    """The duties of all areas."""
    return (
        *fleet_duties(database),
        *inbox_duties(database),
        *enrolment_duties(settings, database),
        *broker_duties(settings, database),
        *alert_duties(settings, database),
    )
