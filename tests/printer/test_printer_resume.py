"""A job that stopped goes on when the printer does: whole, once, or told to be uncertain."""

import asyncio
from dataclasses import replace

import pytest

from anjungan.appliance.drivers.device import Fault, Missing, Ready
from anjungan.appliance.drivers.printer.outcome import Printed, Uncertain
from anjungan.appliance.drivers.printer.profile import CLONE_58, EPSON_58, PROFILES
from anjungan.appliance.drivers.printer.status import PaperOut
from anjungan.simulation.printer import model as models


def numbers(piece):
    return [line for line in piece.text.split() if line.isdecimal()]


def whole(document):
    return [line.split()[-1] for line in document.lines() if line.startswith("BARIS")]


def asb_with_gs_r():
    return replace(models.CLONE_58, questions=(), automatic_status=True)


@pytest.fixture(params=["epson", "clone", "asb"])
async def bench(request, make_bench, given):
    model, profile = {
        "epson": (models.EPSON_58, EPSON_58),
        "clone": (models.CLONE_58, CLONE_58),
        "asb": (asb_with_gs_r(), PROFILES["clone-58-asb-gs-r"]),
    }[request.param]
    return await make_bench(model, profile, given.brisk)


async def stopped_halfway(bench, document, lines=40):
    await bench.until_ready()
    bench.simulator.out_after(lines=lines)
    outcome = await bench.printer.print_document(document, "job-1")
    assert outcome == Uncertain("paper_out")
    assert bench.simulator.pieces == []


async def test_the_rest_follows_when_paper_is_in_and_nothing_comes_twice(bench, given):
    await stopped_halfway(bench, given.long)
    bench.simulator.paper_ok()
    await bench.until(lambda: bench.confirmed_late == ["job-1"])
    (piece,) = bench.simulator.pieces
    assert numbers(piece) == whole(given.long)
    assert "SELESAI" in piece.text
    assert await bench.printer.print_document(given.short, "job-2") == Printed()
    assert len(bench.simulator.pieces) == 2
    assert bench.confirmed_late == ["job-1"]


async def test_a_roll_that_ends_again_and_again_makes_one_whole_paper(bench, given):
    await stopped_halfway(bench, given.long)
    for _ in range(3):
        bench.simulator.paper_ok()
        bench.simulator.out_after(lines=60)
        await bench.until(lambda: bench.simulator.condition.paper_out)
        await bench.until_state(Fault, "paper_out")
    bench.simulator.paper_ok()
    await bench.until(lambda: bench.confirmed_late == ["job-1"])
    (piece,) = bench.simulator.pieces
    assert numbers(piece) == whole(given.long)


@pytest.mark.parametrize(
    ("stop", "go_on", "reason"),
    [
        ("cover_open", "cover_close", "cover_open"),
        ("jam_cutter", "clear_cutter", "cutter_jam"),
        ("overheat", "cool", "head_hot"),
        ("jam", "free", "stuck"),
    ],
)
async def test_every_stop_that_passes_is_gone_on_from(epson, given, stop, go_on, reason):
    await epson.until_ready()
    epson.after_host_bytes(1500, getattr(epson.simulator, stop))
    assert await epson.printer.print_document(given.long, "job-1") == Uncertain(reason)
    getattr(epson.simulator, go_on)()
    await epson.until(lambda: epson.confirmed_late == ["job-1"])
    (piece,) = epson.simulator.pieces
    assert numbers(piece) == whole(given.long)


async def test_offline_for_no_reason_is_noticed_behind_the_last_byte(epson, given):
    await epson.until_ready()
    epson.simulator.on_paper(lambda _piece: epson.simulator.go_offline())
    assert await epson.printer.print_document(given.short, "job-1") == Uncertain("offline")
    epson.simulator.go_online()
    await epson.until(lambda: epson.confirmed_late == ["job-1"])
    assert len(epson.simulator.pieces) == 1


