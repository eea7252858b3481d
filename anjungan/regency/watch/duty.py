"""One thing the watch does again and again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing done again and again.

    ``run`` gets the present moment; what it raises is logged, and the duty is tried again when it
    is due the next time. A duty must bear being done late, twice, or again after half of it.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], None]
