"""Codes that count no more and may still hang at a store: who has to be visited, who was."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.kit_upkeep import PAYMENT_PRODUCTS
from bot.services.payments.rows import in_scope
from models.kit import KitItem, KitOrder
from models.merchant import Store
from models.payment import PayApplication, PayQr
from models.states import KitState

_ON_PAPER = (
    KitState.PRINTED,
    KitState.SHIPPED,
    KitState.READY_PICKUP,
    KitState.DELIVERED,
    KitState.PROBLEM,
    KitState.REORDERED,
    KitState.REVOKE_REQUIRED,
)


@dataclass(frozen=True, slots=True)
class HangingCode:
    """A code that must not be used any more.

    Attributes:
        orders: numbers of printed orders of this store that carry a payment code.
        done_at, done_by: when somebody saw that it is down, and who; None before.
    """

    id: int
    application_id: int
    number: str
    store: str
    market: str
    merchant_code: str
    revoked_at: datetime
    orders: tuple[str, ...]
    done_at: datetime | None
    done_by: str | None


def hanging(
    session: Session, scope: int | None, *, done: bool, limit: int = 50
) -> list[HangingCode]:
    """Return codes to be taken down, the oldest first; or those that are, the newest first.

    Args:
        session: a reading session.
        scope: id of the only market that may be seen; None for all.
        done: those that somebody has seen to.
        limit: how many at most.
    """
    is_done = PayQr.taken_down_at.is_not(None) if done else PayQr.taken_down_at.is_(None)
    order = PayQr.taken_down_at.desc() if done else PayQr.revoked_at
    rows = session.execute(_revoked(scope).where(is_done).order_by(order, PayQr.id).limit(limit))
    return [_line(session, code, application, store) for code, application, store in rows]


def count_hanging(session: Session, scope: int | None) -> int:
    """Return how many codes somebody has to see to."""
    todo = _revoked(scope).where(PayQr.taken_down_at.is_(None)).subquery()
    return session.execute(select(func.count()).select_from(todo)).scalar_one()


def taken_down(session: Session, code_id: int, scope: int | None, by: str, now: datetime) -> bool:
    """Note that a code does not hang any more; False when that is known.

    Raises:
        InvalidInputError: no such code, or none that may be seen (code `no_code`).
        RuleBrokenError: it counts (code `code_counts`).
    """
    code = session.get(PayQr, code_id, with_for_update=True)
    if code is None or not _is_seen(session, code_id, scope):
        raise InvalidInputError(f"no code {code_id}", code="no_code")
    if code.revoked_at is None:
        raise RuleBrokenError(f"code {code_id} counts", code="code_counts")
    if code.taken_down_at is not None:
        return False
    code.taken_down_at, code.taken_down_by = now, by
    session.flush()
    return True


def _revoked(scope: int | None) -> Select[PayQr, PayApplication, Store]:
    return (
        select(PayQr, PayApplication, Store)
        .join(PayApplication, PayApplication.id == PayQr.application_id)
        .join(Store, Store.id == PayApplication.store_id)
        .where(PayQr.revoked_at.is_not(None), in_scope(scope))
    )


def _is_seen(session: Session, code_id: int, scope: int | None) -> bool:
    seen = (
        select(PayQr.id)
        .join(PayApplication, PayApplication.id == PayQr.application_id)
        .join(Store, Store.id == PayApplication.store_id)
        .where(PayQr.id == code_id, in_scope(scope))
    )
    return session.scalars(seen).first() is not None


def _line(session: Session, code: PayQr, application: PayApplication, store: Store) -> HangingCode:
    carry = (
        select(KitOrder.number)
        .join(KitItem, KitItem.order_id == KitOrder.id)
        .where(
            KitOrder.store_id == store.id,
            KitOrder.state.in_(_ON_PAPER),
            KitItem.product.in_(PAYMENT_PRODUCTS),
        )
        .distinct()
        .order_by(KitOrder.number)
    )
    return HangingCode(
        id=code.id,
        application_id=application.id,
        number=application.number,
        store=store.name or "-",
        market=store.market_name,
        merchant_code=code.merchant_code,
        revoked_at=code.revoked_at or code.created_at,
        orders=tuple(session.scalars(carry)),
        done_at=code.taken_down_at,
        done_by=code.taken_down_by,
    )
