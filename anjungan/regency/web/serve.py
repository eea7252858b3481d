"""The web process."""

import logging
import signal
import socket
from typing import Final

import uvicorn

from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import open_database
from anjungan.regency.web.app import create_app
from anjungan.regency.web.live.hub import Hub

LOG: Final = logging.getLogger(__name__)


class _Server(uvicorn.Server):
    """Ends the streams of open pages first: the server waits for whatever is being answered."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close."""
        self._hub.close()
        await super().shutdown(sockets)


def run_web(settings: RegencySettings) -> int:
    """Serve pages until SIGTERM or SIGINT; return the exit code."""
    host, port = settings.bind_address
    database = open_database(settings.database_address)
    try:
        app = create_app(settings, database)
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            # addresses of tracking pages are secrets of residents
            access_log=False,
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=3,
            ssl_certfile=settings.web.tls_certificate_file,
            ssl_keyfile=settings.web.tls_key_file,
        )
        # uvicorn ends on these by itself and then raises them once more for whoever called it
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _already_ended)
        LOG.info("pages at %s", settings.web.public_url)
        _Server(config, app.state.site.hub).run()
    finally:
        database.close()
    return 0


def _already_ended(number: int, frame: object) -> None:
    del number, frame
