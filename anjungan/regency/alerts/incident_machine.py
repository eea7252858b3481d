"""From readings to incidents: grace before one opens, calm before it ends. Pure.

Calm, Pending, Opened and Ended are all that a kind can be for a subject. What flaps opens at most
once in a grace time, because each opening needs a whole grace time that was never well.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from anjungan.regency.alerts.kinds import Rule
from anjungan.regency.alerts.snapshot import Level


@dataclass(frozen=True, slots=True)
class Calm:
    """Nothing is known to be wrong."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Bad since a moment, and not yet for long enough."""

    since: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident; ``calm_since`` while it has been well."""

    since: datetime
    calm_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The incident is over; ``is_void`` where it only has no subject any more."""

    is_void: bool = False


Track = Calm | Pending | Opened
CALM: Final = Calm()


def advance(
    track: Track, level: Level, rule: Rule, now: datetime, *, held: bool = False
) -> Track | Ended:
    """The next state. ``held``: something larger may be about to tell of it, so do not open yet."""
    match track:
        case Calm():
            if level is not Level.BAD:
                return track
            return _opened_when_due(now, rule, now, held=held)
        case Pending(since=since):
            match level:
                case Level.BAD:
                    return _opened_when_due(since, rule, now, held=held)
                case Level.GOOD | Level.VOID:
                    return CALM
                case Level.BETWEEN | Level.UNKNOWN:
                    return track
                case _:
                    assert_never(level)
        case Opened(calm_since=calm_since):
            match level:
                case Level.GOOD:
                    if calm_since is None:
                        return replace(track, calm_since=now)
                    is_over = now - calm_since >= timedelta(seconds=rule.calm_s)
                    return Ended() if is_over else track
                case Level.BAD | Level.BETWEEN:
                    return track if calm_since is None else replace(track, calm_since=None)
                case Level.UNKNOWN:
                    return track
                case Level.VOID:
                    return Ended(is_void=True)
                case _:
                    assert_never(level)
        case _:
            assert_never(track)


def _opened_when_due(since: datetime, rule: Rule, now: datetime, *, held: bool) -> Track:
    if held or now - since < timedelta(seconds=rule.grace_s):
        return Pending(since)
    return Opened(since)
