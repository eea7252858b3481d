"""What the watch does for the history of kiosks, in steps so small that nobody waits for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from anjungan.regency.fleet.listening import delete_old_deaf_times
from anjungan.regency.fleet.samples import (
    HOURLY_FOR,
    delete_old_hours,
    delete_old_samples,
    roll_up,
)
from anjungan.regency.fleet.silences import delete_old_silences, judge_silences
from anjungan.regency.store.database import Database
from anjungan.regency.watch.duty import Duty

HOURS_A_STEP: Final = 3
STEPS: Final = 24


def fleet_duties(database: Database) -> Sequence[Duty]:
    """Judging silences, rolling samples up, and forgetting what is too old."""

    def judge(now: datetime) -> None:
        with database.writing() as connection:
            judge_silences(connection, now)

    def roll(now: datetime) -> None:
        for _ in range(STEPS):
            with database.writing() as connection:
                if roll_up(connection, now, hours=HOURS_A_STEP) < HOURS_A_STEP:
                    return

    def forget(now: datetime) -> None:
        for delete_some in (delete_old_samples, delete_old_hours):
            for _ in range(STEPS):
                with database.writing() as connection:
                    if not delete_some(connection, now):
                        break
        with database.writing() as connection:
            delete_old_silences(connection, now - HOURLY_FOR)
            delete_old_deaf_times(connection, now - HOURLY_FOR)

    return (
        Duty("silences of kiosks", timedelta(seconds=30), judge),
        Duty("hours of kiosks", timedelta(minutes=10), roll),
        Duty("old history of kiosks", timedelta(hours=1), forget),
    )
