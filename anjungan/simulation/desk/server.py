"""The desk as a process: ``python -m anjungan.simulation.desk.server --data FOLDER …``."""

import argparse
import logging
import secrets
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from anjungan.simulation.desk.app import Guard, create_app
from anjungan.simulation.desk.page_line import hello
from anjungan.simulation.desk.wishes import MAX_WISH_BYTES
from anjungan.simulation.places import Places


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description="the simulation desk")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--screen-port", type=int, required=True)
    parser.add_argument("--regency-url", default="")
    parser.add_argument("--kiosk", default="")
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    app = create_app(
        Places(arguments.data),
        screen_port=arguments.screen_port,
        hello=hello(arguments.kiosk, arguments.regency_url),
        random=secrets.SystemRandom(),
    )
    # uvicorn ends on these by itself and then raises them once more for whoever called it
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _already_ended)
    uvicorn.Server(
        uvicorn.Config(
            Guard(app, arguments.port),
            host="127.0.0.1",
            port=arguments.port,
            ws="websockets-sansio",
            ws_max_size=MAX_WISH_BYTES,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
    ).run()
    return 0


def _already_ended(_number: int, _frame: object) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main())
