"""Several workers at one database: ids of messages are forgotten after a while, and cost less.

Only refusals are looked up by their kiosk, so only they stand in that index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the indices of received messages."""
    op.drop_index("ix_received_messages_kiosk_refusal", "received_messages")
    op.create_index(
        "ix_received_messages_kiosk_refusal",
        "received_messages",
        ["kiosk", "refusal"],
        sqlite_where=sa.text("refusal IS NOT NULL"),
        postgresql_where=sa.text("refusal IS NOT NULL"),
    )
    op.create_index("ix_received_messages_received_at", "received_messages", ["received_at"])
