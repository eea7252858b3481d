"""Hearing what other processes say through PostgreSQL (LISTEN)."""

import logging
import random
import threading
from collections.abc import Callable
from typing import Any, Final

import psycopg
from sqlalchemy.dialects import registry

from anjungan.regency.store.address import PostgresUrl
from anjungan.regency.store.postgres import connect_arguments

LOG: Final = logging.getLogger(__name__)

_LOOK_UP_S: Final = 1.0
_LONGEST_WAIT_S: Final = 10.0


class NoticeListener:
    """Calls ``heard`` for each word on the channel, from a thread and a connection of its own."""

    def __init__(self, address: PostgresUrl, channel: str, heard: Callable[[], None]) -> None:
        self._address = address
        self._channel = channel
        self._heard = heard
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"listen-{channel}", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and end the thread."""
        self._stopping.set()
        self._thread.join(2 * _LOOK_UP_S + _LONGEST_WAIT_S)

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                with psycopg.connect(**self._arguments(), autocommit=True) as connection:
                    connection.execute(f'LISTEN "{self._channel}"')
                    failures = 0
                    self._heard()  # what was said while nobody listened
                    self._listen(connection)
            except psycopg.Error as error:
                failures += 1
                LOG.warning("not listening to the database: %s", type(error).__name__)
                ceiling_s = min(_LONGEST_WAIT_S, 2.0 ** min(failures, 8) / 2)
                self._stopping.wait(random.uniform(0.1, ceiling_s))  # noqa: S311 - spreads load, guards nothing

    def _listen(self, connection: "psycopg.Connection[Any]") -> None:
        while not self._stopping.is_set():
            for _ in connection.notifies(timeout=_LOOK_UP_S):
                self._heard()

    def _arguments(self) -> dict[str, Any]:
        dialect = registry.load("postgresql.psycopg")()
        _, named = dialect.create_connect_args(self._address.url)
        return {**connect_arguments(self._address), **named}
