"""Standing slots: the same supporter at the same hour, week after week.

A series is booked as far ahead as times are offered, and further each day. A week that cannot
be (a holiday, a market day, the supporter away and nobody else free near the hour) is left
out, and the series ends a week later instead.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from bot.errors import ConflictError
from bot.services.transaction import Transaction
from bot.services.visits.booking import book
from bot.services.visits.calendar import day_of
from bot.services.visits.kinds import kind_of, load_kinds
from bot.services.visits.letting_go import cancel
from bot.services.visits.offering import offers
from bot.services.visits.ownership import by_system, merchant_for, step_key
from bot.services.visits.wish import Offer, VisitWish
from models.session import Database
from models.states import SeriesState, VisitState, move, record
from models.visit import OPEN, STANDING, Visit, VisitSeries

NEAR_MIN = 60
"""How far from the usual hour a single visit of a series may lie."""
MOST_WEEKS = 26


@dataclass(frozen=True, slots=True)
class Standing:
    """What a standing slot is.

    Attributes:
        first_day: of the first visit, in Korea; the weekday follows from it.
        start: minutes from midnight in Korea.
        total: how many visits.
        supporter_id: whose slot; None for whoever makes the first visit.
    """

    first_day: date
    start: int
    total: int
    every_weeks: int = 1
    supporter_id: int | None = None


def begin_series(tx: Transaction, wish: VisitWish, standing: Standing) -> int:
    """Give a merchant a standing slot and book what can be booked now; return its id.

    Raises:
        VisitRuleError: no store, or somebody else's (codes `no_store`, `not_yours`).
    """
    merchant_id = merchant_for(tx, wish)
    series = VisitSeries(
        merchant_id=merchant_id,
        store_id=wish.store_id,
        supporter_id=standing.supporter_id,
        type_code=wish.code,
        weekday=standing.first_day.weekday(),
        start_min=standing.start,
        first_day=standing.first_day,
        every_weeks=standing.every_weeks,
        total=standing.total,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(series)
    record(tx.session, series, None, tx.cause(step_key(tx, "series")))
    extend(tx, series)
    return series.id


def end_series(tx: Transaction, series_id: int, reason: str = "asked") -> None:
    """End a standing slot and cancel what is still to come of it."""
    series = tx.session.get_one(VisitSeries, series_id, with_for_update=True)
    if series.state is not SeriesState.ENDED:
        move(tx.session, series, SeriesState.ENDED, tx.cause(f"series_ended:{series_id}"))
        series.updated_at = tx.now
    to_come = select(Visit.id).where(
        Visit.series_id == series_id, Visit.state.in_(OPEN), Visit.starts_at > tx.now
    )
    for visit_id in tx.session.scalars(to_come.order_by(Visit.starts_at)).all():
        cancel(replace(tx, key=f"{tx.key}:{visit_id}"), visit_id, reason)


def extend(tx: Transaction, series: VisitSeries) -> int:
    """Book the next visits of a series as far as times are offered; return how many."""
    horizon = kind_of(load_kinds(tx.session), series.type_code).horizon_days
    last = day_of(tx.now) + timedelta(days=horizon)
    step = timedelta(weeks=series.every_weeks)
    day = series.booked_until + step if series.booked_until else series.first_day
    latest = series.first_day + timedelta(weeks=MOST_WEEKS * series.every_weeks)
    booked = 0
    while day <= min(last, latest) and _count(tx, series) < series.total:
        booked += _book(tx, series, day)
        series.booked_until, series.updated_at = day, tx.now
        day += step
    return booked


def extend_all(database: Database, now: datetime) -> int:
    """Book the next visits of every series; return how many."""
    with database.reading() as session:
        found = session.scalars(
            select(VisitSeries.id).where(VisitSeries.state == SeriesState.ACTIVE)
        ).all()
    return sum(_extended(database, series_id, now) for series_id in found)


def _extended(database: Database, series_id: int, now: datetime) -> int:
    with database.transaction() as session:
        tx = by_system(session, now, f"series:{series_id}")
        series = session.get_one(VisitSeries, series_id, with_for_update=True)
        if series.state is not SeriesState.ACTIVE:
            return 0
        booked = extend(tx, series)
        open_visits = select(Visit.id).where(Visit.series_id == series_id, Visit.state.in_(OPEN))
        done = _count(tx, series) >= series.total
        if done and session.execute(open_visits).first() is None:
            move(session, series, SeriesState.ENDED, tx.cause("series_done"))
            series.updated_at = now
        return booked


def _book(tx: Transaction, series: VisitSeries, day: date) -> int:
    """Book one week; 0 when it has to be left out."""
    if day <= day_of(tx.now):
        return 0
    wish = VisitWish(
        store_id=series.store_id,
        type_code=series.type_code,
        day=day,
        start=series.start_min,
        only_day=True,
        by_staff=True,
        series_id=series.id,
    )
    for offer in _near(tx, series, wish):
        inner = replace(tx, key=f"{tx.key}:{series.id}:{day.isoformat()}")
        try:
            book(inner, offer)
        except ConflictError:
            continue
        if series.supporter_id is None:
            series.supporter_id = offer.supporter_id
        return 1
    return 0


def _near(tx: Transaction, series: VisitSeries, wish: VisitWish) -> list[Offer]:
    """Return times near the usual hour, the usual supporter's first."""
    found: list[Offer] = []
    if series.supporter_id is not None:
        usual = replace(wish, supporter_id=series.supporter_id)
        found += offers(tx.session, usual, tx.now)
    found += offers(tx.session, wish, tx.now)
    return [offer for offer in found if abs(offer.start - series.start_min) <= NEAR_MIN]


def _count(tx: Transaction, series: VisitSeries) -> int:
    """Return how many visits of the series took place or are still to come."""
    counted = (*STANDING, VisitState.MERCHANT_NO_SHOW)
    statement = select(func.count()).select_from(Visit)
    mine = statement.where(Visit.series_id == series.id, Visit.state.in_(counted))
    return tx.session.scalar(mine) or 0
