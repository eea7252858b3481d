"""``anjungan demo``, ``desk``, ``tour`` and ``sim``: only where the simulators are."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from anjungan.simulation.standalone.command import add_parser as add_run_parser

if TYPE_CHECKING:
    from anjungan.simulation.control import Command
    from anjungan.simulation.places import Places
    from anjungan.simulation.system import Options

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1

_SIM_EXAMPLES: Final = """\
examples:
  anjungan sim tap                       the demo's card, for a moment
  anjungan sim tap a:04a1b2c3d4e5f6      a type A card with that identifier
  anjungan sim tap b:11223344 --keep     a type B card that stays on the reader
  anjungan sim tap --remove              take every card away
  anjungan sim scan 'https://…/t/…'      what a scanner reads
  anjungan sim paper out [--after 10]    and: paper near, paper ok
  anjungan sim cover open                and: cover closed
  anjungan sim printer silent            and: printer answering
  anjungan sim unplug printer            and: plug printer; also reader, scanner, panel, any name
  anjungan sim press ok --hold           up, down, ok, back, help, any name in the settings
  anjungan sim door door open            and: door door shut; a contact's name in the settings
  anjungan sim link cut                  and: link slow, link ok, link blackhole (all sent is lost)
  anjungan sim status                    how everything stands

one device alone, without a demo (see `anjungan sim run --help`):
  anjungan sim run pn532 --link /tmp/nfc --card a:04a1b2c3d4e5f6
  anjungan sim run printer --tcp 127.0.0.1:9100

