"""A day that can be planned better: two supporters cross the city, and could stay in a part each."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from bot.services.visits.board import SUPPORTERS, touch
from bot.services.visits.calendar import minute_of, moment_of
from bot.services.visits.optimise.groups import Group
from bot.services.visits.optimise.planning import Outcome, all_groups, plan_day
from bot.services.visits.optimise.search import Limits
from models.fieldwork import RoutePlan
from models.session import Database
from models.supporter import Absence, AvailabilityException
from models.visit import Visit, VisitSeries
from tests.visits.rows import NOW, TUESDAY, Town, add_stall, town
from tests.visits.steps import booked

SHORT = Limits(iterations=200)
WEST, EAST = "망원시장", "자양전통시장"


def crossed(place: Town) -> list[int]:
    """Book each supporter once in the west and once in the east."""
    first, second = place.supporters
    west, east, west2, east2 = place.stalls
    return [
        booked(place, west, 600, supporter_id=first),
        booked(place, east, 600, supporter_id=second),
        booked(place, west2, 840, supporter_id=second),
        booked(place, east2, 840, supporter_id=first),
    ]


def group_of(place: Town) -> Group:
    with place.database.reading() as session:
        (only,) = all_groups(session, NOW)
    return only


def planned(place: Town, day: date = TUESDAY, now: datetime = NOW) -> Outcome:
    return plan_day(place.database, group_of(place), day, now, SHORT)


def supporters_of(place: Town, visits: list[int]) -> list[int]:
    with place.database.reading() as session:
        return [session.get_one(Visit, visit).supporter_id for visit in visits]


def starts_of(place: Town, visits: list[int]) -> list[int]:
    with place.database.reading() as session:
        return [minute_of(session.get_one(Visit, visit).starts_at) for visit in visits]


def plans(place: Town) -> list[RoutePlan]:
    with place.database.reading() as session:
        return list(session.scalars(select(RoutePlan).order_by(RoutePlan.id)))


def away(place: Town, supporter: int, day: date = TUESDAY) -> None:
    """Let a supporter take a day off after visits were booked."""
    with place.database.transaction() as session:
        session.add(
            AvailabilityException(
                supporter_id=supporter,
                starts_at=moment_of(day, 0),
                ends_at=moment_of(day, 1440),
                kind=Absence.OFF,
            )
        )
        touch(session, SUPPORTERS)


def standing_slots(place: Town, visits: list[int]) -> None:
    """Make each visit the one of a standing slot."""
    with place.database.transaction() as session:
        for visit in visits:
            row = session.get_one(Visit, visit)
            series = VisitSeries(
                merchant_id=row.merchant_id,
                store_id=row.store_id,
                supporter_id=row.supporter_id,
                type_code=row.type_code,
                weekday=TUESDAY.weekday(),
                start_min=minute_of(row.starts_at),
                first_day=TUESDAY,
                total=4,
                created_at=NOW,
                updated_at=NOW,
            )
            session.add(series)
            session.flush()
            row.series_id = series.id


def town_with(database: Database, markets: Iterable[str]) -> Town:
    """Two supporters who live in the middle, and a stall in each of these markets."""
    made = town(database, supporters=2, stalls=0)
    with database.transaction() as session:
        made.stalls = [
            add_stall(session, made.markets[name], number)
            for number, name in enumerate(markets, start=1)
        ]
    return made
