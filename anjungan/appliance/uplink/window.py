"""What is on its way to the regency without a receipt, and what may be sent next.

The one resend authority: a message is sent again after a reconnection, or when its receipt is
overdue, and for no other reason. An unanswered message leaves the window after one time-out and
comes back later and later, so that a message nobody answers never stops the queue behind it.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

MAX_BYTES: Final = 16 * 1024
MAX_MESSAGES: Final = 32
"""Measured on 64 kbit/s with 1.2 s round trip: one at a time gives 0.7 requests a second,
twenty give 8; more only fills buffers."""
_LATENESS: Final = 0.25
"""Resends are spread over a quarter of their wait."""


@dataclass(slots=True)
class _Sent:
    size_bytes: int
    leaves_window_s: float
    due_s: float
    tries: int


@dataclass(frozen=True, slots=True)
class Room:
    """How much may be sent now."""

    messages: int
    size_bytes: int


class Window:
    """Messages sent on this connection. All times are of one monotonic clock."""

    def __init__(self, *, receipt_timeout_s: float, timeout_cap_s: float, rng: Random) -> None:
        self._timeout_s = receipt_timeout_s
        self._cap_s = max(timeout_cap_s, receipt_timeout_s)
        self._rng = rng
        self._sent: dict[str, _Sent] = {}
        self._unanswered_probes = 0

    def clear(self) -> None:
        """A new connection, or a regency that has come back: everything may be sent again."""
        self._sent.clear()
        self._unanswered_probes = 0

    def room(self, now_s: float, *, regency_present: bool) -> Room:
        """What may be sent now.

        Without a sign of the regency one message at a time is sent, as a probe: if it is
        receipted, the regency is there whatever the broker remembers of it.
        """
        flying = [sent for sent in self._sent.values() if now_s < sent.leaves_window_s]
        most = MAX_MESSAGES if regency_present else 1
        free_bytes = MAX_BYTES - sum(sent.size_bytes for sent in flying)
        if free_bytes <= 0:
            return Room(0, 0)
        return Room(max(0, most - len(flying)), free_bytes)

    def not_due(self, now_s: float) -> frozenset[str]:
        """Ids that must not be sent now."""
        return frozenset(name for name, sent in self._sent.items() if now_s < sent.due_s)

    def known(self) -> frozenset[str]:
        """Ids of all that was sent before and has no receipt yet."""
        return frozenset(self._sent)

    def sent(
        self, message_id: str, size_bytes: int, now_s: float, *, regency_present: bool
    ) -> None:
        """A message was handed to the line."""
        earlier = self._sent.get(message_id)
        tries = 0 if earlier is None else earlier.tries + 1
        patience_s = self._timeout_s
        if not regency_present:
            patience_s = self._grown_s(self._unanswered_probes)
            self._unanswered_probes += 1
        wait_s = max(patience_s, self._grown_s(tries))
        self._sent[message_id] = _Sent(
            size_bytes=size_bytes,
            leaves_window_s=now_s + patience_s,
            due_s=now_s + wait_s * self._rng.uniform(1.0, 1.0 + _LATENESS),
            tries=tries,
        )

    def receipted(self, message_id: str) -> None:
        """The regency has answered for a message."""
        self._sent.pop(message_id, None)
        self._unanswered_probes = 0

    def next_change_s(self, now_s: float) -> float | None:
        """When a message next leaves the window or falls due; None when nothing is out."""
        times = [
            time_s
            for sent in self._sent.values()
            for time_s in (sent.leaves_window_s, sent.due_s)
            if time_s > now_s
        ]
        return min(times, default=None)

    def _grown_s(self, doublings: int) -> float:
        return min(self._cap_s, self._timeout_s * 2.0 ** min(doublings, 32))
