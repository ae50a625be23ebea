"""Easy payment: applications, findings, issued codes, hand-overs, links, test payments."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STATE = sa.String(length=32)
STANDING = sa.text("state NOT IN ('terminated', 'erased')")
ACTIVE = sa.text("revoked_at IS NULL")


def _id(table: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    return sa.Column("id", BIG, nullable=False), key


def _ref(table: str, name: str, target: str, rule: str = "CASCADE") -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}"), ondelete=rule)
    return sa.Column(name, BIG, key, nullable=False)


def _may_ref(table: str, name: str, target: str, rule: str = "CASCADE") -> sa.Column[int]:
    column = _ref(table, name, target, rule)
    column.nullable = True
    return column


def _unique(table: str, *names: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*names, name=op.f(f"uq_{table}_{'_'.join(names)}"))


def _index(table: str, *names: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(names)}"), table, list(names))


def upgrade() -> None:
    """Apply."""
    _create_application()
    _create_check()
    _create_note()
    _create_qr()
    _create_exchange()
    _create_link()
    _create_trial()


def _create_application() -> None:
    table = "pay_application"
    op.create_table(
        table,
        *_id(table),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        _ref(table, "merchant_id", "merchant"),
        _ref(table, "store_id", "store"),
        _may_ref(table, "conversation_id", "conversation", "SET NULL"),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("business_kind", STATE, nullable=True),
        sa.Column("tax_type", STATE, nullable=False),
        sa.Column("brn", sa.LargeBinary(), nullable=True),
        sa.Column("brn_hmac", sa.Text(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("holder", sa.LargeBinary(), nullable=True),
        sa.Column("bank_code", sa.Text(), nullable=True),
        sa.Column("account", sa.LargeBinary(), nullable=True),
        sa.Column("account_hmac", sa.Text(), nullable=True),
        sa.Column("account_last4", sa.Text(), nullable=True),
        sa.Column("account_given_at", MOMENT, nullable=True),
        sa.Column("account_gone_at", MOMENT, nullable=True),
        sa.Column("sales_band", sa.Text(), nullable=True),
        sa.Column("state", STATE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("retry_after", sa.Date(), nullable=True),
        sa.Column("holder_match", STATE, nullable=False),
        sa.Column("provider_ref", sa.Text(), nullable=True),
        sa.Column("provider_status_raw", sa.Text(), nullable=True),
        sa.Column("handed_off_at", MOMENT, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("live_at", MOMENT, nullable=True),
        sa.Column("won_code_hmac", sa.Text(), nullable=True),
        sa.Column("won_sent_at", MOMENT, nullable=True),
        sa.Column("won_tries", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        _unique(table, "public_id"),
        _unique(table, "number"),
        _unique(table, "submission_key"),
    )
    for names in (
        ("merchant_id",),
        ("store_id",),
        ("conversation_id",),
        ("brn_hmac",),
        ("account_hmac",),
        ("state", "updated_at"),
        ("provider", "provider_ref"),
    ):
        _index(table, *names)
    op.create_index(
        "uq_pay_application_standing",
        table,
        ["store_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def _create_check() -> None:
    table = "pay_check"
    op.create_table(
        table,
        *_id(table),
        _ref(table, "application_id", "pay_application"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("result", STATE, nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    _index(table, "application_id", "kind")


def _create_note() -> None:
    table = "pay_note"
    op.create_table(
        table,
        *_id(table),
        _ref(table, "application_id", "pay_application"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    _index(table, "application_id")


def _create_qr() -> None:
    table = "pay_qr"
    op.create_table(
        table,
        *_id(table),
        _ref(table, "application_id", "pay_application"),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("merchant_code", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("storage_key", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("taken_down_at", MOMENT, nullable=True),
        sa.Column("taken_down_by", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _unique(table, "application_id", "sha256"),
    )
    op.create_index(
        "uq_pay_qr_active",
        table,
        ["application_id"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )


def _create_exchange() -> None:
    op.create_table(
        "pay_handover",
        *_id("pay_handover"),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _unique("pay_handover", "public_id"),
    )
    _index("pay_handover", "sha256")
    op.create_table(
        "pay_import",
        *_id("pay_import"),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        _unique("pay_import", "sha256"),
    )


def _create_link() -> None:
    table = "pay_link"
    op.create_table(
        table,
        *_id(table),
        sa.Column("nonce", sa.Text(), nullable=False),
        _ref(table, "application_id", "pay_application"),
        sa.Column("purpose", STATE, nullable=False),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _unique(table, "nonce"),
    )
    _index(table, "application_id")


def _create_trial() -> None:
    table = "pay_trial"
    op.create_table(
        table,
        *_id(table),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        _ref(table, "application_id", "pay_application"),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("tid", sa.LargeBinary(), nullable=True),
        sa.Column("aid", sa.Text(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("redirect_url", sa.LargeBinary(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("look_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("paid_at", MOMENT, nullable=True),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        _unique(table, "public_id"),
        _unique(table, "order_id"),
    )
    for names in (("application_id",), ("state", "look_at")):
        _index(table, *names)


def downgrade() -> None:
    """Undo."""
    for table in (
        "pay_trial",
        "pay_link",
        "pay_import",
        "pay_handover",
        "pay_qr",
        "pay_note",
        "pay_check",
        "pay_application",
    ):
        op.drop_table(table)
