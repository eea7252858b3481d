"""Reading the figures from the database, in a handful of queries whatever the size of the fleet."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from anjungan.protocol.status import RequestStatus
from anjungan.regency.fleet.overview import read_fleet
from anjungan.regency.metrics.families import Figures, MessageCount, RequestCount
from anjungan.regency.store.tables import (
    DROPPED_MESSAGES,
    OUTGOING_STATUSES,
    RECEIVED_MESSAGES,
    REQUESTS,
)


def read_figures(connection: Connection, *, report_interval_s: float, now: datetime) -> Figures:
    """All figures as they are at ``now``."""
    statuses = {
        row.status: row.requests
        for row in connection.execute(
            select(REQUESTS.c.status, func.count().label("requests")).group_by(REQUESTS.c.status)
        )
    }
    dropped = connection.execute(
        select(DROPPED_MESSAGES.c.reason, func.sum(DROPPED_MESSAGES.c.times).label("times"))
        .group_by(DROPPED_MESSAGES.c.reason)
        .order_by(DROPPED_MESSAGES.c.reason)
    )
    refused = connection.execute(
        select(RECEIVED_MESSAGES.c.refusal, func.count().label("times"))
        .where(RECEIVED_MESSAGES.c.refusal.is_not(None))
        .group_by(RECEIVED_MESSAGES.c.refusal)
        .order_by(RECEIVED_MESSAGES.c.refusal)
    )
    waiting = connection.execute(
        select(func.count())
        .select_from(OUTGOING_STATUSES)
        .where(OUTGOING_STATUSES.c.next_attempt_at.is_not(None))
    ).scalar_one()
    return Figures(
        fleet=read_fleet(connection, report_interval_s=report_interval_s, now=now),
        requests=[
            RequestCount(status.name.lower(), statuses.get(int(status), 0))
            for status in RequestStatus
        ],
        statuses_waiting=waiting,
        dropped=[MessageCount(row.reason, int(row.times)) for row in dropped],
        refused=[MessageCount(row.refusal, row.times) for row in refused],
    )
