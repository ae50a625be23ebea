"""Standing slots."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.services.visits import Offer, availability, book
from bot.services.visits.series import Standing, begin_series, end_series, extend_all
from models.session import Database
from models.states import SeriesState, VisitState
from models.supporter import Absence, DayKind
from models.visit import OPEN, Visit, VisitSeries
from tests.visits.rows import NOW, TUESDAY, Town, town
from tests.visits.steps import booked, state

WEEK = timedelta(weeks=1)


@pytest.fixture
def place(database: Database) -> Town:
    return town(database)


def begin(place: Town, total: int = 8, **values: int) -> int:
    with place.database.transaction() as session:
        tx = place.office(session, "begin")
        return begin_series(tx, place.stalls[0].wish(), Standing(TUESDAY, 900, total, **values))


def visits(place: Town, series_id: int) -> list[tuple[date, int, int]]:
    with place.database.reading() as session:
        rows = session.scalars(
            select(Visit)
            .where(Visit.series_id == series_id, Visit.state.in_(OPEN))
            .order_by(Visit.day)
        ).all()
        return [(row.day, row.starts_at.hour + 9, row.supporter_id) for row in rows]


def test_the_same_supporter_at_the_same_hour_every_week(place: Town) -> None:
    series_id = begin(place)
    assert visits(place, series_id) == [(TUESDAY + n * WEEK, 15, 1) for n in range(3)]
    assert extend_all(place.database, NOW) == 0
    assert extend_all(place.database, NOW + WEEK) == 1
    assert extend_all(place.database, NOW + 2 * WEEK) == 1
    assert [day for day, _, _ in visits(place, series_id)][-1] == TUESDAY + 4 * WEEK


def test_a_series_ends_when_all_its_visits_are_over(place: Town) -> None:
    series_id = begin(place, total=2)
    assert [day for day, _, _ in visits(place, series_id)] == [TUESDAY, TUESDAY + WEEK]
    assert extend_all(place.database, NOW + WEEK) == 0
    with place.database.transaction() as session:
        for row in session.scalars(select(Visit)):
            row.state = VisitState.COMPLETED
    extend_all(place.database, NOW + 3 * WEEK)
    with place.database.reading() as session:
        assert session.get_one(VisitSeries, series_id).state is SeriesState.ENDED


def test_every_other_week(place: Town) -> None:
    series_id = begin(place, every_weeks=2)
    assert [day for day, _, _ in visits(place, series_id)] == [TUESDAY, TUESDAY + 2 * WEEK]


def test_a_holiday_is_left_out_and_made_up_for(place: Town) -> None:
    with place.database.transaction() as session:
        day = TUESDAY + WEEK
        availability.enter_day(session, day, DayKind.CLOSED, "임시공휴일", "관보", NOW)
    series_id = begin(place, total=3)
    assert [day for day, _, _ in visits(place, series_id)] == [TUESDAY, TUESDAY + 2 * WEEK]
    assert extend_all(place.database, NOW + WEEK) == 1
    assert len(visits(place, series_id)) == 3


def test_somebody_else_comes_when_the_supporter_is_away(place: Town) -> None:
    with place.database.transaction() as session:
        span = (NOW + timedelta(days=14), NOW + timedelta(days=16))
        availability.add_exception(session, 1, span, Absence.OFF)
    series_id = begin(place, supporter_id=1)
    assert [who for _, _, who in visits(place, series_id)] == [1, 2, 1]


def test_a_taken_hour_is_moved_a_little(place: Town) -> None:
    for number, stall in enumerate(place.stalls[1:], start=1):
        with place.database.transaction() as session:
            offer = Offer.named(number, TUESDAY, 870, 60, stall.wish(supporter_id=number))
            book(place.office(session, f"b{number}"), offer)
    series_id = begin(place, total=1)
    with place.database.reading() as session:
        row = session.scalars(select(Visit).where(Visit.series_id == series_id)).one()
        assert 0 < abs(row.starts_at.hour * 60 + row.starts_at.minute + 540 - 900) <= 60


def test_a_single_visit_beside_the_series(place: Town) -> None:
    begin(place)
    assert booked(place, place.stalls[0], 600)


def test_ending_a_series_cancels_what_is_to_come(place: Town) -> None:
    series_id = begin(place)
    single = booked(place, place.stalls[0], 600)
    with place.database.transaction() as session:
        end_series(place.office(session, "end"), series_id)
        end_series(place.office(session, "end again"), series_id)
    assert visits(place, series_id) == []
    assert state(place, single) is VisitState.CONFIRMED
    assert extend_all(place.database, NOW + WEEK) == 0
