"""How long to wait before connecting again: full jitter, so that no herd forms."""

import random
from dataclasses import dataclass
from typing import Final

FIRST_S: Final = 1.0
LONGEST_S: Final = 5.0
"""Short, because every kiosk of the regency waits for this one client (decision 0016)."""


@dataclass(slots=True)
class Backoff:
    """Doubles its ceiling with each failure; ``succeeded`` starts it over."""

    failures: int = 0

    def next_delay_s(self) -> float:
        """Seconds to wait after one more failure, anywhere up to the ceiling."""
        ceiling_s = min(LONGEST_S, FIRST_S * 2 ** min(self.failures, 16))
        self.failures += 1
        return random.uniform(0.0, ceiling_s)  # noqa: S311 - spreads load, guards nothing

    def succeeded(self) -> None:
        """A connection held long enough to count."""
        self.failures = 0
