"""A clock and an open storage."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anjungan.appliance.storage.storage import Storage
from tests.storage.storage_lab import SteppedClock


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


@pytest.fixture
async def storage(database: Path, clock: SteppedClock) -> AsyncIterator[Storage]:
    report = await Storage.open(database, clock_now=clock)
    yield report.storage
    await report.storage.close()
