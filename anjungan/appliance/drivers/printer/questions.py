"""Asking a printer how it is, in whichever way the model answers."""

from typing import assert_never

from anjungan.appliance.drivers.printer.dialogue import (
    ATTEMPTS,
    AUTOMATIC_STATUS_ON,
    Dialogue,
)
from anjungan.appliance.drivers.printer.encode import barrier_request
from anjungan.appliance.drivers.printer.printer_profile import PrinterProfile, RealtimeQuestion
from anjungan.appliance.drivers.printer.status import (
    Feeding,
    Idle,
    NearEnd,
    PrinterStatus,
    RealtimeStatus,
    Silent,
    Stopped,
    automatic_summary,
    queued_summary,
)

_TOGETHER_TRIES = 2
_ASKED_AT_EVERY_LOOK = 20  # in vain: a minute
_LOOKS_BETWEEN_QUESTIONS = 10


class StatusQuestions:
    """The questions of one open line; it learns how this printer likes to be asked."""

    def __init__(self, dialogue: Dialogue, profile: PrinterProfile) -> None:
        self._dialogue = dialogue
        self._profile = profile
        self._suspect = False
        self._together_failed = 0
        self._looks_to_spare = 0
        self._asked_in_vain = 0
        self._unanswered = 0
        self._known: PrinterStatus = Silent()

    async def look(self) -> PrinterStatus:
        """The state for the regular look.

        A printer that does not answer keeps questions in its buffer until it prints again; a night
        without paper must not fill it, so after twenty in vain such questions are asked at every
        tenth look only.  Those that it has kept are answered as soon as it goes on.
        """
        inbox = self._dialogue.inbox
        if self._profile.status == "realtime" or self._looks_to_spare == 0:
            return await self.status()
        self._looks_to_spare -= 1
        await self._dialogue.glance()
        if self._profile.status == "queued" and inbox.queued:
            return await self.status()
        await self._dialogue.drain(0)
        if self._profile.status == "automatic" and inbox.frame is not None:
            self._known = automatic_summary(inbox.frame)
        if isinstance(self._known, Idle | NearEnd):
            self._looks_to_spare = 0
        return self._known

    async def status(self, *, patiently: bool = False) -> PrinterStatus:
        """Ask now; :class:`Silent` when there is no answer.

        ``patiently``: wait also for what a printer that stopped may still hold.  One that answers
        in print order is silent for so long after paper was put in.
        """
        within_s = self._dialogue.answer_within_s()
        if patiently:
            within_s += self._dialogue.held_work_s()
        match self._profile.status:
            case "realtime":
                self._known = await self._realtime()
            case "automatic":
                self._known = await self._automatic(within_s)
            case "queued":
                self._known = await self._queued(within_s)
            case "none":
                self._known = Silent()
            case _:
                assert_never(self._profile.status)
        is_well = isinstance(self._known, Idle | NearEnd)
        self._asked_in_vain = 0 if is_well else self._asked_in_vain + 1
        asks_often = self._asked_in_vain < _ASKED_AT_EVERY_LOOK
        self._looks_to_spare = 0 if asks_often else _LOOKS_BETWEEN_QUESTIONS
        return self._known

    async def trouble(self) -> Stopped | None:
        """Whether printing has stopped: the state that stopped it, or None.

        The feed button alone does not: printing goes on when it is let go.
        """
        if self._profile.status == "automatic":
            await self._dialogue.glance()
            frame = self._dialogue.inbox.frame
            status = Idle() if frame is None else automatic_summary(frame)
        else:
            status = await self.status()
        return None if isinstance(status, Idle | NearEnd | Feeding) else status

    def sees_trouble(self) -> bool:
        """Whether what has arrived already tells of trouble; it is to be asked for, then."""
        inbox = self._dialogue.inbox
        if self._profile.status == "automatic" and inbox.frame is not None:
            return not isinstance(automatic_summary(inbox.frame), Idle | NearEnd | Feeding)
        return inbox.alarm

    async def _realtime(self) -> PrinterStatus:
        questions = self._profile.questions
        answers: dict[RealtimeQuestion, int | None] | None = None
        if self._together_failed < _TOGETHER_TRIES:
            answers = await self._ask_together(questions)
        if answers is None:
            first = await self._ask_alone(questions[0])
            if first is None:
                return Silent()
            answers = {questions[0]: first}
            for question in questions[1:]:
                answers[question] = await self._ask_alone(question)
            self._together_failed += 1
        return RealtimeStatus(
            printer=answers.get(1),
            offline_cause=answers.get(2),
            error_cause=answers.get(3),
            paper=answers.get(4),
        ).summary()

    async def _ask_together(
        self, questions: tuple[RealtimeQuestion, ...]
    ) -> dict[RealtimeQuestion, int | None] | None:
        """Ask all at once; None unless exactly as many answers came, and nothing else.

        An answer does not say to which question it belongs, but they are answered in order.
        """
        inbox = self._dialogue.inbox
        await self._dialogue.drain(self._dialogue.timings.settle_s if self._suspect else 0)
        await self._dialogue.ask(b"".join(bytes((0x10, 0x04, each)) for each in questions))
        await self._dialogue.read_until(
            lambda: len(inbox.realtime) >= len(questions) or None,
            self._dialogue.answer_within_s(),
        )
        self._suspect = len(inbox.realtime) != len(questions) or inbox.stray_bytes > 0
        if self._suspect:
            return None
        return dict(zip(questions, inbox.realtime, strict=True))

    async def _ask_alone(self, question: RealtimeQuestion) -> int | None:
        """Ask DLE EOT ``question``; None when no answer came, or none that stands alone.

        When more came than was asked for, or an answer was missed and may still come, the line must
        fall quiet before the next try.
        """
        inbox = self._dialogue.inbox
        for _ in range(ATTEMPTS):
            await self._dialogue.drain(self._dialogue.timings.settle_s if self._suspect else 0)
            await self._dialogue.ask(bytes((0x10, 0x04, question)))
            await self._dialogue.read_until(
                lambda: inbox.realtime or None, self._dialogue.answer_within_s()
            )
            self._suspect = len(inbox.realtime) != 1 or bool(inbox.queued)
            if not self._suspect:
                return inbox.realtime[0]
        return None

    async def _automatic(self, within_s: float) -> PrinterStatus:
        """Turn the messages on once more: a printer that prints answers with the state now.

        One that has stopped does not work through its buffer, but it has told why.
        """
        inbox = self._dialogue.inbox
        await self._dialogue.drain(0)
        before = inbox.frames
        await self._dialogue.ask(AUTOMATIC_STATUS_ON)
        await self._dialogue.read_until(lambda: inbox.frames > before or None, within_s)
        if inbox.frame is None:
            return Silent()
        status = automatic_summary(inbox.frame)
        if inbox.frames == before and isinstance(status, Idle | NearEnd):
            inbox.frame = None  # what it once said is true no more
            return Silent()
        if isinstance(status, Idle | NearEnd):
            self._dialogue.note_all_done()
        return status

    async def _queued(self, within_s: float) -> PrinterStatus:
        """Ask GS r; one that has stopped does not answer, and cannot say why.

        Questions that it kept are answered too, and waited for: a later answer could be taken for
        one that stands behind a job.
        """
        inbox = self._dialogue.inbox
        await self._dialogue.drain(0)
        await self._dialogue.ask(barrier_request())
        self._unanswered += 1
        await self._dialogue.read_until(lambda: inbox.queued or None, within_s)
        if not inbox.queued:
            return Silent()
        due = self._unanswered
        self._unanswered = 0
        all_came = await self._dialogue.read_until(
            lambda: len(inbox.queued) >= due or None, self._dialogue.answer_within_s()
        )
        if all_came:
            self._dialogue.note_all_done()
        else:
            self._dialogue.expect_late_answers(due - len(inbox.queued))
        return queued_summary(inbox.queued[-1])
