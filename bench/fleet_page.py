"""The list of kiosks with 248 and with 5,000 of them: bytes and time for each kiosk shown.

Both fleets have the same past for each kiosk and are asked in turns, in one process, so that what
slows one slows the other. The page shows fifty kiosks; what may grow with the fleet is judging all
of them to put the worst first. Each figure is of the whole response of a member of staff who has
logged in. The anchor of the weight is the page of 248 itself; that of the time is the same page as
well, and beside it stands what judging costs for each kiosk of the fleet.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from litestar.testing import TestClient

from anjungan.regency.settings import load_settings
from anjungan.regency.staff.accounts import add_staff
from anjungan.regency.staff.permissions import Role
from anjungan.regency.store.database import open_database
from anjungan.regency.web.app import create_app
from bench.figures import Goal, Row
from bench.fleet_data import seed_fleet

SMALL: Final = 248
LARGE: Final = 5_000
RUNS: Final = 5
ASKED: Final = 6
NOW: Final = datetime(2026, 11, 24, 2, 41, tzinfo=UTC)
_PASSWORD: Final = "only for this measurement"  # noqa: S105 - of a database that is thrown away

WEIGHT: Final = Goal(
    name="fleet page, bytes a kiosk shown",
    unit="B",
    anchor_name=f"the page with {SMALL} kiosks",
    goal=1.05,
)
FLEET_TIME: Final = Goal(
    name="fleet page, time a kiosk of the fleet",
    unit="ms",
    anchor_name=f"the page with {SMALL} kiosks",
    goal=1.0,
)
GOALS: Final = (WEIGHT, FLEET_TIME)


@contextmanager
def _pages(count: int) -> Iterator["TestClient[object]"]:
    folder = Path(tempfile.mkdtemp())
    settings = load_settings(None, {"ANJUNGAN_REGENCY_DATA_DIR": str(folder / "regency")})
    database = open_database(settings.database_address)
    try:
        seed_fleet(database, count, NOW)
        with database.writing() as connection:
            add_staff(
                connection,
                name="ratna",
                display_name="Ratna W.",
                role=Role.TECHNICIAN,
                village=None,
                password=_PASSWORD,
                now=NOW,
            )
        with TestClient(create_app(settings, database, now=lambda: NOW)) as client:
            token = client.get("/masuk").text.partition('name="form_token" value="')[2]
            client.post(
                "/masuk",
                data={
                    "name": "ratna",
                    "password": _PASSWORD,
                    "form_token": token.partition('"')[0],
                },
            )
            yield client
    finally:
        database.close()
        shutil.rmtree(folder)


def measure() -> Sequence[Row]:
    """Ask for both pages in turns."""
    with _pages(SMALL) as small, _pages(LARGE) as large:
        weights, times, wholes = [], [], []
        for _ in range(RUNS):
            small_bytes, small_s, shown = _ask(small)
            large_bytes, large_s, shown_large = _ask(large)
            weights.append((large_bytes / shown_large, small_bytes / shown))
            times.append((large_s * 1000 / LARGE, small_s * 1000 / SMALL))
            wholes.append((large_s * 1000, small_s * 1000))
    large_ms, small_ms = (min(part) for part in zip(*wholes, strict=True))
    note = f"whole page {small_ms:.0f} ms with {SMALL} kiosks, {large_ms:.0f} ms with {LARGE}"
    return [WEIGHT.compared(weights), FLEET_TIME.compared(times, note)]


def _ask(client: "TestClient[object]") -> tuple[int, float, int]:
    """Bytes, the best time of some, and how many kiosks are shown."""
    best_s = float("inf")
    for _ in range(ASKED):
        began_s = time.perf_counter()
        response = client.get("/anjungan")
        best_s = min(best_s, time.perf_counter() - began_s)
    assert response.status_code == 200
    return len(response.content), best_s, response.text.count('<tr id="r-')
