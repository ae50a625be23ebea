"""Printed matter: ready, delivered, and whether its code can be read where it hangs.

One parcel is told of twice at most. Files: when they are there. Picked up: when it lies
ready. Sent: when it has arrived, because then one can act; that it is on its way stands
under 홍보물 확인. Three days later, whoever holds something in his hands is asked to scan it,
unless somebody scanned it already.
"""

from datetime import time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.plan import About, call_off, plan
from bot.outbox.timing import When
from bot.services.reminders.people import (
    chat_of_merchant,
    has_left,
    merchant_of_store,
)
from models.kit import KitDelivery, KitLink, KitOrder, KitScan
from models.outbox import MessageClass
from models.states import Cause, KitState

SUBJECT = KitOrder.__tablename__
WHERE_FILES = "‘홍보물 확인’을 누르시면 받는 곳이 나와요."
WHERE_OFFICE = "상인회 사무실에서 찾으시면 돼요."
_READY = {
    KitDelivery.FILE: (KitState.PREFLIGHTED, KitState.QUEUED_PRINT),
    KitDelivery.PICKUP: (KitState.READY_PICKUP,),
}


def moved(session: Session, order: KitOrder, cause: Cause) -> None:
    """Plan what is to be told of a step, instead of what was true before."""
    kinds = tuple(notice.kind for notice in NOTICES)
    call_off(session, SUBJECT, order.id, "moved_on", cause.now, kinds=kinds)
    if order.state is KitState.DELIVERED:
        if order.delivery is KitDelivery.DELIVERY:
            _tell(session, DELIVERED, order, cause)
        if order.delivery is not KitDelivery.FILE:
            _tell(session, SCAN_CHECK, order, cause)
    elif order.state in (KitState.PREFLIGHTED, KitState.READY_PICKUP) and _is_ready(order):
        _tell(session, READY, order, cause)


def _is_ready(order: KitOrder) -> bool:
    return order.state in _READY.get(order.delivery, ())


def _tell(session: Session, notice: Notice, order: KitOrder, cause: Cause) -> None:
    chat = _chat_of(session, order)
    if chat is not None:
        about = About(
            conversation_id=chat,
            subject=SUBJECT,
            subject_id=order.id,
            anchor=cause.now,
            key=cause.key,
        )
        plan(session, notice, about, cause.now)


def _chat_of(session: Session, order: KitOrder) -> int | None:
    if order.conversation_id is not None:
        return order.conversation_id
    merchant_id = merchant_of_store(session, order.store_id)
    return chat_of_merchant(session, merchant_id) if merchant_id is not None else None


def _order(session: Session, due: Due) -> KitOrder | Gone:
    order = session.get(KitOrder, due.subject_id)
    if order is None or order.store_name is None:
        return Gone("left")
    merchant_id = merchant_of_store(session, order.store_id)
    if merchant_id is None or has_left(session, merchant_id):
        return Gone("left")
    if order.state in (KitState.PROBLEM, KitState.REORDERED):
        return Gone("problem_reported")
    return order


def _look_ready(session: Session, due: Due) -> Values | Gone:
    order = _order(session, due)
    if isinstance(order, Gone):
        return order
    if not _is_ready(order):
        return Gone("moved_on")
    where = WHERE_FILES if order.delivery is KitDelivery.FILE else WHERE_OFFICE
    return Values({"주문번호": order.number, "받는곳": where})


def _look_delivered(session: Session, due: Due) -> Values | Gone:
    order = _order(session, due)
    if isinstance(order, Gone):
        return order
    if order.state is not KitState.DELIVERED:
        return Gone("moved_on")
    return Values({"주문번호": order.number})


def _look_scan(session: Session, due: Due) -> Values | Gone:
    found = _look_delivered(session, due)
    if isinstance(found, Gone):
        return found
    return Gone("scanned") if _was_scanned(session, due) else Values({})


def _was_scanned(session: Session, due: Due) -> bool:
    """Tell whether a code of the store was followed since this order was delivered."""
    order = session.get_one(KitOrder, due.subject_id)
    delivered = (due.due_at - timedelta(days=SCAN_CHECK.when.days)).astimezone(KST).date()
    count = session.scalar(
        select(func.coalesce(func.sum(KitScan.count), 0))
        .join(KitLink, KitLink.id == KitScan.link_id)
        .where(KitLink.store_id == order.store_id, KitScan.day > delivered)
    )
    return bool(count)


READY = Notice(
    kind="kit.ready",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="kit is ready", lasts=timedelta(days=3)),
    look=_look_ready,
    must_arrive=True,
)
DELIVERED = Notice(
    kind="kit.delivered",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="kit was delivered", lasts=timedelta(days=2)),
    look=_look_delivered,
)
SCAN_CHECK = Notice(
    kind="kit.scan_check",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="kit was delivered", days=3, at=time(10, 30), lasts=timedelta(days=2)),
    look=_look_scan,
    nudge=True,
    topic="홍보물 QR 찍어 보기",
)
NOTICES = (READY, DELIVERED, SCAN_CHECK)
