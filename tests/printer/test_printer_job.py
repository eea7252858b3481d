"""Rare endings of a job, on a link that does exactly what the test says."""

from dataclasses import replace

import pytest

from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout
from anjungan.appliance.drivers.printer.dialogue import Dialogue
from anjungan.appliance.drivers.printer.document import Document, Text
from anjungan.appliance.drivers.printer.encode import encode
from anjungan.appliance.drivers.printer.job import OpenPrinter, PrintJob
from anjungan.appliance.drivers.printer.outcome import (
    Disconnected,
    Printed,
    PrinterFault,
    Uncertain,
)
from anjungan.appliance.drivers.printer.pending import PendingJobs
from anjungan.appliance.drivers.printer.profile import CLONE_58, EPSON_58
from anjungan.appliance.drivers.printer.questions import StatusQuestions
from anjungan.appliance.drivers.printer.status import PaperOut, Silent
from anjungan.appliance.drivers.printer.timings import Timings

TIMINGS = Timings(status_timeout_s=0.02, confirm_grace_s=0.05, check_interval_s=0.01)
SHORT = Document((Text("SATU"),))


class ScriptedLink:
    """Answers each written command by a rule; ``fail_at`` raises on the write that holds it."""

    def __init__(self, answers, fail_at=b"", failure=None):
        self._answers = answers
        self._fail_at = fail_at
        self._failure = failure
        self._unread = b""
        self.written = b""

    async def open(self):
        raise AssertionError("the driver opens the line, not the job")

    async def read(self, max_bytes, timeout_s):
        data, self._unread = self._unread[:max_bytes], self._unread[max_bytes:]
        return data

    async def write(self, data, timeout_s):
        if self._fail_at and self._fail_at in data:
            raise self._failure
        self.written += data
        for question, answer in self._answers:
            if question in data:
                self._unread += answer(data) if callable(answer) else answer

    async def discard_input(self):
        self._unread = b""

    async def close(self):
        raise AssertionError("the driver closes the line, not the job")


STATUS = (b"\x10\x04", b"\x12")
CONFIRM = (b"\x1d(H", lambda data: b"\x37\x22" + data[-4:] + b"\x00")


async def outcome_on(link, profile=EPSON_58, *, timings=TIMINGS):
    pending = PendingJobs(None)
    dialogue = Dialogue(link, profile, timings, pending.complete)
    printer = OpenPrinter(dialogue, StatusQuestions(dialogue, profile), profile, pending)
    job = PrintJob(printer, encode(SHORT, profile), "job-1")
    return await job.print(), job


async def test_a_line_that_takes_no_question_is_a_fault_and_nothing_was_sent():
    link = ScriptedLink([STATUS], b"\x10\x04\x01", LinkTimeout(0))
    outcome, job = await outcome_on(link)
    assert outcome == PrinterFault("not_taking_bytes")
    assert not job.began
    assert link.written == b""


async def test_a_line_lost_at_the_first_question_is_disconnected():
    outcome, job = await outcome_on(ScriptedLink([STATUS], b"\x10\x04\x03", LinkLost("gone")))
    assert outcome == Disconnected()
    assert not job.began


async def test_a_line_lost_at_the_first_byte_of_the_job_is_uncertain():
    outcome, job = await outcome_on(ScriptedLink([STATUS], b"\x1b@", LinkLost("gone")))
    assert outcome == Uncertain("disconnected")
    assert job.began
    assert not job.all_sent


@pytest.mark.parametrize("failure", [LinkLost("gone"), LinkTimeout(0)])
async def test_a_line_lost_after_the_confirmation_leaves_the_job_printed(failure):
    link = ScriptedLink([STATUS, CONFIRM])
    real_write = link.write

    async def lost_once_confirmed(data, timeout_s):
        if b"\x1d(H" in link.written:
            raise failure
        await real_write(data, timeout_s)

    link.write = lost_once_confirmed
    outcome, _ = await outcome_on(link)
    assert outcome == Printed()


