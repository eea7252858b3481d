"""Alerts: rules, incidents, messages about them, maintenance, contacts of villages, visits."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables.metadata import METADATA

ALERT_RULES: Final = Table(
    "alert_rules",
    METADATA,
    Column("kind", String(32), primary_key=True),
    Column("opens_at", Float, nullable=True),
    Column("closes_at", Float, nullable=True),
    Column("grace_s", Integer, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", String(100), nullable=False),
)
"""What staff have set otherwise than by default."""

ALERT_PENDING: Final = Table(
    "alert_pending",
    METADATA,
    Column("kind", String(32), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("since", Instant, nullable=False),
)
"""What is bad but still within its grace time."""

INCIDENTS: Final = Table(
    "incidents",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("kiosk", String(13), nullable=True),
    Column("village", String(10), nullable=True),
    Column("district", String(6), nullable=True),
    Column("severity", String(16), nullable=False),
    Column("since", Instant, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("last_bad_at", Instant, nullable=False),
    Column("calm_since", Instant, nullable=True),
    Column("ended_at", Instant, nullable=True),
    Column("open_key", String(100), nullable=True, unique=True),
    Column("facts", Text, nullable=False),
    Column("absorbed_into", ForeignKey("incidents.id", ondelete="SET NULL"), nullable=True),
    Column("acknowledged_at", Instant, nullable=True),
    Column("acknowledged_by", String(100), nullable=False),
    Column("note", Text, nullable=False),
    Column("muted_until", Instant, nullable=True),
    Column("muted_by", String(100), nullable=False),
    Column("told", String(16), nullable=False),
    Index("ix_incidents_absorbed_into", "absorbed_into"),
    Index("ix_incidents_ended_at", "ended_at"),
    Index("ix_incidents_kiosk_opened_at", "kiosk", "opened_at"),
    Index("ix_incidents_subject_kind", "subject", "kind"),
    Index("ix_incidents_told", "told"),
)
"""``open_key`` is ``kind/subject`` while the incident is open, so that there is one at a time.
``since`` is when it began, ``opened_at`` when its grace time was over; ``facts`` are codes and
numbers as JSON; ``told`` is what its messages have said (``Told`` in ``alerts/telling.py``)."""

ALERT_MESSAGES: Final = Table(
    "alert_messages",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("incident_id", ForeignKey("incidents.id", ondelete="CASCADE"), nullable=True),
    Column("occasion", String(16), nullable=False),
    Column("route", String(64), nullable=False),
    Column("title", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=True),
    Column("delivered_at", Instant, nullable=True),
    Column("given_up_at", Instant, nullable=True),
    Column("problem", String(32), nullable=False),
    UniqueConstraint("incident_id", "occasion", "route"),
    Index("ix_alert_messages_next_attempt_at", "next_attempt_at"),
)
"""What is to be delivered, one row a route. ``next_attempt_at`` is empty once that is settled; a
row without incident is a trial message."""

MAINTENANCE_WINDOWS: Final = Table(
    "maintenance_windows",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("scope", String(16), nullable=False),
    Column("place", String(13), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("cancelled_at", Instant, nullable=True),
    Index("ix_maintenance_windows_ends_at", "ends_at"),
)
"""``place`` is the id of a kiosk, the code of a kecamatan, or empty for the whole regency."""

VILLAGE_CONTACTS: Final = Table(
    "village_contacts",
    METADATA,
    Column("village", String(10), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("position", String(100), nullable=False),
    Column("phone", String(32), nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", String(100), nullable=False),
)
"""Whom of the village's staff to call about its kiosk."""

VISITS: Final = Table(
    "visits",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("planned_on", Date, nullable=False),
    Column("technician", String(100), nullable=False),
    Column("task", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("report", Text, nullable=False),
    Column("parts", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("closed_at", Instant, nullable=True),
    Column("closed_by", String(100), nullable=False),
    Index("ix_visits_state_planned_on", "state", "planned_on"),
)

VISIT_KIOSKS: Final = Table(
    "visit_kiosks",
    METADATA,
    Column("visit_id", ForeignKey("visits.id"), primary_key=True),
    Column("kiosk", String(13), primary_key=True),
    Index("ix_visit_kiosks_kiosk", "kiosk"),
)

VISIT_INCIDENTS: Final = Table(
    "visit_incidents",
    METADATA,
    Column("visit_id", ForeignKey("visits.id"), primary_key=True),
    Column("incident_id", ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_visit_incidents_incident_id", "incident_id"),
)
