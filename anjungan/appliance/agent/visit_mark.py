"""A mark in the runtime folder that tells a restarted agent what it interrupted.

The folder is a tmpfs, so the mark never outlives a boot and costs no write to the card. It holds
no personal data: that a visit is open, or which request was about to be committed, when its
resident was last here, and since when its ticket is shown again.
"""

import time
from pathlib import Path
from typing import Final

import msgspec

from anjungan.appliance.file_replacing import replace_file
from anjungan.protocol.message_id import MessageId

SHOWN_AGAIN_FOR_S: Final = 60.0
"""How long a ticket is shown again, however often the agent dies meanwhile; and how long after the
resident's last sign (the submit, or a touch on the ticket) showing it again may begin."""


class OpenVisit(msgspec.Struct, frozen=True, tag="open"):
    """Somebody was in the middle of a visit."""


class Submitting(msgspec.Struct, frozen=True, tag="submitting", omit_defaults=True):
    """A request was on its way into the database, or its ticket on the screen.

    Times are CLOCK_BOOTTIME: ``at_s`` the resident's last sign, ``shown_again_at_s`` when a
    restarted agent first showed the ticket after it.
    """

    request_id: str
    at_s: float
    shown_again_at_s: float | None = None

    def left_s(self, now_s: float) -> float:
        """How long the ticket is still to be shown again; 0 when its time is over.

        A time in the future is that of another boot, whose clock began anew.
        """
        since_s = self.at_s if self.shown_again_at_s is None else self.shown_again_at_s
        passed_s = now_s - since_s
        if not 0 <= passed_s <= SHOWN_AGAIN_FOR_S:
            return 0.0
        return SHOWN_AGAIN_FOR_S - (0.0 if self.shown_again_at_s is None else passed_s)


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

    def still_reading(self, request_id: MessageId) -> None:
        """The resident touched something while the ticket of this request was there."""
        self._write(Submitting(request_id, boottime_s()))

    def shown_again(self, mark: Submitting) -> None:
        """A restarted agent shows the ticket; only the first time counts."""
        if mark.shown_again_at_s is None:
            self._write(msgspec.structs.replace(mark, shown_again_at_s=boottime_s()))

    def clear(self) -> None:
        """Nobody is here."""
        if self._written is not None or self._path.exists():
            self._path.unlink(missing_ok=True)
        self._written = None

    def _write(self, mark: Mark) -> None:
        if mark == self._written:
            return
        replace_file(self._path, msgspec.json.encode(mark))
        self._written = mark


def boottime_s() -> float:
    """Seconds since the machine booted, sleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
