"""Whether a request would find room: known before anybody types, and found out by reading only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from kiosk_lab import make_kiosk, no_devices
from storage_lab import make_draft
from uplink_lab import eventually

from anjungan.appliance.agent import storage_room as module
from anjungan.appliance.agent.app import SOCKET_NAME, serve_agent
from anjungan.appliance.agent.storage_room import StorageRoom
from anjungan.appliance.agent.wall_clock import WallClock
from anjungan.appliance.session.intents import OpenLetters, OpenService, StartForm, Wake
from anjungan.appliance.session.views import (
    HomeView,
    IdleView,
    ListView,
    NoticeView,
    RequirementsView,
)
from anjungan.appliance.settings.site import LimitSettings
from anjungan.appliance.storage.records import FailureReason, StorageError, StorageLimits, Stored
from anjungan.appliance.storage.storage import Storage
from anjungan.protocol.messages import ReceiptItem, ReceiptOutcome
from anjungan.simulation.robot import Robot

MORE_THAN_ANY_DISK_BYTES = 2**60


async def open_storage(folder: Path, clock: WallClock, limits: StorageLimits) -> Storage:
    report = await Storage.open(folder / "kiosk.db", clock_now=clock.now, limits=limits)
    return report.storage


class Watched:
    """A room that is kept looking, and every change that it told."""

    def __init__(self, storage: Storage) -> None:
        self.changes: list[bool] = []
        self.looks = 0
        self.storage = storage
        self.room = StorageRoom(self._ask, on_change=self._changed)

    async def _ask(self) -> object:
        self.looks += 1
        return await self.storage.limit_reached()

    def _changed(self) -> None:
        self.changes.append(self.room.accepting)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.room.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])


async def test_there_is_room_in_a_new_storage(tmp_path: Path, clock: WallClock) -> None:
    async with await open_storage(tmp_path, clock, StorageLimits()) as storage:
        watched = Watched(storage)
        async with watched.running():
            await eventually(lambda: watched.looks == 1)
        assert watched.room.accepting
        assert watched.changes == []


@pytest.mark.parametrize(
    "limits",
    [
        StorageLimits(min_free_disk_bytes=MORE_THAN_ANY_DISK_BYTES),
        StorageLimits(max_unsent_requests=0),
        StorageLimits(max_database_bytes=1),
    ],
)
async def test_every_limit_is_seen_and_is_the_one_that_submit_refuses_for(
    tmp_path: Path, clock: WallClock, limits: StorageLimits
) -> None:
    async with await open_storage(tmp_path, clock, limits) as storage:
        watched = Watched(storage)
        async with watched.running():
            await eventually(lambda: watched.changes == [False])
        assert await storage.limit_reached() == await storage.submit(make_draft())


async def test_the_last_place_is_taken_and_free_again_after_the_receipt(
    tmp_path: Path, clock: WallClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 3600.0)  # only what is told makes it look
    async with await open_storage(tmp_path, clock, StorageLimits(max_unsent_requests=1)) as storage:
        watched = Watched(storage)
        async with watched.running():
            stored = await storage.submit(make_draft())
            assert isinstance(stored, Stored)
            watched.room.look_soon()
            await eventually(lambda: watched.changes == [False])
            request = stored.ticket.request_id
            await storage.apply_receipt(
                [ReceiptItem(message_id=request, outcome=ReceiptOutcome.ACCEPTED)]
            )
            watched.room.look_soon()
            await eventually(lambda: watched.changes == [False, True])


async def test_looking_writes_nothing(
    tmp_path: Path, clock: WallClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.001)
    async with await open_storage(tmp_path, clock, StorageLimits()) as storage:
        await storage.submit(make_draft())
        watched = Watched(storage)
        before = contents(tmp_path)
        async with watched.running():
            await eventually(lambda: watched.looks >= 20)
        assert contents(tmp_path) == before


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Everything but the memory that SQLite shares between processes."""
    return {
        each.name: (each.stat().st_mtime_ns, each.read_bytes())
        for each in folder.iterdir()
        if not each.name.endswith("-shm")
    }


async def test_what_was_known_stays_when_the_storage_cannot_say(
    tmp_path: Path, clock: WallClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.001)
    limits = StorageLimits(max_unsent_requests=0)
    async with await open_storage(tmp_path, clock, limits) as storage:
        watched = Watched(storage)
        async with watched.running():
            await eventually(lambda: watched.changes == [False])

            async def fail() -> None:
                raise StorageError(FailureReason.IO_ERROR)

            monkeypatch.setattr(storage, "limit_reached", fail)
            seen = watched.looks
            await eventually(lambda: watched.looks >= seen + 3)
        assert watched.changes == [False]


async def test_a_resident_is_told_before_the_form_begins(tmp_path: Path) -> None:
    """The whole agent, its disk too full, and the resident on the real socket."""
    kiosk = make_kiosk(tmp_path, devices=no_devices())
    limits = LimitSettings(min_free_disk_bytes=MORE_THAN_ANY_DISK_BYTES)
    settings = msgspec.structs.replace(kiosk.settings, limits=limits)
    agent = asyncio.create_task(serve_agent(settings))
    resident = await Robot.arrive(kiosk.runtime_dir / SOCKET_NAME)
    await resident.view(IdleView)
    resident.act(Wake())
    await resident.view(HomeView)
    resident.act(OpenLetters())
    await resident.view(ListView)
    resident.act(OpenService(service="keterangan-usaha"))
    warned = await resident.view(
        RequirementsView, where=lambda view: "belum bisa menerima" in view.banner.strong
    )
    assert warned.primary.press == StartForm()
    resident.act(StartForm())
    notice = await resident.view(NoticeView)
    assert [each.value for each in notice.lines] == [
        "Penyimpanan anjungan penuh.",
        "Permohonan yang sudah masuk tetap aman.",
        "Silakan isi formulir kertas di petugas desa.",
    ]
    await resident.close()
    agent.cancel()
    await asyncio.wait([agent])
