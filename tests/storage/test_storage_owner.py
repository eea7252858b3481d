"""The owner thread: order, errors, closing, and silence while idle."""

import asyncio
import base64
import logging
import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from anjungan.appliance.storage import database as database_module
from anjungan.appliance.storage import owner_thread
from anjungan.appliance.storage.records import (
    Clean,
    FailureReason,
    StorageClosedError,
    StorageError,
)
from anjungan.appliance.storage.storage import Storage
from anjungan.protocol.messages import EventKind, ReceiptItem, ReceiptOutcome
from tests.storage.storage_lab import SteppedClock, make_draft

PATIENCE_S = 20.0
SEALED = b"SEALED-" + bytes(range(1, 200)) * 20


async def eventually(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - the owner thread gives no event
            await asyncio.sleep(0.01)


def is_folded(wal: Path) -> bool:
    """Whether the log holds nothing but the zeros that are written ahead."""
    content = wal.read_bytes()
    return bool(content) and not any(content)


async def test_a_call_after_close_fails_clearly(storage: Storage) -> None:
    await storage.close()
    with pytest.raises(StorageClosedError):
        await storage.submit(make_draft())
    await storage.close()


async def test_work_asked_for_before_close_is_done(storage: Storage, database: Path) -> None:
    submits = [asyncio.create_task(storage.submit(make_draft())) for _ in range(20)]
    await asyncio.sleep(0)
    await storage.close()
    await asyncio.gather(*submits)
    connection = sqlite3.connect(database)
    assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (20,)
    connection.close()


async def test_a_cancelled_asker_disturbs_nobody(storage: Storage) -> None:
    task = asyncio.create_task(storage.submit(make_draft()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    # What was under way is finished, and the next answer is the next asker's own.
    assert (await storage.queue_health()).depth == 1


async def test_errors_of_sqlite_carry_a_reason_and_no_data(storage: Storage) -> None:
    with pytest.raises(StorageError) as caught:
        await storage._owner.run(lambda c: c.execute("SELECT * FROM no_such_table_3505"))
    assert caught.value.reason is FailureReason.INTERNAL
    assert "3505" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_result_without_a_listening_loop_is_only_logged(
    database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    owner = owner_thread.OwnerThread(database)

    class EndedLoop:
        def create_future(self) -> asyncio.Future[None]:
            return asyncio.get_event_loop().create_future()

        def call_soon_threadsafe(self, *_: object) -> None:
            raise RuntimeError("Event loop is closed")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner_thread.asyncio, "get_running_loop", EndedLoop)
        task = asyncio.ensure_future(owner._ask(lambda: None))
        await asyncio.sleep(0)
    await owner.close()
    assert "event loop had ended" in caplog.text
    task.cancel()


async def test_the_files_belong_to_the_agent_alone(storage: Storage, database: Path) -> None:
    await storage.submit(make_draft())
    for file in database.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


async def test_settings_that_keep_commits_and_erase_answers(storage: Storage) -> None:
    def pragmas(connection: sqlite3.Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}

    assert await storage._owner.run(pragmas) == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


async def test_after_the_receipt_no_sealed_answer_is_in_any_file(
    database: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner_thread, "IDLE_BEFORE_CHECKPOINT_S", 0.05)
    wal = database.with_name(database.name + "-wal")
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        drafts = [make_draft(sealed=SEALED + bytes([n])) for n in range(6)]
        for draft in drafts:
            await storage.submit(draft)
        planted = _base64_pieces(SEALED)
        assert any(piece in wal.read_bytes() for piece in planted), "the search finds what is there"
        refused = ReceiptItem(message_id=drafts[0].request_id, outcome=ReceiptOutcome.REFUSED)
        accepted = [
            ReceiptItem(message_id=d.request_id, outcome=ReceiptOutcome.ACCEPTED)
            for d in drafts[1:]
        ]
        await storage.apply_receipt([refused, *accepted])
        await eventually(lambda: is_folded(wal))
        for file in database.parent.iterdir():
            content = file.read_bytes()
            assert not any(piece in content for piece in planted), file.name


def _base64_pieces(raw: bytes) -> list[bytes]:
    text = base64.b64encode(raw)
    return [text[start : start + 32] for start in range(0, len(text) - 32, 32)]


async def test_while_idle_nothing_is_written(
    database: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner_thread, "IDLE_BEFORE_CHECKPOINT_S", 0.01)
    folds: list[int] = []
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        wal = database.with_name(database.name + "-wal")
        await storage.submit(make_draft())
        await eventually(lambda: is_folded(wal))
        fold = storage._owner._fold_log
        monkeypatch.setattr(storage._owner, "_fold_log", lambda: (folds.append(1), fold()))
        before = [
            (f.name, f.stat().st_mtime_ns, f.stat().st_size)
            for f in sorted(os.scandir(database.parent), key=lambda e: e.name)
        ]
        for _ in range(50):
            await storage.queue_health()
            await storage.unsent(max_messages=9, max_bytes=9_999)
            await asyncio.sleep(0.001)
        after = [
            (f.name, f.stat().st_mtime_ns, f.stat().st_size)
            for f in sorted(os.scandir(database.parent), key=lambda e: e.name)
        ]
        # The shared-memory file holds locks of readers and lives in memory.
        assert [f for f in after if not f[0].endswith("-shm")] == [
            f for f in before if not f[0].endswith("-shm")
        ]
        assert folds == []


async def test_a_large_log_is_folded_without_idling(
    storage: Storage, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner_thread, "IDLE_BEFORE_CHECKPOINT_S", 3_600.0)
    monkeypatch.setattr(owner_thread, "MAX_WAL_BYTES", 50_000)
    wal = database.with_name(database.name + "-wal")
    for number in range(30):
        await storage.queue_event(EventKind.STARTED, str(number))
    await storage.queue_health()
    assert is_folded(wal) or wal.stat().st_size <= 50_000 + 2 * owner_thread.PREPARED_LOG_BYTES
    assert len(await storage.unsent(max_messages=99, max_bytes=99_999)) == 30


async def test_commits_overwrite_a_log_prepared_ahead(
    storage: Storage, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner_thread, "IDLE_BEFORE_CHECKPOINT_S", 0.01)
    wal = database.with_name(database.name + "-wal")
    await storage.submit(make_draft())
    await eventually(lambda: is_folded(wal))
    await eventually(lambda: wal.stat().st_size == owner_thread.PREPARED_LOG_BYTES)
    monkeypatch.setattr(owner_thread, "IDLE_BEFORE_CHECKPOINT_S", 3_600.0)
    sizes = set()
    for _ in range(30):
        await storage.submit(make_draft())
        await storage.queue_health()  # the log is tended after the answer
        sizes.add(wal.stat().st_size)
    assert 2 <= len(sizes) <= 8, "it grows by stretches, not by commits"


async def test_zeros_ahead_are_the_end_of_the_log_after_a_crash(
    database: Path, tmp_path: Path, clock: SteppedClock
) -> None:
    crashed = tmp_path / "crashed.db"
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        for _ in range(3):
            await storage.submit(make_draft())
        await storage.queue_health()
        for suffix in ("", "-wal"):  # what a power cut leaves: the files as they are now
            copy = crashed.with_name(crashed.name + suffix)
            copy.write_bytes(database.with_name(database.name + suffix).read_bytes())
    wal = crashed.with_name("crashed.db-wal").read_bytes()
    assert wal.endswith(bytes(10_000))
    assert any(wal)
    async with (await Storage.open(crashed, clock_now=clock)).storage as storage:
        assert (await storage.queue_health()).depth == 3


async def test_a_log_that_cannot_be_prepared_costs_only_time(
    storage: Storage, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.WARNING)
    storage._owner._wal = tmp_path / "absent-wal"
    storage._owner._prepare_log()
    assert "not prepared" in caplog.text
    assert not (tmp_path / "absent-wal").exists()


async def test_a_reader_beside_us_puts_the_fold_off(
    storage: Storage, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner_thread, "IDLE_BEFORE_CHECKPOINT_S", 0.01)
    wal = database.with_name(database.name + "-wal")
    folds: list[int] = []
    fold = storage._owner._fold_log
    monkeypatch.setattr(storage._owner, "_fold_log", lambda: (fold(), folds.append(1)))
    reader = sqlite3.connect(database, isolation_level=None)
    await storage.submit(make_draft())
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM ticket").fetchall()
    await storage.submit(make_draft())
    await eventually(lambda: folds)
    assert not is_folded(wal)
    reader.execute("COMMIT")
    reader.close()
    await eventually(lambda: is_folded(wal))


async def test_a_fold_that_fails_is_logged_and_not_repeated(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(owner_thread, "IDLE_BEFORE_CHECKPOINT_S", 0.01)

    class FailingConnection:
        total_changes = 1_000

        def execute(self, _: str) -> None:
            raise sqlite3.OperationalError("disk I/O error at 3505")

    owner = storage._owner
    real, owner._connection = owner._connection, FailingConnection()
    owner._fold_log()
    assert owner._patience_s() is None
    owner._connection = real
    assert "not folded in" in caplog.text
    assert "3505" not in caplog.text


class FullDisk:
    """The real connection on a disk that has no room for the database to grow."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.refusals = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, *values: object) -> Any:
        if "wal_checkpoint" in sql:
            self.refusals += 1
            raise sqlite3.OperationalError("database or disk is full")
        return self._connection.execute(sql, *values)


async def test_a_disk_too_full_to_fold_loses_no_request(
    database: Path, tmp_path: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is then the only copy, and the agent may be killed at any moment."""
    monkeypatch.setattr(owner_thread, "IDLE_BEFORE_CHECKPOINT_S", 0.01)
    crashed = tmp_path / "crashed.db"
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        owner = storage._owner
        full = await owner.run(FullDisk)
        monkeypatch.setattr(owner, "_connection", full)
        for promised in range(1, 6):
            await storage.submit(make_draft())
            await eventually(lambda: full.refusals >= promised)  # noqa: B023 - waited for at once
        await storage.queue_health()
        for suffix in ("", "-wal"):
            copy = crashed.with_name(crashed.name + suffix)
            copy.write_bytes(database.with_name(database.name + suffix).read_bytes())
        (timeout_ms,) = await owner.run(lambda c: c.execute("PRAGMA busy_timeout").fetchone())
        assert timeout_ms > 0, "a refused fold leaves the patience with other programs as it was"
        monkeypatch.setattr(owner, "_connection", full._connection)
    opened = await Storage.open(crashed, clock_now=clock)
    async with opened.storage as storage:
        assert opened.outcome == Clean()
        assert (await storage.queue_health()).depth == 5


async def test_a_folder_that_is_missing_is_an_error_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        await Storage.open(tmp_path / "absent" / "kiosk.db", clock_now=SteppedClock())
    assert caught.value.reason is FailureReason.IO_ERROR


async def test_a_database_of_a_newer_program_is_left_alone(database: Path) -> None:
    async with (await Storage.open(database, clock_now=SteppedClock())).storage as storage:
        await storage._owner.run(lambda c: c.execute("PRAGMA user_version = 99").fetchall())
    with pytest.raises(StorageError) as caught:
        await Storage.open(database, clock_now=SteppedClock())
    assert caught.value.reason is FailureReason.NEWER_SCHEMA
    connection = sqlite3.connect(database)
    assert connection.execute("PRAGMA user_version").fetchone() == (99,)
    connection.close()


async def test_a_migration_that_fails_leaves_the_version_before(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = await Storage.open(database, clock_now=SteppedClock())
    assert report.outcome == Clean()
    await report.storage.close()
    good = database_module._migration_files()
    monkeypatch.setattr(
        database_module, "_migration_files", lambda: [*good, "CREATE TABLE extra (x); BROKEN;"]
    )
    with pytest.raises(StorageError):
        await Storage.open(database, clock_now=SteppedClock())
    monkeypatch.setattr(
        database_module, "_migration_files", lambda: [*good, "CREATE TABLE extra (x);"]
    )
    async with (await Storage.open(database, clock_now=SteppedClock())).storage as storage:
        rows = await storage._owner.run(lambda c: c.execute("SELECT * FROM extra").fetchall())
        assert rows == []
