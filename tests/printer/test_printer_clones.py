"""Clones of each kind: what they can be asked, what is known of their paper, what never is."""

from dataclasses import replace

import pytest

from anjungan.appliance.drivers.device import Fault, Ready
from anjungan.appliance.drivers.printer.outcome import Printed, PrinterFault, Uncertain
from anjungan.appliance.drivers.printer.printer import READY, READY_NEAR_END, READY_WITHOUT_STATUS
from anjungan.appliance.drivers.printer.profile import PROFILES
from anjungan.appliance.drivers.printer.status import CoverOpen, PaperOut, Silent
from anjungan.simulation.printer.model import printer_model

KINDS = [
    pytest.param(("epson-58", ""), id="epson"),
    pytest.param(("clone-58-dle-eot", "only-dle-eot"), id="dle-eot"),
    pytest.param(("clone-58-asb", "only-asb"), id="asb"),
]
FAULTS = [
    ("paper_out", "paper_ok", "paper_out"),
    ("cover_open", "cover_close", "cover_open"),
    ("jam_cutter", "clear_cutter", "cutter_jam"),
    ("jam", "free", "stuck"),
    ("overheat", "cool", "head_hot"),
    ("hold_feed", "release_feed", "feeding"),
    ("go_offline", "go_online", "offline"),
]


def words(piece):
    return piece.text.split()


async def torn_off(bench):
    await bench.until(lambda: not bench.simulator.waiting_bytes)
    return bench.simulator.pieces[0] if bench.simulator.pieces else bench.simulator.tear()


@pytest.fixture
def clone_of(make_bench, given):
    async def make(profile, shortcomings, timings=given.hasty):
        return await make_bench(printer_model(58, shortcomings or None), PROFILES[profile], timings)

    return make


@pytest.mark.parametrize(("begin", "end", "code"), FAULTS)
@pytest.mark.parametrize("kind", KINDS)
async def test_every_fault_is_told_apart_while_nothing_is_printed(clone_of, begin, end, code, kind):
    bench = await clone_of(*kind)
    await bench.until_state(Ready)
    getattr(bench.simulator, begin)()
    await bench.until_state(Fault, code)
    getattr(bench.simulator, end)()
    await bench.until_state(Ready)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
async def test_every_fault_before_a_job_refuses_it(clone_of, given, fault, kind):
    begin, _, code = fault
    bench = await clone_of(*kind)
    await bench.until_ready()
    getattr(bench.simulator, begin)()
    outcome = await bench.printer.print_document(given.short, "job-1")
    special = {"paper_out": PaperOut(), "cover_open": CoverOpen()}
    assert outcome == special.get(code, PrinterFault(code))
    assert bench.simulator.pieces == []


@pytest.mark.parametrize("fault", FAULTS[:5])
@pytest.mark.parametrize("kind", KINDS)
async def test_every_fault_during_a_job_is_named(clone_of, given, fault, kind):
    begin, _, code = fault
    bench = await clone_of(*kind)
    await bench.until_ready()
    bench.after_host_bytes(1500, getattr(bench.simulator, begin))
    assert await bench.printer.print_document(given.long, "job-1") == Uncertain(code)
    assert bench.simulator.pieces == []


@pytest.mark.parametrize(
    ("profile", "shortcomings"),
    [
        ("epson-58", ""),
        ("clone-58-dle-eot", "only-dle-eot"),
        ("clone-58-asb", "only-asb"),
        ("clone-58-gs-r", "only-gs-r"),
        ("cashino-csn-a2", "only-gs-r,no-cutter,no-qr"),
    ],
)
async def test_a_thin_roll_is_told_by_every_kind(clone_of, profile, shortcomings):
    bench = await clone_of(profile, shortcomings)
    await bench.until_state(Ready)
    bench.simulator.near_end()
    await bench.until(lambda: bench.printer.state == READY_NEAR_END)


