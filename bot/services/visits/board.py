"""What the tables say about supporters, and about single wishes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.services.visits.calendar import DAY_MIN, Calendar, day_of, minute_from, minute_of
from bot.services.visits.kinds import VisitKind, kind_of, load_kinds
from bot.services.visits.reasons import Reason
from bot.services.visits.slots import Need
from bot.services.visits.team import Area, Hours, Spot, Supporter
from bot.services.visits.travel import Place, Travel
from bot.services.visits.wish import VisitWish
from bot.services.visits.worked import Span
from models.fieldwork import TravelCache
from models.market import DataVersion, Market
from models.merchant import Store
from models.states import SupporterState
from models.supporter import (
    Absence,
    AvailabilityException,
    AvailabilityRule,
    HolidayOverride,
    SupporterArea,
    SupporterSkill,
)
from models.supporter import Supporter as SupporterRow
from models.visit import OCCUPYING, Visit

SUPPORTERS, CALENDAR, TRAVEL, KINDS = "supporters", "holidays", "travel", "visit_types"
"""Names of the version stamps; who changes such rows moves the stamp with `touch`."""
STAMPS = (SUPPORTERS, CALENDAR, TRAVEL, KINDS)
_YESTERDAY = timedelta(days=1)

Exceptions = dict[date, tuple[tuple[Absence, int, int], ...]]


@dataclass(frozen=True, slots=True)
class Office:
    """What changes seldom.

    Attributes:
        stamps: the versions it was read at.
        team: active supporters.
    """

    stamps: Mapping[str, int]
    team: tuple[Supporter, ...]
    calendar: Calendar
    kinds: Mapping[str, VisitKind]
    travel: Travel

    def supporter(self, supporter_id: int) -> Supporter | None:
        """Return one supporter, None when not active."""
        return next((each for each in self.team if each.id == supporter_id), None)


def touch(session: Session, stamp: str) -> None:
    """Tell every process that such rows changed."""
    row = session.get(DataVersion, stamp, with_for_update=True, populate_existing=True)
    if row is None:
        session.add(DataVersion(name=stamp, value=1))
    else:
        row.value += 1
    session.flush()


def read_stamps(session: Session) -> dict[str, int]:
    """Return the present versions."""
    rows = session.execute(
        select(DataVersion.name, DataVersion.value).where(DataVersion.name.in_(STAMPS))
    )
    return {row.name: row.value for row in rows}


def read_office(
    session: Session,
    now: datetime,
    only: Collection[int] | None = None,
    travel: Travel | None = None,
) -> Office:
    """Read what changes seldom.

    Args:
        session: a session.
        now: exceptions that are over are left out.
        only: these supporters; None for all.
        travel: what was read of the ways before, while its stamp has not moved.
    """
    stamps = read_stamps(session)
    return Office(
        stamps,
        _team(session, now, only),
        read_calendar(session),
        load_kinds(session),
        travel or read_travel(session, stamps),
    )


def read_calendar(session: Session) -> Calendar:
    """Read what the office entered against the holidays."""
    rows = session.execute(select(HolidayOverride.day, HolidayOverride.kind, HolidayOverride.name))
    return Calendar({row.day: (row.kind, row.name) for row in rows})


def read_travel(session: Session, stamps: Mapping[str, int]) -> Travel:
    """Read the measured ways; without any the estimate has to do."""
    if TRAVEL not in stamps:
        return Travel()
    rows = session.execute(select(TravelCache.from_cell, TravelCache.to_cell, TravelCache.seconds))
    return Travel({(row.from_cell, row.to_cell): row.seconds for row in rows})


def _team(session: Session, now: datetime, only: Collection[int] | None) -> tuple[Supporter, ...]:
    def of(table: Any, statement: Any) -> Any:
        column = table.id if table is SupporterRow else table.supporter_id
        return statement if only is None else statement.where(column.in_(only))

    rows = session.execute(
        of(
            SupporterRow,
            select(
                SupporterRow.id,
                SupporterRow.name,
                SupporterRow.home,
                SupporterRow.max_visits,
                SupporterRow.max_travel_min,
                SupporterRow.lunch_start,
                SupporterRow.lunch_end,
                SupporterRow.weight,
            ).where(SupporterRow.state == SupporterState.ACTIVE),
        ).order_by(SupporterRow.id)
    ).all()
    skills = _grouped(
        session.execute(
            of(SupporterSkill, select(SupporterSkill.supporter_id, SupporterSkill.skill))
        )
    )
    areas = _grouped(session.scalars(of(SupporterArea, select(SupporterArea))))
    hours = _grouped(session.scalars(of(AvailabilityRule, select(AvailabilityRule))))
    absent = _grouped(
        session.scalars(
            of(
                AvailabilityException,
                select(AvailabilityException).where(
                    AvailabilityException.ends_at > now - _YESTERDAY
                ),
            )
        )
    )
    return tuple(
        Supporter(
            id=row.id,
            name=row.name,
            home=_home(row.home),
            skills=frozenset(each.skill for each in skills.get(row.id, ())),
            areas=tuple(Area(a.region, a.city, a.market_id) for a in areas.get(row.id, ())),
            hours=tuple(_hours(each) for each in hours.get(row.id, ())),
            max_visits=row.max_visits,
            max_travel=row.max_travel_min,
            lunch=_lunch(row.lunch_start, row.lunch_end),
            exceptions=_exceptions(absent.get(row.id, ())),
            weight=row.weight,
        )
        for row in rows
    )


def _grouped(rows: Any) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.supporter_id, []).append(row)
    return groups


def _home(value: Any) -> Place:
    latitude, longitude = value
    return Place(float(latitude), float(longitude))


def _hours(row: AvailabilityRule) -> Hours:
    return Hours(row.weekday, row.start_min, row.end_min, row.valid_from, row.valid_to)


def _lunch(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else (start, end)


def _exceptions(rows: Collection[AvailabilityException]) -> Exceptions:
    """Cut exceptions at midnight in Korea."""
    found: dict[date, list[tuple[Absence, int, int]]] = {}
    for row in rows:
        day, last = day_of(row.starts_at), day_of(row.ends_at)
        while day <= last:
            start = minute_of(row.starts_at) if day == day_of(row.starts_at) else 0
            end = minute_of(row.ends_at) if day == last else DAY_MIN
            if start < end:
                found.setdefault(day, []).append((row.kind, start, end))
            day += timedelta(days=1)
    return {day: tuple(spans) for day, spans in found.items()}


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
