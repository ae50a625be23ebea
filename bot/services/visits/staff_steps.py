"""What staff do about visits: other times, other people, a time for who has none."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError
from bot.services.transaction import Transaction
from bot.services.visits.booking import change, confirm, hold
from bot.services.visits.calendar import day_of, minute_of
from bot.services.visits.journal import read_visit
from bot.services.visits.offering import offers, who_can
from bot.services.visits.requests import for_staff, wish_of
from bot.services.visits.staff_board import supporter_names
from bot.services.visits.waiting import wish_of_entry
from bot.services.visits.wish import Offer, Offered, VisitWish
from models.states import WaitState, move
from models.visit import Visit, VisitRequest, WaitlistEntry

OFFERS = 12


def other_times(session: Session, visit_id: int, now: datetime, day: date | None) -> Offered:
    """Return the times to which staff may move a visit."""
    wish = for_staff(wish_of(session, session.get_one(Visit, visit_id)))
    return offers(session, replace(wish, day=day, only_day=day is not None, count=OFFERS), now)


def other_people(session: Session, visit_id: int, now: datetime) -> tuple[tuple[int, str], ...]:
    """Return (id, name) of who else could make a visit at its time, least travelling first."""
    visit = session.get_one(Visit, visit_id)
    wish = for_staff(wish_of(session, visit))
    able = who_can(session, wish, (visit.day, minute_of(visit.starts_at)), now)
    names = supporter_names(session)
    return tuple((one, names.get(one, "-")) for one in able if one != visit.supporter_id)


def times_for_request(
    session: Session, request_id: int, now: datetime, day: date | None = None
) -> Offered:
    """Return the times that staff may book for a request.

    Raises:
        InvalidInputError: there is no such request.
    """
    wish = _wish_for(session, request_id, now)
    if day is not None:
        wish = replace(wish, day=day, until=day, start=None, period=None, not_before=None)
    return offers(session, replace(wish, only_day=day is not None, count=OFFERS), now)


def book_request(tx: Transaction, request_id: int, token: str) -> int:
    """Book a time for a request, and take it off the waiting list; return the visit's id.

    Raises:
        SlotTakenError, VisitRuleError: as `hold`.
        InvalidInputError: there is no such request, or no such time.
    """
    wish = _wish_for(tx.session, request_id, tx.now)
    visit_id = hold(tx, _offer(token, replace(wish, only_day=False)))
    entry = _entry(tx.session, request_id)
    if entry is not None and entry.state is WaitState.WAITING:
        move(tx.session, entry, WaitState.OFFERED, tx.cause("offered"))
        entry.offered_visit_id, entry.updated_at = visit_id, tx.now
    confirm(tx, visit_id)
    return visit_id


def move_visit(tx: Transaction, visit_id: int, token: str) -> None:
    """Give a visit the time of a token.

    Raises:
        SlotTakenError, VisitRuleError: as `change`.
        InvalidInputError: there is no such time.
    """
    wish = for_staff(wish_of(tx.session, read_visit(tx.session, visit_id)))
    change(tx, visit_id, _offer(token, wish))


def _offer(token: str, wish: VisitWish) -> Offer:
    try:
        return Offer.from_token(token, wish)
    except ValueError as error:
        raise InvalidInputError("no such time", code="no_time") from error


def _entry(session: Session, request_id: int) -> WaitlistEntry | None:
    of = select(WaitlistEntry).where(WaitlistEntry.request_id == request_id)
    return session.scalars(of.with_for_update()).one_or_none()


def _wish_for(session: Session, request_id: int, now: datetime) -> VisitWish:
    request = session.get(VisitRequest, request_id)
    if request is None:
        raise InvalidInputError(f"no request {request_id}", code="no_request")
    of = select(WaitlistEntry).where(WaitlistEntry.request_id == request_id)
    entry = session.scalars(of).one_or_none()
    if entry is not None and entry.state is WaitState.WAITING:
        return wish_of_entry(entry, request, now)
    return VisitWish(
        store_id=request.store_id,
        market_id=request.market_id,
        topics=tuple(request.topics),
        type_code=request.type_code,
        place=request.place,
        flexibility=request.flexibility,
        day=max(request.wish_from or day_of(now), day_of(now)),
        request_id=request.id,
        by_staff=True,
    )
