"""Ways are measured ahead of time, and offers go by them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.clients.osrm import Point, Way
from bot.services.visits import Diary, offers
from bot.services.visits.board import read_office
from bot.services.visits.roads import GOOD_FOR, measure_ways
from models.fieldwork import TravelCache
from models.session import Database
from tests.visits.rows import NOW, OFFICE, Town, add_market, add_stall, town


@dataclass
class FakeRoads:
    """Roads on which everything takes as long as the test says."""

    seconds: int | None = 600
    silent: bool = False
    asked: list[tuple[int, int]] = field(default_factory=list)

    def table(self, origins: Sequence[Point], to: Sequence[Point]) -> list[list[Way | None]] | None:
        self.asked.append((len(origins), len(to)))
        if self.silent:
            return None
        way = None if self.seconds is None else Way(self.seconds, 5000)
        return [[way for _ in to] for _ in origins]


@pytest.fixture
def place(database: Database) -> Town:
    return town(database, supporters=2, stalls=2)


def known(place: Town) -> int:
    with place.database.reading() as session:
        return len(session.scalars(select(TravelCache)).all())


def extra(place: Town, diary: Diary, now: datetime = NOW) -> int:
    with place.database.reading() as session:
        return offers(session, place.stalls[0].wish(), now, diary)[0].extra


def test_ways_are_measured_once(place: Town) -> None:
    roads, diary = FakeRoads(), Diary()
    estimated = extra(place, diary)
    assert measure_ways(place.database, roads, NOW) == 6
    assert roads.asked == [(3, 3)]
    assert known(place) == 6
    assert extra(place, diary) == 2 * (10 + 5) != estimated
    assert measure_ways(place.database, roads, NOW) == 0
    assert len(roads.asked) == 1


def test_old_ways_are_measured_again(place: Town) -> None:
    measure_ways(place.database, FakeRoads(), NOW)
    later = NOW + GOOD_FOR + timedelta(days=1)
    assert measure_ways(place.database, FakeRoads(900), later) == 6
    with place.database.reading() as session:
        assert {row.seconds for row in session.scalars(select(TravelCache))} == {900}


def test_silence_changes_nothing(place: Town) -> None:
    assert measure_ways(place.database, FakeRoads(silent=True), NOW) == 0
    assert measure_ways(place.database, FakeRoads(seconds=None), NOW) == 0
    assert known(place) == 0


def test_only_places_of_ones_own_area_and_by_road(place: Town) -> None:
    with place.database.transaction() as session:
        island = add_market(
            session, "동문시장", latitude=33.5116, longitude=126.5260, source_key="jeju"
        )
        add_stall(session, island, 9)
    measure_ways(place.database, FakeRoads(), NOW)
    with place.database.reading() as session:
        cells = {row.to_cell for row in session.scalars(select(TravelCache))}
        office = read_office(session, NOW)
    assert not any(cell.startswith("33.") for cell in cells)
    home = office.team[0].home
    assert (home.latitude, home.longitude) == OFFICE
