"""What decides about one wish: the place, the store's hours, the merchant's other visits."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.services.visits.board import Office
from bot.services.visits.calendar import DAY_MIN, day_of, minute_from, minute_of
from bot.services.visits.kinds import kind_of
from bot.services.visits.reasons import Reason
from bot.services.visits.slots import Need
from bot.services.visits.team import Spot
from bot.services.visits.travel import Place
from bot.services.visits.wish import VisitWish
from bot.services.visits.worked import Span
from models.market import Market
from models.merchant import Store
from models.visit import OCCUPYING, Visit


def read_need(session: Session, office: Office, wish: VisitWish, now: datetime) -> Need | Reason:
    """Return a wish with everything that decides about it; a reason when it has no place.

    Raises:
        InvalidInputError: there is no such sort of visit.
    """
    kind = kind_of(office.kinds, wish.code)
    store = session.get(Store, wish.store_id) if wish.store_id is not None else None
    market_id = wish.market_id or (store.market_id if store else None)
    spot = read_spot(session, market_id) if market_id is not None else None
    if spot is None:
        return Reason.NO_PLACE
    at_store = store is not None and wish.place == "store"
    opens, closes = _opening(store) if store and at_store else (0, DAY_MIN)
    return Need(
        wish=wish,
        kind=kind,
        spot=spot,
        skills=kind.skills_for(wish.topics),
        today=day_of(now),
        minute=minute_of(now),
        opens=opens,
        closes=closes,
        closed_days=tuple(store.closed_days) if store and at_store else (),
        busy=_busy(session, store.merchant_id, wish, now) if store else {},
    )


def read_spot(session: Session, market_id: int) -> Spot | None:
    """Return where a market is; the middle of its city when nobody knows better."""
    market = session.get(Market, market_id)
    if market is None:
        return None
    latitude, longitude = market.latitude, market.longitude
    if latitude is None or longitude is None:
        latitude, longitude = session.execute(
            select(func.avg(Market.latitude), func.avg(Market.longitude)).where(
                Market.region == market.region, Market.city == market.city
            )
        ).one()
    if latitude is None or longitude is None:
        return None
    return Spot(
        Place(float(latitude), float(longitude), market.id),
        market.region,
        market.city,
        market.kind,
        tuple(market.market_days),
        market.name,
    )


def _opening(store: Store) -> Span:
    try:
        opens = minute_from(store.opens or "00:00")
        closes = minute_from(store.closes or "24:00")
    except ValueError:
        return 0, DAY_MIN
    return opens, closes if closes > opens else closes + DAY_MIN


def _busy(
    session: Session, merchant_id: int, wish: VisitWish, now: datetime
) -> dict[date, tuple[Span, ...]]:
    rows = session.execute(
        select(Visit.id, Visit.day, Visit.starts_at, Visit.ends_at, Visit.hold_expires_at).where(
            Visit.merchant_id == merchant_id, Visit.state.in_(OCCUPYING)
        )
    )
    found: dict[date, list[Span]] = {}
    for row in rows:
        lapsed = row.hold_expires_at is not None and row.hold_expires_at <= now
        if row.id != wish.moving and not lapsed:
            span = (minute_of(row.starts_at), minute_of(row.ends_at))
            found.setdefault(row.day, []).append(span)
    return {day: tuple(spans) for day, spans in found.items()}
