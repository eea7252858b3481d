"""When a request counts as late: too many working days without being ready. Pure."""

from datetime import datetime, time, timedelta, timezone
from typing import Final

from anjungan.protocol.status import RequestStatus

WIB: Final = timezone(timedelta(hours=7), "WIB")
"""Western Indonesian Time, without summer time."""

WAITS_FOR_STAFF: Final = frozenset({RequestStatus.UNDER_REVIEW, RequestStatus.AWAITING_SIGNATURE})
_SATURDAY: Final = 5


def late_before(now: datetime, working_days: int) -> datetime:
    """Requests received before this moment are late at ``now``.

    A day that began off work does not count, so what came on Friday evening is late on Monday
    evening at the earliest. Public holidays are not known here.
    """
    moment = now.astimezone(WIB)
    if moment.weekday() >= _SATURDAY:
        moment = datetime.combine(moment.date(), time.min, WIB)
        while moment.weekday() >= _SATURDAY:
            moment -= timedelta(days=1)
        moment += timedelta(days=1)
    left = working_days
    while left:
        moment -= timedelta(days=1)
        if moment.weekday() < _SATURDAY:
            left -= 1
    return moment


def is_late(status: RequestStatus, received_at: datetime, now: datetime, working_days: int) -> bool:
    """Whether staff have let a request wait too long."""
    return status in WAITS_FOR_STAFF and received_at < late_before(now, working_days)
