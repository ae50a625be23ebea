"""What was asked for, beside what was booked."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.transaction import Transaction
from bot.services.visits.ownership import NOBODY, is_person
from bot.services.visits.wish import VisitWish
from models.moves import is_legal
from models.states import RequestState, move, record
from models.visit import Visit, VisitRequest


def put_request(tx: Transaction, merchant_id: int, wish: VisitWish, key: str) -> VisitRequest:
    """Write a wish down, unless it was before; the same key finds the same request."""
    if wish.request_id is not None:
        return tx.session.get_one(VisitRequest, wish.request_id)
    known = tx.session.scalars(
        select(VisitRequest).where(VisitRequest.idempotency_key == key)
    ).one_or_none()
    request = known or VisitRequest(
        merchant_id=merchant_id,
        conversation_id=None if tx.conversation_id == NOBODY else tx.conversation_id,
        channel=_channel(tx, wish),
        idempotency_key=key,
        created_at=tx.now,
    )
    fill(tx, request, wish)
    if known is None:
        tx.session.add(request)
        record(tx.session, request, None, tx.cause("visit_request"))
    return request


def fill(tx: Transaction, request: VisitRequest, wish: VisitWish) -> None:
    """Bring a request in line with what is wished for now."""
    request.store_id = wish.store_id
    request.market_id = wish.market_id
    request.type_code = wish.code
    request.topics = list(wish.topics)
    request.place = wish.place
    request.place_note = wish.place_note or request.place_note
    request.wish_text = wish.text or request.wish_text
    request.wish_from, request.wish_to = wish.day, wish.until or wish.day
    request.flexibility = wish.flexibility
    request.updated_at = tx.now


def close_request(tx: Transaction, request_id: int, to: RequestState, step: str) -> None:
    """Move a request on, when the move is a legal one."""
    request = tx.session.get_one(VisitRequest, request_id)
    if is_legal("visit_request", request.state, to):
        move(tx.session, request, to, tx.cause(f"{step}:{request_id}"))
        request.updated_at = tx.now


def wish_of(session: Session, visit: Visit) -> VisitWish:
    """Return the wish behind a visit, as far as another time for it needs."""
    request = session.get_one(VisitRequest, visit.request_id)
    return VisitWish(
        store_id=visit.store_id,
        market_id=visit.market_id,
        topics=tuple(request.topics),
        type_code=visit.type_code,
        flexibility=request.flexibility,
        place=request.place,
        moving=visit.id,
        series_id=visit.series_id,
    )


def for_staff(wish: VisitWish) -> VisitWish:
    """Return the same wish, handled by staff: no notice needed."""
    return replace(wish, by_staff=True)


def _channel(tx: Transaction, wish: VisitWish) -> str:
    if wish.series_id is not None:
        return "series"
    if is_person(tx):
        return "chat"
    return "staff" if tx.actor.startswith("staff:") else "system"