Exit codes: 0 done, 1 no demo runs or it refused, 2 wrong command line.
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``demo``, ``tour`` and ``sim``."""
    _add_demo(subparsers)
    _add_desk(subparsers)
    _add_tour(subparsers)
    _add_sim(subparsers)


def _add_demo(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = subparsers.add_parser(
        "demo",
        help="run the whole system on this machine",
        description="Runs broker, regency, agent, screens, simulated devices and twelve simulated "
        "kiosks until Ctrl-C. The data are kept for the next start.",
    )
    _add_demo_options(demo)
    demo.set_defaults(run=_demo)


def _add_desk(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    desk = subparsers.add_parser(
        "desk",
        help="the demo, and a page with the kiosk's screen and all its devices",
        description="Says where the simulation desk of the running demo is; where no demo runs on "
        "these data, starts one without a window and serves its desk until Ctrl-C. The page shows "
        "the kiosk's screen and devices, to be touched, fed and broken; only on this machine.",
    )
    _add_demo_options(desk)
    desk.set_defaults(run=_desk, offscreen=True)


def _add_demo_options(demo: argparse.ArgumentParser) -> None:
    _add_data(demo)
    demo.add_argument(
        "--offscreen", action="store_true", help="open no window even where there is a display"
    )
    demo.add_argument(
        "--no-screens", action="store_true", help="without the kiosk's screen; it can be run apart"
    )
    demo.add_argument("--no-fleet", action="store_true", help="without the twelve other kiosks")
    demo.add_argument(
        "--embedded-broker", action="store_true", help="amqtt even where mosquitto is installed"
    )
    demo.add_argument(
        "--health-interval",
        type=float,
        default=5.0,
        metavar="SECONDS",
        help="how often kiosks report (default 5; on a real kiosk 300)",
    )


def _add_tour(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    tour = subparsers.add_parser(
        "tour",
        help="a scripted visit through the real system, without a display",
        description="Runs the whole system, makes one request from card tap to changed status, "
        "and leaves pictures of every screen, the ticket and summary.json. Exit code 0 only if "
        "the request is in the regency's database, its receipt arrived, the printer confirmed the "
        "ticket and the kiosk showed the changed status.",
    )
    tour.add_argument(
        "--out", type=Path, default=Path("tour"), metavar="FOLDER", help="default: tour"
    )
    tour.set_defaults(run=_tour)


def _add_sim(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    sim = subparsers.add_parser(
        "sim",
        help="do something to the devices and the line of a running demo, or run one alone",
        description="Does something to the simulated devices and the line of a running demo, "
        "or runs one device alone.",
        epilog=_SIM_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_data(sim)
    verbs = sim.add_subparsers(title="what to do", metavar="VERB", required=True, dest="verb")
    tap = verbs.add_parser("tap", help="lay a card on the reader")
    tap.add_argument(
        "card", nargs="?", type=_card, help="a:HEX or b:HEX; without it the demo's card"
    )
    how = tap.add_mutually_exclusive_group()
    how.add_argument("--keep", action="store_true", help="leave it on the reader")
    how.add_argument("--remove", action="store_true", help="take every card away instead")
    paper = verbs.add_parser("paper", help="take the roll out, thin it, put a new one in")
    paper.add_argument("word", choices=("out", "near", "ok"))
    paper.add_argument(
        "--after", type=int, metavar="LINES", help="out only when so many lines more are printed"
    )
    scan = verbs.add_parser("scan", help="scan a code")
    scan.add_argument("text", help="what the scanner reads")
    for verb, words, help_text in (
        ("cover", ("open", "closed"), "the printer's cover"),
        ("printer", ("silent", "answering"), "let the printer answer nothing, or again"),
        ("link", ("ok", "slow", "cut", "blackhole"), "the line between kiosk and broker"),
    ):
        verbs.add_parser(verb, help=help_text).add_argument("word", choices=words)
    for verb, help_text in (
        ("plug", "put a device's plug back"),
        ("unplug", "pull a device's plug"),
    ):
        verbs.add_parser(verb, help=help_text).add_argument(
            "word",
            metavar="DEVICE",
            help="printer, reader, scanner, panel, or a name in the settings",
        )
    door = verbs.add_parser("door", help="open or shut a door that a contact watches")
    door.add_argument("door", metavar="NAME", help="the contact's name in the settings")
    door.add_argument("state", choices=("open", "shut"))
    press = verbs.add_parser("press", help="press a button")
    press.add_argument("button", metavar="BUTTON", help="its name in the settings")
    press.add_argument("--hold", action="store_true", help="longer than a press")
    verbs.add_parser("status", help="how devices, buttons and line stand")
    sim.set_defaults(run=_sim)
    add_run_parser(verbs)


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="the demo's data (default $ANJUNGAN_DEMO_DATA or demo-data in the checkout)",
    )


def _card(text: str) -> str:
    """A card as the simulated reader takes it; argparse tells what is wrong with another."""
    from anjungan.simulation.pn532.card import CardSpecError, parse_card_spec

    try:
        parse_card_spec(text)
    except CardSpecError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _places(arguments: argparse.Namespace) -> "Places":
    from anjungan.simulation.places import Places, default_folder

    return Places(arguments.data.absolute() if arguments.data else default_folder())


def _demo(arguments: argparse.Namespace) -> int:
    from anjungan.simulation.demo import run_demo

    return run_demo(_places(arguments), _options(arguments))


def _desk(arguments: argparse.Namespace) -> int:
    from anjungan.simulation.demo import run_desk

    return run_desk(_places(arguments), _options(arguments))


def _options(arguments: argparse.Namespace) -> "Options":
    from anjungan.simulation.system import Options, has_display

    return Options(
        desk=True,
        health_interval_s=arguments.health_interval,
        embedded_broker=arguments.embedded_broker,
        fleet=not arguments.no_fleet,
        screens=not arguments.no_screens,
        window=has_display() and not arguments.offscreen,
        fixed_ports=True,
    )


def _tour(arguments: argparse.Namespace) -> int:
    from anjungan.simulation.tour.run import run_tour

    return run_tour(arguments.out.absolute())


def _sim(arguments: argparse.Namespace) -> int:
    places = _places(arguments)
    if arguments.verb == "status":
        return _status(places)
    socket, command = _control_of(arguments, places)
    from anjungan.simulation.control import NoAnswerError, ask

    try:
        reply = ask(socket, command)
    except NoAnswerError:
        return _no_demo(places)
    print(reply.text, file=sys.stdout if reply.ok else sys.stderr)
    return EXIT_OK if reply.ok else EXIT_FAILED


def _control_of(arguments: argparse.Namespace, places: "Places") -> "tuple[Path, Command]":
    """Whom to ask, and what."""
    from anjungan.simulation.control import Command
    from anjungan.simulation.device_host import DEMO_CARD

    match arguments.verb:
        case "tap" if arguments.remove:
            return places.devices_socket, Command(verb="remove")
        case "tap":
            words = (arguments.card or DEMO_CARD, "keep" if arguments.keep else "tap")
            return places.devices_socket, Command(verb="tap", words=words)
        case "scan":
            return places.devices_socket, Command(verb="scan", words=(arguments.text,))
        case "paper" if arguments.after is not None and arguments.word == "out":
            after = ("out", "after", str(arguments.after))
            return places.devices_socket, Command(verb="paper", words=after)
        case "press":
            words = (arguments.button, "hold" if arguments.hold else "press")
            return places.buttons_socket, Command(verb="press", words=words)
        case "door":
            words = (arguments.door, arguments.state)
            return places.buttons_socket, Command(verb="door", words=words)
        case "plug" | "unplug" as verb if arguments.word == "panel":
            return places.buttons_socket, Command(verb=verb)
        case "link":
            return places.line_socket, Command(verb="link", words=(arguments.word,))
        case verb:
            return places.devices_socket, Command(verb=verb, words=(arguments.word,))


def _status(places: "Places") -> int:
    from anjungan.simulation.control import Command, NoAnswerError, ask

    answered = False
    for socket in (places.devices_socket, places.buttons_socket, places.line_socket):
        try:
            facts = ask(socket, Command(verb="status")).facts
        except NoAnswerError:
            continue
        answered = True
        for name, value in facts.items():
            print(f"{name:<10} {value}")
    return EXIT_OK if answered else _no_demo(places)


def _no_demo(places: "Places") -> int:
    print(f"anjungan: no demo runs on {places.folder}; start one with `make demo`", file=sys.stderr)
    return EXIT_FAILED
