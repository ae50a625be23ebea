"""Supporters and their days, visits and what comes of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary()
Names = tuple[str, ...]
Many = tuple[Names, ...]
IS_OPEN = "state IN ('held', 'confirmed', 'en_route', 'in_progress')"
NO_OVERLAP = f"""
ALTER TABLE visit ADD CONSTRAINT ex_visit_supporter_time EXCLUDE USING gist (
    int8range(
        (supporter_id << 33) + extract(epoch FROM starts_at AT TIME ZONE 'UTC')::bigint,
        (supporter_id << 33) + extract(epoch FROM ends_at AT TIME ZONE 'UTC')::bigint
    ) WITH &&
) WHERE ({IS_OPEN}) DEFERRABLE INITIALLY IMMEDIATE
"""
"""Two visits of one supporter never overlap.

`supporter_id WITH =, tstzrange(...) WITH &&` would need the extension btree_gist, which not
every server offers. Seconds since 1970 stay below 2^33 until the year 2242, so supporter and
moment fit into one number, and the ranges of two supporters never meet. It is checked at the
end of each statement, so that a plan can let two visits change places in one.
"""
NEW = (
    "visit_report",
    "checkin",
    "route_stop",
    "waitlist_entry",
    "visit_event",
    "visit",
    "visit_series",
    "visit_request",
    "supporter_day",
    "availability_exception",
    "availability_rule",
    "supporter_area",
    "supporter_skill",
    "supporter",
    "route_plan",
    "visit_type",
    "travel_cache",
    "holiday_override",
)


def _id() -> sa.Column[int]:
    return sa.Column("id", BIG, nullable=False)


def _public_id() -> sa.Column[object]:
    return sa.Column("public_id", sa.Uuid(), nullable=False)


def _of(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def _key(
    table: str, name: str, target: str, ondelete: str | None = "CASCADE", *, nullable: bool = False
) -> sa.Column[int]:
    rule = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}"), ondelete=ondelete)
    return sa.Column(name, BIG, rule, nullable=nullable)


def _table(name: str, *columns: sa.Column[Any], key: Names = ("id",), **more: Many) -> None:
    """Create a table with its constraints and indexes, named as the models name them."""
    unique = more.get("unique", ())
    if any(column.name == "public_id" for column in columns):
        unique = (*unique, ("public_id",))
    op.create_table(
        name,
        *columns,
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
        *(sa.UniqueConstraint(*of, name=op.f(f"uq_{name}_{'_'.join(of)}")) for of in unique),
    )
    for of in more.get("index", ()):
        op.create_index(op.f(f"ix_{name}_{'_'.join(of)}"), name, list(of))


def _open_index(name: str, *columns: str, where: str) -> None:
    only = sa.text(f"{IS_OPEN} AND {where}")
    op.create_index(
        name, "visit", list(columns), unique=True, sqlite_where=only, postgresql_where=only
    )


def upgrade() -> None:
    """Apply."""
    _table(
        "holiday_override",
        *_of(sa.Date(), "day"),
        *_of(sa.String(32), "kind"),
        *_of(sa.Text(), "name", "source"),
        *_of(MOMENT, "created_at"),
        key=("day",),
    )
    _table(
        "travel_cache",
        *_of(sa.Text(), "from_cell", "to_cell", "band"),
        *_of(sa.Integer(), "seconds", "metres"),
        *_of(sa.Text(), "source"),
        *_of(MOMENT, "fetched_at"),
        key=("from_cell", "to_cell", "band"),
    )
    _table(
        "visit_type",
        *_of(sa.Text(), "code", "title"),
        *_of(sa.Integer(), "minutes"),
        *_of(sa.JSON(), "skills"),
        *_of(sa.Integer(), "notice_h", "cutoff_h", "horizon_days", "grid_min", "staff_grid_min"),
        *_of(sa.String(32), "market_days"),
        key=("code",),
    )
    _table(
        "route_plan",
        _id(),
        _public_id(),
        *_of(sa.Date(), "day"),
        *_of(sa.Text(), "region", "engine"),
        *_of(sa.Integer(), "seed", "seconds", "cost_before", "cost_after", "moved_count"),
        *_of(sa.Text(), "reason", nullable=True),
        *_of(sa.String(32), "state"),
        *_of(MOMENT, "created_at", "updated_at"),
        index=(("day", "region"),),
    )
    _table(
        "supporter",
        _id(),
        _public_id(),
        *_of(SEALED, "name", "phone"),
        *_of(sa.Text(), "phone_hmac"),
        *_of(SEALED, "home"),
        *_of(sa.Integer(), "max_visits", "max_travel_min"),
        *_of(sa.Integer(), "lunch_start", "lunch_end", nullable=True),
        *_of(sa.Integer(), "weight"),
        _key("supporter", "staff_id", "staff", ondelete="SET NULL", nullable=True),
        *_of(sa.Text(), "ics_token_hash", nullable=True),
        *_of(sa.String(32), "state"),
        *_of(MOMENT, "created_at", "updated_at"),
        unique=(("ics_token_hash",), ("phone_hmac",)),
        index=(("staff_id",),),
    )
    _table(
        "supporter_skill",
        _key("supporter_skill", "supporter_id", "supporter"),
        *_of(sa.Text(), "skill"),
        key=("supporter_id", "skill"),
    )
    _table(
        "supporter_area",
        _id(),
        _key("supporter_area", "supporter_id", "supporter"),
        *_of(sa.Text(), "region", "city"),
        _key("supporter_area", "market_id", "market", nullable=True),
        index=(("market_id",), ("supporter_id",)),
    )
    _table(
        "availability_rule",
        _id(),
        _key("availability_rule", "supporter_id", "supporter"),
        *_of(sa.Integer(), "weekday", "start_min", "end_min"),
        *_of(sa.Date(), "valid_from", "valid_to", nullable=True),
        index=(("supporter_id",),),
    )
    _table(
        "availability_exception",
        _id(),
        _key("availability_exception", "supporter_id", "supporter"),
        *_of(MOMENT, "starts_at", "ends_at"),
        *_of(sa.String(32), "kind"),
        *_of(sa.Text(), "reason"),
        index=(("supporter_id", "starts_at"),),
    )
    _table(
        "supporter_day",
        _key("supporter_day", "supporter_id", "supporter"),
        *_of(sa.Date(), "day"),
        *_of(sa.Integer(), "version", "visit_count", "travel_min"),
        key=("supporter_id", "day"),
        index=(("day",),),
    )
    _table(
        "visit_request",
        _id(),
        _public_id(),
        _key("visit_request", "merchant_id", "merchant"),
        _key("visit_request", "store_id", "store", ondelete="SET NULL", nullable=True),
        _key(
            "visit_request", "conversation_id", "conversation", ondelete="SET NULL", nullable=True
        ),
        _key("visit_request", "market_id", "market", ondelete="SET NULL", nullable=True),
        *_of(sa.Text(), "type_code"),
        *_of(sa.JSON(), "topics"),
        *_of(sa.Text(), "place"),
        *_of(SEALED, "place_note", "wish_text", nullable=True),
        *_of(sa.Date(), "wish_from", "wish_to", nullable=True),
        *_of(sa.Text(), "flexibility"),
        *_of(sa.Integer(), "priority"),
        *_of(sa.Text(), "channel", "idempotency_key"),
        *_of(sa.String(32), "state"),
        *_of(MOMENT, "created_at", "updated_at"),
        unique=(("idempotency_key",),),
        index=(("conversation_id",), ("market_id",), ("merchant_id",), ("store_id",)),
    )
    _table(
        "visit_series",
        _id(),
        _public_id(),
        _key("visit_series", "merchant_id", "merchant"),
        _key("visit_series", "store_id", "store", ondelete="SET NULL", nullable=True),
        _key("visit_series", "supporter_id", "supporter", ondelete="SET NULL", nullable=True),
        *_of(sa.Text(), "type_code"),
        *_of(sa.Integer(), "weekday", "start_min"),
        *_of(sa.Date(), "first_day"),
        *_of(sa.Integer(), "every_weeks", "total"),
        *_of(sa.Date(), "booked_until", nullable=True),
        *_of(sa.String(32), "state"),
        *_of(MOMENT, "created_at", "updated_at"),
        index=(("merchant_id",), ("store_id",), ("supporter_id",)),
    )
    _table(
        "visit",
        _id(),
        _public_id(),
        _key("visit", "request_id", "visit_request"),
        _key("visit", "merchant_id", "merchant"),
        _key("visit", "store_id", "store", ondelete="SET NULL", nullable=True),
        _key("visit", "supporter_id", "supporter", ondelete=None),
        _key("visit", "market_id", "market", ondelete="SET NULL", nullable=True),
        _key("visit", "series_id", "visit_series", ondelete="SET NULL", nullable=True),
        *_of(sa.Text(), "type_code"),
        *_of(sa.Date(), "day"),
        *_of(MOMENT, "starts_at", "ends_at", "promise_from", "promise_to"),
        *_of(sa.Double(), "latitude", "longitude"),
        *_of(sa.Integer(), "revision"),
        *_of(MOMENT, "hold_expires_at", nullable=True),
        *_of(sa.Boolean(), "pinned"),
        *_of(sa.Text(), "cancel_reason", nullable=True),
        *_of(sa.Integer(), "travel_before_s", nullable=True),
        *_of(sa.String(32), "state"),
        *_of(MOMENT, "created_at", "updated_at"),
        index=(
            ("day",),
            ("market_id",),
            ("merchant_id",),
            ("request_id",),
            ("state", "hold_expires_at"),
            ("store_id",),
            ("supporter_id", "day"),
        ),
    )
    _table(
        "visit_event",
        _id(),
        _key("visit_event", "visit_id", "visit"),
        *_of(MOMENT, "at"),
        *_of(sa.Text(), "actor", "kind"),
        *_of(sa.Text(), "from_state", nullable=True),
        *_of(sa.Text(), "to_state"),
        *_of(sa.Integer(), "revision"),
        *_of(sa.Text(), "reason", nullable=True),
        *_of(sa.JSON(), "payload"),
        *_of(sa.Text(), "idempotency_key"),
        unique=(("visit_id", "idempotency_key"),),
        index=(("at",),),
    )
    _table(
        "waitlist_entry",
        _id(),
        _key("waitlist_entry", "request_id", "visit_request"),
        *_of(MOMENT, "earliest", "latest"),
        *_of(sa.Integer(), "start_min", "end_min"),
        *_of(sa.JSON(), "weekdays"),
        *_of(sa.Integer(), "priority"),
        _key("waitlist_entry", "offered_visit_id", "visit", ondelete="SET NULL", nullable=True),
        *_of(MOMENT, "offer_expires_at", nullable=True),
        *_of(sa.String(32), "state"),
        *_of(MOMENT, "created_at", "updated_at"),
        unique=(("request_id",),),
        index=(("offered_visit_id",), ("state", "priority", "id")),
    )
    _table(
        "checkin",
        _id(),
        _key("checkin", "visit_id", "visit"),
        *_of(sa.String(32), "kind"),
        *_of(MOMENT, "at"),
        *_of(sa.String(32), "method"),
        *_of(sa.Integer(), "distance_m", "accuracy_m", nullable=True),
        *_of(sa.Text(), "reason", nullable=True),
        unique=(("visit_id", "kind"),),
    )
    _table(
        "visit_report",
        _id(),
        _key("visit_report", "visit_id", "visit"),
        *_of(sa.String(32), "outcome"),
        *_of(sa.JSON(), "tasks_done"),
        *_of(SEALED, "notes", nullable=True),
        *_of(sa.JSON(), "photo_refs"),
        *_of(MOMENT, "merchant_confirmed_at", nullable=True),
        *_of(sa.Integer(), "rating", nullable=True),
        *_of(MOMENT, "created_at", "updated_at"),
        unique=(("visit_id",),),
    )
    _table(
        "route_stop",
        _key("route_stop", "plan_id", "route_plan"),
        _key("route_stop", "supporter_id", "supporter"),
        *_of(sa.Integer(), "seq"),
        _key("route_stop", "visit_id", "visit"),
        *_of(MOMENT, "starts_at"),
        *_of(sa.Integer(), "travel_s", "wait_s"),
        key=("plan_id", "supporter_id", "seq"),
        index=(("visit_id",),),
    )
    _open_index(
        "uq_visit_open_merchant_type", "merchant_id", "type_code", where="series_id IS NULL"
    )
    _open_index("uq_visit_open_series_day", "series_id", "day", where="series_id IS NOT NULL")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NO_OVERLAP)


def downgrade() -> None:
    """Take back."""
    for table in NEW:
        op.drop_table(table)
