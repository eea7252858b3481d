"""``anjungan demo``: the whole system on this machine, until Ctrl-C."""

import asyncio
import signal
import sys
from typing import Final

import httpx

from anjungan.simulation.broker import find_mosquitto
from anjungan.simulation.places import Places
from anjungan.simulation.processes import PartFailedError
from anjungan.simulation.staff import role_words
from anjungan.simulation.system import BusyError, Options, System, running_system

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
_ANSWER_WITHIN_S: Final = 5.0

_WELCOME: Final = """
  Simulation desk {desk}

Anjungan Desa Pintar runs: {broker}, regency, kiosk of Desa Minggirsari, {fleet}.
The desk shows the kiosk's screen and all its devices, to be touched, fed and broken.

  Kiosk screen    {screen}
  Regency pages   {web}/masuk
  Staff login     {name}
  Password        {password}
  Other roles     {others}

From another terminal:
  anjungan sim tap             tap a card           anjungan sim press ok     a button
  anjungan sim scan TEXT       scan a code          anjungan sim paper out    no paper
  anjungan sim link cut        cut the line         anjungan sim status       how all stands
  anjungan doctor --config {site}
                               what is connected, what it answered, how to mend it
  anjungan config show and anjungan outbox list take the same --config
  (`anjungan sim --help` lists the rest; `anjungan` is .venv/bin/anjungan in the checkout)

  Printed paper   {paper}
  Logs            {logs}
  Data            {data} (kept for the next start)

Ctrl-C stops everything.
"""


def run_desk(places: Places, options: Options) -> int:
    """Say where the desk of the running demo is; where none runs, run one as :func:`run_demo`."""
    address = running_desk(places)
    if address is None:
        return run_demo(places, options)
    _say(f"a demo runs already on {places.folder}\n\n  Simulation desk {address}")
    return EXIT_OK


def running_desk(places: Places) -> str | None:
    """The address of the desk that serves on these data; None where none does."""
    try:
        address = places.desk_address_file.read_text(encoding="ascii")
        answer = httpx.get(address, timeout=_ANSWER_WITHIN_S, trust_env=False)
    except (OSError, ValueError, httpx.HTTPError):
        return None
    return address if answer.status_code == httpx.codes.OK else None


def run_demo(places: Places, options: Options) -> int:
    """Run until Ctrl-C or SIGTERM and return the exit code."""
    try:
        return asyncio.run(_demo(places, options))
    except BusyError as error:
        _say(f"anjungan: {error}")
    except PartFailedError as error:
        _say(f"anjungan: {error}")
        _say("everything that had been started was stopped again")
    return EXIT_FAILED


async def _demo(places: Places, options: Options) -> int:
    """Start, wait for the end, stop; a signal during the start ends it cleanly too."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    asked_to_stop = asyncio.Event()

    def stop() -> None:
        if not asked_to_stop.is_set() and task is not None:
            asked_to_stop.set()
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    try:
        async with running_system(places, options, on_event=_say) as system:
            _say(_welcome(system, options))
            await system.supervisor.died.wait()
            _say("a part that everything depends on has ended; stopping the rest")
    except asyncio.CancelledError:
        if not asked_to_stop.is_set():
            raise
        _say("everything is stopped")
        return EXIT_OK
    return EXIT_FAILED


def _welcome(system: System, options: Options) -> str:
    embedded = options.embedded_broker or find_mosquitto() is None
    where = "in its window, and live at " if options.window else "live at "
    screen = where + system.screen_url if options.screens else "not started"
    return _WELCOME.format(
        broker="amqtt" if embedded else "mosquitto",
        desk=system.desk_url,
        fleet="twelve simulated kiosks" if options.fleet else "no other kiosks",
        screen=screen,
        web=system.web_url,
        name=system.login.name,
        password=system.login.password,
        others="\n                  ".join(
            f"{login.name:<18} {login.password:<14} {words}"
            for login, words in role_words(system.places)
        ),
        site=system.places.site_file,
        paper=system.places.paper_dir,
        logs=system.places.logs_dir,
        data=system.places.folder,
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
