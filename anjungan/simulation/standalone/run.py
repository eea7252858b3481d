"""Runs one device until it is interrupted, and takes words from standard input meanwhile."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from anjungan.simulation.control import Reply
from anjungan.simulation.line_path import is_taken
from anjungan.simulation.line_place import Place
from anjungan.simulation.standalone.device import StandaloneDevice, left_alone
from anjungan.simulation.standalone.typed_lines import typed_lines


class NoPlaceError(Exception):
    """The device cannot stand where it was asked to; the message says why, for people."""


async def run_until_interrupted(
    device: StandaloneDevice, kind: str, *, write_line: Callable[[str], None], stdin_fd: int = 0
) -> None:
    """Start ``device``, tell where it stands, and end it at SIGINT, SIGTERM or SIGHUP.

    Raises:
        NoPlaceError: its line cannot be made.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    try:
        device.start()
    except OSError as error:
        raise NoPlaceError(f"{device.line.address}: {error.strerror or error}") from None
    try:
        write_line(f"{kind} at {device.line.address} (Ctrl-C ends it)")

        def hear(line: str) -> None:
            verb, _, text = line.strip().partition(" ")
            if verb:
                write_line(_answer(device.obey(verb, text), verb))

        async with typed_lines(stdin_fd, hear):
            await stop.wait()
    finally:
        await device.stop()
        left = left_alone(device.line)
        if left is not None:
            write_line(left)


def check_place(place: Place) -> None:
    """Refuse a link path that is taken or has no folder; a killed simulator's is not taken.

    Raises:
        NoPlaceError: with the path and what is wrong with it.
    """
    if not isinstance(place, Path):
        return
    if is_taken(place):
        raise NoPlaceError(f"{place} exists already; remove it, or choose another path")
    if not place.parent.is_dir():
        raise NoPlaceError(f"{place.parent} is no folder, so no link can be made in it")


def _answer(reply: Reply | None, verb: str) -> str:
    if reply is None:
        return f"not understood: {verb} (what can be typed is told by --help)"
    return reply.text if reply.ok else f"not done: {reply.text}"
