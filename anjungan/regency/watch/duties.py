"""What the watch does, and how often. Each area brings its own duties."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing done again and again.

    ``run`` gets the present moment; what it raises is logged, and the duty is tried again when it
    is due the next time. A duty must bear being done late, twice, or again after half of it.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], None]


def all_duties(settings: RegencySettings, database: Database) -> Sequence[Duty]:
    """The duties of all areas."""
    del settings, database
    return ()
