"""From words on the command line to the device that runs alone; only its own modules are loaded."""

# ruff: noqa: PLC0415 - see above

import argparse
from collections.abc import Callable

from anjungan.simulation.line_place import Place
from anjungan.simulation.simulated_line import ByteLog
from anjungan.simulation.standalone.device import StandaloneDevice


def make_device(
    arguments: argparse.Namespace,
    place: Place,
    byte_log: ByteLog | None,
    write_line: Callable[[str], None],
) -> StandaloneDevice:
    """Make the device that ``arguments`` name; its line does not exist yet.

    Needs a running event loop.

    Raises:
        NoPlaceError: what a printer prints cannot be saved where it should.
    """
    match arguments.device:
        case "pn532":
            from anjungan.simulation.pn532.simulator import Pn532Simulator
            from anjungan.simulation.standalone.reader import StandaloneReader

            return StandaloneReader(Pn532Simulator(place, byte_log=byte_log), arguments.card)
        case "rdm6300":
            from anjungan.simulation.rdm6300 import Rdm6300Simulator
            from anjungan.simulation.standalone.reader import StandaloneReader

            tag_reader = Rdm6300Simulator(place, byte_log=byte_log, cr_lf=arguments.crlf)
            return StandaloneReader(tag_reader, arguments.card)
        case "wedge":
            from anjungan.simulation.standalone.reader import StandaloneReader
            from anjungan.simulation.wedge import WedgeSimulator

            wedge = WedgeSimulator(
                arguments.link.absolute(), types=arguments.types, byte_log=byte_log
            )
            return StandaloneReader(wedge, arguments.card, every_s=arguments.every)
        case "scanner":
            from anjungan.simulation.standalone.scanner import StandaloneScanner

            return StandaloneScanner(
                place,
                arguments.scan,
                byte_log,
                prefix=arguments.prefix,
                suffix=arguments.suffix,
                every_s=arguments.every,
            )
        case "printer":
            from anjungan.simulation.printer.model import printer_model
            from anjungan.simulation.standalone.printer import StandalonePrinter, check_paper_folder

            if arguments.paper is not None:
                check_paper_folder(arguments.paper)
            return StandalonePrinter(
                place,
                printer_model(arguments.width, arguments.clone, baud=arguments.baud),
                byte_log,
                paper_dir=arguments.paper,
                write_line=write_line,
                slowness=arguments.slow,
            )
        case other:
            raise ValueError(f"no such device: {other}")
