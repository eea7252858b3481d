"""All tables, one file an area."""

from anjungan.regency.store.tables.alerts import (
    ALERT_MESSAGES,
    ALERT_PENDING,
    ALERT_RULES,
    INCIDENTS,
    MAINTENANCE_WINDOWS,
    VILLAGE_CONTACTS,
    VISIT_INCIDENTS,
    VISIT_KIOSKS,
    VISITS,
)
from anjungan.regency.store.tables.enrolment import (
    CERTIFICATES,
    CLAIMS,
    CLONE_ALARMS,
    ENROLMENTS,
    RENEWAL_NONCES,
    REVOCATION_LISTS,
)
from anjungan.regency.store.tables.kiosks import EVENTS, KIOSKS
from anjungan.regency.store.tables.messages import DROPPED_MESSAGES, RECEIVED_MESSAGES
from anjungan.regency.store.tables.metadata import METADATA
from anjungan.regency.store.tables.people import AUDIT, LOGIN_FAILURES, SESSIONS, STAFF
from anjungan.regency.store.tables.processes import LEASES, PROCESS_BEATS
from anjungan.regency.store.tables.requests import (
    AMENDMENTS,
    ANSWER_OPENINGS,
    EARLY_CANCELS,
    HOLIDAYS,
    OUTGOING_STATUSES,
    REQUESTS,
    SERVICE_TARGETS,
    STATUS_CHANGES,
)

__all__ = [
    "ALERT_MESSAGES",
    "ALERT_PENDING",
    "ALERT_RULES",
    "AMENDMENTS",
    "ANSWER_OPENINGS",
    "AUDIT",
    "CERTIFICATES",
    "CLAIMS",
    "CLONE_ALARMS",
    "DROPPED_MESSAGES",
    "EARLY_CANCELS",
    "ENROLMENTS",
    "EVENTS",
    "HOLIDAYS",
    "INCIDENTS",
    "KIOSKS",
    "LEASES",
    "LOGIN_FAILURES",
    "MAINTENANCE_WINDOWS",
    "METADATA",
    "OUTGOING_STATUSES",
    "PROCESS_BEATS",
    "RECEIVED_MESSAGES",
    "RENEWAL_NONCES",
    "REQUESTS",
    "REVOCATION_LISTS",
    "SERVICE_TARGETS",
    "SESSIONS",
    "STAFF",
    "STATUS_CHANGES",
    "VILLAGE_CONTACTS",
    "VISITS",
    "VISIT_INCIDENTS",
    "VISIT_KIOSKS",
]
