"""Easy payment at the office: links that are sent, codes that have not come; one index less."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SEALED = ("address", "phone")


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_pay_handover_sha256", "pay_handover")
    for name in SEALED:
        op.add_column("pay_link", sa.Column(name, sa.LargeBinary(), nullable=True))
    op.add_column("pay_application", sa.Column("merchant_code", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("pay_application", "merchant_code")
    for name in SEALED:
        op.drop_column("pay_link", name)
    op.create_index("ix_pay_handover_sha256", "pay_handover", ["sha256"])
