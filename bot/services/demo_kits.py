"""Printed matter of the demonstration set: one kit that hangs, one that is waiting."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.services.kits import KitWish, move_order, place
from bot.services.transaction import Transaction
from models.kit import KitItem, KitOrder
from models.states import Cause, KitState, move

HANGING = KitWish(items={"poster": 2, "sticker": 5}, size="A4", phrase="갓 찐 떡, 오늘도 따끈해요")
WAITING = KitWish(items={"tent": 4, "card": 100}, theme="sea", delivery="delivery")
BY_MACHINE = (KitState.RENDERED, KitState.PREFLIGHTED)
BY_HAND = (
    KitState.QUEUED_PRINT,
    KitState.PRINTED,
    KitState.READY_PICKUP,
    KitState.DELIVERED,
)


def load_kits(session: Session, conversation_id: int, operator: str, now: datetime) -> int:
    """Add the kits of one merchant unless there are any; return how many.

    The kit that hangs has no files any more. The other one is rendered by the job, as every
    order.
    """
    mine = select(KitOrder.id).where(KitOrder.conversation_id == conversation_id)
    if session.execute(mine).first() is not None:
        return 0
    began = now - timedelta(days=3)
    hanging = _placed(session, conversation_id, HANGING, began)
    for hours, state in enumerate((*BY_MACHINE, *BY_HAND), start=1):
        at = began + timedelta(hours=hours)
        if state in BY_MACHINE:
            move(session, hanging, state, Cause(actor="system", key=f"demo:{state}", now=at))
        else:
            cause = Cause(actor=operator, key=f"demo:{state}", now=at)
            move_order(session, hanging.id, state, cause)
    session.execute(
        update(KitItem)
        .where(KitItem.order_id == hanging.id)
        .values(
            code_text=f"https://pf.kakao.com/{hanging.channel_public_id}/friend", is_decoded=True
        )
    )
    _placed(session, conversation_id, WAITING, now)
    return 2


def _placed(session: Session, conversation_id: int, wish: KitWish, at: datetime) -> KitOrder:
    tx = Transaction(session, at, conversation_id, f"demo:kit:{at.isoformat()}")
    number = place(tx, wish)
    return session.scalars(select(KitOrder).where(KitOrder.number == number)).one()
