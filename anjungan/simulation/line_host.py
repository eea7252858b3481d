"""The bad line as a process: ``python -m anjungan.simulation.line_host``."""

import argparse
import asyncio
import logging
import secrets
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from anjungan.simulation.bad_line import BadLine, LineMode
from anjungan.simulation.control import Command, Reply, serve_control
from anjungan.simulation.feed import Feed, LineCondition
from anjungan.simulation.notify import notify_ready
from anjungan.simulation.places import Places

_LOOK_EVERY_S: Final = 0.2


async def serve(places: Places, *, port: int, broker_port: int) -> None:
    """Carry ``port`` to ``broker_port`` until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    line = BadLine(broker_port, random=secrets.SystemRandom())
    feed = Feed(lambda: (condition(),))
    told: list[LineCondition] = []

    def condition() -> LineCondition:
        return LineCondition(mode=line.mode.value, connected=line.connections > 0)

    def tell() -> None:
        if told[-1:] != [condition()]:
            told[:] = [condition()]
            feed.publish(told[0])

    async def look() -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if feed.is_watched:
                tell()

    async def handle(command: Command) -> Reply:
        match (command.verb, command.words):
            case ("link", (word,)) if word in {mode.value for mode in LineMode}:
                line.set_mode(LineMode(word))
                tell()
                return Reply(ok=True, text=f"the line is {word}")
            case ("status", ()):
                connected = "yes" if line.connections else "no"
                return Reply(ok=True, facts={"line": line.mode.value, "connected": connected})
            case _:
                return Reply(ok=False, text=f"the line does not know {command.verb}")

    async with serve_control(places.line_socket, handle, feed):
        await line.start(port)
        looking = asyncio.create_task(look(), name="look at the line")
        notify_ready()
        await stop.wait()
        looking.cancel()
    await line.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="a bad line between kiosk and broker")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--broker-port", type=int, required=True)
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    places = Places(arguments.data)
    asyncio.run(serve(places, port=arguments.port, broker_port=arguments.broker_port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
