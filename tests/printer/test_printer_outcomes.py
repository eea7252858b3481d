"""Every outcome of a print job, against the simulated printer over a real pseudo-terminal."""

import asyncio
from dataclasses import replace
from random import Random

import pytest

from anjungan.appliance.drivers.device import Fault, Missing, Ready
from anjungan.appliance.drivers.printer.document import Cut, Document, Text
from anjungan.appliance.drivers.printer.encode import encode
from anjungan.appliance.drivers.printer.outcome import (
    Disconnected,
    Printed,
    PrinterFault,
    Uncertain,
    nothing_printed,
)
from anjungan.appliance.drivers.printer.printer import READY, READY_NEAR_END, READY_WITHOUT_STATUS
from anjungan.appliance.drivers.printer.profile import BASIC_58, CLONE_58, EPSON_58
from anjungan.appliance.drivers.printer.status import CoverOpen, PaperOut, Silent
from anjungan.simulation.printer import model as models


def expected_lines(document):
    return [line for line in document.lines() if line.strip()]


def printed_lines(piece):
    return [line.strip() for line in piece.text.splitlines() if line.strip() and line[0] != "["]


async def test_a_job_is_printed_once_and_confirmed_by_its_id(epson, given):
    await epson.until_state(Ready)
    assert await epson.printer.print_document(given.long, "job-1") == Printed()
    assert len(epson.simulator.pieces) == 1
    assert printed_lines(epson.simulator.pieces[0]) == expected_lines(given.long)
    assert epson.confirmed_late == []


async def test_how_far_the_paper_was_sent_is_about_what_came_out(epson, given):
    await epson.until_state(Ready)
    assert epson.printer.fed_dot_rows == 0
    await epson.printer.print_document(given.long, "job-1")
    once = epson.printer.fed_dot_rows
    assert once == pytest.approx(epson.simulator.pieces[0].image.height, rel=0.1)
    await epson.printer.print_document(given.long, "job-2")
    assert epson.printer.fed_dot_rows == 2 * once


async def test_a_clone_is_confirmed_by_its_answer_in_print_order(clone, given):
    await clone.until_state(Ready)
    assert await clone.printer.print_document(given.long, "job-1") == Printed()
    assert printed_lines(clone.simulator.pieces[0]) == expected_lines(given.long)


async def test_a_clone_with_its_receive_buffer_full_of_slow_work_is_waited_for(make_bench, given):
    model = replace(models.CLONE_58, dots_per_s=3000, bytes_per_s=20_000, buffer_bytes=1024)
    profile = replace(CLONE_58, dots_per_s=3000, bytes_per_s=20_000)
    bench = await make_bench(model, profile, real_speed=True)
    await bench.until_state(Ready)
    assert await bench.printer.print_document(given.long, "job-1") == Printed()
    assert len(bench.simulator.pieces) == 1


async def test_a_printer_that_confirms_nothing_leaves_the_job_uncertain(make_bench, given):
    bench = await make_bench(models.BASIC_58, BASIC_58)
    await bench.until_state(Ready)
    outcome = await bench.printer.print_document(given.short, "job-1")
    assert outcome == Uncertain("not_confirmed")
    await bench.until(lambda: not bench.simulator.buffered_bytes)
    piece = bench.simulator.tear()
    assert piece is not None
    assert printed_lines(piece) == expected_lines(given.short)


async def test_a_printer_without_any_status_is_ready_but_never_certain(make_bench, given):
    bench = await make_bench(models.BASIC_58, replace(BASIC_58, status="none"))
    bench.simulator.silence()
    await bench.until(lambda: bench.printer.state == READY_WITHOUT_STATUS)
    outcome = await bench.printer.print_document(given.short, "job-1")
    assert outcome == Uncertain("not_confirmed")


async def test_a_clone_that_ignores_the_id_of_an_epson_profile_is_not_called_printed(
    make_bench, given
):
    bench = await make_bench(
        models.CLONE_58,
        EPSON_58,
        replace(given.hasty, status_timeout_s=5.0),
    )
    await bench.until_state(Ready)
    outcome = await bench.printer.print_document(given.short, "job-1")
    assert outcome == Uncertain("not_confirmed")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("paper_out", PaperOut()),
        ("cover_open", CoverOpen()),
        ("jam_cutter", PrinterFault("cutter_jam")),
        ("overheat", PrinterFault("head_hot")),
        ("fail", PrinterFault("broken")),
    ],
)
async def test_a_cause_before_the_job_refuses_it_and_sends_nothing(epson, given, fault, expected):
    await epson.until_ready()
    getattr(epson.simulator, fault)()
    await epson.until_state(Fault)
    outcome = await epson.printer.print_document(given.short, "job-1")
    assert outcome == expected
    assert nothing_printed(outcome)
    assert epson.simulator.buffered_bytes == 0
    assert epson.simulator.pieces == []
    assert isinstance(epson.printer.state, Fault)


