"""Measuring the ways that supporters really have to make, ahead of time.

Nothing is asked outside while somebody waits for an answer or a booking is under way: a job
fills the table of ways, and what is not in it is estimated.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients.osrm import MOST_PLACES, Roads
from bot.services.visits.board import TRAVEL, read_office, touch
from bot.services.visits.needs import read_spot
from bot.services.visits.travel import Place, cell_of, reach_of
from models.fieldwork import TravelCache
from models.merchant import Store
from models.session import Database
from models.states import StoreState

GOOD_FOR = timedelta(days=90)
"""After this long a way is measured again."""
SIDE = MOST_PLACES // 2
BAND, SOURCE = "any", "osrm"

Pair = tuple[Place, Place]


def measure_ways(database: Database, roads: Roads, now: datetime) -> int:
    """Measure some of the ways that are not known; return how many."""
    with database.reading() as session:
        wanted = _wanted(session, now)
    if not wanted:
        return 0
    origins = list(dict.fromkeys(origin for origin, _ in wanted))[:SIDE]
    to = list(dict.fromkeys(to for origin, to in wanted if origin in set(origins)))[:SIDE]
    table = roads.table(_points(origins), _points(to))
    if table is None:
        return 0
    rows = [
        TravelCache(
            from_cell=cell_of(origin),
            to_cell=cell_of(there),
            band=BAND,
            seconds=way.seconds,
            metres=way.metres,
            source=SOURCE,
            fetched_at=now,
        )
        for origin, line in zip(origins, table, strict=True)
        for there, way in zip(to, line, strict=True)
        if way is not None and cell_of(origin) != cell_of(there)
    ]
    with database.transaction() as session:
        for row in rows:
            session.merge(row)
        if rows:
            touch(session, TRAVEL)
    return len(rows)


def _wanted(session: Session, now: datetime) -> list[Pair]:
    """Return the ways between places of one supporter's area that are not known yet."""
    fresh = select(TravelCache.from_cell, TravelCache.to_cell).where(
        TravelCache.fetched_at > now - GOOD_FOR
    )
    known = {(row.from_cell, row.to_cell) for row in session.execute(fresh)}
    markets = session.scalars(
        select(Store.market_id)
        .where(Store.market_id.is_not(None), Store.state == StoreState.OPEN)
        .distinct()
    ).all()
    spots = [spot for spot in (read_spot(session, m) for m in markets if m) if spot]
    wanted: dict[tuple[str, str], Pair] = {}
    for supporter in read_office(session, now).team:
        places = [supporter.home, *(s.place for s in spots if supporter.serves(s))]
        for pair in _pairs(places):
            cells = (cell_of(pair[0]), cell_of(pair[1]))
            if cells[0] != cells[1] and cells not in known:
                wanted.setdefault(cells, pair)
    return list(wanted.values())


def _pairs(places: Sequence[Place]) -> Iterable[Pair]:
    return (
        (origin, to)
        for origin in places
        for to in places
        if origin is not to and reach_of(origin) == reach_of(to)
    )


def _points(places: Iterable[Place]) -> list[tuple[float, float]]:
    return [(place.latitude, place.longitude) for place in places]
