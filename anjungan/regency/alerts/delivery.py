"""Delivering messages through Apprise, one at a time, without holding up the watch."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import apprise

from anjungan.regency.alerts.message_texts import MessageText
from anjungan.regency.alerts.outbox import (
    BAD_ROUTE,
    NO_ROUTE,
    NOT_TAKEN,
    Message,
    claim_next,
    mark_delivered,
    mark_failed,
)
from anjungan.regency.alerts.settings import Route
from anjungan.regency.failures import failure_words
from anjungan.regency.store.database import Database

LOG: Final = logging.getLogger(__name__)

BUDGET_S: Final = 10.0
"""A pass begins no further attempt after this; the watch has other duties and a lease."""
FIRST_BACKOFF_S: Final = 15.0
LONGEST_BACKOFF_S: Final = 1800.0
_SOCKET_TIMEOUTS: Final = {"cto": "5.0", "rto": "8.0"}

Send = Callable[[str, MessageText], "bool | None"]
"""Sends a text to an address: True when it was taken, None when the address is none."""


def send_with_apprise(url: str, text: MessageText) -> bool | None:
    """Send one message; what Apprise says of addresses and servers is not logged."""
    for library in ("apprise", "urllib3"):
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    asset = apprise.AppriseAsset(app_id="Anjungan Desa", app_desc="Pemantau Anjungan Desa")
    target = apprise.Apprise(asset=asset)
    if not target.add(_with_timeouts(url)):
        return None
    taken = target.notify(title=text.title, body=text.body, body_format=apprise.NotifyFormat.TEXT)
    return bool(taken)


class Delivery:
    """Sends what is due. ``run`` returns how many messages were taken."""

    def __init__(
        self,
        database: Database,
        routes: Sequence[Route],
        *,
        send: Send = send_with_apprise,
        jitter: Callable[[float, float], float] = random.uniform,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._urls = {route.name: route.url for route in routes}
        self._send = send
        self._jitter = jitter
        self._monotonic_s = monotonic_s
        self._unmarked: dict[int, datetime] = {}

    def run(self, now: datetime) -> int:
        """Work through what is due; a route that fails once waits for the next pass."""
        self._mark_the_taken()
        begun_s = self._monotonic_s()
        failed_routes: set[str] = set()
        delivered = 0
        while self._monotonic_s() - begun_s < BUDGET_S:
            with self._database.writing() as connection:
                message = claim_next(connection, failed_routes, now)
            if message is None:
                break
            if self._deliver(message, now):
                delivered += 1
            else:
                failed_routes.add(message.route)
        return delivered

    def _deliver(self, message: Message, now: datetime) -> bool:
        problem = self._attempt(message)
        if not problem:
            # kept until it is marked: what has been taken once must not be sent again
            self._unmarked[message.id] = now
            self._mark_the_taken()
            return True
        LOG.warning("message %d by route %r: %s", message.id, message.route, problem)
        retry_at = now + timedelta(seconds=self._backoff_s(message.attempts))
        with self._database.writing() as connection:
            mark_failed(connection, message, problem=problem, retry_at=retry_at, now=now)
        return False

    def _attempt(self, message: Message) -> str:
        url = self._urls.get(message.route)
        if url is None:
            return NO_ROUTE
        try:
            taken = self._send(url, message.text)
        except Exception as error:  # noqa: BLE001 - a plugin's bug must not stop the other routes
            LOG.error("route %r failed: %s", message.route, failure_words(error))  # noqa: TRY400 - a traceback may quote the address
            return NOT_TAKEN
        if taken is None:
            return BAD_ROUTE
        return "" if taken else NOT_TAKEN

    def _mark_the_taken(self) -> None:
        for message_id, at in tuple(self._unmarked.items()):
            with self._database.writing() as connection:
                mark_delivered(connection, message_id, at)
            del self._unmarked[message_id]

    def _backoff_s(self, attempts_before: int) -> float:
        ceiling_s = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(attempts_before, 12))
        return self._jitter(ceiling_s / 2, ceiling_s)


def _with_timeouts(url: str) -> str:
    """Short waits for connecting and answering, where the address does not name its own."""
    missing = [f"{key}={value}" for key, value in _SOCKET_TIMEOUTS.items() if f"{key}=" not in url]
    if not missing:
        return url
    return f"{url}{'&' if '?' in url else '?'}{'&'.join(missing)}"
