"""What a kiosk was between two reports: the rule of presence over time. Pure.

The rule says what a kiosk is at a moment; between two reports that changes only at few moments,
so that the stretches between them are exact and need no record of their own.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import assert_never

from anjungan.regency.fleet.presence import (
    LATE_AFTER_INTERVALS,
    REPORTS_TO_RECOVER,
    Connection,
    PresenceRule,
    Watch,
)
from anjungan.regency.fleet.spans import Span


class Condition(enum.Enum):
    """What a kiosk was for a while. UNKNOWN: nobody listened."""

    ONLINE = "online"
    LATE = "late"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Silence:
    """From a report to the next one; ``ended_at`` is None while there is no next one."""

    last_report_at: datetime
    ended_at: datetime | None
    will_at: datetime | None
    report_interval: timedelta

    @property
    def late_after(self) -> timedelta:
        """A silence of this length is late."""
        return self.report_interval * LATE_AFTER_INTERVALS

    def is_worth_keeping(self, now: datetime) -> bool:
        """Whether the kiosk was anything but online before it reported at ``now``."""
        rule = PresenceRule(self.report_interval, None)
        held = self.will_at is not None and now - self.will_at >= rule.will_hold
        return held or now - self.last_report_at >= self.late_after


@dataclass(frozen=True, slots=True)
class Stretch:
    """A kiosk was one thing all the while."""

    condition: Condition
    span: Span


def condition_at(silence: Silence, deaf: Sequence[Span], moment: datetime) -> Condition:
    """What the kiosk was at ``moment``, which lies in the silence.

    Args:
        silence: the silence.
        deaf: when no inbox listened, in order.
        moment: at or after the last report, before the next.
    """
    before = [span for span in deaf if span.begin <= moment]
    listening_since = before[-1].end if before else None
    rule = PresenceRule(silence.report_interval, None)
    will_at = silence.will_at if silence.will_at is None or silence.will_at <= moment else None
    if listening_since is not None and moment < listening_since:
        held = will_at is not None and moment - will_at >= rule.will_hold
        is_late = moment - silence.last_report_at >= silence.late_after
        return Condition.UNKNOWN if held or is_late else Condition.ONLINE
    rule = PresenceRule(silence.report_interval, listening_since)
    watch = Watch(silence.last_report_at, REPORTS_TO_RECOVER, will_at)
    match rule.connection(watch, moment):
        case Connection.ONLINE | Connection.RETURNING:
            return Condition.ONLINE
        case Connection.LATE:
            return Condition.LATE
        case Connection.OFFLINE:
            return Condition.OFFLINE
        case Connection.UNKNOWN:
            return Condition.UNKNOWN
        case other:
            assert_never(other)


def stretches(silence: Silence, deaf: Sequence[Span], until: datetime) -> Sequence[Stretch]:
    """The whole silence in order; one that lasts is told until ``until``."""
    end = until if silence.ended_at is None else silence.ended_at
    begin = silence.last_report_at
    rule = PresenceRule(silence.report_interval, None)
    changes = {begin, end, begin + silence.late_after, begin + rule.offline_after}
    if silence.will_at is not None:
        changes |= {silence.will_at, silence.will_at + rule.will_hold}
    for span in deaf:
        changes |= {span.begin, span.end, span.end + rule.offline_after}
    moments = sorted(moment for moment in changes if begin <= moment <= end)
    found: list[Stretch] = []
    for start, stop in pairwise(moments):
        condition = condition_at(silence, deaf, start)
        if found and found[-1].condition is condition:
            found[-1] = Stretch(condition, Span(found[-1].span.begin, stop))
        else:
            found.append(Stretch(condition, Span(start, stop)))
    return found
