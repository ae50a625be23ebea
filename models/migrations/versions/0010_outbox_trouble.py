"""Messages that somebody has to look at are found among a million others."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TROUBLE = sa.text("state IN ('unknown', 'dead')")


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_reminder_trouble",
        "reminder",
        ["updated_at"],
        sqlite_where=TROUBLE,
        postgresql_where=TROUBLE,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_reminder_trouble", "reminder")
