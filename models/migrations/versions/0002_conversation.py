"""Conversations, what was said, and what happened at each question."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "conversation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("bot_id", sa.Text(), nullable=False),
        sa.Column("user_key", sa.Text(), nullable=False),
        sa.Column("channel_user_key", sa.Text(), nullable=True),
        sa.Column("app_user_id", sa.Text(), nullable=True),
        sa.Column("merchant_id", BIG, nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("owner_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Text(), nullable=True),
        sa.Column("flow", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("friend", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchant.id"],
            name=op.f("fk_conversation_merchant_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint(
            "channel", "bot_id", "user_key", name=op.f("uq_conversation_channel_bot_id_user_key")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_conversation_public_id")),
    )
    op.create_index(
        op.f("ix_conversation_expires_at"), "conversation", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_conversation_merchant_id"), "conversation", ["merchant_id"], unique=False
    )
    op.create_index(op.f("ix_conversation_user_key"), "conversation", ["user_key"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_inbox_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("conversation_id", "key", name=op.f("uq_inbox_conversation_id_key")),
    )
    op.create_index(op.f("ix_inbox_received_at"), "inbox", ["received_at"], unique=False)
    op.create_table(
        "turn",
        sa.Column("id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("answered", sa.LargeBinary(), nullable=True),
        sa.Column("speaker", sa.String(32), nullable=False),
        sa.Column("flow", sa.Text(), nullable=True),
        sa.Column("asked", sa.Text(), nullable=True),
        sa.Column("layer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_turn_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn")),
    )
    op.create_index(
        op.f("ix_turn_conversation_id_no"), "turn", ["conversation_id", "no"], unique=False
    )
    op.create_table(
        "step_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_step_event_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_event")),
    )
    op.create_index(
        op.f("ix_step_event_conversation_id_flow"),
        "step_event",
        ["conversation_id", "flow"],
        unique=False,
    )
    op.create_index(
        op.f("ix_step_event_flow_step_kind"), "step_event", ["flow", "step", "kind"], unique=False
    )
    op.create_table(
        "friend_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("channel_public_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("user_key", sa.Text(), nullable=False),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_friend_event_conversation_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_friend_event")),
        sa.UniqueConstraint("resource_id", name=op.f("uq_friend_event_resource_id")),
    )
    op.create_index(op.f("ix_friend_event_user_key"), "friend_event", ["user_key"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("friend_event")
    op.drop_table("step_event")
    op.drop_table("turn")
    op.drop_table("inbox")
    op.drop_table("conversation")
