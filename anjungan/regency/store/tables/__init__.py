"""All tables, one file an area."""

from anjungan.regency.store.tables.kiosks import EVENTS, KIOSKS
from anjungan.regency.store.tables.messages import DROPPED_MESSAGES, RECEIVED_MESSAGES
from anjungan.regency.store.tables.metadata import METADATA
from anjungan.regency.store.tables.people import AUDIT, LOGIN_FAILURES, SESSIONS, STAFF
from anjungan.regency.store.tables.processes import LEASES, PROCESS_BEATS
from anjungan.regency.store.tables.requests import (
    ANSWER_OPENINGS,
    EARLY_CANCELS,
    OUTGOING_STATUSES,
    REQUESTS,
    STATUS_CHANGES,
)

__all__ = [
    "ANSWER_OPENINGS",
    "AUDIT",
    "DROPPED_MESSAGES",
    "EARLY_CANCELS",
    "EVENTS",
    "KIOSKS",
    "LEASES",
    "LOGIN_FAILURES",
    "METADATA",
    "OUTGOING_STATUSES",
    "PROCESS_BEATS",
    "RECEIVED_MESSAGES",
    "REQUESTS",
    "SESSIONS",
    "STAFF",
    "STATUS_CHANGES",
]
