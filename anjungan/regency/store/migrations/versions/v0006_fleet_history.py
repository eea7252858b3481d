"""History of kiosks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

METRICS = (
    "temperature_c",
    "queue_depth",
    "disk_used_percent",
    "memory_used_percent",
    "signal_dbm",
    "round_trip_ms",
    "paper_percent",
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "kiosk_samples",
        sa.Column("kiosk", sa.String(length=13), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=True) for name in METRICS),
        sa.Column("power_faults", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("kiosk", "at", name=op.f("pk_kiosk_samples")),
    )
    op.create_index("ix_kiosk_samples_at", "kiosk_samples", ["at"])
    op.create_table(
        "kiosk_hours",
        sa.Column("kiosk", sa.String(length=13), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("under_voltage_samples", sa.Integer(), nullable=False),
        *(
            sa.Column(f"{name}_{part}", sa.Float(), nullable=True)
            for name in METRICS
            for part in ("min", "max", "mean")
        ),
        sa.PrimaryKeyConstraint("kiosk", "hour", name=op.f("pk_kiosk_hours")),
    )
    op.create_index("ix_kiosk_hours_hour", "kiosk_hours", ["hour"])
    op.create_table(
        "kiosk_silences",
        sa.Column("kiosk", sa.String(length=13), nullable=False),
        sa.Column("last_report_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("will_at", sa.BigInteger(), nullable=True),
        sa.Column("report_interval_ms", sa.BigInteger(), nullable=False),
        sa.Column("boot_before", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=16), nullable=True),
        sa.Column("off_from", sa.BigInteger(), nullable=True),
        sa.Column("off_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("kiosk", "last_report_at", name=op.f("pk_kiosk_silences")),
    )
    op.create_index("ix_kiosk_silences_kiosk_ended_at", "kiosk_silences", ["kiosk", "ended_at"])
    op.create_index("ix_kiosk_silences_cause_ended_at", "kiosk_silences", ["cause", "ended_at"])
    op.create_index("ix_kiosk_silences_ended_at", "kiosk_silences", ["ended_at"])
    op.create_table(
        "deaf_times",
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("began_at", name=op.f("pk_deaf_times")),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("deaf_times", "kiosk_silences", "kiosk_hours", "kiosk_samples"):
        op.drop_table(table)
