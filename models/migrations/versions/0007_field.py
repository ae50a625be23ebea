"""The supporter's phone: sign-in links, sessions, presses, codes for helping with a form."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
NEW = ("field_chat", "help_code", "field_press", "field_door", "field_link_use")


def _key(
    table: str, name: str, target: str, ondelete: str = "CASCADE", *, nullable: bool = False
) -> sa.Column[int]:
    rule = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}"), ondelete=ondelete)
    return sa.Column(name, BIG, rule, nullable=nullable)


def _table(
    name: str,
    *columns: sa.Column[Any],
    key: str = "id",
    unique: Iterable[tuple[str, ...]] = (),
    index: Iterable[str] = (),
) -> None:
    op.create_table(
        name,
        *columns,
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{name}")),
        *(sa.UniqueConstraint(*of, name=op.f(f"uq_{name}_{'_'.join(of)}")) for of in unique),
    )
    for column in index:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def upgrade() -> None:
    """Apply."""
    _table(
        "field_link_use",
        sa.Column("nonce", sa.Text(), nullable=False),
        _key("field_link_use", "supporter_id", "supporter"),
        sa.Column("used_at", MOMENT, nullable=False),
        key="nonce",
        index=("used_at",),
    )
    _table(
        "field_door",
        _key("field_door", "supporter_id", "supporter"),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        key="supporter_id",
    )
    _table(
        "field_press",
        sa.Column("id", BIG, nullable=False),
        _key("field_press", "supporter_id", "supporter"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        unique=(("supporter_id", "key"),),
        index=("at",),
    )
    _table(
        "help_code",
        sa.Column("id", BIG, nullable=False),
        _key("help_code", "conversation_id", "conversation"),
        sa.Column("code_hmac", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _key("help_code", "supporter_id", "supporter", "SET NULL", nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("first_turn", sa.Integer(), nullable=False),
        unique=(("code_hmac",), ("conversation_id",)),
        index=("expires_at", "supporter_id"),
    )
    _table(
        "field_chat",
        _key("field_chat", "supporter_id", "supporter"),
        _key("field_chat", "conversation_id", "conversation"),
        sa.Column("since", MOMENT, nullable=False),
        key="supporter_id",
        unique=(("conversation_id",),),
    )


def downgrade() -> None:
    """Undo."""
    for name in NEW:
        op.drop_table(name)
