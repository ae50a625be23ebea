"""Messages that we begin: the outbox, its attempts, its senders and the stop switch."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STATE = sa.String(length=32)
PARTS = {
    "ix_reminder_waiting": (["next_attempt_at", "id"], "state = 'scheduled'"),
    "ix_reminder_owned": (["lease_until"], "state IN ('claimed', 'sending')"),
    "ix_reminder_flying": (["look_at"], "state IN ('accepted', 'unknown')"),
}
WHOLE = (
    ["subject", "subject_id"],
    ["conversation_id", "state"],
    ["supporter_id", "state"],
    ["merged_into"],
)


def _goes_on_without(name: str, target: str) -> sa.Column[int]:
    rule = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_reminder_{name}"), ondelete="SET NULL")
    return sa.Column(name, BIG, rule, nullable=True)


def upgrade() -> None:
    """Apply."""
    _create_reminder()
    op.create_table(
        "reminder_attempt",
        sa.Column("id", BIG, nullable=False),
        sa.Column(
            "reminder_id",
            BIG,
            sa.ForeignKey(
                "reminder.id", name=op.f("fk_reminder_attempt_reminder_id"), ondelete="CASCADE"
            ),
            nullable=False,
        ),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", STATE, nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_attempt")),
        sa.UniqueConstraint("reminder_id", "no", name=op.f("uq_reminder_attempt_reminder_id_no")),
    )
    op.create_table(
        "sender_state",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("refilled_at", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("closed_until", MOMENT, nullable=True),
        sa.Column("probing_until", MOMENT, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_sender_state")),
    )
    op.create_table(
        "sending_stop",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_sending_stop")),
    )


def _create_reminder() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message_class", STATE, nullable=False),
        _goes_on_without("conversation_id", "conversation"),
        _goes_on_without("supporter_id", "supporter"),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("subject_version", sa.Integer(), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("refused_by", sa.JSON(), nullable=False),
        sa.Column("sender_ref", sa.Text(), nullable=True),
        sa.Column("look_at", MOMENT, nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        _goes_on_without("merged_into", "reminder"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reminder_public_id")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_reminder_dedup_key")),
    )
    for name, (columns, where) in PARTS.items():
        only = sa.text(where)
        op.create_index(name, "reminder", columns, sqlite_where=only, postgresql_where=only)
    for columns in WHOLE:
        op.create_index(op.f(f"ix_reminder_{'_'.join(columns)}"), "reminder", columns)


def downgrade() -> None:
    """Undo."""
    for table in ("sending_stop", "sender_state", "reminder_attempt", "reminder"):
        op.drop_table(table)
