"""A printer that was cut off, switched off or without paper is soon ready again, and prints."""

import asyncio
from dataclasses import replace

import pytest

from anjungan.appliance.drivers.device import Fault, Missing, Ready
from anjungan.appliance.drivers.printer.document import Cut, Document, Rule, Text
from anjungan.appliance.drivers.printer.outcome import Printed, Uncertain
from anjungan.appliance.drivers.printer.profile import PROFILES
from anjungan.appliance.drivers.printer.status import Idle, PaperOut, Silent
from anjungan.simulation.printer.model import printer_model

KINDS = [
    pytest.param(("clone-58-dle-eot", "only-dle-eot"), id="dle-eot"),
    pytest.param(("clone-58-asb", "only-asb"), id="asb"),
    pytest.param(("clone-58-asb-gs-r", "no-qr"), id="asb-gs-r"),
    pytest.param(("clone-58-gs-r", "only-gs-r"), id="gs-r"),
]
ONLY_IN_PRINT_ORDER = KINDS[1:]
PICTURES = Document((Text("SATU"), *(Rule("kawung") for _ in range(40)), Text("DUA"), Cut()))


def words(piece):
    return piece.text.split()


@pytest.fixture
async def bench(request, make_bench, given):
    profile, shortcomings = request.param
    model = replace(printer_model(58, shortcomings), bytes_per_s=30_000, dots_per_s=None)
    profile = replace(PROFILES[profile], bytes_per_s=30_000, dots_per_s=10_000)
    return await make_bench(model, profile, given.hasty, real_speed=True)


async def looks(bench, count):
    for _ in range(count):
        bench.printer._called.set()
        await bench.until(lambda: not bench.printer._called.is_set())


async def unplugged_inside_a_picture(bench):
    await bench.until_ready()
    simulator = bench.simulator

    def unplug_inside() -> None:
        whole_command = simulator._buffer.peek()
        if simulator.buffered_bytes > 100 and whole_command is None:
            simulator.unplug()
        else:
            asyncio.get_running_loop().call_soon(unplug_inside)

    bench.after_host_bytes(1500, unplug_inside)
    outcome = await bench.printer.print_document(PICTURES, "job-1")
    assert outcome == Uncertain("disconnected")
    await bench.until_state(Missing)
    assert simulator.waiting_bytes  # it waits for the rest of a picture


@pytest.mark.parametrize("bench", KINDS, indirect=True)
async def test_a_cable_pulled_inside_a_picture_and_put_back(bench, given):
    await unplugged_inside_a_picture(bench)
    bench.simulator.plug()
    await bench.until_state(Ready)
    outcome = await bench.printer.print_document(given.short, "job-2")
    assert outcome in {Printed(), Uncertain("not_confirmed")}
    await bench.until(lambda: not bench.simulator.waiting_bytes)
    assert words(bench.simulator.pieces[-1]) == ["SATU", "DUA"]
    assert "DUA" not in words(bench.simulator.pieces[0])


@pytest.mark.parametrize("bench", KINDS, indirect=True)
async def test_a_printer_that_stays_silent_is_fed_nothing_again_and_again(bench):
    await bench.until_ready()
    bench.simulator.unplug()
    await bench.until_state(Missing)
    bench.simulator.silence()
    before = bench.link.written_bytes
    bench.simulator.plug()
    await bench.until_state(Fault, "silent")
    await looks(bench, 5)
    realtime = bench.printer._profile.status == "realtime"
    assert bench.link.written_bytes - before < (500 if realtime else 2 * 1032)


@pytest.mark.parametrize("bench", ONLY_IN_PRINT_ORDER, indirect=True)
async def test_one_switched_off_for_a_while_is_found_at_the_next_look(bench, given):
    await bench.until_ready()
    bench.simulator.power_off()
    await bench.until_state(Fault, "silent")
    await looks(bench, 4)
    bench.simulator.power_on()
    await looks(bench, 2)
    assert isinstance(bench.printer.state, Ready)
    bench.simulator.paper_out()
    told = "silent" if bench.printer._profile.status == "queued" else "paper_out"
    await bench.until_state(Fault, told)


