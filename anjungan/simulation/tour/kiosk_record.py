"""What the kiosk has committed about its newest request, read from outside while it works."""

import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_ASK_EVERY_S: Final = 0.001


@dataclass(frozen=True, slots=True)
class KioskRecord:
    """The newest ticket and its first print job; words are those of the storage's enums."""

    request_id: str
    token: str
    code: str
    queue_number: str
    delivery: str
    printed: str


def newest_record(database: Path) -> KioskRecord | None:
    """The newest request of the kiosk; None when there is none."""
    with closing(_open(database)) as connection:
        row = connection.execute(
            "SELECT t.request_id, t.token, t.code, t.queue_number, t.delivery,"
            " coalesce((SELECT state FROM print_job WHERE request_id = t.request_id"
            " AND kind = 'ticket' ORDER BY job_id LIMIT 1), 'none')"
            " FROM ticket AS t ORDER BY t.number DESC LIMIT 1"
        ).fetchone()
    return None if row is None else KioskRecord(*row)


class ReceiptTimer:
    """Times the way from the kiosk's commit of a new request to its receipt.

    Both ends are what another connection sees in the kiosk's database, asked every millisecond, so
    a figure is right to about two of them. ``elapsed_ms`` is None until the receipt has come.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="receipt timer")
        self.elapsed_ms: float | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        with closing(_open(self._database)) as connection:
            newest = "SELECT coalesce(max(number), 0) FROM ticket"
            (before,) = connection.execute(newest).fetchone()
            delivery = "SELECT delivery FROM ticket WHERE number > ? ORDER BY number LIMIT 1"
            committed_s: float | None = None
            while not self._stop.is_set():
                row = connection.execute(delivery, (before,)).fetchone()
                now_s = time.monotonic()
                if row is not None and committed_s is None:
                    committed_s = now_s
                if row is not None and row[0] == "receipted" and committed_s is not None:
                    self.elapsed_ms = (now_s - committed_s) * 1000
                    return
                time.sleep(_ASK_EVERY_S)


def _open(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=5)
