"""What has come from a printer and waits to be looked at.

Answers arrive in any order and at any time: a job's confirmation may come minutes late, after paper
was put in, and an automatic status whenever something changes.  So all that is read goes through
one place, which sorts it by kind; who asked takes only answers of that kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from anjungan.appliance.drivers.printer.replies import (
    Automatic,
    BufferCleared,
    Noise,
    ProcessCompleted,
    Queued,
    Realtime,
    Reply,
    ReplyStream,
)
from anjungan.appliance.drivers.printer.status import tells_trouble


@dataclass(slots=True)
class QueueMark:
    """Questions in print order that prove, all answered, that the printer still held its data.

    One answer alone would prove little: a printer that is switched on again puts such a byte on the
    line by accident.  ``doubtful`` marks are never reached.
    """

    answers_due: int
    doubtful: bool = False
    was_answered: bool = False

    @property
    def reached(self) -> bool:
        """Whether exactly the answers have come that were due, and nothing beside them."""
        return self.answers_due == 0 and not self.doubtful

    def take(self) -> None:
        """Count one answer."""
        self.was_answered = True
        self.answers_due -= 1
        self.doubtful = self.doubtful or self.answers_due < 0


class Inbox:
    """Everything received and not yet taken.  ``on_completed`` takes confirmed process ids.

    ``checks_due`` counts the questions of a running job (DLE EOT ``check_question``) that are not
    answered yet; their answers are looked at as they come and set ``alarm``.
    """

    def __init__(self, on_completed: Callable[[bytes], None], check_question: int) -> None:
        self._on_completed = on_completed
        self._check_question = check_question
        self._stream = ReplyStream()
        self.realtime: list[int] = []
        self.queued: list[int] = []
        self.stray_bytes = 0
        self.frame: bytes | None = None
        self.frames = 0
        self.cleared = False
        self.checks_due = 0
        self.alarm = False
        self.mark: QueueMark | None = None

    @property
    def has_partial(self) -> bool:
        """Whether an answer has begun that is not complete yet."""
        return self._stream.has_partial

    def receive(self, data: bytes) -> None:
        """Take what was read."""
        self._sort(self._stream.feed(data))

    def give_up_partial(self) -> None:
        """The line is quiet: what is incomplete was none of the long answers."""
        self._sort(self._stream.abandon_partial())

    def forget(self) -> None:
        """Drop answers that nobody waits for: an old one must not be taken for a new one."""
        self.realtime.clear()
        self.queued.clear()
        self.stray_bytes = 0

    def _sort(self, replies: tuple[Reply, ...]) -> None:
        for reply in replies:
            match reply:
                case ProcessCompleted(process_id=process_id):
                    self._on_completed(process_id)
                case Realtime(byte=byte):
                    self._realtime(byte)
                case Queued(byte=byte):
                    self._queued(byte)
                case Automatic(frame=frame):
                    self.frame = frame
                    self.frames += 1
                case BufferCleared():
                    self.cleared = True
                case Noise():
                    self.stray_bytes += 1
                    if self.mark is not None:
                        self.mark.doubtful = True
                case _:
                    assert_never(reply)

    def _realtime(self, byte: int) -> None:
        if self.checks_due:
            self.checks_due -= 1
            self.alarm = self.alarm or tells_trouble(self._check_question, byte)
        else:
            self.realtime.append(byte)

    def _queued(self, byte: int) -> None:
        if self.mark is not None:
            self.mark.take()
        else:
            self.queued.append(byte)
