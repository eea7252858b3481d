"""What each role may do. The one table of it: pages and the API ask here."""

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


class Role(enum.Enum):
    """What somebody is."""

    ADMINISTRATOR = "administrator"
    STAFF = "staff"
    VILLAGE_OFFICER = "village_officer"
    TECHNICIAN = "technician"
    VIEWER = "viewer"


class Permission(enum.Enum):
    """One thing somebody may do."""

    READ_REQUESTS = "read_requests"
    """The list, one request and its history; nothing a resident has answered."""
    OPEN_ANSWERS = "open_answers"
    """Read what a resident has answered; each reading is written to the audit log."""
    CHANGE_REQUESTS = "change_requests"
    """Change statuses, ask for completion, type in request sheets."""
    MAKE_LETTERS = "make_letters"
    EXPORT_REQUESTS = "export_requests"
    READ_REPORTS = "read_reports"
    READ_FLEET = "read_fleet"
    HANDLE_ALERTS = "handle_alerts"
    """Acknowledge, mute, plan maintenance."""
    MANAGE_VISITS = "manage_visits"
    COMMAND_KIOSKS = "command_kiosks"
    READ_ENROLMENTS = "read_enrolments"
    """Claims, requests for certificates, and certificates."""
    ENROL_KIOSKS = "enrol_kiosks"
    """Hand out claim codes."""
    CONFIRM_ENROLMENTS = "confirm_enrolments"
    """Compare a fingerprint and let the certificate be issued."""
    REVOKE_KIOSKS = "revoke_kiosks"
    MANAGE_STAFF = "manage_staff"
    MANAGE_TOKENS = "manage_tokens"
    """API tokens and webhooks."""
    READ_AUDIT = "read_audit"
    MANAGE_SETTINGS = "manage_settings"
    """Service times, holidays, letter templates, village contacts."""


_P = Permission

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: frozenset(Permission),
        Role.STAFF: frozenset(
            {
                *(_P.READ_REQUESTS, _P.OPEN_ANSWERS, _P.EXPORT_REQUESTS, _P.READ_REPORTS),
                *(_P.READ_FLEET, _P.HANDLE_ALERTS, _P.CONFIRM_ENROLMENTS, _P.READ_ENROLMENTS),
            }
        ),
        Role.VILLAGE_OFFICER: frozenset(
            {
                *(_P.READ_REQUESTS, _P.OPEN_ANSWERS, _P.CHANGE_REQUESTS, _P.MAKE_LETTERS),
                *(_P.EXPORT_REQUESTS, _P.READ_REPORTS, _P.READ_FLEET),
            }
        ),
        Role.TECHNICIAN: frozenset(
            {
                *(_P.READ_FLEET, _P.HANDLE_ALERTS, _P.MANAGE_VISITS, _P.COMMAND_KIOSKS),
                *(_P.READ_ENROLMENTS, _P.ENROL_KIOSKS, _P.REVOKE_KIOSKS),
            }
        ),
        Role.VIEWER: frozenset({_P.READ_REQUESTS, _P.READ_REPORTS, _P.READ_FLEET}),
    }
)
