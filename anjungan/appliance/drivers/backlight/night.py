"""When the light may be off: at night, while nobody is there, and when the time is known."""

from dataclasses import dataclass
from datetime import time
from typing import Final

_SECONDS_PER_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Night:
    """From one time of day to another, across midnight or not; two equal times are no night."""

    off_from: time
    off_until: time

    @classmethod
    def parse(cls, off_from: str, off_until: str) -> "Night":
        """Read two times of day as ``21.00`` or ``21:00``.

        Raises:
            ValueError: one is no time of day.
        """
        return cls(_time_of_day(off_from), _time_of_day(off_until))

    def contains(self, at: time) -> bool:
        """Whether ``at`` lies in the night; its first moment does, its last does not."""
        return _seconds_from(self.off_from, at) < _seconds_from(self.off_from, self.off_until)

    def next_change_s(self, at: time) -> float | None:
        """Seconds from ``at`` until the night begins or ends; None when there is no night."""
        if self.off_from == self.off_until:
            return None
        edges = (self.off_from, self.off_until)
        return min(_seconds_from(at, edge) or _SECONDS_PER_DAY for edge in edges)


class LightPlan:
    """Decides about the light, with all time handed in.

    ``relight_s`` is how long it stays on in the night after somebody was there.  The plan starts
    as if somebody had just been: a kiosk that starts shows that it works.
    """

    def __init__(self, night: Night, relight_s: float, *, at_s: float) -> None:
        self._night = night
        self._relight_s = relight_s
        self._stirred_at_s = at_s
        self._visit_runs = False

    def stirred(self, at_s: float) -> None:
        """Somebody was there, at the monotonic time ``at_s``."""
        self._stirred_at_s = at_s

    def set_visit(self, *, runs: bool, at_s: float) -> None:
        """A visit began or ended; the light stays on through all of it, however still it is."""
        self._visit_runs = runs
        self._stirred_at_s = at_s

    def is_on(self, at_s: float, local: time | None) -> bool:
        """Whether the light is to be on; ``local`` is the time of day, None when it is unsure."""
        if self._visit_runs or at_s < self._stirred_at_s + self._relight_s:
            return True
        return local is None or not self._night.contains(local)

    def next_look_s(self, at_s: float, local: time | None) -> float | None:
        """Seconds until :meth:`is_on` may change though nobody stirs; None when only then."""
        left_s = self._stirred_at_s + self._relight_s - at_s
        if not self._visit_runs and left_s > 0:
            return left_s
        return None if local is None else self._night.next_change_s(local)


def _time_of_day(text: str) -> time:
    return time.fromisoformat(text.replace(".", ":", 1))


def _seconds_from(start: time, end: time) -> float:
    """Seconds from one time of day to the next time that it is another."""
    return (_seconds(end) - _seconds(start)) % _SECONDS_PER_DAY


def _seconds(at: time) -> float:
    return at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1_000_000
