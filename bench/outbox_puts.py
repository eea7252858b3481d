"""One run of the outbox row: our put and a bare insert, in turn, in one process.

``python -m bench.outbox_puts --folder DIR --puts N`` prints the durations in milliseconds as JSON.
A process of its own, so that the slow disk can be preloaded into it.
"""

import argparse
import asyncio
import json
import os
import secrets
import sqlite3
import time
from pathlib import Path
from typing import Final

from anjungan.appliance.storage.records import Stored
from anjungan.appliance.storage.storage import Storage
from anjungan.protocol.messages import MAX_PAYLOAD_BYTES
from bench.drafts import local_now, new_draft

WARM_UP: Final = 20
_NS_PER_MS: Final = 1e6


class Bare:
    """What any program pays: one insert and one commit, in the asking thread."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL").fetchall()
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE message (id TEXT PRIMARY KEY, payload BLOB)")

    def put(self, message_id: str, payload: bytes) -> None:
        """Insert and commit."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO message VALUES (?, ?)", (message_id, payload))
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


async def measure(folder: Path, puts: int) -> dict[str, list[float]]:
    """Durations in ms of each put, and of one fsync as a check of the disk."""
    opened = await Storage.open(folder / "kiosk.db", clock_now=local_now)
    durations: dict[str, list[float]] = {"ours": [], "bare": [], "sync": [_sync_ms(folder)]}
    async with opened.storage as storage:
        bare = Bare(folder / "bare.db")
        for number in range(WARM_UP + puts):
            draft = new_draft()
            began_ns = time.perf_counter_ns()
            outcome = await storage.submit(draft)
            ours_ms = (time.perf_counter_ns() - began_ns) / _NS_PER_MS
            assert isinstance(outcome, Stored)
            payload_bytes = await _payload_bytes(storage)
            payload = secrets.token_bytes(payload_bytes)
            began_ns = time.perf_counter_ns()
            bare.put(draft.request_id, payload)
            bare_ms = (time.perf_counter_ns() - began_ns) / _NS_PER_MS
            if number >= WARM_UP:
                durations["ours"].append(ours_ms)
                durations["bare"].append(bare_ms)
        bare.close()
    return durations


async def _payload_bytes(storage: Storage) -> int:
    """Size of an outbox message, which the bare row gets as well."""
    (oldest,) = await storage.unsent(max_messages=1, max_bytes=MAX_PAYLOAD_BYTES)
    return len(oldest.payload)


def _sync_ms(folder: Path) -> float:
    with (folder / "sync").open("wb") as file:
        file.write(b"x")
        file.flush()
        began_ns = time.perf_counter_ns()
        os.fsync(file.fileno())
        return (time.perf_counter_ns() - began_ns) / _NS_PER_MS


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="one run of the outbox row")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--puts", type=int, required=True)
    arguments = parser.parse_args()
    print(json.dumps(asyncio.run(measure(arguments.folder, arguments.puts))))


if __name__ == "__main__":
    main()
