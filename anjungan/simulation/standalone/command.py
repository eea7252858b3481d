"""``anjungan sim run``: one simulated device alone, until it is interrupted."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from anjungan.simulation.standalone import typed_words

if TYPE_CHECKING:
    from anjungan.simulation.line_place import Place

EXIT_OK: Final = 0
EXIT_USAGE: Final = 2

_EXAMPLES: Final = """\
examples:
  anjungan sim run pn532 --link /tmp/nfc --card a:04a1b2c3d4e5f6
  anjungan sim run rdm6300 --link /tmp/tags --card em:0100863f4e
  anjungan sim run wedge --link /tmp/keys --types decimal-le --card a:04112233 --every 3
  anjungan sim run scanner --link /tmp/scanner --suffix crlf
  anjungan sim run printer --tcp 127.0.0.1:9100 --width 80 --clone only-dle-eot,no-qr

A device runs until Ctrl-C (or SIGTERM); then its link is gone and the exit code is 0. It tells in
one line where it stands; exit code 2 when it cannot stand there. Faults are typed while it runs.

What stands at PATH already is refused, and what takes the link's place later is left alone. Only
what a killed simulator left is replaced: a link to a pseudo-terminal (/dev/pts/N) that is gone, or
your own pipe of mode 600 that nobody has open for writing.
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
    _add_readers(devices)
    _add_scanner(devices)
    _add_printer(devices)


def _add_readers(devices: "Parsers[argparse.ArgumentParser]") -> None:
    pn532 = _add_device(devices, "pn532", "a PN532 contactless reader", typed_words.PN532)
    _add_cards(pn532, _card, "a:HEX or b:HEX with options; lies on the reader from the start")
    rdm6300 = _add_device(devices, "rdm6300", "a 125 kHz tag reader", typed_words.RDM6300)
    _add_cards(rdm6300, _tag, "em:HEX with options; held to the reader from the start")
    rdm6300.add_argument(
        "--crlf", action="store_true", help="end each frame with CR and LF too, as an ID-12 does"
    )
    wedge = _add_device(
        devices, "wedge", "a reader that types like a keyboard", typed_words.WEDGE, tcp=False
    )
    _add_cards(wedge, _card_or_tag, "a:HEX, b:HEX or em:HEX; typed at the start")
    wedge.add_argument(
        "--types",
        choices=("hex", "decimal-be", "decimal-le"),
        default="decimal-le",
        help="how a number is typed (default decimal-le)",
    )
    _add_every(wedge)


def _add_scanner(devices: "Parsers[argparse.ArgumentParser]") -> None:
    scanner = _add_device(devices, "scanner", "a barcode scanner", typed_words.SCANNER)
    scanner.add_argument(
        "--suffix",
        choices=("cr", "lf", "crlf", "tab", "none"),
        default="cr",
        help="what follows every code (default cr)",
    )
    scanner.add_argument("--prefix", default="", help="what precedes every code, as ]Q1")
    scanner.add_argument(
        "--scan", action="append", default=[], metavar="TEXT", help="read at the start; repeatable"
    )
    _add_every(scanner)


def _add_printer(devices: "Parsers[argparse.ArgumentParser]") -> None:
    printer = _add_device(devices, "printer", "an ESC/POS receipt printer", typed_words.PRINTER)
    printer.add_argument(
        "--width", type=int, choices=(58, 80), default=58, help="of the paper in mm (default 58)"
    )
    printer.add_argument(
        "--clone",
        type=_shortcomings,
        metavar="WORDS",
        help="how it falls short of an Epson, see below",
    )
    printer.add_argument(
        "--baud",
        type=int,
        choices=(9600, 19200, 38400, 57600, 115200),
        help="the pace of its line (default: the model's own)",
    )
    printer.add_argument(
        "--paper",
        type=Path,
        metavar="FOLDER",
        help="save what comes out as PNG and text; without it the text is shown",
    )
    printer.add_argument(
        "--slow", type=_positive, default=1.0, metavar="FACTOR", help="so many times slower"
    )


def _add_cards(
    parser: argparse.ArgumentParser, of_text: Callable[[str], str], help_text: str
) -> None:
    parser.add_argument(
        "--card",
        action="append",
        default=[],
        type=of_text,
        metavar="CARD",
        help=f"{help_text}; repeatable",
    )


def _add_every(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--every", type=_positive, metavar="SECONDS", help="again and again, not only at the start"
    )


def _add_device(
    devices: "Parsers[argparse.ArgumentParser]",
    name: str,
    what: str,
    words: str,
    *,
    tcp: bool = True,
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
        "--link", type=Path, metavar="PATH", help="where the new line stands until it is over"
    )
    if tcp:
        where.add_argument(
            "--tcp", type=_tcp_place, metavar="HOST:PORT", help="a port instead; 0 takes a free one"
        )
    parser.add_argument(
        "--log-bytes", action="store_true", help="show every byte of both directions"
    )
    parser.set_defaults(run=_run, tcp=None)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    import asyncio

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


def _card(text: str) -> str:
    from anjungan.simulation.pn532.card import parse_card_spec

    return _understood(text, parse_card_spec)


def _tag(text: str) -> str:
    from anjungan.simulation.rdm6300 import parse_tag_spec

    return _understood(text, parse_tag_spec)


def _card_or_tag(text: str) -> str:
    return _tag(text) if text.strip().lower().startswith("em:") else _card(text)


def _understood(text: str, parse: Callable[[str], object]) -> str:
    """``text`` itself; argparse tells what is wrong with one that is not understood."""
    from anjungan.simulation.pn532.card import CardSpecError

    try:
        parse(text)
    except CardSpecError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _shortcomings(words: str) -> str:
    from anjungan.simulation.printer.model import SHORTCOMINGS, printer_model

    if not all(word.strip() for word in words.split(",")):
        raise argparse.ArgumentTypeError(f"an empty word is none of {', '.join(SHORTCOMINGS)}")
    try:
        printer_model(clone=words)
    except ValueError as error:  # a word that is not known, or words that contradict each other
        raise argparse.ArgumentTypeError(str(error)) from None
    return words


def _tcp_place(text: str) -> "Place":
    from anjungan.simulation.line_place import TcpPlace

    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004 - the last TCP port
        raise argparse.ArgumentTypeError("HOST:PORT, as 127.0.0.1:9100")
    return TcpPlace(int(port), host.strip("[]"))


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.0 < number <= 1_000_000.0:  # noqa: PLR2004 - more than that is never
        raise argparse.ArgumentTypeError("a number over 0, as 3 or 0.5")
    return number
