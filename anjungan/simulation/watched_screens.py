"""The real screens, with a small web server beside them that shows and touches them.

Everything is the kiosk's own program; ``screen_server`` tells what the server answers.

``python -m anjungan.simulation.watched_screens --config site.toml --port 0``
"""

import argparse
import sys
from collections.abc import Sequence

from anjungan.appliance.errors import ConfigError
from anjungan.appliance.screens.app import Screens, run_screens
from anjungan.appliance.screens.command import add_arguments, options_from
from anjungan.simulation.screen_server import serve_beside
from anjungan.simulation.screen_watcher import Watcher


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and run the screens."""
    parser = argparse.ArgumentParser(description="the screens, watched and touched over HTTP")
    add_arguments(parser)
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    arguments = parser.parse_args(argv)
    try:
        options = options_from(arguments)
    except ConfigError as error:
        sys.stderr.write(f"anjungan: {error}\n")
        return 3

    def observe(screens: Screens) -> None:
        port = serve_beside(Watcher(screens), arguments.port)
        sys.stdout.write(f"screens: http://127.0.0.1:{port}/\n")
        sys.stdout.flush()

    return run_screens(options, observe)


if __name__ == "__main__":
    sys.exit(main())
