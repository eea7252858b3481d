"""Limiting how often ticket codes may be guessed at this kiosk.

A code has 40 bits, but a guesser has all night. After FREE_TRIES wrong codes each further try
costs a wait that doubles; a found code forgives, and so does an hour of quiet.
"""

from typing import Final

FREE_TRIES: Final = 5
FIRST_WAIT_S: Final = 60.0
LONGEST_WAIT_S: Final = 3600.0
FORGIVEN_AFTER_S: Final = 3600.0


class CodeTries:
    """Counts wrong codes; all times are of one monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._wrong = 0
        self._last_wrong_s = 0.0
        self._closed_until_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """Seconds until the next code may be tried; 0 when it may be tried now."""
        if self._wrong and now_s - self._last_wrong_s >= FORGIVEN_AFTER_S:
            self._wrong = 0
        return max(0.0, self._closed_until_s - now_s)

    def failed(self, now_s: float) -> None:
        """A wrong code was tried."""
        self._wrong += 1
        self._last_wrong_s = now_s
        over = self._wrong - FREE_TRIES
        if over >= 0:
            wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(over, 10))
            self._closed_until_s = now_s + wait_s

    def found(self) -> None:
        """A right code was typed by somebody who holds the ticket."""
        self._wrong = 0
        self._closed_until_s = 0.0
