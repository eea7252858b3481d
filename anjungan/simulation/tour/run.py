"""``anjungan tour``: the whole system, one visit, and what it leaves in a folder."""

import asyncio
import importlib.metadata
import platform
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

from anjungan.simulation.broker import find_mosquitto
from anjungan.simulation.places import Places
from anjungan.simulation.processes import PartFailedError
from anjungan.simulation.system import Options, System, running_system
from anjungan.simulation.tour.album import Album
from anjungan.simulation.tour.desk import DeskError
from anjungan.simulation.tour.visit import TourFailedError, Visit
from anjungan.simulation.tour.window import Window, WindowError

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
_PACKAGES: Final = ("anjungan", "kivy", "paho-mqtt", "msgspec", "PyNaCl", "litestar", "sqlalchemy")


def run_tour(out: Path) -> int:
    """Make the tour, leave its folder, and return the exit code."""
    album = Album(out)
    album.summary.versions = versions()
    try:
        with tempfile.TemporaryDirectory(prefix="anjungan-tour-") as folder:
            asyncio.run(_tour(Places(Path(folder) / "data"), album))
    except (TourFailedError, WindowError, DeskError, PartFailedError) as error:
        album.summary.failure = str(error)
    finally:
        album.close()
    summary = album.summary
    _say(f"{len(summary.screens)} pictures, the ticket and summary.json are in {out}")
    if summary.failure:
        _say(f"the tour failed: {summary.failure}")
        return EXIT_FAILED
    _say(f"receipt after {summary.receipt_ms} ms, status back after {summary.status_back_ms} ms")
    return EXIT_OK if summary.ok else EXIT_FAILED


async def _tour(places: Places, album: Album) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    if task is not None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
    # the same visitors each time; the visit itself is the script's
    options = Options(health_interval_s=2.0, seed=1)
    async with running_system(places, options, on_event=_say) as system:
        try:
            await asyncio.to_thread(_visit, system, album)
        except (TourFailedError, WindowError) as error:
            raise TourFailedError(f"{error}\n{_last_words(system)}") from error


def _visit(system: System, album: Album) -> None:
    with Window(system.screen_url) as window:
        try:
            Visit(system, window, album).run()
        except (TourFailedError, WindowError, DeskError):
            album.keep("gagal", window.picture())
            raise
    album.summary.ok = True


def _last_words(system: System) -> str:
    """What agent and screens said last, for whoever looks into a failed tour."""
    parts = ("agent", "screens")
    return "\n".join(f"--- {name}\n{system.supervisor.log_tail(name)}" for name in parts)


def versions() -> dict[str, str]:
    """What took part, with its version."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    for name in _PACKAGES:
        found[name] = importlib.metadata.version(name)
    found["broker"] = "mosquitto" if find_mosquitto() else "amqtt"
    return found


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