@pytest.mark.parametrize("bench", KINDS[3:], indirect=True)
async def test_questions_it_has_kept_are_heard_when_it_answers_them(bench):
    await bench.until_ready()
    bench.simulator.paper_out()
    await bench.until_state(Fault, "silent")
    questions = bench.printer._open.questions
    async with bench.printer._lock:
        questions._looks_to_spare = 10  # as after a long time
    bench.simulator.paper_ok()
    await bench.until(lambda: not bench.simulator.waiting_bytes)
    await looks(bench, 2)
    assert isinstance(bench.printer.state, Ready)
    async with bench.printer._lock:  # no question is on its way
        assert questions._unanswered == 0


@pytest.mark.parametrize("bench", KINDS[3:], indirect=True)
async def test_a_night_without_paper_does_not_fill_it(bench):
    await bench.until_ready()
    bench.simulator.paper_out()
    await bench.until_state(Fault, "silent")
    async with bench.printer._lock:
        bench.printer._open.questions._asked_in_vain = 100
    before = bench.link.written_bytes
    await looks(bench, 25)
    assert bench.link.written_bytes - before <= 3 * 4


@pytest.mark.parametrize(
    "kind", [("clone-58-asb-gs-r", "no-qr"), ("clone-58-gs-r", "only-gs-r")], ids=["asb", "gs-r"]
)
async def test_a_roll_put_in_and_the_next_paper_at_once(make_bench, given, kind):
    name, shortcomings = kind
    lines = Document((*(Text(f"BARIS {n}") for n in range(60)), Cut()))
    model = replace(printer_model(58, shortcomings), bytes_per_s=None, dots_per_s=600)
    profile = replace(PROFILES[name], bytes_per_s=100_000, dots_per_s=600)
    # The printer's own looks wait for the end of the test: only the job finds out.
    timings = replace(given.patient, status_timeout_s=0.4, confirm_grace_s=1.0, poll_interval_s=60)
    bench = await make_bench(model, profile, timings, real_speed=True)
    await bench.until_ready()
    bench.simulator.out_after(lines=5)
    outcome = await bench.printer.print_document(lines, "job-1")
    assert outcome in {Uncertain("paper_out"), Uncertain("silent")}
    bench.simulator.paper_ok()
    assert await bench.printer.print_document(given.short, "job-2") == Printed()
    first, second = bench.simulator.pieces
    assert "59" in words(first)
    assert words(second) == ["SATU", "DUA"]


async def test_a_stopped_asb_printer_without_paper_is_not_waited_for(make_bench, given):
    bench = await make_bench(printer_model(58, "no-qr"), PROFILES["clone-58-asb-gs-r"], given.hasty)
    await bench.until_ready()
    bench.simulator.out_after(lines=5)
    assert await bench.printer.print_document(given.long, "job-1") == Uncertain("paper_out")
    async with asyncio.timeout(20):
        assert await bench.printer.print_document(given.short, "job-2") == PaperOut()


@pytest.mark.parametrize("bench", KINDS[3:], indirect=True)
async def test_a_late_answer_is_not_taken_for_the_one_behind_a_job(bench):
    await bench.until_ready()
    dialogue, questions = bench.printer._open.dialogue, bench.printer._open.questions
    async with bench.printer._lock:
        bench.simulator.paper_out()
        for _ in range(3):
            assert await questions.status() == Silent()
        bench.simulator.power_off()  # what it kept is gone, or comes late: nobody knows
        bench.simulator.power_on()
        bench.simulator.paper_ok()
        assert await questions.status() == Idle()
        bench.simulator.paper_out()
        bench.after_host_bytes(3, lambda: bench.simulator.garbage(b"\x00"))  # one of the three
        assert await dialogue.barrier() == "noisy"
        bench.simulator.paper_ok()
        await bench.until(lambda: not bench.simulator.waiting_bytes)
        assert "passed" in [await dialogue.barrier() for _ in range(3)]
