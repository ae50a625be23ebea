"""What staff see of visits: a day by market, who has nobody, what went wrong."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from bot.services.visits.fieldwork import MISSING_AFTER
from bot.services.visits.kinds import kind_of, load_kinds
from models.market import Market
from models.merchant import Merchant, Store
from models.states import RequestState, SupporterState, VisitState, WaitState
from models.supporter import Supporter
from models.visit import OPEN, Visit, VisitEvent, VisitRequest, WaitlistEntry

TROUBLE_SINCE = timedelta(days=30)
MOST = 200
_UNSEEN = (VisitState.RELEASED, VisitState.EXPIRED)
_MISSED = (VisitState.MERCHANT_NO_SHOW, VisitState.SUPPORTER_NO_SHOW, VisitState.DISPUTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffVisit:
    """One visit as staff see it; the telephone numbers are to be masked.

    Attributes:
        is_late: it should have begun a quarter of an hour ago, and nobody reported anything.
    """

    id: int
    state: VisitState
    starts_at: datetime
    ends_at: datetime
    promise_from: datetime
    promise_to: datetime
    title: str
    topics: tuple[str, ...]
    shop: str
    market: str
    stall: str
    supporter_id: int
    supporter: str
    owner: str | None
    phone: str | None
    place: str
    pinned: bool
    in_series: bool
    cancel_reason: str | None
    is_late: bool

    @property
    def may_move(self) -> bool:
        """Whether it can get another time or another supporter."""
        return self.state is VisitState.CONFIRMED

    @property
    def may_cancel(self) -> bool:
        """Whether it can be called off."""
        return self.state in (VisitState.HELD, VisitState.CONFIRMED, VisitState.EN_ROUTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """A request to which no visit belongs.

    Attributes:
        wait: the place on the waiting list; None when it is not on it.
    """

    request_id: int
    title: str
    shop: str
    market: str
    since: datetime
    wait: WaitState | None
    priority: int


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a visit."""

    at: datetime
    kind: str
    actor: str
    reason: str | None


def day_board(
    session: Session, day: date, now: datetime, market: str = ""
) -> tuple[StaffVisit, ...]:
    """Return the visits of a day, by market and then by time."""
    return _rows(session, (Visit.day == day, Visit.state.not_in(_UNSEEN)), now, market)


def troubles(session: Session, now: datetime) -> tuple[StaffVisit, ...]:
    """Return what went wrong lately, the newest first: nobody there, objected to, not reported."""
    recent = and_(Visit.state.in_(_MISSED), Visit.starts_at > now - TROUBLE_SINCE)
    waiting = (VisitState.CONFIRMED, VisitState.EN_ROUTE, VisitState.IN_PROGRESS)
    late = and_(Visit.state.in_(waiting), Visit.ends_at < now - MISSING_AFTER)
    begun = and_(Visit.state.in_(waiting[:2]), Visit.promise_to < now - MISSING_AFTER)
    found = _rows(session, (or_(recent, late, begun),), now)
    return tuple(sorted(found, key=lambda visit: visit.starts_at, reverse=True))


def unserved(session: Session) -> tuple[Unserved, ...]:
    """Return requests that wait, or whose visit did not come about; in the order of the list."""
    kinds = load_kinds(session)
    has_visit = exists().where(Visit.request_id == VisitRequest.id, Visit.state.in_(OPEN))
    rows = session.execute(
        select(VisitRequest, WaitlistEntry, Store, Market.name)
        .outerjoin(WaitlistEntry, WaitlistEntry.request_id == VisitRequest.id)
        .outerjoin(Store, Store.id == VisitRequest.store_id)
        .outerjoin(Market, Market.id == Store.market_id)
        .where(
            or_(
                VisitRequest.state == RequestState.WAITING,
                and_(VisitRequest.state == RequestState.OPEN, ~has_visit),
            )
        )
        .order_by(WaitlistEntry.priority.desc().nulls_last(), VisitRequest.id)
        .limit(MOST)
    ).all()
    return tuple(
        Unserved(
            request_id=request.id,
            title=kind_of(kinds, request.type_code).title,
            shop=(store.name if store else None) or "-",
            market=market or (store.market_name if store else ""),
            since=request.updated_at,
            wait=entry.state if entry else None,
            priority=entry.priority if entry else 0,
        )
        for request, entry, store, market in rows
    )


def staff_visit(session: Session, visit_id: int, now: datetime) -> StaffVisit | None:
    """Return one visit."""
    return next(iter(_rows(session, (Visit.id == visit_id,), now)), None)


def history(session: Session, visit_id: int) -> tuple[Happening, ...]:
    """Return what happened to a visit, the first thing first."""
    events = select(VisitEvent).where(VisitEvent.visit_id == visit_id).order_by(VisitEvent.id)
    return tuple(Happening(e.at, e.kind, e.actor, e.reason) for e in session.scalars(events))


def supporter_names(session: Session) -> dict[int, str]:
    """Return what supporters are called."""
    return {row.id: row.name for row in session.scalars(select(Supporter))}


def active_supporters(session: Session) -> tuple[Supporter, ...]:
    """Return everybody who is in the programme."""
    there = select(Supporter).where(Supporter.state != SupporterState.LEFT).order_by(Supporter.id)
    return tuple(session.scalars(there))


def _rows(
    session: Session, where: tuple[ColumnElement[bool], ...], now: datetime, market: str = ""
) -> tuple[StaffVisit, ...]:
    kinds = load_kinds(session)
    rows = session.execute(
        select(Visit, VisitRequest, Merchant, Store, Supporter, Market.name)
        .join(VisitRequest, VisitRequest.id == Visit.request_id)
        .join(Merchant, Merchant.id == Visit.merchant_id)
        .join(Supporter, Supporter.id == Visit.supporter_id)
        .outerjoin(Store, Store.id == Visit.store_id)
        .outerjoin(Market, Market.id == Visit.market_id)
        .where(*where)
        .order_by(Market.name, Visit.starts_at, Visit.id)
        .limit(MOST)
    ).all()
    found = [
        StaffVisit(
            id=visit.id,
            state=visit.state,
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
            promise_from=visit.promise_from,
            promise_to=visit.promise_to,
            title=kind_of(kinds, visit.type_code).title,
            topics=tuple(request.topics),
            shop=(store.name if store else None) or "-",
            market=name or (store.market_name if store else "") or "-",
            stall=(store.stall if store else None) or "",
            supporter_id=supporter.id,
            supporter=supporter.name,
            owner=merchant.owner_name,
            phone=merchant.phone,
            place=request.place,
            pinned=visit.pinned,
            in_series=visit.series_id is not None,
            cancel_reason=visit.cancel_reason,
            is_late=_is_late(visit, now),
        )
        for visit, request, merchant, store, supporter, name in rows
    ]
    return tuple(visit for visit in found if market in visit.market)


def _is_late(visit: Visit, now: datetime) -> bool:
    if visit.state in (VisitState.CONFIRMED, VisitState.EN_ROUTE):
        return visit.promise_to + MISSING_AFTER < now
    return visit.state is VisitState.IN_PROGRESS and visit.ends_at + MISSING_AFTER < now
