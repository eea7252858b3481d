"""The kiosk's idea of the time, and how far it can be trusted.

A Raspberry Pi before the 5 has no clock of its own and may wake up in the past. The time told here
never lies before the program was installed or before the database was last written.
"""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from anjungan.protocol.messages import TimeQuality

VILLAGE_ZONE: Final = "Asia/Jakarta"
"""East Java keeps Western Indonesian time all year."""


class WallClock:
    """Wall time that never runs behind ``not_before`` while no time server has answered.

    ``synchronised_mark`` is the file that appears at the first answer of a time server
    (systemd-timesyncd(8)).
    """

    def __init__(self, *, not_before: datetime, synchronised_mark: Path) -> None:
        self._not_before = not_before
        self._mark = synchronised_mark
        self._zone = ZoneInfo(VILLAGE_ZONE)
        self._began_s = time.monotonic()

    def now(self) -> datetime:
        """The time now, in the village's zone."""
        now = datetime.now(UTC)
        if self.sure():
            # the truth needs no floor, and one from a file written by a clock ahead would lie
            return now.astimezone(self._zone)
        floor = self._not_before + timedelta(seconds=time.monotonic() - self._began_s)
        return max(now, floor).astimezone(self._zone)

    def quality(self) -> TimeQuality:
        """NTP once a time server has answered in this boot; UNSYNCED otherwise."""
        return TimeQuality.NTP if self._mark.exists() else TimeQuality.UNSYNCED

    def sure(self) -> bool:
        """Whether a ticket may print the time without "jam belum pasti"."""
        return self.quality() is not TimeQuality.UNSYNCED


def latest_change(*files: Path) -> datetime:
    """The newest modification time of those ``files`` that exist; 1970 when none does."""
    times = [file.stat().st_mtime for file in files if file.exists()]
    return datetime.fromtimestamp(max(times, default=0.0), UTC)
