"""What a supporter sees of the own visits: one day in walking order, or several days."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.services.access_log import Access, write
from bot.services.field_door import Visitor
from bot.services.visits.calendar import day_of
from bot.services.visits.fieldwork import ARRIVE_BEFORE, MISSING_AFTER
from bot.services.visits.kinds import VisitKind, kind_of, load_kinds
from models.events import AccessLog
from models.fieldwork import VisitOutcome, VisitReport
from models.market import Market
from models.merchant import Merchant, Store
from models.states import VisitState
from models.visit import Visit, VisitRequest

TO_DO = (VisitState.CONFIRMED, VisitState.EN_ROUTE, VisitState.IN_PROGRESS)
"""States in which the supporter still has something to do."""
UNSEEN = (VisitState.HELD, VisitState.RELEASED, VisitState.EXPIRED)
"""States in which nobody has said yes."""
LOOKS_NOTED = timedelta(hours=1)
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVisit:
    """One visit as its supporter sees it.

    Attributes:
        title, topics: what it is for.
        place: `store`, `office` or `elsewhere`; `place_note` says where, in their words.
        stall, way: building and number, and how to find it, in the merchant's words.
        phone: the merchant's, on the day of the visit and until it is over; "" otherwise.
        travel_min: estimated way to it.
        outcome: how far it got, once it is reported.
        cancel_reason: a code; "" while nobody cancelled it.
    """

    id: int
    state: VisitState
    revision: int
    day: date
    starts_at: datetime
    ends_at: datetime
    promise_from: datetime
    promise_to: datetime
    title: str
    topics: tuple[str, ...]
    shop: str
    market: str
    place: str
    place_note: str
    stall: str
    way: str
    phone: str
    latitude: float
    longitude: float
    travel_min: int
    outcome: VisitOutcome | None
    cancel_reason: str

    @property
    def local(self) -> datetime:
        """When it begins, in Korean time."""
        return self.starts_at.astimezone(KST)

    @property
    def is_to_do(self) -> bool:
        """Whether the supporter still has something to do."""
        return self.state in TO_DO

    @property
    def arrive_from(self) -> datetime:
        """From when on arriving is taken."""
        return self.starts_at - ARRIVE_BEFORE

    @property
    def missing_from(self) -> datetime:
        """From when on somebody may be called missing."""
        return self.promise_to + MISSING_AFTER


def days_of(
    session: Session, supporter_id: int, first: date, now: datetime, *, days: int = 1
) -> tuple[FieldVisit, ...]:
    """Return the visits of some days, in the order in which they are walked.

    Visits that begin at the same time in one market go by the stall.
    """
    kinds = load_kinds(session)
    rows = session.execute(
        select(Visit, VisitRequest, Merchant, Store, Market.name, VisitReport.outcome)
        .join(VisitRequest, VisitRequest.id == Visit.request_id)
        .join(Merchant, Merchant.id == Visit.merchant_id)
        .outerjoin(Store, Store.id == Visit.store_id)
        .outerjoin(Market, Market.id == Visit.market_id)
        .outerjoin(VisitReport, VisitReport.visit_id == Visit.id)
        .where(
            Visit.supporter_id == supporter_id,
            Visit.day >= first,
            Visit.day < first + timedelta(days=days),
            Visit.state.not_in(UNSEEN),
        )
    ).all()
    found = [
        _seen((visit, request, merchant, store), market or "", outcome, kinds, now)
        for visit, request, merchant, store, market, outcome in rows
    ]
    return in_walking_order(found)


def in_walking_order(visits: Iterable[FieldVisit]) -> tuple[FieldVisit, ...]:
    """Return visits by their start, then by market, then by stall: 9호 before 12호."""
    return tuple(sorted(visits, key=lambda v: (v.starts_at, v.market, stall_key(v.stall), v.id)))


def stall_key(stall: str) -> tuple[tuple[int, str], ...]:
    """Return by what stalls are put in order.

    >>> sorted(["가동 12호", "가동 9호", "3호"], key=stall_key)
    ['3호', '가동 9호', '가동 12호']
    """
    return tuple(
        (int(piece), "") if piece.isdecimal() else (0, piece.strip())
        for piece in _DIGITS.split(stall)
    )


def _seen(
    rows: tuple[Visit, VisitRequest, Merchant, Store | None],
    market: str,
    outcome: VisitOutcome | None,
    kinds: dict[str, VisitKind],
    now: datetime,
) -> FieldVisit:
    visit, request, merchant, store = rows
    is_now = visit.day == day_of(now) and visit.state in TO_DO
    return FieldVisit(
        id=visit.id,
        state=visit.state,
        revision=visit.revision,
        day=visit.day,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        promise_from=visit.promise_from,
        promise_to=visit.promise_to,
        title=kind_of(kinds, visit.type_code).title,
        topics=tuple(request.topics),
        shop=(store.name if store else None) or "",
        market=market or (store.market_name if store else ""),
        place=request.place,
        place_note=request.place_note or "",
        stall=(store.stall if store else None) or "",
        way=(store.location_note if store else None) or "",
        phone=(merchant.phone or "") if is_now else "",
        latitude=visit.latitude,
        longitude=visit.longitude,
        travel_min=round((visit.travel_before_s or 0) / 60),
        outcome=outcome,
        cancel_reason=visit.cancel_reason or "",
    )


def note_look(
    session: Session, who: Visitor, shown: int, now: datetime, address: str | None
) -> None:
    """Put on record that a supporter saw telephone numbers; once an hour, not with every look."""
    subject = f"supporter_day:{who.id}:{day_of(now).isoformat()}"
    recent = select(AccessLog.id).where(
        AccessLog.subject == subject, AccessLog.at > now - LOOKS_NOTED
    )
    if session.execute(recent).first() is None:
        write(session, Access(who.actor, "view", subject, "visits", shown, address), now)
