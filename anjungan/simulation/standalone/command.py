"""``anjungan sim run``: one simulated device alone, until it is interrupted."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from anjungan.simulation.standalone.typed_words import PN532_WORDS, PRINTER_WORDS, SCANNER_WORDS

if TYPE_CHECKING:
    from anjungan.simulation.line_place import Place
    from anjungan.simulation.printer.model import PrinterModel

EXIT_OK: Final = 0
EXIT_USAGE: Final = 2

_EXAMPLES: Final = """\
examples:
  anjungan sim run pn532 --link /tmp/nfc --card a:04a1b2c3d4e5f6
  anjungan sim run scanner --link /tmp/scanner --suffix crlf
  anjungan sim run printer --tcp 127.0.0.1:9100 --model clone-58 --paper papers

A device runs until Ctrl-C (or SIGTERM); then its link is gone and the exit code is 0. It tells in
one line where it stands; exit code 2 when it cannot stand there. Faults are typed while it runs.
"""

Parsers = argparse._SubParsersAction  # noqa: SLF001 - argparse gives this type no other name


def add_parser(verbs: "Parsers[argparse.ArgumentParser]") -> None:
    """Add ``run`` to the verbs of ``anjungan sim``."""
    run = verbs.add_parser(
        "run",
        help="run one simulated device alone, for another program",
        description="Runs one simulated device alone until it is interrupted.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    devices = run.add_subparsers(title="devices", metavar="DEVICE", required=True, dest="device")
    _add_pn532(devices)
    _add_scanner(devices)
    _add_printer(devices)


def _add_pn532(devices: "Parsers[argparse.ArgumentParser]") -> None:
    parser = _add_device(devices, "pn532", "a PN532 contactless reader", PN532_WORDS)
    parser.add_argument(
        "--card",
        action="append",
        default=[],
        type=_pn532_card,
        metavar="CARD",
        help="a:HEX or b:HEX with options; lies on the reader from the start; repeatable",
    )


def _add_scanner(devices: "Parsers[argparse.ArgumentParser]") -> None:
    parser = _add_device(devices, "scanner", "a barcode scanner", SCANNER_WORDS)
    parser.add_argument(
        "--suffix",
        choices=("cr", "lf", "crlf", "tab", "none"),
        default="cr",
        help="what follows every code (default cr)",
    )
    parser.add_argument("--prefix", default="", help="what precedes every code, as ]Q1")
    parser.add_argument(
        "--scan", action="append", default=[], metavar="TEXT", help="read at the start; repeatable"
    )


def _add_printer(devices: "Parsers[argparse.ArgumentParser]") -> None:
    parser = _add_device(devices, "printer", "an ESC/POS receipt printer", PRINTER_WORDS)
    parser.add_argument(
        "--model",
        type=_printer_model,
        default="epson-58",
        help="epson-58 (default), clone-58 and more; a wrong one lists them",
    )
    parser.add_argument(
        "--paper",
        type=Path,
        metavar="FOLDER",
        help="save what comes out as PNG and text; without it the text is shown",
    )
    parser.add_argument(
        "--slow", type=_factor, default=1.0, metavar="FACTOR", help="so many times slower"
    )


def _add_device(
    devices: "Parsers[argparse.ArgumentParser]", name: str, what: str, words: str
) -> argparse.ArgumentParser:
    """A device with the options that all have."""
    parser = devices.add_parser(
        name,
        help=what,
        description=f"Runs {what} alone until it is interrupted.",
        epilog=words,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--link", type=Path, metavar="PATH", help="a new pseudo-terminal, linked at PATH"
    )
    where.add_argument(
        "--tcp", type=_tcp_place, metavar="HOST:PORT", help="a TCP port; port 0 takes a free one"
    )
    parser.add_argument(
        "--log-bytes", action="store_true", help="show every byte of both directions"
    )
    parser.set_defaults(run=_run)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    from anjungan.simulation.standalone.byte_log import byte_log_to
    from anjungan.simulation.standalone.making import make_device
    from anjungan.simulation.standalone.run import (
        NoPlaceError,
        check_place,
        run_until_interrupted,
    )

    place: Place = arguments.tcp or arguments.link.absolute()
    log = byte_log_to(_write_line) if arguments.log_bytes else None

    async def run() -> None:
        device = make_device(arguments, place, log, _write_line)
        await run_until_interrupted(device, arguments.device, write_line=_write_line)

    try:
        check_place(place)
        asyncio.run(run())
    except NoPlaceError as error:
        print(f"anjungan: {error}", file=sys.stderr)
        return EXIT_USAGE
    return EXIT_OK


def _write_line(line: str) -> None:
    print(line, flush=True)


def _pn532_card(text: str) -> str:
    from anjungan.simulation.pn532.card import CardSpecError, parse_card_spec

    try:
        parse_card_spec(text)
    except CardSpecError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _printer_model(name: str) -> "PrinterModel":
    from anjungan.simulation.printer import model

    models = {
        key.lower().replace("_", "-"): value
        for key, value in vars(model).items()
        if isinstance(value, model.PrinterModel)
    }
    if name not in models:
        raise argparse.ArgumentTypeError(f"the models are {', '.join(sorted(models))}")
    return models[name]


def _tcp_place(text: str) -> "Place":
    from anjungan.simulation.line_place import TcpPlace

    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004 - the last TCP port
        raise argparse.ArgumentTypeError("HOST:PORT, as 127.0.0.1:9100")
    return TcpPlace(int(port), host.strip("[]"))


def _factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 0.0 < factor < 1000.0:  # noqa: PLR2004 - slower than that is stopped
        raise argparse.ArgumentTypeError("a number over 0, as 3 for three times slower")
    return factor