async def test_paper_in_again_makes_the_refused_job_printable(epson, given):
    epson.simulator.paper_out()
    await epson.until_state(Fault, "paper_out")
    assert await epson.printer.print_document(given.short, "job-1") == PaperOut()
    epson.simulator.paper_ok()
    await epson.until(lambda: epson.printer.state == READY)
    assert await epson.printer.print_document(given.short, "job-1") == Printed()
    assert len(epson.simulator.pieces) == 1


async def test_an_open_line_without_answers_is_silent(make_bench, given):
    bench = await make_bench(timings=given.hasty)
    bench.simulator.silence()
    await bench.until_state(Fault, "silent")
    outcome = await bench.printer.print_document(given.short, "job-1")
    assert outcome == Silent()
    assert bench.simulator.buffered_bytes == 0
    bench.simulator.speak()
    await bench.until_state(Ready)


async def test_a_printer_that_is_not_there_is_disconnected(make_bench, given):
    bench = await make_bench()
    await bench.until_state(Ready)
    bench.simulator.unplug()
    await bench.until_state(Missing)
    outcome = await bench.printer.print_document(given.short, "job-1")
    assert outcome == Disconnected()
    bench.simulator.plug()
    await bench.until_state(Ready)
    assert await bench.printer.print_document(given.short, "job-1") == Printed()


async def test_the_next_job_begins_on_fresh_paper_after_one_that_broke_off(epson, given):
    await epson.until_ready()
    epson.after_host_bytes(2500, epson.simulator.unplug)
    assert await epson.printer.print_document(given.long, "job-1") == Uncertain("disconnected")
    await epson.until_state(Missing)
    epson.simulator.plug()
    await epson.until_state(Ready)
    assert await epson.printer.print_document(given.short, "job-2") == Printed()
    torso, ticket = epson.simulator.pieces
    assert printed_lines(torso)[0] == "BARIS 000"
    assert "SELESAI" not in torso.text
    assert printed_lines(ticket) == expected_lines(given.short)
    assert await epson.printer.print_document(given.short, "job-3") == Printed()
    assert len(epson.simulator.pieces) == 3


async def test_a_job_that_waits_for_paper_is_confirmed_late_by_its_id(epson, given):
    await epson.until_ready()
    epson.simulator.out_after(lines=1)
    outcome = await epson.printer.print_document(given.short, "job-1")
    assert outcome == Uncertain("paper_out")
    assert epson.confirmed_late == []
    epson.simulator.paper_ok()
    await epson.until(lambda: epson.confirmed_late == ["job-1"])
    assert len(epson.simulator.pieces) == 1
    assert await epson.printer.print_document(given.short, "job-2") == Printed()
    assert epson.confirmed_late == ["job-1"]


async def test_a_late_confirmation_of_another_job_does_not_confirm_this_one(epson, given):
    await epson.until_ready()
    epson.simulator.out_after(lines=1)
    await epson.printer.print_document(given.short, "job-1")
    epson.simulator.paper_ok()
    epson.simulator.out_after(lines=3)  # enough for the rest of job-1, not for job-2
    outcome = await epson.printer.print_document(given.long, "job-2")
    assert outcome == Uncertain("paper_out")
    assert epson.confirmed_late == ["job-1"]


async def test_paper_that_ends_with_the_last_line_is_told_after_the_job(either, given):
    bench = either
    await bench.until_state(Ready)
    bench.simulator.on_paper(lambda _piece: bench.simulator.paper_out())
    outcome = await bench.printer.print_document(given.short, "job-1")
    # An id behind the last line is not answered any more without paper; so nobody can be sure.
    assert outcome == Uncertain("paper_out")
    await bench.until_state(Fault, "paper_out")
    bench.simulator.paper_ok()
    if bench.simulator.model.process_id:
        await bench.until(lambda: bench.confirmed_late == ["job-1"])
    assert len(bench.simulator.pieces) == 1


