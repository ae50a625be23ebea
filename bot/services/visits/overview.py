"""What a merchant has before him: visits and places on the waiting list. Read only."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.services.registration.overview import merchant_of
from bot.services.visits.calendar import day_of
from bot.services.visits.kinds import VisitKind, kind_of, load_kinds
from models.market import Market
from models.states import VisitState, WaitState
from models.supporter import Supporter
from models.visit import OPEN, Visit, VisitRequest, WaitlistEntry

PAST_DAYS = 60
"""How long a visit that is over is still spoken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """One visit as its merchant sees it.

    Attributes:
        title: what the sort of visit is called.
        starts_at, ends_at: aware, UTC; `local` is Korean time.
        promise_from, promise_to: between which starts it was promised; equal for a fixed time.
        market: name of the market.
        supporter_phone: digits, on the day of the visit only; "" before.
        may_change: whether the chat may still change or cancel it.
        is_lapsed: it was kept for an answer that did not come in time.
    """

    id: int
    type_code: str
    title: str
    topics: tuple[str, ...]
    state: VisitState
    revision: int
    day: date
    starts_at: datetime
    ends_at: datetime
    promise_from: datetime
    promise_to: datetime
    place: str
    market: str
    store_id: int | None
    supporter_id: int
    supporter_name: str
    supporter_phone: str
    may_change: bool
    hold_expires_at: datetime | None
    is_lapsed: bool
    in_series: bool

    @property
    def local(self) -> datetime:
        """When it begins, in Korean time."""
        return self.starts_at.astimezone(KST)

    @property
    def is_open(self) -> bool:
        """True while the visit is still to come or under way."""
        return self.state in OPEN and not self.is_lapsed


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitView:
    """A place on the waiting list.

    Attributes:
        offered_visit_id: the visit that is kept for the answer, until `offer_expires_at`.
    """

    id: int
    title: str
    state: WaitState
    earliest: datetime
    latest: datetime
    offered_visit_id: int | None
    offer_expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class VisitOverview:
    """The visits of one merchant.

    Attributes:
        visits: those to come in order, then those that are over, the newest first.
        waiting: places on the waiting list that still stand.
    """

    merchant_id: int | None = None
    visits: tuple[VisitView, ...] = ()
    waiting: tuple[WaitView, ...] = field(default_factory=tuple)

    @property
    def upcoming(self) -> tuple[VisitView, ...]:
        """Visits that are kept, booked or under way, the next one first."""
        return tuple(visit for visit in self.visits if visit.is_open)

    @property
    def held(self) -> VisitView | None:
        """The time that is kept for an answer."""
        return next((v for v in self.upcoming if v.state is VisitState.HELD), None)

    @property
    def next(self) -> VisitView | None:
        """The next visit that is booked."""
        return next((v for v in self.upcoming if v.state is not VisitState.HELD), None)

    def visit(self, visit_id: int) -> VisitView | None:
        """Return one visit."""
        return next((visit for visit in self.visits if visit.id == visit_id), None)


def visit_overview(session: Session, conversation_id: int, now: datetime) -> VisitOverview:
    """Return the visits of the person of a conversation.

    Args:
        session: a reading session.
        conversation_id: whose.
        now: the present moment; decides what may still be changed.
    """
    merchant = merchant_of(session, conversation_id)
    if merchant is None:
        return VisitOverview()
    kinds = load_kinds(session)
    return VisitOverview(
        merchant.id,
        _visits(session, merchant.id, kinds, now),
        _waiting(session, merchant.id, kinds),
    )


def _visits(
    session: Session, merchant_id: int, kinds: dict[str, VisitKind], now: datetime
) -> tuple[VisitView, ...]:
    since = now - timedelta(days=PAST_DAYS)
    rows = session.execute(
        select(Visit, VisitRequest, Supporter, Market.name)
        .join(VisitRequest, VisitRequest.id == Visit.request_id)
        .join(Supporter, Supporter.id == Visit.supporter_id)
        .outerjoin(Market, Market.id == Visit.market_id)
        .where(Visit.merchant_id == merchant_id, Visit.ends_at > since)
        .order_by(Visit.starts_at)
    ).all()
    views = [
        _view(row[0], row[1], row[2], (row[3] or "", kind_of(kinds, row[0].type_code)), now)
        for row in rows
    ]
    over = sorted((v for v in views if not v.is_open), key=lambda v: v.starts_at, reverse=True)
    return (*(view for view in views if view.is_open), *over)


def _view(
    visit: Visit,
    request: VisitRequest,
    supporter: Supporter,
    named: tuple[str, VisitKind],
    now: datetime,
) -> VisitView:
    market, kind = named
    expires = visit.hold_expires_at
    is_today = visit.day == day_of(now) and visit.state in OPEN
    return VisitView(
        id=visit.id,
        type_code=visit.type_code,
        title=kind.title,
        topics=tuple(request.topics),
        state=visit.state,
        revision=visit.revision,
        day=visit.day,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        promise_from=visit.promise_from,
        promise_to=visit.promise_to,
        place=request.place,
        market=market,
        store_id=visit.store_id,
        supporter_id=supporter.id,
        supporter_name=supporter.name,
        supporter_phone=supporter.phone if is_today else "",
        may_change=visit.state is VisitState.CONFIRMED and now <= kind.last_change(visit.starts_at),
        hold_expires_at=expires,
        is_lapsed=visit.state is VisitState.HELD and expires is not None and expires <= now,
        in_series=visit.series_id is not None,
    )


def _waiting(
    session: Session, merchant_id: int, kinds: dict[str, VisitKind]
) -> tuple[WaitView, ...]:
    rows = session.execute(
        select(WaitlistEntry, VisitRequest.type_code)
        .join(VisitRequest, VisitRequest.id == WaitlistEntry.request_id)
        .where(
            VisitRequest.merchant_id == merchant_id,
            WaitlistEntry.state.in_((WaitState.WAITING, WaitState.OFFERED)),
        )
        .order_by(WaitlistEntry.id)
    ).all()
    return tuple(
        WaitView(
            id=entry.id,
            title=kind_of(kinds, code).title,
            state=entry.state,
            earliest=entry.earliest,
            latest=entry.latest,
            offered_visit_id=entry.offered_visit_id,
            offer_expires_at=entry.offer_expires_at,
        )
        for entry, code in rows
    )
