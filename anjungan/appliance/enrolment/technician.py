"""What ``anjungan enrol`` does for a technician: asks, shows, waits, and says how it ended."""

import io
from collections.abc import Callable, Iterable
from random import Random
from typing import Final, assert_never

from anjungan.appliance.enrolment import words
from anjungan.appliance.enrolment.credentials import IdentityProblem
from anjungan.appliance.enrolment.enrolling import (
    Decided,
    Enrolled,
    Enrolling,
    Progress,
    Remembered,
    Waiting,
)
from anjungan.appliance.enrolment.https import LineProblem, Unreachable
from anjungan.appliance.enrolment.large_digits import large_digits
from anjungan.protocol.claim_codes import parse_claim_code
from anjungan.protocol.enrolment import POLL_EVERY_S, EnrolmentProblem, Refusal
from anjungan.protocol.enrolment_qr import AnswerLines, MoreNeeded, NotAnAnswer, request_address

_JITTER: Final = 0.2
_ENDS_IT: Final = frozenset(
    {
        EnrolmentProblem.CODE_EXPIRED,
        EnrolmentProblem.CODE_USED,
        EnrolmentProblem.CODE_BLOCKED,
        EnrolmentProblem.WRONG_CODE,
        EnrolmentProblem.UNKNOWN_TOKEN,
    }
)
"""Refusals after which the question is forgotten: another code is another question."""

Say = Callable[[str], None]


class Technician:
    """One run of the command. ``say`` shows a paragraph, ``sleep`` waits that many seconds."""

    def __init__(
        self, enrolling: Enrolling, say: Say, sleep: Callable[[float], None], rng: Random
    ) -> None:
        self._enrolling = enrolling
        self._say = say
        self._sleep = sleep
        self._rng = rng

    def enrol(self, url: str, code: str, tls_authorities: str = "") -> bool:
        """Ask with a code and wait for the certificate; True when the kiosk has it."""
        typed = parse_claim_code(code)
        if typed is None:
            self._say(words.MISTYPED)
            return False
        before = self._enrolling.remembered
        if not url and before is not None:  # a second code after a first that did not work
            url, tls_authorities = before.url, tls_authorities or before.tls_authorities
        return self._ask_and_wait(self._enrolling.remember(url, typed, tls_authorities))

    def resume(self) -> bool:
        """Go on with what was interrupted."""
        question = self._enrolling.remembered
        if question is None or not question.code:
            self._say(words.NOTHING_TO_DO)
            return False
        return self._ask_and_wait(question)

    def show_request(self, url: str, tls_authorities: str = "") -> bool:
        """Show the request as a code for the technician's phone; False without an address."""
        import segno  # noqa: PLC0415 - only needed without a line

        if not url.startswith(("https://", "http://")):
            self._say(words.LINE_PROBLEMS[LineProblem.BAD_ADDRESS])
            return False
        self._enrolling.remember(url, "", tls_authorities)
        address = request_address(url, self._enrolling.signing_request)
        drawn = io.StringIO()
        segno.make(address, error="l", micro=False).terminal(drawn, border=2, compact=True)
        self._say(words.SCAN_WITH_PHONE)
        self._say(drawn.getvalue())
        self._say(address)
        self._say(words.READ_OUT)
        self._say(large_digits(self._enrolling.fingerprint))
        self._say(words.THEN_ANSWER)
        return True

    def take_answer(self, lines: Iterable[str]) -> bool:
        """Take the answer from lines that were scanned, typed or pasted."""
        question = self._enrolling.remembered
        if question is None:
            self._say(words.ASK_FIRST)
            return False
        self._say(words.SCAN_NOW)
        collected = AnswerLines()
        for line in lines:
            if not line.strip():
                continue
            told = collected.take(line)
            match told:
                case NotAnAnswer():
                    self._say(words.NOT_OUR_LINE)
                case MoreNeeded(missing, total):
                    self._say(words.still_missing(missing, total))
                case identity:
                    taken = self._enrolling.take(identity, question.url, question.tls_authorities)
                    return self._ended(taken)
        self._say(words.ANSWER_INCOMPLETE)
        return False

    def _ask_and_wait(self, question: Remembered) -> bool:
        asked = self._enrolling.ask(question)
        if isinstance(asked, Refusal | Unreachable):
            return self._ended(asked)
        self._say(words.READ_OUT)
        self._say(large_digits(self._enrolling.fingerprint))
        self._say(words.WAITING)
        return self._wait(question)

    def _wait(self, question: Remembered) -> bool:
        told_of_line = False
        while True:
            progress = self._enrolling.poll(question)
            no_line = progress == Unreachable(LineProblem.NO_LINE)
            too_often = isinstance(progress, Refusal) and (
                progress.problem in {EnrolmentProblem.TOO_OFTEN, EnrolmentProblem.UNAVAILABLE}
            )
            if not (isinstance(progress, Waiting) or no_line or too_often):
                return self._ended(progress)
            if no_line and not told_of_line:
                self._say(words.STILL_NO_LINE)
            told_of_line = no_line
            self._sleep(POLL_EVERY_S * self._rng.uniform(1 - _JITTER, 1 + _JITTER))

    def _ended(self, progress: Progress) -> bool:
        match progress:
            case Enrolled(not_after, address):
                self._say(words.enrolled(not_after))
                self._say(words.broker(address.broker_host, address.broker_port))
                return True
            case Decided(state):
                self._say(words.DECISIONS[state])
            case IdentityProblem():
                self._say(words.IDENTITY_PROBLEMS[progress])
            case Unreachable(problem):
                self._say(words.LINE_PROBLEMS[problem])
            case Refusal():
                self._refused(progress)
            case Waiting():
                self._say(words.WAITING)
            case _:
                assert_never(progress)
        return False

    def _refused(self, refusal: Refusal) -> None:
        text = words.REFUSALS.get(refusal.problem, words.OTHER_REFUSAL)
        if refusal.tries_left is not None:
            text = f"{text} {words.tries_left(refusal.tries_left)}"
        self._say(text)
        if refusal.problem in _ENDS_IT:
            self._enrolling.forget()
