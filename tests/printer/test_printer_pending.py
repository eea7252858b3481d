"""Jobs that wait for their confirmation."""

from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.printer.encode import process_id_request
from anjungan.appliance.drivers.printer.pending import PendingJobs


def test_a_job_that_is_waited_for_is_completed_quietly():
    late = []
    jobs = PendingJobs(late.append)
    with jobs.add("job-1") as waiting:
        jobs.complete(waiting.process_id)
    assert waiting.reached
    assert late == []


def test_a_job_that_nobody_waits_for_any_more_is_told_once():
    late = []
    jobs = PendingJobs(late.append)
    with jobs.add("job-1") as waiting:
        pass
    jobs.complete(waiting.process_id)
    jobs.complete(waiting.process_id)
    assert late == ["job-1"]


def test_an_unknown_id_and_a_failing_listener_harm_nothing(caplog):
    def fail(_job_id):
        raise RuntimeError("listener")

    jobs = PendingJobs(fail)
    jobs.complete(b"ABCD")
    with jobs.add("job-1") as waiting:
        pass
    jobs.complete(waiting.process_id)
    assert "the listener of device printer failed: RuntimeError" in caplog.text
    quiet = PendingJobs(None)
    with quiet.add("job-1") as unheard:
        pass
    quiet.complete(unheard.process_id)
    assert unheard.reached


@settings(max_examples=100)
@given(st.text(max_size=40))
def test_the_same_job_twice_has_two_ids_and_each_can_be_sent(job_id):
    jobs = PendingJobs(None)
    first, second = jobs.add(job_id), jobs.add(job_id)
    assert first.process_id != second.process_id
    assert process_id_request(first.process_id).endswith(first.process_id)


def test_only_the_latest_jobs_are_remembered():
    late = []
    jobs = PendingJobs(late.append)
    waiting = [jobs.add(f"job-{number}") for number in range(20)]
    for job in waiting:
        jobs.complete(job.process_id)
    assert late == [f"job-{number}" for number in range(4, 20)]


def test_forgotten_jobs_are_not_told():
    late = []
    jobs = PendingJobs(late.append)
    with jobs.add("job-1") as waiting:
        pass
    assert len(jobs) == 1
    jobs.forget()
    jobs.complete(waiting.process_id)
    assert len(jobs) == 0
    assert late == []
