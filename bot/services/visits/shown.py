"""The visits of one merchant as plain data: for commands and for the list of what is held."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.services.registration.overview import merchant_of
from models.fieldwork import VisitReport
from models.states import VisitState, WaitState
from models.supporter import Supporter
from models.visit import Visit, VisitRequest, WaitlistEntry

_STILL = (WaitState.WAITING, WaitState.OFFERED)
_NEVER_WERE = (VisitState.EXPIRED, VisitState.RELEASED)
"""Times that were kept for a moment and never became a visit."""


def shown_visits(session: Session, conversation_id: int) -> list[dict[str, Any]]:
    """Return every visit of the person of a conversation, the newest first."""
    merchant = merchant_of(session, conversation_id)
    if merchant is None:
        return []
    rows = session.execute(
        select(Visit, VisitRequest, Supporter.name, VisitReport.rating)
        .join(VisitRequest, VisitRequest.id == Visit.request_id)
        .join(Supporter, Supporter.id == Visit.supporter_id)
        .outerjoin(VisitReport, VisitReport.visit_id == Visit.id)
        .where(Visit.merchant_id == merchant.id, Visit.state.not_in(_NEVER_WERE))
        .order_by(Visit.id.desc())
    )
    return [_visit(visit, request, name, rating) for visit, request, name, rating in rows]


def _visit(
    visit: Visit, request: VisitRequest, supporter: str, rating: int | None
) -> dict[str, Any]:
    local = visit.starts_at.astimezone(KST)
    return {
        "id": visit.id,
        "type": visit.type_code,
        "topics": list(request.topics),
        "place": request.place,
        "place_note": request.place_note,
        "date": visit.day.isoformat(),
        "time": local.strftime("%H:%M"),
        "starts_at": local.isoformat(),
        "ends_at": visit.ends_at.astimezone(KST).isoformat(),
        "state": visit.state.value,
        "supporter": supporter,
        "rating": rating,
        "cancel_reason": visit.cancel_reason,
        "hold_expires_at": _moment(visit.hold_expires_at),
        "created_at": _moment(visit.created_at),
    }


def shown_waiting(session: Session, conversation_id: int) -> list[dict[str, Any]]:
    """Return the places on the waiting list that still stand, the newest first."""
    merchant = merchant_of(session, conversation_id)
    if merchant is None:
        return []
    rows = session.execute(
        select(WaitlistEntry, VisitRequest)
        .join(VisitRequest, VisitRequest.id == WaitlistEntry.request_id)
        .where(VisitRequest.merchant_id == merchant.id, WaitlistEntry.state.in_(_STILL))
        .order_by(WaitlistEntry.id.desc())
    )
    return [
        {
            "id": entry.id,
            "type": request.type_code,
            "topics": list(request.topics),
            "state": entry.state.value,
            "priority": entry.priority,
            "earliest": _moment(entry.earliest),
            "latest": _moment(entry.latest),
            "offered_visit_id": entry.offered_visit_id,
            "offer_expires_at": _moment(entry.offer_expires_at),
        }
        for entry, request in rows
    ]


def held_about_visits(session: Session, conversation_id: int) -> tuple[int, list[str]]:
    """Return how many visits are kept, and the person's own words with them."""
    merchant = merchant_of(session, conversation_id)
    if merchant is None:
        return 0, []
    mine = (Visit.merchant_id == merchant.id, Visit.state.not_in(_NEVER_WERE))
    count = session.scalar(select(func.count()).select_from(Visit).where(*mine)) or 0
    requests = session.scalars(
        select(VisitRequest)
        .where(VisitRequest.merchant_id == merchant.id)
        .order_by(VisitRequest.id)
    ).all()
    notes = (request.place_note for request in requests)
    return count, list(dict.fromkeys(note for note in notes if note))


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(KST).isoformat() if at else None
