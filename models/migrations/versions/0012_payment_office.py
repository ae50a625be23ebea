"""Easy payment at the office: links that are sent, codes that have not come; who waits, by one index."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SEALED = ("address", "phone")
WAITING = ("subject", "capability", "subject_id", "level", "fix_action", "due_since")


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_pay_handover_sha256", "pay_handover")
    for name in SEALED:
        op.add_column("pay_link", sa.Column(name, sa.LargeBinary(), nullable=True))
    op.create_index("ix_requirement_waiting", "requirement", list(WAITING))
    op.add_column("pay_application", sa.Column("merchant_code", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("pay_application", "merchant_code")
    op.drop_index("ix_requirement_waiting", "requirement")
    for name in SEALED:
        op.drop_column("pay_link", name)
    op.create_index("ix_pay_handover_sha256", "pay_handover", ["sha256"])
