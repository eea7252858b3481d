"""One pass of the watch over everything: read, judge, write down."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from anjungan.protocol.identity import KioskId
from anjungan.regency.alerts.bookkeeping import Bookkeeping
from anjungan.regency.alerts.evaluation import evaluate
from anjungan.regency.alerts.gathering import gather
from anjungan.regency.alerts.maintenance import windows_at
from anjungan.regency.alerts.rules import rules_in_force
from anjungan.regency.alerts.settings import AlertSettings
from anjungan.regency.alerts.silence import SilenceLimits
from anjungan.regency.alerts.snapshot import KioskState
from anjungan.regency.alerts.tracking import owes_words, read_open_keys, read_pending
from anjungan.regency.fleet.presence import Connection
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database

BELIEVED_FOR: Final = timedelta(hours=12)
"""So long a kiosk that went silent in its own maintenance mode is thought to be worked on."""


def evaluation_pass(database: Database, settings: RegencySettings, now: datetime) -> int:
    """Evaluate all kiosks once; return how many messages were put into the outbox.

    Reading and judging take no lock; only what changes is written, in one transaction.
    """
    alerts = settings.alerts
    with database.reading() as connection:
        rules = rules_in_force(connection, pace=alerts.pace)
        fleet = gather(
            connection, alerts, report_interval_s=settings.fleet.report_interval_s, now=now
        )
        windows = windows_at(connection, now)
        known = {*read_open_keys(connection), *read_pending(connection)}
        owed = owes_words(connection)
    evaluation = evaluate(fleet, rules, silence_limits(alerts), known, now)
    if not evaluation.readings and not owed:
        return 0
    with database.writing() as connection:
        return Bookkeeping(
            connection,
            evaluation,
            rules,
            windows=windows,
            worked_on=frozenset(_worked_on(fleet.kiosks, now)),
            routes=alerts.routes,
            public_url=settings.web.public_url,
            now=now,
        ).run()


def silence_limits(settings: AlertSettings) -> SilenceLimits:
    """What makes a shared silence, as the settings say."""
    return SilenceLimits(
        district_least=settings.district_least_kiosks,
        regency_least=settings.regency_least_kiosks,
        window=timedelta(seconds=settings.silence_window_s),
    )


def _worked_on(kiosks: Sequence[KioskState], now: datetime) -> list[KioskId]:
    """Kiosks that say themselves that they are being worked on."""
    return [
        state.kiosk
        for state in kiosks
        if state.health is not None and state.health.maintenance and _is_believed(state, now)
    ]


def _is_believed(state: KioskState, now: datetime) -> bool:
    if state.connection is not Connection.OFFLINE or state.offline_since is None:
        return True
    return now - state.offline_since < BELIEVED_FOR
