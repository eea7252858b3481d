"""Sending a job's segments without a pause, and noticing at once when the printer stops.

A question that is waited for would leave the line empty for a whole round trip.  So DLE EOT is
sent behind every half kilobyte, more data behind it, and its answer is looked at when it comes.
What is under way unasked is bounded: the printer's buffer must take it when printing has stopped.
"""

from collections.abc import Sequence

from anjungan.appliance.drivers.printer.dialogue import Dialogue
from anjungan.appliance.drivers.printer.encode import Segment
from anjungan.appliance.drivers.printer.printer_profile import PrinterProfile
from anjungan.appliance.drivers.printer.questions import StatusQuestions
from anjungan.appliance.drivers.printer.status import Stopped

_CHECK_EVERY_BYTES = 512
_CHECKS_UNDER_WAY = 1


class Sending:
    """One job's segments on their way; ``sent`` counts those written whole."""

    def __init__(
        self,
        dialogue: Dialogue,
        questions: StatusQuestions,
        profile: PrinterProfile,
        segments: Sequence[Segment],
    ) -> None:
        self._dialogue = dialogue
        self._questions = questions
        self._checks = profile.status == "realtime"
        self._segments = segments
        self.sent = 0

    @property
    def all_sent(self) -> bool:
        """Whether nothing is left."""
        return self.sent == len(self._segments)

    async def go_on(self) -> Stopped | None:
        """Send from where it stands; the state that stopped it, or None when all is sent.

        Raises:
            LinkTimeout: the printer stopped taking bytes.
            LinkLost: the line went away.
        """
        unchecked_bytes = 0
        while not self.all_sent:
            segment = self._segments[self.sent]
            await self._dialogue.send(segment)
            self.sent += 1
            unchecked_bytes += len(segment.data)
            if self._checks and unchecked_bytes >= _CHECK_EVERY_BYTES:
                unchecked_bytes = 0
                await self._dialogue.check_behind()
            stopped = await self._stopped()
            if stopped is not None:
                return stopped
        return None

    async def _stopped(self) -> Stopped | None:
        inbox = self._dialogue.inbox
        await self._dialogue.glance()
        if not self._questions.sees_trouble() and inbox.checks_due > _CHECKS_UNDER_WAY:
            answered = await self._dialogue.read_until(
                self._may_go_on, self._dialogue.answer_within_s()
            )
            if answered is None:
                return await self._questions.trouble()
        return await self._questions.trouble() if self._questions.sees_trouble() else None

    def _may_go_on(self) -> bool | None:
        """Whether a wait for answers is over: enough came, or one that tells of trouble."""
        enough = self._dialogue.inbox.checks_due <= _CHECKS_UNDER_WAY
        return (enough or self._questions.sees_trouble()) or None
