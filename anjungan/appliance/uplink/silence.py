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
        self._owed_since_s: dict[str, float] = {}
        self._lasting = False

    @property
    def lasting(self) -> bool:
        """Whether the silence has outlasted the patience; any word of the regency ends it."""
        return self._lasting

    def sent(self, message_id: str, now_s: float) -> None:
        """A message that the regency is to answer was handed to the line."""
        self._owed_since_s[message_id] = now_s

    def answered(self, message_id: str) -> None:
        """The regency has answered for a message of ours."""
        self._lasting = False
        answered_s = self._owed_since_s.pop(message_id, None)
        if answered_s is not None:
            self._owed_since_s = {
                name: since_s
                for name, since_s in self._owed_since_s.items()
                if since_s > answered_s
            }

    def heard(self, now_s: float) -> None:
        """The regency has said something else: patience for what it owes begins anew."""
        self._lasting = False
        self._owed_since_s = dict.fromkeys(self._owed_since_s, now_s)

    def judge(self, now_s: float) -> None:
        """See whether the patience is over."""
        due_s = self.due_s()
        if due_s is not None and now_s >= due_s:
            self._lasting = True

    def due_s(self) -> float | None:
        """When the patience will be over; None when nothing is owed, or when it is over."""
        if self._lasting or not self._owed_since_s:
            return None
        return min(self._owed_since_s.values()) + self._patience_s