async def test_paper_that_ends_after_the_confirmation_leaves_the_job_printed(epson, given):
    await epson.until_state(Ready)
    outcome = await epson.printer.print_document(given.short, "job-1")
    epson.simulator.paper_out()
    assert outcome == Printed()
    await epson.until_state(Fault, "paper_out")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("cover_open", "cover_open"),
        ("jam_cutter", "cutter_jam"),
        ("overheat", "head_hot"),
        ("fail", "broken"),
    ],
)
async def test_a_fault_during_the_job_is_named(either, fault, reason, given):
    bench = either
    await bench.until_ready()
    bench.after_host_bytes(2500, getattr(bench.simulator, fault))
    outcome = await bench.printer.print_document(given.long, "job-1")
    assert outcome == Uncertain(reason)
    assert bench.simulator.pieces == []


async def test_a_head_that_cools_before_the_next_look_goes_on_by_itself(make_bench, given):
    bench = await make_bench(
        timings=replace(given.patient, check_interval_s=30.0, confirm_grace_s=60.0)
    )
    await bench.until_state(Ready)
    await bench.printer.print_document(given.short, "job-0")
    whole = sum(len(part.data) for part in encode(given.short, EPSON_58))
    bench.after_host_bytes(whole, bench.simulator.overheat)
    job = asyncio.create_task(bench.printer.print_document(given.short, "job-1"))
    await bench.until(lambda: bench.simulator.condition.head_hot)
    bench.simulator.cool()
    assert await job == Printed()


async def test_unplugged_in_the_middle_is_uncertain_and_comes_back(epson, given):
    await epson.until_ready()
    epson.after_host_bytes(2500, epson.simulator.unplug)
    outcome = await epson.printer.print_document(given.long, "job-1")
    assert outcome == Uncertain("disconnected")
    await epson.until_state(Missing)
    epson.simulator.plug()
    await epson.until_state(Ready)
    assert await epson.printer.print_document(given.short, "job-2") == Printed()
    torso, ticket = epson.simulator.pieces
    assert "SELESAI" not in torso.text
    assert printed_lines(ticket) == expected_lines(given.short)


async def test_switched_off_in_the_middle_is_uncertain(make_bench, given):
    bench = await make_bench(timings=given.hasty)
    await bench.until_ready()
    bench.after_host_bytes(2500, bench.simulator.power_off)
    outcome = await bench.printer.print_document(given.long, "job-1")
    assert outcome == Uncertain("silent")
    await bench.until_state(Fault, "silent")
    bench.simulator.power_on()
    await bench.until_state(Ready)
    assert await bench.printer.print_document(given.short, "job-2") == Printed()
    assert printed_lines(bench.simulator.pieces[-1]) == expected_lines(given.short)


async def test_a_printer_that_stops_taking_bytes_is_uncertain(make_bench, given):
    bench = await make_bench(
        replace(models.CLONE_58, buffer_bytes=256),
        replace(CLONE_58, status="none"),
        given.hasty,
    )
    bench.simulator.paper_out()
    await bench.until(lambda: bench.printer.state == READY_WITHOUT_STATUS)
    many = Document((*(Text("X" * 32) for _ in range(900)), Cut()))
    outcome = await bench.printer.print_document(many, "job-1")
    assert outcome == Uncertain("not_taking_bytes")
    assert isinstance(bench.printer.state, Fault)
    assert bench.printer.state.code == "not_taking_bytes"


async def test_a_cancelled_job_leaves_the_printer_usable(epson, given):
    await epson.until_state(Ready)
    cancelled = asyncio.Event()
    epson.after_host_bytes(2500, cancelled.set)
    job = asyncio.create_task(epson.printer.print_document(given.long, "job-1"))
    await cancelled.wait()
    job.cancel()
    await asyncio.gather(job, return_exceptions=True)
    assert await epson.printer.print_document(given.short, "job-2") == Printed()
    assert printed_lines(epson.simulator.pieces[-1]) == expected_lines(given.short)


async def test_a_command_cut_off_by_an_earlier_process_spoils_nothing(make_bench, given, tmp_path):
    bench = await make_bench()
    await bench.until_state(Ready)
    bench.simulator.unplug()
    await bench.until_state(Missing)
    # Another process had the line and died inside a picture of 100 rows.
    bench.simulator.receive(b"\x1dv0\x00\x08\x00\x64\x00" + b"\xff" * 60)
    bench.simulator.plug()
    await bench.until_state(Ready)
    assert await bench.printer.print_document(given.short, "job-1") == Printed()
    assert printed_lines(bench.simulator.pieces[0]) == expected_lines(given.short)


