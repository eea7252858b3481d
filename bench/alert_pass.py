"""One pass of the watch over 5,000 kiosks: it has fifteen seconds and takes a tenth at most.

Some thousand incidents are open and stay open; the events of a week stand in the database.
"""

import gc
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import func, insert, select

from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import EventKind
from anjungan.regency.alerts.duties import EVALUATED_EVERY
from anjungan.regency.alerts.evaluation_pass import evaluation_pass
from anjungan.regency.inbox.beats import InboxBeat, store_beat
from anjungan.regency.settings import RegencySettings, load_settings
from anjungan.regency.store.database import Database, open_database
from anjungan.regency.store.tables import EVENTS, INCIDENTS
from bench.figures import Limit, Row
from bench.fleet_data import kiosk_names, seed_fleet

KIOSKS: Final = 5_000
RUNS: Final = 7
_EVENTS: Final = 40
"""Of each kiosk within the week."""
_GRACE: Final = timedelta(minutes=20)

PASS: Final = Limit(
    name=f"alerts: one pass over {KIOSKS:,} kiosks",
    unit="ms",
    limit=EVALUATED_EVERY.total_seconds() * 1000 / 10,
)
GOALS: Final = (PASS,)


def measure() -> Sequence[Row]:
    """Evaluate a fleet whose incidents are open already, again and again."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"ANJUNGAN_REGENCY_DATA_DIR": str(Path(folder) / "regency")}
        settings = load_settings(None, environment)
        database = open_database(settings.database_path)
        try:
            return [_measured(database, settings)]
        finally:
            database.close()


def _measured(database: Database, settings: RegencySettings) -> Row:
    now = datetime.now(tz=UTC).replace(microsecond=0)
    seed_fleet(database, KIOSKS, now)
    _seed_events(database, now)
    # the reports grow old meanwhile: what is open has to stay so, not to become silence
    settings = msgspec.structs.replace(
        settings, fleet=msgspec.structs.replace(settings.fleet, report_interval_s=3600.0)
    )
    evaluation_pass(database, settings, now)
    now += _GRACE
    _beat(database, now)
    evaluation_pass(database, settings, now)
    runs = []
    for _ in range(RUNS):
        now += EVALUATED_EVERY
        _beat(database, now)
        gc.collect()
        begin = time.perf_counter()
        evaluation_pass(database, settings, now)
        runs.append((time.perf_counter() - begin) * 1000)
    with database.reading() as connection:
        opened = connection.execute(
            select(func.count()).select_from(INCIDENTS).where(INCIDENTS.c.ended_at.is_(None))
        ).scalar_one()
    return PASS.measured(runs, f"{opened} incidents open, {KIOSKS * _EVENTS:,} events")


def _seed_events(database: Database, now: datetime) -> None:
    for kiosk in kiosk_names(KIOSKS):
        rows = []
        for number in range(_EVENTS):
            at = now - timedelta(hours=4 * number + 1)
            rows.append(
                {
                    "message_id": new_message_id(round(at.timestamp() * 1000)),
                    "kiosk": kiosk,
                    "kind": (EventKind.STARTED, EventKind.PRINT_UNCERTAIN)[number % 2].value,
                    "detail": "",
                    "sent_at": at,
                    "received_at": at,
                }
            )
        with database.writing() as connection:
            connection.execute(insert(EVENTS), rows)


def _beat(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        store_beat(connection, InboxBeat(now - timedelta(days=40), now, connected=True))
