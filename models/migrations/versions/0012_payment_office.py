"""Easy payment at the office: nothing is looked up by the digest of a batch."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_pay_handover_sha256", "pay_handover")


def downgrade() -> None:
    """Undo."""
    op.create_index("ix_pay_handover_sha256", "pay_handover", ["sha256"])
