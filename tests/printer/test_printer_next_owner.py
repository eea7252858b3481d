"""What a stopped printer holds of one resident never comes out for the next."""

from dataclasses import replace

import pytest

from anjungan.appliance.drivers.device import Fault, Missing, Ready
from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout
from anjungan.appliance.drivers.printer.document import Cut, Document, Text
from anjungan.appliance.drivers.printer.outcome import (
    Disconnected,
    Printed,
    PrinterFault,
    Uncertain,
)
from anjungan.appliance.drivers.printer.printer import READY
from anjungan.appliance.drivers.printer.profile import EPSON_58
from anjungan.appliance.drivers.printer.status import PaperOut
from anjungan.simulation.printer import model as models

FIRST = Document((Text("TIKET PERTAMA"), Text("KODE PERTAMA"), Cut()))
SECOND = Document((Text("TIKET KEDUA"), Text("KODE KEDUA"), Cut()))


def words(bench):
    return [" ".join(piece.text.split()) for piece in bench.simulator.pieces]


async def stopped_in_the_first(bench):
    """The first line came out; the second, with the code, waits in the printer."""
    await bench.until_ready()
    bench.simulator.out_after(lines=1)
    assert await bench.printer.print_document(FIRST, "job-1") == Uncertain("paper_out")
    assert bench.simulator.buffered_bytes > 0


async def second_after_paper_was_put_in(bench):
    bench.simulator.paper_ok()
    await bench.until(lambda: bench.printer.state == READY)
    return await bench.printer.print_document(SECOND, "job-2")


async def test_what_it_holds_is_dropped_when_its_owner_has_gone(epson):
    await stopped_in_the_first(epson)
    epson.printer.forget_pending()
    await epson.until(lambda: epson.simulator.buffered_bytes == 0)
    assert await second_after_paper_was_put_in(epson) == Printed()
    # the half of the first that is on paper already is cut off, so that nobody takes it along
    assert words(epson) == ["TIKET PERTAMA", "TIKET KEDUA KODE KEDUA"]
    assert epson.confirmed_late == []


async def test_a_job_asked_for_at_once_waits_for_the_clearing(epson):
    await stopped_in_the_first(epson)
    epson.printer.forget_pending()
    assert await epson.printer.print_document(SECOND, "job-2") == PaperOut()
    assert epson.simulator.buffered_bytes == 0


async def test_while_its_owner_is_there_the_rest_is_printed(epson):
    await stopped_in_the_first(epson)
    assert await epson.printer.print_document(FIRST, "job-1") == PaperOut()
    assert epson.simulator.buffered_bytes > 0
    epson.simulator.paper_ok()
    await epson.until(lambda: epson.confirmed_late == ["job-1"])
    epson.printer.forget_pending()
    assert await epson.printer.print_document(SECOND, "job-2") == Printed()
    # the first was confirmed whole, so nothing was cleared and no paper was spent on it
    assert words(epson) == ["TIKET PERTAMA KODE PERTAMA", "TIKET KEDUA KODE KEDUA"]


async def test_a_printer_that_was_unplugged_drops_it_when_it_is_back(epson):
    await stopped_in_the_first(epson)
    epson.simulator.unplug()
    await epson.until_state(Missing)
    epson.printer.forget_pending()
    assert await epson.printer.print_document(SECOND, "job-2") == Disconnected()
    epson.simulator.plug()
    await epson.until(lambda: epson.simulator.buffered_bytes == 0)
    assert await second_after_paper_was_put_in(epson) == Printed()
    assert words(epson) == ["TIKET PERTAMA", "TIKET KEDUA KODE KEDUA"]


async def test_a_printer_that_was_silent_drops_it_when_it_answers(make_bench, given):
    bench = await make_bench(timings=given.hasty)
    await stopped_in_the_first(bench)
    bench.simulator.silence()
    bench.printer.forget_pending()
    await bench.until_state(Fault, "silent")
    bench.simulator.speak()
    await bench.until(lambda: bench.simulator.buffered_bytes == 0)
    assert await second_after_paper_was_put_in(bench) == Printed()
    assert words(bench) == ["TIKET PERTAMA", "TIKET KEDUA KODE KEDUA"]


