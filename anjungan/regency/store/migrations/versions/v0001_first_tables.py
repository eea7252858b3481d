"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "dropped_messages",
        sa.Column("kiosk", sa.String(length=13), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", "reason", name=op.f("pk_dropped_messages")),
    )
    op.create_table(
        "early_cancels",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("kiosk", sa.String(length=13), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "kiosk", name=op.f("pk_early_cancels")),
    )
    op.create_table(
        "events",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("kiosk", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_kiosk_received_at", ["kiosk", "received_at"], unique=False)

    op.create_table(
        "kiosks",
        sa.Column("kiosk", sa.String(length=13), nullable=False),
        sa.Column("village", sa.String(length=10), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("last_report_at", sa.BigInteger(), nullable=True),
        sa.Column("reports_since_silence", sa.Integer(), nullable=False),
        sa.Column("will_at", sa.BigInteger(), nullable=True),
        sa.Column("boot", sa.BigInteger(), nullable=True),
        sa.Column("session", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("health", sa.LargeBinary(), nullable=True),
        sa.Column("health_at", sa.BigInteger(), nullable=True),
        sa.Column("health_order", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", name=op.f("pk_kiosks")),
    )
    op.create_table(
        "login_failures",
        sa.Column("key_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_digest", name=op.f("pk_login_failures")),
    )
    op.create_table(
        "process_beats",
        sa.Column("process", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.Column("connected", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_process_beats")),
    )
    op.create_table(
        "received_messages",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("kiosk", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("refusal", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "kiosk", name=op.f("pk_received_messages")),
    )
    with op.batch_alter_table("received_messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_received_messages_kiosk_refusal", ["kiosk", "refusal"], unique=False
        )

    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kiosk", sa.String(length=13), nullable=False),
        sa.Column("village", sa.String(length=10), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("ticket_token", sa.String(length=22), nullable=False),
        sa.Column("ticket_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ticket_code", sa.String(length=9), nullable=False),
        sa.Column("queue_number", sa.String(length=16), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("time_quality", sa.String(length=16), nullable=False),
        sa.Column("card_link", sa.String(length=64), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("ticket_digest", name=op.f("uq_requests_ticket_digest")),
        sa.UniqueConstraint("village", "ticket_code", name=op.f("uq_requests_village_ticket_code")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index("ix_requests_queue_number", ["queue_number"], unique=False)
        batch_op.create_index("ix_requests_received_at", ["received_at", "id"], unique=False)
        batch_op.create_index(
            "ix_requests_status_received_at", ["status", "received_at"], unique=False
        )
        batch_op.create_index(
            "ix_requests_village_received_at", ["village", "received_at"], unique=False
        )

    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("village", sa.String(length=10), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_name")),
    )
    op.create_table(
        "answer_openings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("staff_name", sa.String(length=100), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_answer_openings_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_answer_openings_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_openings")),
    )
    with op.batch_alter_table("answer_openings", schema=None) as batch_op:
        batch_op.create_index("ix_answer_openings_request_id", ["request_id"], unique=False)

    op.create_table(
        "outgoing_statuses",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("kiosk", sa.String(length=13), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_outgoing_statuses_request_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_outgoing_statuses")),
        sa.UniqueConstraint(
            "request_id", "revision", name=op.f("uq_outgoing_statuses_request_id_revision")
        ),
    )
    with op.batch_alter_table("outgoing_statuses", schema=None) as batch_op:
        batch_op.create_index("ix_outgoing_statuses_kiosk", ["kiosk"], unique=False)
        batch_op.create_index(
            "ix_outgoing_statuses_next_attempt_at", ["next_attempt_at"], unique=False
        )

    op.create_table(
        "sessions",
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("form_token", sa.String(length=43), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sessions_staff_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_sessions")),
    )
    op.create_table(
        "status_changes",
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_status_changes_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "revision", name=op.f("pk_status_changes")),
    )
    # ### end Alembic commands ###


def downgrade() -> None:
    """Undo it."""
    op.drop_table("status_changes")
    op.drop_table("sessions")
    with op.batch_alter_table("outgoing_statuses", schema=None) as batch_op:
        batch_op.drop_index("ix_outgoing_statuses_next_attempt_at")
        batch_op.drop_index("ix_outgoing_statuses_kiosk")

    op.drop_table("outgoing_statuses")
    with op.batch_alter_table("answer_openings", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_openings_request_id")

    op.drop_table("answer_openings")
    op.drop_table("staff")
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_index("ix_requests_village_received_at")
        batch_op.drop_index("ix_requests_status_received_at")
        batch_op.drop_index("ix_requests_received_at")
        batch_op.drop_index("ix_requests_queue_number")

    op.drop_table("requests")
    with op.batch_alter_table("received_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_received_messages_kiosk_refusal")

    op.drop_table("received_messages")
    op.drop_table("process_beats")
    op.drop_table("login_failures")
    op.drop_table("kiosks")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_kiosk_received_at")

    op.drop_table("events")
    op.drop_table("early_cancels")
    op.drop_table("dropped_messages")
    # ### end Alembic commands ###
