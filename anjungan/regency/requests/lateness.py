"""When a request counts as late: too many working days without being ready. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from anjungan.protocol.status import RequestStatus

WIB: Final = timezone(timedelta(hours=7), "WIB")
"""Western Indonesian Time, without summer time."""

WAITS_FOR_STAFF: Final = frozenset({RequestStatus.UNDER_REVIEW, RequestStatus.AWAITING_SIGNATURE})
_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)

Holidays = frozenset[date]
NO_HOLIDAYS: Final[Holidays] = frozenset()


def late_before(now: datetime, working_days: int, holidays: Holidays = NO_HOLIDAYS) -> datetime:
    """Requests received before this moment are late at ``now``.

    A day that began off work does not count, so what came on Friday evening is late on Monday
    evening at the earliest.
    """
    moment = now.astimezone(WIB)
    if not _is_working(moment, holidays):
        moment = datetime.combine(moment.date(), time.min, WIB)
        while not _is_working(moment, holidays):
            moment -= _DAY
        moment += _DAY
    left = working_days
    while left:
        moment -= _DAY
        if _is_working(moment, holidays):
            left -= 1
    return moment


def due_at(received_at: datetime, working_days: int, holidays: Holidays = NO_HOLIDAYS) -> datetime:
    """The moment from which a request received then is late.

    What comes on a day off has whole working days; it is due when the last of them ends.
    """
    moment = received_at.astimezone(WIB)
    off_work = not _is_working(moment, holidays)
    left = working_days
    while left:
        moment += _DAY
        if _is_working(moment, holidays):
            left -= 1
    return datetime.combine(moment.date() + _DAY, time.min, WIB) if off_work else moment


def _is_working(moment: datetime, holidays: Holidays) -> bool:
    return moment.weekday() < _SATURDAY and moment.date() not in holidays


@dataclass(frozen=True, slots=True)
class Targets:
    """How many working days each service may take, and which days are off."""

    default_days: int
    days: Mapping[str, int] = field(default_factory=dict)
    holidays: Holidays = NO_HOLIDAYS

    def of(self, service: str) -> int:
        """The working days of a service, known or not."""
        return self.days.get(service, self.default_days)

    def due_at(self, service: str, received_at: datetime) -> datetime:
        """When a request of that service is due."""
        return due_at(received_at, self.of(service), self.holidays)


@dataclass(frozen=True, slots=True)
class LateLimits:
    """At one moment: before when a request of each service must have been received to be late.

    ``by_limit`` holds the services whose limit is not ``default``.
    """

    default: datetime
    by_limit: Mapping[datetime, frozenset[str]]

    @classmethod
    def at(cls, now: datetime, targets: Targets) -> "LateLimits":
        """The limits at ``now``."""
        services: dict[int, set[str]] = {}
        for service, days in targets.days.items():
            if days != targets.default_days:
                services.setdefault(days, set()).add(service)
        return cls(
            late_before(now, targets.default_days, targets.holidays),
            {
                late_before(now, days, targets.holidays): frozenset(names)
                for days, names in services.items()
            },
        )

    @property
    def earliest(self) -> datetime:
        """What was received before this is late, whatever its service."""
        return min(self.default, *self.by_limit) if self.by_limit else self.default

    @property
    def latest(self) -> datetime:
        """What was received since this is not late, whatever its service."""
        return max(self.default, *self.by_limit) if self.by_limit else self.default

    def of(self, service: str) -> datetime:
        """The limit of one service."""
        found = (limit for limit, names in self.by_limit.items() if service in names)
        return next(found, self.default)

    def is_late(self, status: RequestStatus, service: str, received_at: datetime) -> bool:
        """Whether staff have let a request wait too long."""
        return status in WAITS_FOR_STAFF and received_at < self.of(service)
