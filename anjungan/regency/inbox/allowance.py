"""How much each kiosk may send: token buckets, asked before a message costs anything.

What is over the limit is acknowledged to the broker and counted, and nothing else: the one session
of the inbox serves every kiosk, and not acknowledging would stop all of them. Nothing is lost by
it for good: a request without a receipt stays in its kiosk's outbox and is sent again later, and a
report is followed by a newer one.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from anjungan.protocol import contract
from anjungan.protocol.identity import IdentityError, KioskId, parse_kiosk
from anjungan.regency.inbox.settings import InboxSettings

MAX_SENDERS: Final = 20_000
FLOOD: Final = 5000
"""This many messages over the limit since it was last asked are a flood, not a long queue."""

_RECEIPTED: Final = frozenset(kind.value for kind in contract.RECEIPTED)
_KIOSK_SEGMENT: Final = 4


@dataclass(slots=True)
class _Bucket:
    messages: float
    size_bytes: float
    filled_at_s: float


class Allowance:
    """Asked by the link's thread and read by the inbox's."""

    def __init__(
        self, limits: InboxSettings, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._now_s = monotonic_s
        self._buckets: dict[tuple[str, bool], _Bucket] = {}
        self._refused: Counter[str] = Counter()
        self._flooded: Counter[str] = Counter()
        self._lock = threading.Lock()

    def admits(self, topic: str, size_bytes: int) -> bool:
        """Whether the sender may send this; what it may not is counted."""
        segments = topic.split("/", _KIOSK_SEGMENT + 1)
        # the broker lets nobody write under a name that is not theirs
        sender = segments[_KIOSK_SEGMENT] if len(segments) > _KIOSK_SEGMENT else ""
        is_receipted = topic.rpartition("/")[2] in _RECEIPTED
        with self._lock:
            if self._takes(sender, is_receipted, size_bytes):
                return True
            self._refused[sender] += 1
            self._flooded[sender] += 1
            return False

    def take_refused(self) -> Mapping[KioskId | None, int]:
        """How many messages of each kiosk were over the limit since this was last called."""
        with self._lock:
            refused, self._refused = self._refused, Counter()
        counts: Counter[KioskId | None] = Counter()
        for sender, times in refused.items():
            counts[_kiosk(sender)] += times
        return counts

    def take_flooding(self) -> frozenset[KioskId]:
        """The kiosks that have sent a flood since they were last named here."""
        with self._lock:
            flooding = [sender for sender, times in self._flooded.items() if times >= FLOOD]
            for sender in flooding:
                del self._flooded[sender]
        kiosks = (_kiosk(sender) for sender in flooding)
        return frozenset(kiosk for kiosk in kiosks if kiosk is not None)

    def _takes(self, sender: str, is_receipted: bool, size_bytes: int) -> bool:  # noqa: FBT001 - a key
        limits, now_s = self._limits, self._now_s()
        bucket = self._buckets.get((sender, is_receipted))
        if bucket is None:
            if len(self._buckets) >= MAX_SENDERS:
                self._buckets.clear()  # everybody begins with a full one again
            bucket = _Bucket(limits.burst_messages, limits.burst_bytes, now_s)
            self._buckets[sender, is_receipted] = bucket
        passed_s = now_s - bucket.filled_at_s
        bucket.filled_at_s = now_s
        bucket.messages = min(
            limits.burst_messages, bucket.messages + passed_s * limits.messages_per_s
        )
        bucket.size_bytes = min(
            limits.burst_bytes, bucket.size_bytes + passed_s * limits.bytes_per_s
        )
        if bucket.messages < 1 or bucket.size_bytes < size_bytes:
            return False
        bucket.messages -= 1
        bucket.size_bytes -= size_bytes
        return True


def _kiosk(sender: str) -> KioskId | None:
    try:
        return parse_kiosk(sender)
    except IdentityError:
        return None
