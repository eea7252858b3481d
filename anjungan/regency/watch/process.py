"""The watch process: does each duty when it is due, while it holds the lease."""

import logging
import signal
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from anjungan.regency.failures import failure_words
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import DATABASE_FAILURES, Database, open_database
from anjungan.regency.watch.duties import all_duties
from anjungan.regency.watch.duty import Duty
from anjungan.regency.watch.lease import LASTS, leave_lease, take_lease

LOG: Final = logging.getLogger(__name__)

LEASE: Final = "watch"
_LONGEST_SLEEP_S: Final = LASTS.total_seconds() / 3


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(tz=UTC)


class Watch:
    """The loop. ``run`` returns once ``stopping`` is set; it does not own the database."""

    def __init__(
        self,
        database: Database,
        duties: Sequence[Duty],
        stopping: threading.Event,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._duties = duties
        self._stopping = stopping
        self._now = now
        self._holder = str(uuid.uuid4())
        self._due_s = {duty.name: 0.0 for duty in duties}
        self._failures = {duty.name: 0 for duty in duties}

    def run(self) -> None:
        """Work until asked to stop."""
        while not self._stopping.is_set():
            sleep_s = self.work()
            self._stopping.wait(sleep_s)
        self._leave()

    def work(self) -> float:
        """Do what is due, and return for how many seconds there is nothing to do."""
        if not self._holds_lease():
            return _LONGEST_SLEEP_S
        for duty in self._duties:
            if time.monotonic() >= self._due_s[duty.name] and self._holds_lease():
                self._do(duty)
        soonest = min(self._due_s.values(), default=float("inf")) - time.monotonic()
        return min(max(0.0, soonest), _LONGEST_SLEEP_S)

    def failures(self, name: str) -> int:
        """How often a duty has failed since this process began."""
        return self._failures[name]

    def _do(self, duty: Duty) -> None:
        self._due_s[duty.name] = time.monotonic() + duty.every.total_seconds()
        try:
            duty.run(self._now())
        except Exception as error:  # noqa: BLE001 - a supervisor: the other duties go on
            self._failures[duty.name] += 1
            LOG.error("%s failed: %s", duty.name, failure_words(error))  # noqa: TRY400 - a traceback may quote values

    def _holds_lease(self) -> bool:
        try:
            with self._database.writing() as connection:
                return take_lease(connection, LEASE, self._holder, self._now())
        except DATABASE_FAILURES as error:
            LOG.error("the database failed: %s", failure_words(error))  # noqa: TRY400 - the driver's text may quote values
            return False

    def _leave(self) -> None:
        try:
            with self._database.writing() as connection:
                leave_lease(connection, LEASE, self._holder, self._now())
        except DATABASE_FAILURES as error:
            LOG.warning("the lease runs out by itself: %s", failure_words(error))


def run_watch(settings: RegencySettings) -> int:
    """Run the watch until SIGTERM or SIGINT; return the exit code."""
    stopping = threading.Event()

    def stop(number: int, frame: object) -> None:
        del number, frame
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    database = open_database(settings.database_address)
    try:
        duties = all_duties(settings, database)
        LOG.info("the watch of regency %s begins", settings.regency)
        Watch(database, duties, stopping).run()
    finally:
        database.close()
    return 0