async def test_two_jobs_at_once_come_out_one_after_the_other(epson, given):
    await epson.until_state(Ready)
    outcomes = await asyncio.gather(
        epson.printer.print_document(given.long, "job-1"),
        epson.printer.print_document(given.short, "job-2"),
    )
    assert outcomes == [Printed(), Printed()]
    pieces = [printed_lines(piece) for piece in epson.simulator.pieces]
    assert sorted(pieces) == sorted([expected_lines(given.long), expected_lines(given.short)])


async def test_a_thin_roll_is_told_with_the_state_and_the_outcome(epson, given):
    await epson.until_state(Ready)
    epson.simulator.near_end()
    await epson.until(lambda: epson.printer.state == READY_NEAR_END)
    outcome = await epson.printer.print_document(given.short, "job-1")
    assert outcome == Printed(near_end=True)
    assert epson.printer.state == READY_NEAR_END


async def test_a_thin_roll_in_a_clone_is_told_too(clone, given):
    await clone.until_state(Ready)
    clone.simulator.near_end()
    outcome = await clone.printer.print_document(given.short, "job-1")
    assert outcome == Printed(near_end=True)


async def test_states_are_told_once_and_in_order(epson):
    await epson.until_state(Ready)
    epson.simulator.cover_open()
    await epson.until_state(Fault, "cover_open")
    epson.simulator.cover_close()
    await epson.until_state(Ready)
    told = [type(state).__name__ for state in epson.states]
    assert told == ["Starting", "Ready", "Fault", "Ready"]
    assert (epson.printer.name, epson.printer.kind) == ("printer", "printer")


async def test_a_document_wider_than_the_paper_is_a_bug(epson, given):
    with pytest.raises(ValueError, match="wider"):
        await epson.printer.print_document(Document((Text("X" * 48),), columns=48), "job-1")


async def test_old_answers_on_the_line_are_not_taken_for_new_ones(epson, given):
    await epson.until_state(Ready)
    epson.simulator.paper_out()
    epson.simulator.garbage(bytes((0x12, 0x12, 0x12, 0x12)))  # four times "all is well"
    assert await epson.printer.print_document(given.short, "job-1") == PaperOut()


async def test_zeros_on_the_line_do_not_confirm_a_clones_job(make_bench, given):
    bench = await make_bench(models.CLONE_58, CLONE_58, replace(given.hasty, status_timeout_s=2.0))
    await bench.until_state(Ready)

    def babble() -> None:
        if bench.simulator.line.is_plugged:
            bench.simulator.garbage(b"\x00")  # looks like an answer to GS r
            asyncio.get_running_loop().call_later(0.005, babble)

    bench.simulator.out_after(lines=1)
    babble()
    outcome = await bench.printer.print_document(given.short, "job-1")
    assert isinstance(outcome, Uncertain)
    assert bench.simulator.pieces == []


@pytest.mark.parametrize("seed", range(12))
async def test_noise_and_faults_at_random_never_make_a_false_printed(seed, make_bench, given):
    random = Random(seed)  # noqa: S311 - a repeatable draw is wanted
    model, profile = random.choice(
        [(models.EPSON_58, EPSON_58), (models.CLONE_58, CLONE_58), (models.BASIC_58, BASIC_58)]
    )
    bench = await make_bench(model, profile, given.hasty)
    await bench.until_state(Ready)
    faults = ["paper_out", "cover_open", "jam_cutter", "power_off", "unplug", "silence", ""]
    fault = random.choice(faults)
    if fault:
        bench.after_host_bytes(random.randrange(1, 6000), getattr(bench.simulator, fault))
    for _ in range(5):
        noise = random.randbytes(random.randrange(1, 4))
        bench.after_host_bytes(
            random.randrange(1, 6000), lambda noise=noise: bench.simulator.garbage(noise)
        )
    outcome = await bench.printer.print_document(given.long, f"job-{seed}")
    pieces = [printed_lines(piece) for piece in bench.simulator.pieces]
    if isinstance(outcome, Printed):
        assert pieces == [expected_lines(given.long)]
    if nothing_printed(outcome):
        assert pieces == []
    assert len(pieces) <= 1
