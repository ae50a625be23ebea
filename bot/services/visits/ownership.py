"""Who acts, and on whose visit."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.registration.overview import merchant_of
from bot.services.transaction import Transaction
from bot.services.visits.reasons import VisitRuleError
from bot.services.visits.wish import VisitWish
from models.merchant import Merchant, Store
from models.visit import Visit

NOBODY = 0
"""Conversation of what happens outside any: staff at the console, jobs."""
SYSTEM = "system"
_STAFF = "staff:"


def by_system(session: Session, now: datetime, key: str) -> Transaction:
    """Return the transaction of a job."""
    return Transaction(session, now, NOBODY, key, actor=SYSTEM)


def by_staff(session: Session, now: datetime, key: str, login: str) -> Transaction:
    """Return the transaction of a member of staff or a supporter; `key` is the form's."""
    return Transaction(session, now, NOBODY, key, actor=_STAFF + login)


def is_person(tx: Transaction) -> bool:
    """Tell whether the merchant, or somebody for the merchant, acts in the chat."""
    return tx.conversation_id != NOBODY


def step_key(tx: Transaction, step: str) -> str:
    """Return the idempotency key of one step of a transaction."""
    return f"{tx.conversation_id}:{tx.key}:{step}"


def merchant_for(tx: Transaction, wish: VisitWish) -> int:
    """Return whose visit is wished for, and let nobody else book for this merchant meanwhile.

    Raises:
        VisitRuleError: no store is named (code `no_store`), or it belongs to somebody else
            (code `not_yours`).
    """
    found = select(Store.merchant_id).where(Store.id == wish.store_id)
    merchant_id = tx.session.scalars(found).one_or_none()
    if merchant_id is None:
        raise VisitRuleError("a visit needs a store", code="no_store")
    refuse_strangers(tx, merchant_id)
    tx.session.execute(
        select(Merchant.id).where(Merchant.id == merchant_id).with_for_update()
    ).one()
    return merchant_id


def own(tx: Transaction, visit: Visit) -> None:
    """Refuse somebody else's visit.

    Raises:
        VisitRuleError: it is not the merchant's (code `not_yours`).
    """
    refuse_strangers(tx, visit.merchant_id)


def refuse_strangers(tx: Transaction, merchant_id: int) -> None:
    """Refuse what is somebody else's; staff and jobs may do anything.

    Raises:
        VisitRuleError: code `not_yours`.
    """
    if not is_person(tx):
        return
    merchant = merchant_of(tx.session, tx.conversation_id)
    if merchant is None or merchant.id != merchant_id:
        raise VisitRuleError("somebody else's store", code="not_yours")
