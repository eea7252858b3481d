"""Filters, completion and targets of requests."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CARD = sa.text("card_link <> ''")
_MARK = sa.text("resident_mark IS NOT NULL")


def upgrade() -> None:
    """Create the tables, and the indices the inbox reads alone."""
    for table in ("requests", "status_changes", "outgoing_statuses"):
        op.add_column(
            table, sa.Column("missing_fields", sa.Text(), nullable=False, server_default="")
        )
    op.add_column("requests", sa.Column("resident_mark", sa.LargeBinary(32), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("requests", "queue_number", type_=sa.String(16, collation="C"))
    op.drop_index("ix_requests_status_received_at", "requests")
    op.drop_index("ix_requests_village_received_at", "requests")
    for name, columns in (
        ("ix_requests_by_status", ["status", "received_at", "id", "service", "village"]),
        ("ix_requests_by_village", ["village", "status", "received_at", "id", "service"]),
        ("ix_requests_by_service", ["service", "status", "received_at", "id", "village"]),
        ("ix_requests_changed_at", ["changed_at", "village", "id", "revision"]),
        ("ix_requests_ticket_code", ["ticket_code"]),
    ):
        op.create_index(name, "requests", columns)
    op.create_index(
        "ix_requests_card_link",
        "requests",
        ["card_link"],
        sqlite_where=_CARD,
        postgresql_where=_CARD,
    )
    op.create_index(
        "ix_requests_resident_mark",
        "requests",
        ["resident_mark"],
        sqlite_where=_MARK,
        postgresql_where=_MARK,
    )
    op.create_table(
        "amendments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_amendments_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint(
            "request_id", "revision", name=op.f("uq_amendments_request_id_revision")
        ),
    )
    op.create_table(
        "service_targets",
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_service_targets")),
    )
    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holidays")),
    )
