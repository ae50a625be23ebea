"""Markets, merchants, stores and their channels."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "market",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("road_address", sa.Text(), nullable=False),
        sa.Column("lot_address", sa.Text(), nullable=False),
        sa.Column("market_days", sa.JSON(), nullable=False),
        sa.Column("latitude", sa.Numeric(precision=10, scale=7), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=10, scale=7), nullable=True),
        sa.Column("store_count", sa.Integer(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("association_contact", sa.LargeBinary(), nullable=True),
        sa.Column("reference_date", sa.Date(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market")),
        sa.UniqueConstraint("public_id", name=op.f("uq_market_public_id")),
        sa.UniqueConstraint("source_key", name=op.f("uq_market_source_key")),
    )
    op.create_index(op.f("ix_market_city"), "market", ["city"], unique=False)
    op.create_index(op.f("ix_market_name"), "market", ["name"], unique=False)
    op.create_table(
        "market_alias",
        sa.Column("id", BIG, nullable=False),
        sa.Column("market_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["market_id"], ["market.id"], name=op.f("fk_market_alias_market_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market_alias")),
        sa.UniqueConstraint("market_id", "name", name=op.f("uq_market_alias_market_id_name")),
    )
    op.create_index(op.f("ix_market_alias_name"), "market_alias", ["name"], unique=False)
    op.create_table(
        "data_version",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_data_version")),
    )
    op.create_table(
        "merchant",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("owner_name", sa.LargeBinary(), nullable=True),
        sa.Column("owner_hmac", sa.Text(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hmac", sa.Text(), nullable=True),
        sa.Column("brn", sa.LargeBinary(), nullable=True),
        sa.Column("brn_hmac", sa.Text(), nullable=True),
        sa.Column("has_brn", sa.Boolean(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("tax_type", sa.Text(), nullable=True),
        sa.Column("nts_state", sa.String(32), nullable=False),
        sa.Column("nts_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchant")),
        sa.UniqueConstraint("public_id", name=op.f("uq_merchant_public_id")),
    )
    op.create_index(op.f("ix_merchant_brn_hmac"), "merchant", ["brn_hmac"], unique=False)
    op.create_index(op.f("ix_merchant_phone_hmac"), "merchant", ["phone_hmac"], unique=False)
    op.create_table(
        "merchant_agent",
        sa.Column("id", BIG, nullable=False),
        sa.Column("merchant_id", BIG, nullable=False),
        sa.Column("relation", sa.LargeBinary(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("owner_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchant.id"],
            name=op.f("fk_merchant_agent_merchant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchant_agent")),
    )
    op.create_index(
        op.f("ix_merchant_agent_merchant_id"), "merchant_agent", ["merchant_id"], unique=False
    )
    op.create_table(
        "store",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", BIG, nullable=False),
        sa.Column("market_id", BIG, nullable=True),
        sa.Column("submission_key", sa.Text(), nullable=False),
        sa.Column("market_name", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("stall", sa.LargeBinary(), nullable=True),
        sa.Column("location_note", sa.LargeBinary(), nullable=True),
        sa.Column("opens", sa.Text(), nullable=True),
        sa.Column("closes", sa.Text(), nullable=True),
        sa.Column("closed_days", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["market_id"], ["market.id"], name=op.f("fk_store_market_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_store_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
        sa.UniqueConstraint("public_id", name=op.f("uq_store_public_id")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_store_submission_key")),
    )
    op.create_index(op.f("ix_store_market_id"), "store", ["market_id"], unique=False)
    op.create_index(op.f("ix_store_merchant_id"), "store", ["merchant_id"], unique=False)
    op.create_table(
        "channel_registration",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", BIG, nullable=False),
        sa.Column("has_channel", sa.Text(), nullable=False),
        sa.Column("channel_public_id", sa.Text(), nullable=True),
        sa.Column("search_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("master_holder", sa.Text(), nullable=True),
        sa.Column("manager_invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_center_filled", sa.Boolean(), nullable=False),
        sa.Column("wallet", sa.String(32), nullable=False),
        sa.Column("friends", sa.Integer(), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["store.id"],
            name=op.f("fk_channel_registration_store_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_registration")),
        sa.UniqueConstraint("public_id", name=op.f("uq_channel_registration_public_id")),
        sa.UniqueConstraint("store_id", name=op.f("uq_channel_registration_store_id")),
    )
    op.create_index(
        op.f("ix_channel_registration_channel_public_id"),
        "channel_registration",
        ["channel_public_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_channel_registration_search_id"),
        "channel_registration",
        ["search_id"],
        unique=False,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("channel_registration")
    op.drop_table("store")
    op.drop_table("merchant_agent")
    op.drop_table("merchant")
    op.drop_table("data_version")
    op.drop_table("market_alias")
    op.drop_table("market")
