"""From messages to a commit: what must be true before a receipt is sent."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from anjungan.regency.failures import failure_words
from anjungan.regency.fleet.presence import PresenceRule
from anjungan.regency.fleet.reports import count_dropped
from anjungan.regency.inbox.intake import Taken, take
from anjungan.regency.inbox.reading import DropReason, Reading
from anjungan.regency.store.database import DATABASE_FAILURES, Database

LOG: Final = logging.getLogger(__name__)

TRIES: Final = 5
_DO_IT_AGAIN: Final = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization_failure and deadlock_detected."""


class Committer:
    """Takes batches into the database.

    A batch that meets another worker's is done again, when it sees what the other has stored. One
    that fails for a message's sake is taken message by message, so that none blocks the others.
    A database that fails raises one of DATABASE_FAILURES: nothing of the batch may be acknowledged.
    """

    def __init__(self, database: Database, rule: PresenceRule, now: Callable[[], datetime]) -> None:
        self._database = database
        self._rule = rule
        self._now = now

    def commit(self, readings: Sequence[Reading]) -> Sequence[Taken]:
        """Store them; what each commit calls for."""
        try:
            return [self._commit_together(readings)]
        except Exception as error:
            if _is_the_databases(error):
                raise
            LOG.error("a batch failed (%s); taking it one by one", failure_words(error))  # noqa: TRY400 - a traceback may quote the message
            return [self._commit_alone(reading) for reading in readings]

    def _commit_together(self, readings: Sequence[Reading]) -> Taken:
        for _ in range(TRIES - 1):
            try:
                return self._commit_once(readings)
            except DBAPIError as error:
                if not _met_another(error):
                    raise
        return self._commit_once(readings)

    def _commit_once(self, readings: Sequence[Reading]) -> Taken:
        with self._database.writing_beside_others() as connection:
            return take(connection, readings, self._rule, self._now())

    def _commit_alone(self, reading: Reading) -> Taken:
        try:
            return self._commit_together([reading])
        except Exception as error:
            if _is_the_databases(error):
                raise
            LOG.error("a message failed: %s", failure_words(error))  # noqa: TRY400 - a traceback may quote the message
        with self._database.writing() as connection:
            count_dropped(connection, reading.kiosk, DropReason.FAILED.value, self._now())
        return Taken()


def _met_another(error: DBAPIError) -> bool:
    """Whether another worker stored the same at the same moment."""
    return isinstance(error, IntegrityError) or _state_of(error) in _DO_IT_AGAIN


def _is_the_databases(error: Exception) -> bool:
    """Whether the database failed, not one message: a full disk, a lock, a lost server."""
    if isinstance(error, DataError | IntegrityError | ProgrammingError):
        return error.connection_invalidated
    return isinstance(error, DATABASE_FAILURES)


def _state_of(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""
