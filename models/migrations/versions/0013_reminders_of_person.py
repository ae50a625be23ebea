"""A claim changes no index by person: each of its messages has a page of its own there.

Found with a million messages of the future, among which a claim on SQLite took twice as long.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_reminder_conversation_id", "reminder", ["conversation_id"])
    op.drop_index("ix_reminder_conversation_id_state", "reminder")


def downgrade() -> None:
    """Undo."""
    op.create_index("ix_reminder_conversation_id_state", "reminder", ["conversation_id", "state"])
    op.drop_index("ix_reminder_conversation_id", "reminder")
