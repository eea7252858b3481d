"""Alerts, windows, contacts and visits; what the alerts look for in older tables, indexed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_REFUSED = sa.text("refusal IS NOT NULL")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "alert_rules",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("opens_at", sa.Float(), nullable=True),
        sa.Column("closes_at", sa.Float(), nullable=True),
        sa.Column("grace_s", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_alert_rules")),
    )
    op.create_table(
        "alert_pending",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_alert_pending")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("kiosk", sa.String(length=13), nullable=True),
        sa.Column("village", sa.String(length=10), nullable=True),
        sa.Column("district", sa.String(length=6), nullable=True),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("last_bad_at", sa.BigInteger(), nullable=False),
        sa.Column("calm_since", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("open_key", sa.String(length=100), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("absorbed_into", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("muted_until", sa.BigInteger(), nullable=True),
        sa.Column("muted_by", sa.String(length=100), nullable=False),
        sa.Column("told", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["absorbed_into"],
            ["incidents.id"],
            name=op.f("fk_incidents_absorbed_into"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("open_key", name=op.f("uq_incidents_open_key")),
    )
    op.create_index("ix_incidents_absorbed_into", "incidents", ["absorbed_into"], unique=False)
    op.create_index("ix_incidents_ended_at", "incidents", ["ended_at"], unique=False)
    op.create_index(
        "ix_incidents_kiosk_opened_at", "incidents", ["kiosk", "opened_at"], unique=False
    )
    op.create_index("ix_incidents_subject_kind", "incidents", ["subject", "kind"], unique=False)
    op.create_index("ix_incidents_told", "incidents", ["told"], unique=False)
    op.create_table(
        "alert_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("occasion", sa.String(length=16), nullable=False),
        sa.Column("route", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("given_up_at", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.id"],
            name=op.f("fk_alert_messages_incident_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_messages")),
        sa.UniqueConstraint(
            "incident_id",
            "occasion",
            "route",
            name=op.f("uq_alert_messages_incident_id_occasion_route"),
        ),
    )
    op.create_index(
        "ix_alert_messages_next_attempt_at", "alert_messages", ["next_attempt_at"], unique=False
    )
    op.create_table(
        "maintenance_windows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=13), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_windows")),
    )
    op.create_index(
        "ix_maintenance_windows_ends_at", "maintenance_windows", ["ends_at"], unique=False
    )
    op.create_table(
        "village_contacts",
        sa.Column("village", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("village", name=op.f("pk_village_contacts")),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("technician", sa.String(length=100), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_state_planned_on", "visits", ["state", "planned_on"], unique=False)
    op.create_table(
        "visit_kiosks",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("kiosk", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_kiosks_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "kiosk", name=op.f("pk_visit_kiosks")),
    )
    op.create_index("ix_visit_kiosks_kiosk", "visit_kiosks", ["kiosk"], unique=False)
    op.create_table(
        "visit_incidents",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.id"],
            name=op.f("fk_visit_incidents_incident_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_incidents_visit_id")
        ),
        sa.PrimaryKeyConstraint("visit_id", "incident_id", name=op.f("pk_visit_incidents")),
    )
    op.create_index(
        "ix_visit_incidents_incident_id", "visit_incidents", ["incident_id"], unique=False
    )
    op.create_index("ix_events_kind_received_at", "events", ["kind", "received_at"])
    op.create_index(
        "ix_received_messages_refused_at",
        "received_messages",
        ["received_at"],
        sqlite_where=_REFUSED,
        postgresql_where=_REFUSED,
    )
