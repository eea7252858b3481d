"""Service times and days off, read from the database once in a while."""

from dataclasses import dataclass
from typing import Final

from anjungan.regency.requests.lateness import Targets
from anjungan.regency.requests.targets import read_targets
from anjungan.regency.store.database import Database

KEPT_S: Final = 10.0


@dataclass(slots=True)
class TargetCache:
    """The targets of at most ten seconds ago; what this process changes itself is seen at once."""

    _targets: Targets | None = None
    _read_s: float = 0.0

    def targets(self, database: Database, default_days: int, now_s: float) -> Targets:
        """The targets; ``now_s`` is a monotonic clock's time."""
        targets = self._targets
        if targets is None or not 0.0 <= now_s - self._read_s < KEPT_S:
            with database.reading() as connection:
                targets = read_targets(connection, default_days)
            self._targets, self._read_s = targets, now_s
        return targets

    def forget(self) -> None:
        """Read anew next time."""
        self._targets = None
