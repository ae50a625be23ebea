"""Codes of which only a number or words have come: the office asks the provider for the picture.

Nothing is printed of them, because we would have to draw what nobody has shown us; the merchant
is told nothing wrong meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.services.payments.rows import in_scope
from models.merchant import Store
from models.payment import PayApplication, PayQr
from models.states import PayState

_WAITS = (PayState.APPROVED, PayState.QR_ISSUED, PayState.LIVE)


@dataclass(frozen=True, slots=True)
class MissingCode:
    """An application whose code cannot be printed yet.

    Attributes:
        has_words: what the code says has come, but not how the provider drew it.
        since: since when it is as it is.
    """

    application_id: int
    number: str
    store: str
    market: str
    merchant_code: str
    has_words: bool
    since: datetime


def missing_codes(session: Session, scope: int | None, limit: int = 50) -> list[MissingCode]:
    """Return applications whose picture somebody has to ask for, the oldest first.

    Args:
        session: a reading session.
        scope: id of the only market that may be seen; None for all.
        limit: how many at most.
    """
    order = (PayApplication.updated_at, PayApplication.id)
    rows = session.execute(_missing(scope).order_by(*order).limit(limit))
    return [
        MissingCode(
            application_id=row.id,
            number=row.number,
            store=store.name or "-",
            market=store.market_name,
            merchant_code=(code.merchant_code if code else row.merchant_code) or "",
            has_words=code is not None,
            since=row.updated_at,
        )
        for row, store, code in rows
    ]


def count_missing(session: Session, scope: int | None) -> int:
    """Return how many pictures somebody has to ask for."""
    todo = _missing(scope).with_only_columns(func.count(), maintain_column_froms=True)
    return session.execute(todo).scalar_one()


def _missing(scope: int | None) -> Select[PayApplication, Store, PayQr]:
    active = and_(PayQr.application_id == PayApplication.id, PayQr.revoked_at.is_(None))
    only_number = and_(PayQr.id.is_(None), PayApplication.merchant_code.is_not(None))
    only_words = and_(PayQr.id.is_not(None), PayQr.storage_key.is_(None))
    return (
        select(PayApplication, Store, PayQr)
        .join(Store, Store.id == PayApplication.store_id)
        .outerjoin(PayQr, active)
        .where(
            PayApplication.state.in_(_WAITS),
            or_(only_number, only_words),
            in_scope(scope),
        )
    )