async def test_without_realtime_status_the_id_alone_confirms():
    profile = replace(EPSON_58, status="none")
    outcome, _ = await outcome_on(ScriptedLink([CONFIRM]), profile)
    assert outcome == Printed()


async def test_an_id_that_is_not_answered_confirms_nothing():
    outcome, job = await outcome_on(ScriptedLink([STATUS]))
    assert outcome == Uncertain("not_confirmed")
    assert job.all_sent


async def test_another_jobs_id_confirms_nothing():
    other = (b"\x1d(H", b"\x37\x22ZZZZ\x00")
    outcome, _ = await outcome_on(ScriptedLink([STATUS, other]))
    assert outcome == Uncertain("not_confirmed")


async def test_a_barrier_answered_among_noise_confirms_nothing():
    for noise in (b"\x00\x00", b"\x00\xff", b"\x00\x12", b"\x12\x12"):
        outcome, _ = await outcome_on(ScriptedLink([STATUS, (b"\x1dr", noise)]), CLONE_58)
        assert outcome == Uncertain("not_confirmed"), noise


async def test_a_barrier_answered_alone_confirms():
    link = ScriptedLink([STATUS, (b"\x1dr", b"\x00")])
    outcome, _ = await outcome_on(link, CLONE_58)
    assert outcome == Printed()


async def test_a_printer_that_falls_silent_after_the_barrier_is_uncertain():
    asked = []

    def status(_data):
        asked.append(1)
        return b"\x12" if len(asked) <= 4 else b""

    link = ScriptedLink([(b"\x10\x04", status), (b"\x1dr", b"\x00")])
    outcome, _ = await outcome_on(link, CLONE_58)
    assert outcome == Uncertain("silent")


async def test_one_answer_eaten_by_noise_is_asked_for_again():
    asked = []

    def status(_data):
        asked.append(1)
        return b"\xff" if len(asked) == 1 else b"\x12"

    outcome, _ = await outcome_on(ScriptedLink([(b"\x10\x04", status), CONFIRM]))
    assert outcome == Printed()


async def test_answers_missed_again_and_again_are_silence():
    link = ScriptedLink([(b"\x10\x04", b"\xff")])
    outcome, _ = await outcome_on(link)
    assert outcome == Silent()
    together = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"
    assert link.written == together + b"\x10\x04\x01" * 3


async def test_unasked_status_between_the_answers_is_passed_over():
    link = ScriptedLink([(b"\x10\x04", b"\x10\x00\x00\x0f\x37\x25\x00\x12"), CONFIRM])
    outcome, _ = await outcome_on(link)
    assert outcome == Printed()


async def test_more_answers_than_questions_are_not_trusted():
    asked = []

    def status(_data):
        asked.append(1)
        return b"\x12\x12" if len(asked) == 1 else b"\x32"

    link = ScriptedLink([(b"\x10\x04", status)])
    dialogue = Dialogue(link, EPSON_58, TIMINGS, lambda _id: None)
    assert await StatusQuestions(dialogue, EPSON_58).status() == PaperOut()
    assert link.written.count(b"\x10\x04\x01") == 2


async def test_a_confirmation_that_arrives_in_two_pieces_is_not_lost_to_a_status_question():
    link = ScriptedLink([STATUS])
    late = []
    real_write = link.write

    async def confirm_in_pieces(data, timeout_s):
        await real_write(data, timeout_s)
        if b"\x1d(H" in data:
            link._unread += b"\x37\x22"
            late.append(data[-4:] + b"\x00")

    real_read = link.read

    async def second_piece_takes_time(max_bytes, timeout_s):
        if late and not link._unread and timeout_s > 0:
            link._unread += late.pop()
        return await real_read(max_bytes, timeout_s)

    link.write, link.read = confirm_in_pieces, second_piece_takes_time
    outcome, _ = await outcome_on(link, timings=replace(TIMINGS, check_interval_s=0.0))
    assert outcome == Printed()
