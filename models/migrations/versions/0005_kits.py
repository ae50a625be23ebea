"""Printed matter: orders, their products, short links and how often those are followed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIVE = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "kit_order",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("store_id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("size", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("delivery", sa.String(32), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("phrase", sa.LargeBinary(), nullable=True),
        sa.Column("store_name", sa.LargeBinary(), nullable=True),
        sa.Column("market", sa.LargeBinary(), nullable=True),
        sa.Column("stall", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("channel_public_id", sa.Text(), nullable=True),
        sa.Column("search_id", sa.Text(), nullable=True),
        sa.Column("content_key", sa.Text(), nullable=True),
        sa.Column("storage_key", sa.Text(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("is_outdated", sa.Boolean(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("reorder_of", BIG, nullable=True),
        sa.Column("submission_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_kit_order_conversation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["reorder_of"],
            ["kit_order.id"],
            name=op.f("fk_kit_order_reorder_of"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_kit_order_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_order")),
        sa.UniqueConstraint("number", name=op.f("uq_kit_order_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_kit_order_public_id")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_kit_order_submission_key")),
    )
    op.create_index(op.f("ix_kit_order_store_id"), "kit_order", ["store_id"], unique=False)
    op.create_index(
        op.f("ix_kit_order_conversation_id"), "kit_order", ["conversation_id"], unique=False
    )
    op.create_index(
        op.f("ix_kit_order_state_claimed_until"),
        "kit_order",
        ["state", "claimed_until"],
        unique=False,
    )
    op.create_table(
        "kit_item",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("code_text", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("is_decoded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["kit_order.id"], name=op.f("fk_kit_item_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_item")),
        sa.UniqueConstraint("order_id", "product", name=op.f("uq_kit_item_order_id_product")),
    )
    op.create_table(
        "kit_link",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("store_id", BIG, nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_kit_link_store_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_link")),
        sa.UniqueConstraint("code", name=op.f("uq_kit_link_code")),
    )
    op.create_index(
        op.f("ix_kit_link_store_id_product"),
        "kit_link",
        ["store_id", "product"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.create_table(
        "kit_scan",
        sa.Column("link_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["kit_link.id"], name=op.f("fk_kit_scan_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link_id", "day", name=op.f("pk_kit_scan")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("kit_scan")
    op.drop_table("kit_link")
    op.drop_table("kit_item")
    op.drop_table("kit_order")
