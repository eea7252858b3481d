"""Whether a kiosk is there, judged by the age of its reports. Pure.

A broker's will is only a hint: it starts a hold time, because lines of villages break and come
back within minutes. A kiosk that was silent is back for good with its second report.
"""

import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

LATE_AFTER_INTERVALS: Final = 2.5
OFFLINE_AFTER_INTERVALS: Final = 4.0
WILL_HOLD: Final = timedelta(minutes=3)
REPORTS_TO_RECOVER: Final = 2


class Connection(enum.Enum):
    """How staff see a kiosk."""

    ONLINE = "online"
    RETURNING = "returning"
    LATE = "late"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Watch:
    """What is remembered of a kiosk's reports; ``reports_since_silence`` stops at two."""

    last_report_at: datetime | None = None
    reports_since_silence: int = 0
    will_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PresenceRule:
    """The judge: how often kiosks report, and since when the inbox has been listening.

    What was silent only while nobody listened is unknown, not offline.
    """

    report_interval: timedelta
    listening_since: datetime | None

    @property
    def offline_after(self) -> timedelta:
        """Silence of this length is offline."""
        return self.report_interval * OFFLINE_AFTER_INTERVALS

    @property
    def will_hold(self) -> timedelta:
        """How long a will waits for the kiosk's return; shorter where reports are frequent."""
        return min(WILL_HOLD, self.report_interval)

    def connection(self, watch: Watch, now: datetime) -> Connection:
        """The state to show at ``now``."""
        if watch.last_report_at is None:
            return Connection.UNKNOWN
        if watch.will_at is not None and now - watch.will_at >= self.will_hold:
            return Connection.OFFLINE
        age = now - watch.last_report_at
        if age >= self.offline_after:
            return Connection.UNKNOWN if self._was_deaf(watch, now) else Connection.OFFLINE
        if age >= self.report_interval * LATE_AFTER_INTERVALS:
            return Connection.UNKNOWN if self._was_deaf(watch, now) else Connection.LATE
        if watch.reports_since_silence < REPORTS_TO_RECOVER:
            return Connection.RETURNING
        return Connection.ONLINE

    def offline_since(self, watch: Watch) -> datetime | None:
        """When a kiosk that is offline went: its will, or its last report before a long silence.

        An orderly goodbye and a broken line leave the same will. None: it never reported.
        """
        if watch.last_report_at is None or watch.will_at is None:
            return watch.last_report_at
        was_silent = watch.will_at - watch.last_report_at >= self.offline_after
        return watch.last_report_at if was_silent else watch.will_at

    def reported(self, watch: Watch, now: datetime) -> Watch:
        """A live message of the kiosk arrived."""
        if self.connection(watch, now) is Connection.OFFLINE:
            reports = 1
        elif watch.last_report_at is None:
            reports = REPORTS_TO_RECOVER
        else:
            reports = min(REPORTS_TO_RECOVER, watch.reports_since_silence + 1)
        return Watch(last_report_at=now, reports_since_silence=reports)

    def will_arrived(self, watch: Watch, now: datetime) -> Watch:
        """The broker published the will of the kiosk's present session."""
        return watch if watch.will_at is not None else replace(watch, will_at=now)

    def _was_deaf(self, watch: Watch, now: datetime) -> bool:
        """The inbox began to listen after the last report, and not long ago."""
        since = self.listening_since
        if since is None or watch.last_report_at is None or watch.last_report_at >= since:
            return False
        return now - since < self.offline_after
