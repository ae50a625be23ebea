"""Since when a requirement is due: reminders about it are counted from there."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.add_column("requirement", sa.Column("due_since", MOMENT, nullable=True))
    op.execute(
        "UPDATE requirement SET due_since = updated_at WHERE level IN ('currently_due', 'past_due')"
    )


def downgrade() -> None:
    """Undo."""
    op.drop_column("requirement", "due_since")
