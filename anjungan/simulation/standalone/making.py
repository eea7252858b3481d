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
    """
    match arguments.device:
        case "pn532":
            from anjungan.simulation.standalone.pn532 import StandalonePn532

            return StandalonePn532(place, arguments.card, byte_log)
        case "scanner":
            from anjungan.simulation.standalone.scanner import StandaloneScanner

            return StandaloneScanner(
                place,
                arguments.scan,
                byte_log,
                prefix=arguments.prefix,
                suffix=arguments.suffix,
            )
        case "printer":
            from anjungan.simulation.standalone.printer import StandalonePrinter

            return StandalonePrinter(
                place,
                arguments.model,
                byte_log,
                paper_dir=arguments.paper,
                write_line=write_line,
                slowness=arguments.slow,
            )
        case other:
            raise ValueError(f"no such device: {other}")
