"""How long to wait before connecting again.

Full jitter: rand(0, min(cap, base * 2^n)). After a power cut a whole regency of kiosks comes back
in the same second, and this is what spreads them.
"""

from random import Random


class Backoff:
    """Counts failures and deals out waits.

    A connection that is soon lost counts as a failure: a broker that accepts and then kicks
    (a clone with the same identity, a refused message) must not be hammered either.
    """

    def __init__(self, *, base_s: float, cap_s: float, stable_after_s: float, rng: Random) -> None:
        self._base_s = base_s
        self._cap_s = cap_s
        self._stable_after_s = stable_after_s
        self._rng = rng
        self._failures = 0

    @property
    def failures(self) -> int:
        """Attempts since the last stable connection."""
        return self._failures

    def next_wait_s(self) -> float:
        """The wait before the next attempt, which is counted as failed until proven stable."""
        # 2^32 times any base is past any cap; the limit keeps the float finite.
        ceiling_s = min(self._cap_s, self._base_s * 2.0 ** min(self._failures, 32))
        self._failures += 1
        return self._rng.uniform(0.0, ceiling_s)

    def connection_lasted(self, seconds: float) -> None:
        """A connection has ended after ``seconds``; a long one clears the failures."""
        if seconds >= self._stable_after_s:
            self._failures = 0
