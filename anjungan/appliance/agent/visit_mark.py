"""A mark in the runtime folder that tells a restarted agent what it interrupted.

The folder is a tmpfs, so the mark never outlives a boot and costs no write to the card. It holds
no personal data: that a visit is open, or which request was about to be committed and when.
"""

import time
from pathlib import Path
from typing import Final

import msgspec

from anjungan.protocol.message_id import MessageId

SHOWN_AGAIN_FOR_S: Final = 60.0
"""How long after the commit a ticket is shown again by itself (design: "sixty seconds")."""


class OpenVisit(msgspec.Struct, frozen=True, tag="open"):
    """Somebody was in the middle of a visit."""


class Submitting(msgspec.Struct, frozen=True, tag="submitting"):
    """A request was on its way into the database; ``at_s`` is CLOCK_BOOTTIME."""

    request_id: str
    at_s: float


Mark = OpenVisit | Submitting


class VisitMark:
    """The mark file. Written before the commit, so that both outcomes can be told apart."""

    def __init__(self, runtime_dir: Path) -> None:
        self._path = runtime_dir / "visit.json"
        self._written: Mark | None = None

    def read(self) -> Mark | None:
        """What the last run left; None when nobody was there or the mark is damaged."""
        try:
            mark: Mark = msgspec.json.decode(self._path.read_bytes(), type=Mark)
        except (OSError, msgspec.DecodeError):
            return None
        return mark

    def visit_open(self) -> None:
        """A visit has begun and nothing of it is stored."""
        self._write(OpenVisit())

    def submitting(self, request_id: MessageId) -> None:
        """The commit of this request is about to begin."""
        self._write(Submitting(request_id, boottime_s()))

    def clear(self) -> None:
        """Nobody is here."""
        if self._written is not None or self._path.exists():
            self._path.unlink(missing_ok=True)
        self._written = None

    def _write(self, mark: Mark) -> None:
        if mark == self._written:
            return
        draft = self._path.with_suffix(".new")
        draft.write_bytes(msgspec.json.encode(mark))
        draft.replace(self._path)
        self._written = mark


def boottime_s() -> float:
    """Seconds since the machine booted, sleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
