"""Second factors, sessions that can be listed, and a log nobody edits."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, move the openings of answers into the log, and seal the log."""
    for name in ("disabled_at", "one_time_until", "last_login_at"):
        op.add_column("staff", sa.Column(name, sa.BigInteger(), nullable=True))
    _renew_sessions()
    _create_login_tables()
    op.create_table(
        "audit_chain",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_chain")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_audit_chain_audit_id")),
    )
    _move_openings()
    if op.get_bind().dialect.name == "postgresql":
        _seal_on_postgresql()
    else:
        _seal_on_sqlite()


def _renew_sessions() -> None:
    # a session lasts twelve hours at most: whoever is logged in logs in again
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("form_token", sa.String(length=43), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sessions_staff_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_sessions")),
        sa.UniqueConstraint("id", name=op.f("uq_sessions_id")),
    )
    op.create_index("ix_sessions_staff_id", "sessions", ["staff_id"])


def _create_login_tables() -> None:
    op.create_table(
        "pending_logins",
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("form_token", sa.String(length=43), nullable=False),
        sa.Column("second_factor_passed", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_pending_logins_staff_id")
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_pending_logins")),
    )
    op.create_table(
        "second_factors",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_second_factors_staff_id")
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_recovery_codes_staff_id")
        ),
        sa.PrimaryKeyConstraint("staff_id", "code_digest", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "known_browsers",
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_known_browsers_staff_id")
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_known_browsers")),
    )
    op.create_index("ix_known_browsers_staff_id", "known_browsers", ["staff_id"])


def _move_openings() -> None:
    audit = sa.table(
        "audit",
        *(
            sa.column(name)
            for name in ("at", "actor", "staff_id", "role", "action", "subject", "village")
        ),
        sa.column("detail"),
    )
    openings = sa.table(
        "answer_openings",
        *(
            sa.column(name)
            for name in ("id", "request_id", "staff_id", "staff_name", "opened_at", "outcome")
        ),
    )
    staff = sa.table("staff", sa.column("id"), sa.column("role"))
    requests = sa.table("requests", sa.column("id"), sa.column("village"))
    action = sa.case(
        (openings.c.outcome == "opened", "answers_opened"),
        (openings.c.outcome == "cannot_open", "answers_not_opened"),
        else_="answers_misbound",
    )
    op.execute(
        audit.insert().from_select(
            ["at", "actor", "staff_id", "role", "action", "subject", "village", "detail"],
            sa.select(
                openings.c.opened_at,
                openings.c.staff_name,
                openings.c.staff_id,
                staff.c.role,
                action,
                openings.c.request_id,
                requests.c.village,
                sa.literal(""),
            )
            .join_from(openings, staff, staff.c.id == openings.c.staff_id)
            .join(requests, requests.c.id == openings.c.request_id)
            .order_by(openings.c.id),
        )
    )
    op.drop_table("answer_openings")


def _seal_on_sqlite() -> None:
    for table, keys in (("audit", ("id",)), ("audit_chain", ("position", "audit_id"))):
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table}: rows are only ever added'); END"
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} {refuse}"
            )
        # INSERT OR REPLACE deletes without asking the trigger above
        known = " OR ".join(f"NEW.{key} IN (SELECT {key} FROM {table})" for key in keys)  # noqa: S608 - our own names
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {known} {refuse}"
        )


def _seal_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_only_added() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%: rows are only ever added', TG_TABLE_NAME; END $$"
    )
    for table in ("audit", "audit_chain"):
        op.execute(
            f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added()"
        )
