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
from anjungan.regency.store.tables.audit import AUDIT, AUDIT_CHAIN
from anjungan.regency.store.tables.enrolment import (
    CERTIFICATES,
    CLAIMS,
    CLONE_ALARMS,
    ENROLMENTS,
    KIOSK_BIRTHS,
    RENEWAL_NONCES,
    REVOCATION_LISTS,
)
from anjungan.regency.store.tables.fleet_history import (
    DEAF_TIMES,
    KIOSK_HOURS,
    KIOSK_SAMPLES,
    KIOSK_SILENCES,
)
from anjungan.regency.store.tables.kiosks import EVENTS, KIOSKS
from anjungan.regency.store.tables.letters import (
    LETTER_CODES,
    LETTER_COUNTERS,
    LETTER_LOGOS,
    LETTERHEADS,
    LETTERS,
)
from anjungan.regency.store.tables.messages import DROPPED_MESSAGES, RECEIVED_MESSAGES
from anjungan.regency.store.tables.metadata import METADATA
from anjungan.regency.store.tables.people import (
    KNOWN_BROWSERS,
    LOGIN_FAILURES,
    PENDING_LOGINS,
    RECOVERY_CODES,
    SECOND_FACTORS,
    SESSIONS,
    STAFF,
)
from anjungan.regency.store.tables.processes import LEASES, PROCESS_BEATS
from anjungan.regency.store.tables.requests import (
    AMENDMENTS,
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
    "AUDIT",
    "AUDIT_CHAIN",
    "CERTIFICATES",
    "CLAIMS",
    "CLONE_ALARMS",
    "DEAF_TIMES",
    "DROPPED_MESSAGES",
    "EARLY_CANCELS",
    "ENROLMENTS",
    "EVENTS",
    "HOLIDAYS",
    "INCIDENTS",
    "KIOSKS",
    "KIOSK_BIRTHS",
    "KIOSK_HOURS",
    "KIOSK_SAMPLES",
    "KIOSK_SILENCES",
    "KNOWN_BROWSERS",
    "LEASES",
    "LETTERHEADS",
    "LETTERS",
    "LETTER_CODES",
    "LETTER_COUNTERS",
    "LETTER_LOGOS",
    "LOGIN_FAILURES",
    "MAINTENANCE_WINDOWS",
    "METADATA",
    "OUTGOING_STATUSES",
    "PENDING_LOGINS",
    "PROCESS_BEATS",
    "RECEIVED_MESSAGES",
    "RECOVERY_CODES",
    "RENEWAL_NONCES",
    "REQUESTS",
    "REVOCATION_LISTS",
    "SECOND_FACTORS",
    "SERVICE_TARGETS",
    "SESSIONS",
    "STAFF",
    "STATUS_CHANGES",
    "VILLAGE_CONTACTS",
    "VISITS",
    "VISIT_INCIDENTS",
    "VISIT_KIOSKS",
]
