"""A kiosk in a folder and its open storage."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from kiosk_lab import KioskLab, make_kiosk

from anjungan.appliance.agent.visit_mark import VisitMark
from anjungan.appliance.agent.wall_clock import WallClock, latest_change
from anjungan.appliance.storage.storage import Storage


@pytest.fixture
def kiosk(tmp_path: Path) -> KioskLab:
    return make_kiosk(tmp_path)


@pytest.fixture
def clock(tmp_path: Path) -> WallClock:
    return WallClock(not_before=latest_change(), synchronised_mark=tmp_path / "synchronised")


@pytest.fixture
def mark(tmp_path: Path) -> VisitMark:
    return VisitMark(tmp_path)


@pytest.fixture
async def storage(tmp_path: Path, clock: WallClock) -> AsyncIterator[Storage]:
    report = await Storage.open(tmp_path / "kiosk.db", clock_now=clock.now)
    async with report.storage as storage:
        yield storage
