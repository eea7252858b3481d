"""From the chatter of a door contact to its steady state, with time handed in.

A door rattles; its contact counts as moved only after it has been still for a tenth of a second.
"""

from typing import Final

SETTLE_S: Final = 0.100


class SteadyContact:
    """One contact, ``closed`` at the start.  Give it every edge; tick when the deadline has come.

    Both return the levels that became steady, in order; mostly none.
    """

    def __init__(self, *, closed: bool, settle_s: float = SETTLE_S) -> None:
        self._told = closed
        self._closed = closed
        self._settle_s = settle_s
        self._settles_at_s: float | None = None

    @property
    def is_closed(self) -> bool:
        """The steady level."""
        return self._told

    @property
    def deadline_s(self) -> float | None:
        """When :meth:`tick` is wanted next; None when nothing is under way."""
        return self._settles_at_s

    def edge(self, *, closed: bool, at_s: float) -> tuple[bool, ...]:
        """Take an edge: ``closed`` is the level after it."""
        changes = self._settle(at_s)
        self._move(closed=closed, at_s=at_s)
        return changes

    def tick(self, *, closed: bool, at_s: float) -> tuple[bool, ...]:
        """Let time pass; ``closed`` is the level now, in case an edge went missing."""
        if closed != self._closed:
            self._move(closed=closed, at_s=at_s)
            return ()
        return self._settle(at_s)

    def _move(self, *, closed: bool, at_s: float) -> None:
        self._closed = closed
        self._settles_at_s = at_s + self._settle_s

    def _settle(self, at_s: float) -> tuple[bool, ...]:
        if self._settles_at_s is None or at_s < self._settles_at_s:
            return ()
        self._settles_at_s = None
        if self._closed == self._told:
            return ()
        self._told = self._closed
        return (self._told,)