async def test_the_feed_button_in_the_middle_only_holds_it_up(epson, given):
    await epson.until_ready()
    epson.after_host_bytes(20, epson.simulator.hold_feed)
    job = asyncio.create_task(epson.printer.print_document(given.short, "job-1"))
    await epson.until(lambda: epson.simulator.condition.feed_button)
    before = epson.host_bytes
    await epson.until(lambda: epson.heard[before:].count(b"\x10\x04\x01") >= 2)  # it was asked
    epson.simulator.release_feed()
    assert await job == Printed()
    assert epson.simulator.pieces[0].text.split() == ["SATU", "DUA"]


async def test_a_printer_that_was_switched_off_prints_no_second_half(bench, given):
    await stopped_halfway(bench, given.long)
    await bench.until_arrived()
    bench.simulator.power_off()
    bench.simulator.power_on()
    bench.simulator.paper_ok()
    await bench.until_state(Ready)
    outcome = await bench.printer.print_document(given.short, "job-2")
    assert outcome == Printed()
    assert bench.confirmed_late == []
    torso, ticket = bench.simulator.pieces
    assert len(numbers(torso)) < len(whole(given.long))
    assert "SELESAI" not in torso.text
    assert ticket.text.split() == ["SATU", "DUA"]


async def test_zeros_on_the_line_while_it_stands_are_no_safe_point(clone, given):
    await stopped_halfway(clone, given.long)
    await clone.until_arrived()
    clone.simulator.power_off()
    clone.simulator.garbage(b"\x00\x00\x00")
    clone.simulator.power_on()
    before = clone.link.written_bytes
    await clone.until(lambda: clone.link.written_bytes > before + 12)  # a look, and another begun
    clone.simulator.paper_ok()
    await clone.until_state(Ready)
    assert await clone.printer.print_document(given.short, "job-2") == Printed()
    assert clone.confirmed_late == []
    assert "SELESAI" not in clone.simulator.pieces[0].text


async def test_the_next_paper_waits_until_the_stopped_one_is_whole(bench, given):
    await stopped_halfway(bench, given.long)
    assert await bench.printer.print_document(given.short, "job-2") == PaperOut()
    bench.simulator.paper_ok()
    assert await bench.printer.print_document(given.short, "job-3") == Printed()
    first, second = bench.simulator.pieces
    assert numbers(first) == whole(given.long)
    assert second.text.split() == ["SATU", "DUA"]
    assert bench.confirmed_late == ["job-1"]


async def test_when_the_owner_has_gone_the_rest_never_follows(bench, given):
    await stopped_halfway(bench, given.long)
    bench.printer.forget_pending()
    bench.simulator.paper_ok()
    await bench.until_state(Ready)
    assert await bench.printer.print_document(given.short, "job-2") == Printed()
    assert bench.confirmed_late == []
    assert "SELESAI" not in bench.simulator.pieces[0].text
    assert bench.simulator.pieces[-1].text.split() == ["SATU", "DUA"]


async def test_a_line_that_was_lost_meanwhile_ends_it(bench, given):
    await stopped_halfway(bench, given.long)
    bench.simulator.unplug()
    await bench.until_state(Missing)
    bench.simulator.paper_ok()
    bench.simulator.plug()
    await bench.until_state(Ready)
    assert await bench.printer.print_document(given.short, "job-2") == Printed()
    assert "SELESAI" not in bench.simulator.pieces[0].text
    assert bench.confirmed_late == []


async def test_a_clones_last_line_that_waits_for_paper_is_confirmed_late(clone, given):
    await clone.until_ready()
    clone.simulator.on_paper(lambda _piece: clone.simulator.paper_out())
    assert await clone.printer.print_document(given.short, "job-1") == Uncertain("paper_out")
    clone.simulator.paper_ok()
    await clone.until(lambda: clone.confirmed_late == ["job-1"])
    assert len(clone.simulator.pieces) == 1
