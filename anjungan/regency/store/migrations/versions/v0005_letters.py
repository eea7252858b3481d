"""Letters, their numbers, and letterheads."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "letterheads",
        sa.Column("village", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("postal_code", sa.String(length=5), nullable=False),
        sa.Column("logo_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("signatory_name", sa.String(length=100), nullable=False),
        sa.Column("signatory_nip", sa.String(length=18), nullable=False),
        sa.Column("signatory_title", sa.String(length=100), nullable=False),
        sa.Column("paper", sa.String(length=2), nullable=False),
        sa.Column("number_format", sa.String(length=120), nullable=False),
        sa.Column("number_scope", sa.String(length=8), nullable=False),
        sa.Column("number_village_code", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("village", name=op.f("pk_letterheads")),
    )
    op.create_table(
        "letter_logos",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_letter_logos")),
    )
    op.create_table(
        "letter_codes",
        sa.Column("village", sa.String(length=10), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("village", "service", name=op.f("pk_letter_codes")),
    )
    op.create_table(
        "letter_counters",
        sa.Column("village", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.String(length=20), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("village", "year", "sequence", name=op.f("pk_letter_counters")),
    )
    _create_letters()


def _create_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("village", sa.String(length=10), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.String(length=20), nullable=False),
        sa.Column("running_number", sa.Integer(), nullable=False),
        sa.Column("dated", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("replaced_by", sa.String(length=36), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=False),
        sa.Column("corrected_fields", sa.String(length=1000), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("short_code", sa.String(length=9), nullable=False),
        sa.Column("initials", sa.LargeBinary(), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("frame", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_letters_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["letters.id"], name=op.f("fk_letters_replaced_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_letters_token_digest")),
        sa.UniqueConstraint("short_code", name=op.f("uq_letters_short_code")),
        sa.UniqueConstraint("village", "number", name=op.f("uq_letters_village_number")),
        sa.UniqueConstraint(
            *("village", "year", "sequence", "running_number"),
            name=op.f("uq_letters_village_year_sequence_running_number"),
        ),
    )
    op.create_index("ix_letters_request_id", "letters", ["request_id"])
