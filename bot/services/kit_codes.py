"""What becomes of printed payment codes when a code is revoked, replaced or suspended.

Kept apart from `bot.services.kits` as `bot.services.kit_upkeep` is: the use cases of
applications call it.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from bot.services.kit_upkeep import (
    OPEN,
    OUT,
    PAYMENT_PRODUCTS,
    ask_to_take_down,
    lock_chats,
    of_kit,
)
from kits.catalog import PRODUCTS
from models.kit import KitItem, KitOrder
from models.states import Cause, KitState, move

_PAYMENT_NAMES = PAYMENT_PRODUCTS | {PRODUCTS[product].item for product in PAYMENT_PRODUCTS}
"""What such a product is called in an order."""


def take_back_payment(session: Session, store_id: int, cause: Cause) -> int:
    """Have taken down what carries a payment code; what else was ordered stays.

    An order that holds nothing else is called off or taken back; of a mixed one that is out
    the ticket names the pieces, one that is not printed yet is made again without them.
    Returns how many orders are concerned.
    """
    lock_chats(session, store_id)
    orders = _carrying_codes(session, store_id, (*OPEN, *OUT))
    hanging = [order for order in orders if _taken_back(session, order, cause)]
    if hanging:
        ask_to_take_down(session, store_id, hanging, cause, only=PAYMENT_PRODUCTS)
    return len(orders)


def hold_payment(session: Session, store_id: int, cause: Cause) -> int:
    """Print no payment code for the time being; return how many orders wait from now on.

    They are made anew when the code counts again.
    """
    lock_chats(session, store_id)
    orders = _carrying_codes(session, store_id, OPEN)
    for order in orders:
        _make_again(session, order, cause)
    return len(orders)


def carries_code() -> ColumnElement[bool]:
    """Tell whether an order holds a payment code, in a statement about orders."""
    return exists().where(KitItem.order_id == KitOrder.id, KitItem.product.in_(PAYMENT_PRODUCTS))


def _carrying_codes(
    session: Session, store_id: int, states: tuple[KitState, ...]
) -> Sequence[KitOrder]:
    """Return the orders with a payment code, locked: a renderer may hold one of them."""
    return session.scalars(
        select(KitOrder)
        .where(KitOrder.store_id == store_id, KitOrder.state.in_(states), carries_code())
        .order_by(KitOrder.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _make_again(session: Session, order: KitOrder, cause: Cause) -> None:
    """Let nothing count that is made of an order, or is being made at this moment."""
    order.claimed_until = None
    order.updated_at = cause.now
    if order.state in (KitState.PREFLIGHTED, KitState.QUEUED_PRINT):
        move(session, order, KitState.CONFIRMED, of_kit(cause))
        order.storage_key = order.content_key = order.report = None
        order.attempts = 0


def _without_codes(session: Session, order: KitOrder, cause: Cause) -> None:
    session.execute(
        delete(KitItem).where(KitItem.order_id == order.id, KitItem.product.in_(PAYMENT_PRODUCTS))
    )
    order.items = {key: n for key, n in order.items.items() if key not in _PAYMENT_NAMES}
    _make_again(session, order, cause)


def _taken_back(session: Session, order: KitOrder, cause: Cause) -> bool:
    """Call off or take back an order of payment codes alone; tell whether something hangs."""
    is_out = order.state in OUT
    products = session.scalars(select(KitItem.product).where(KitItem.order_id == order.id))
    if set(products) <= PAYMENT_PRODUCTS:
        to = KitState.REVOKE_REQUIRED if is_out else KitState.CANCELLED
        if not move(session, order, to, of_kit(cause)):
            return False
        order.claimed_until = None
        order.updated_at = cause.now
    elif not is_out:
        _without_codes(session, order, cause)
    return is_out