async def test_a_ticket_that_is_being_printed_is_finished(epson, given):
    await epson.until_ready()
    epson.after_host_bytes(2500, epson.printer.forget_pending)
    assert await epson.printer.print_document(given.long, "job-1") == Printed()
    assert await epson.printer.print_document(SECOND, "job-2") == Printed()
    assert len(epson.simulator.pieces) == 2
    assert words(epson)[0].endswith("SELESAI")


async def test_one_that_stops_after_its_owner_has_gone_is_dropped_too(epson, given):
    await epson.until_ready()
    epson.after_host_bytes(500, epson.printer.forget_pending)
    epson.simulator.out_after(lines=5)
    assert await epson.printer.print_document(given.long, "job-1") == Uncertain("paper_out")
    await epson.until(lambda: epson.simulator.buffered_bytes == 0)


async def test_what_an_earlier_process_left_goes_with_the_first_change(epson):
    await epson.until_state(Ready)
    epson.simulator.paper_out()
    epson.simulator.receive(b"DARI PROSES LAMA\n\x1dV\x00")
    await epson.until_state(Fault, "paper_out")
    assert epson.simulator.buffered_bytes > 0  # a visit may go on that was cut off
    epson.printer.forget_pending()
    await epson.until(lambda: epson.simulator.buffered_bytes == 0)
    assert await second_after_paper_was_put_in(epson) == Printed()
    assert words(epson) == ["TIKET KEDUA KODE KEDUA"]


async def test_a_clone_with_a_stuck_cutter_drops_it_too(clone):
    await clone.until_state(Ready)
    clone.simulator.jam_cutter()
    await clone.until_state(Fault, "cutter_jam")
    clone.simulator.clear_cutter()
    await clone.until_ready()
    clone.after_host_bytes(20, clone.simulator.jam_cutter)
    assert await clone.printer.print_document(FIRST, "job-1") == Uncertain("cutter_jam")
    clone.printer.forget_pending()
    await clone.until(lambda: clone.simulator.buffered_bytes == 0)
    clone.simulator.clear_cutter()
    await clone.until_state(Ready)
    assert await clone.printer.print_document(SECOND, "job-2") == Printed()
    assert words(clone)[-1] == "TIKET KEDUA KODE KEDUA"
    assert "KODE PERTAMA" not in " ".join(words(clone))


async def test_a_clone_without_paper_keeps_it_but_cuts_it_off_from_the_next(clone):
    await stopped_in_the_first(clone)
    clone.printer.forget_pending()
    assert await clone.printer.print_document(SECOND, "job-2") == PaperOut()
    assert await second_after_paper_was_put_in(clone) == Printed()
    *_, ticket = words(clone)
    assert ticket == "TIKET KEDUA KODE KEDUA"
    assert "KODE PERTAMA" in words(clone)[0]


async def test_a_printer_that_does_not_know_the_command_goes_on_printing(make_bench, given, caplog):
    bench = await make_bench(
        replace(models.EPSON_58, clear_command=False),
        EPSON_58,
        replace(given.patient, status_timeout_s=0.5),
    )
    await stopped_in_the_first(bench)
    bench.printer.forget_pending()
    await bench.until(lambda: "does not answer that it has dropped" in caplog.text)
    assert await second_after_paper_was_put_in(bench) == Printed()
    assert bench.confirmed_late == []
    assert caplog.text.count("does not answer that it has dropped") == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (LinkLost("hung up"), Disconnected()),
        (LinkTimeout(0), PrinterFault("not_taking_bytes")),
    ],
)
async def test_a_line_that_fails_at_the_clearing_prints_nothing_and_clears_later(
    epson, error, outcome
):
    class FailingQuestions:
        async def status(self, *, patiently):
            assert patiently
            raise error

    await stopped_in_the_first(epson)
    async with epson.printer._lock:  # the printer's own look waits meanwhile
        epson.printer.forget_pending()
        failing = replace(epson.printer._open, questions=FailingQuestions())
        assert await epson.printer._cannot_clear(failing) == outcome
        assert epson.simulator.buffered_bytes > 0
    await epson.until(lambda: epson.simulator.buffered_bytes == 0)


@pytest.mark.parametrize("condition", ["paper_out", "cover_open", "overheat"])
async def test_the_simulated_printer_ignores_a_recovery_where_a_real_one_does(clone, condition):
    await clone.until_ready()
    getattr(clone.simulator, condition)()
    clone.simulator.receive(b"abc\x10\x05\x02")
    await clone.until(lambda: clone.simulator.buffered_bytes == 3)
