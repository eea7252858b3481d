"""Log lines that noise on a line could cause by the hundred: the first, then one a minute."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

SUMMARY_EVERY_S = 60.0


@dataclass(slots=True)
class _Seen:
    told_s: float
    untold: int = 0


class LimitedLog:
    """Tells each message at once when it is new, and then at most once in ``every_s``.

    What came in between is counted and told with the next line of the same message.  Messages must
    be of a fixed set, because each is remembered.
    """

    def __init__(
        self,
        log: logging.Logger,
        level: int,
        *,
        every_s: float = SUMMARY_EVERY_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._level = level
        self._every_s = every_s
        self._monotonic = monotonic
        self._seen: dict[str, _Seen] = {}

    def tell(self, message: str) -> None:
        """Log ``message``, or count it when it was logged less than ``every_s`` ago."""
        now_s = self._monotonic()
        seen = self._seen.get(message)
        if seen is None:
            self._seen[message] = _Seen(now_s)
            self._log.log(self._level, "%s", message)
            return
        since_s = now_s - seen.told_s
        if since_s < self._every_s:
            seen.untold += 1
            return
        self._seen[message] = _Seen(now_s)
        if seen.untold:
            many = "%s (and %d more in the last %.0f s)"
            self._log.log(self._level, many, message, seen.untold, since_s)
        else:
            self._log.log(self._level, "%s", message)