@pytest.mark.parametrize(
    ("profile", "shortcomings", "outcome"),
    [
        ("epson-58", "", Printed()),
        ("clone-58-asb-gs-r", "no-qr,chinese", Printed()),
        ("clone-58-gs-r", "only-gs-r", Printed()),
        ("clone-58-dle-eot", "only-dle-eot,no-code-pages", Uncertain("not_confirmed")),
        ("clone-58-asb", "only-asb,chinese", Uncertain("not_confirmed")),
        ("clone-58-silent", "no-status", Uncertain("not_confirmed")),
        ("zjiang-zj-58", "no-cutter,no-qr,chinese", Printed()),
    ],
)
async def test_what_is_known_of_a_paper_that_came_out(
    clone_of, given, profile, shortcomings, outcome
):
    bench = await clone_of(profile, shortcomings, given.patient)
    await bench.until_state(Ready)
    assert await bench.printer.print_document(given.short, "job-1") == outcome
    assert words(await torn_off(bench)) == ["SATU", "DUA"]


async def test_a_printer_that_only_answers_in_print_order_cannot_say_why_it_is_still(
    clone_of, given
):
    bench = await clone_of("clone-58-gs-r", "only-gs-r")
    await bench.until_state(Ready)
    bench.simulator.paper_out()
    await bench.until_state(Fault, "silent")
    assert await bench.printer.print_document(given.short, "job-1") == Silent()
    asked = bench.simulator.waiting_bytes
    assert asked < 100
    bench.simulator.paper_ok()
    assert await bench.printer.print_document(given.short, "job-1") == Printed()


async def test_questions_do_not_pile_up_in_a_printer_that_stands_still(clone_of):
    bench = await clone_of("clone-58-asb", "only-asb")
    await bench.until_ready()
    bench.simulator.paper_out()
    await bench.until_state(Fault, "paper_out")
    async with bench.printer._lock:
        bench.printer._open.questions._asked_in_vain = 20
    before = bench.host_bytes
    looks = 25
    for _ in range(looks):
        bench.printer._called.set()
        await bench.until(lambda: not bench.printer._called.is_set())
    assert bench.host_bytes - before <= 3 * (looks // 5)
    bench.simulator.paper_ok()
    await bench.until(lambda: bench.printer.state == READY)


async def test_an_asb_printer_that_is_switched_off_is_silent_and_found_again(clone_of, given):
    bench = await clone_of("clone-58-asb-gs-r", "chinese")
    await bench.until_ready()
    bench.simulator.power_off()
    await bench.until_state(Fault, "silent")
    for _ in range(4):
        bench.printer._called.set()
        await bench.until(lambda: not bench.printer._called.is_set())
    bench.simulator.power_on()
    await bench.until_state(Ready)
    told = [getattr(state, "code", "ready") for state in bench.states[1:]]
    assert told == ["ready", "silent", "ready"]  # what it said before it fell silent counts no more
    assert await bench.printer.print_document(given.short, "job-1") == Printed()


async def test_a_silent_printer_is_ready_for_all_that_is_known(clone_of):
    bench = await clone_of("clone-58-silent", "no-status")
    await bench.until(lambda: bench.printer.state == READY_WITHOUT_STATUS)
    bench.simulator.paper_out()
    assert bench.printer.state == READY_WITHOUT_STATUS


async def test_a_printer_that_knows_two_questions_is_asked_those(make_bench, given):
    model = replace(printer_model(58, "only-dle-eot"), questions=(1, 4))
    profile = replace(PROFILES["clone-58-dle-eot"], questions=(1, 4))
    bench = await make_bench(model, profile, given.hasty)
    await bench.until_ready()
    bench.simulator.paper_out()
    await bench.until_state(Fault, "paper_out")
    bench.simulator.paper_ok()
    await bench.until(lambda: bench.printer.state == READY)
    bench.simulator.out_after(lines=10)
    assert await bench.printer.print_document(given.long, "job-1") == Uncertain("paper_out")
    assert b"\x10\x04\x01" in bench.heard
    assert b"\x10\x04\x02" not in bench.heard
    assert b"\x10\x04\x03" not in bench.heard
