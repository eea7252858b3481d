"""How fast bytes come in over a line, and how long the line stood empty meanwhile."""

import math
from dataclasses import dataclass, field


@dataclass(slots=True)
class Measures:
    """What was measured since :meth:`PrinterSimulator.measure`; times are the event loop's."""

    received_bytes: int = 0
    gaps: list[tuple[int, float]] = field(default_factory=list)
    """Where the line stood empty: after how many bytes, and for how long."""
    began_s: float | None = None
    first_line_s: float | None = None

    def longest_gap_s(self, first_byte: int, last_byte: int) -> float:
        """The longest time without a byte between those two places, for example inside a job."""
        between = (gap_s for at, gap_s in self.gaps if first_byte < at <= last_byte)
        return max(between, default=0.0)

    @property
    def until_first_line_s(self) -> float | None:
        """From the first byte that came to the first paper that moved."""
        if self.began_s is None or self.first_line_s is None:
            return None
        return self.first_line_s - self.began_s


class Pace:
    """The line as a tube: each byte takes its time, whatever the host wrote at once.

    ``bytes_per_s`` None is a tube without length.
    """

    def __init__(self, bytes_per_s: float | None) -> None:
        self._bytes_per_s = bytes_per_s
        self._free_at_s = -math.inf

    def begin(self, now_s: float) -> float:
        """The host wrote into an empty line; return how long it had stood empty."""
        gap_s = max(0.0, now_s - self._free_at_s)
        self._free_at_s = max(self._free_at_s, now_s)
        return gap_s

    def hold(self, now_s: float) -> None:
        """The printer takes nothing for now, so bytes wait without travelling."""
        self._free_at_s = max(self._free_at_s, now_s)

    def arrived(self, waiting: int, now_s: float) -> int:
        """How many of ``waiting`` bytes have come through by now."""
        if self._bytes_per_s is None or waiting <= 0:
            return max(0, waiting)
        count = min(waiting, int((now_s - self._free_at_s) * self._bytes_per_s + 1e-6))
        if count > 0:
            self._free_at_s += count / self._bytes_per_s
        return count

    def slow_down(self, bytes_per_s: float | None) -> None:
        """Change the speed."""
        self._bytes_per_s = bytes_per_s
