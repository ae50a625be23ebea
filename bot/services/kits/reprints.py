"""The same again, because a person of the programme says so."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import ConflictError, InvalidInputError, RuleBrokenError
from bot.services.kits.numbers import add_once, free_number
from bot.services.kits.pay_cards import must_have_code
from bot.services.kits.stores import store_of
from models.kit import KitItem, KitOrder
from models.moves import is_legal
from models.states import Cause, KitState, move, record

AGAIN_FROM = (
    KitState.PRINTED,
    KitState.SHIPPED,
    KitState.READY_PICKUP,
    KitState.DELIVERED,
    KitState.PROBLEM,
)
"""Where something was printed that can be printed again."""


def reprint(session: Session, order_id: int, cause: Cause) -> str:
    """Order the same pieces again for the same store, as it is called now.

    An order with a problem is settled by it. The same key again changes nothing.

    Args:
        session: inside a write transaction.
        order_id: which order.
        cause: who, when and the idempotency key.

    Returns:
        The number of the new order.

    Raises:
        InvalidInputError: no such order (code `no_order`).
        RuleBrokenError: nothing of it was printed yet (code `not_printed`), the store does
            not take part any more (code `store_gone`), or the payment code on it does not
            count any more and no other does (code `no_pay_code`).
        ConflictError: the number was taken in the meantime (code `number_taken`).
    """
    old = session.get(KitOrder, order_id, with_for_update=True)
    if old is None:
        raise InvalidInputError("no such order", code="no_order")
    key = f"reprint:{cause.key}"
    known = session.scalars(
        select(KitOrder.number).where(KitOrder.submission_key == key)
    ).one_or_none()
    if known is not None:
        return known
    if old.state not in AGAIN_FROM:
        raise RuleBrokenError(f"{old.number} is {old.state}", code="not_printed")
    items = session.scalars(select(KitItem).where(KitItem.order_id == old.id)).all()
    must_have_code(session, old.store_id, (item.product for item in items))
    new = _copy(session, old, key, cause)
    if not add_once(session, new):
        raise ConflictError(code="number_taken")
    record(session, new, None, cause)
    for item in items:
        session.add(KitItem(order_id=new.id, product=item.product, quantity=item.quantity))
    if is_legal(KitOrder.__tablename__, old.state, KitState.REORDERED):
        move(session, old, KitState.REORDERED, cause)
        old.updated_at = cause.now
    session.flush()
    return new.number


def _copy(session: Session, old: KitOrder, key: str, cause: Cause) -> KitOrder:
    store = store_of(session, old.store_id)
    if store is None:
        raise RuleBrokenError(f"the store of {old.number} is gone", code="store_gone")
    return KitOrder(
        number=free_number(session),
        store_id=old.store_id,
        conversation_id=old.conversation_id,
        state=KitState.CONFIRMED,
        items=dict(old.items),
        size=old.size,
        theme=old.theme,
        delivery=old.delivery,
        languages=list(old.languages),
        phrase=old.phrase,
        phone=old.phone,
        store_name=store.name,
        market=store.market,
        stall=store.stall,
        channel_public_id=store.public_id,
        search_id=store.search_id,
        reorder_of=old.id,
        submission_key=key,
        created_at=cause.now,
        updated_at=cause.now,
    )
