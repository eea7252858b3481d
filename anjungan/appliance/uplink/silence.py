"""When the regency has been silent for so long that the line no longer counts as connected.

The broker's own answers are no sign here: it may be reached while nobody listens behind it.
"""


class Silence:
    """What the regency owes an answer for, and since when. All times are of one monotonic clock.

    Only a message that is sent for the first time is evidence. One that the regency has passed
    over, by answering for a later one, is not: it listens, and that message alone is in trouble.
    """

    def __init__(self, *, patience_s: float) -> None:
        self._patience_s = patience_s
        self._owed: dict[str, float] = {}
        self._heard_s = 0.0
        self._lasting = False

    @property
    def lasting(self) -> bool:
        """Whether the silence has outlasted the patience; any word of the regency ends it."""
        return self._lasting

    def sent(self, message_id: str, now_s: float) -> None:
        """A message that the regency is to answer was handed to the line."""
        self._owed[message_id] = now_s

    def answered(self, message_id: str, now_s: float) -> None:
        """The regency has answered for a message of ours."""
        self.heard(now_s)
        answered_s = self._owed.pop(message_id, None)
        if answered_s is not None:
            later = {name: sent_s for name, sent_s in self._owed.items() if sent_s > answered_s}
            self._owed = later

    def heard(self, now_s: float) -> None:
        """The regency has said something: patience for what it still owes begins anew."""
        self._lasting = False
        self._heard_s = now_s

    def judge(self, now_s: float) -> None:
        """See whether the patience is over."""
        due_s = self.due_s()
        if due_s is not None and now_s >= due_s:
            self._lasting = True

    def due_s(self) -> float | None:
        """When the patience will be over; None when nothing is owed, or when it is over."""
        if self._lasting or not self._owed:
            return None
        return max(self._heard_s, min(self._owed.values())) + self._patience_s
