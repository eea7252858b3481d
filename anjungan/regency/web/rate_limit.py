"""A limit on how often one address may ask, kept in memory. Pure but for its own counts."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

MOST_ADDRESSES: Final = 10_000


@dataclass(slots=True)
class RateLimit:
    """A bucket of ``burst`` permits for each address, refilled by ``per_minute``.

    The least recently seen addresses are forgotten first, so memory is bounded.
    """

    burst: float
    per_minute: float
    _buckets: "OrderedDict[str, tuple[float, float]]" = field(default_factory=OrderedDict)

    def allows(self, address: str, now_s: float) -> bool:
        """Whether ``address`` has a permit left; this does not take it."""
        return self._filled(address, now_s) >= 1.0

    def take(self, address: str, now_s: float) -> None:
        """Take a permit from ``address``."""
        left = max(0.0, self._filled(address, now_s) - 1.0)
        self._buckets[address] = (left, now_s)
        self._buckets.move_to_end(address)
        while len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)

    def _filled(self, address: str, now_s: float) -> float:
        permits, since_s = self._buckets.get(address, (self.burst, now_s))
        return min(self.burst, permits + max(0.0, now_s - since_s) * self.per_minute / 60.0)
