"""When supporters work changes, and what becomes of visits that stand."""

from datetime import timedelta

import pytest

from bot.errors import InvalidInputError
from bot.services.visits import Reason, availability, cancel, change
from bot.services.visits.days import DayKey
from models.errors import IllegalMoveError
from models.session import Database
from models.states import SupporterState
from models.supporter import Absence, DayKind
from tests.visits.rows import NOW, TUESDAY, Town, town
from tests.visits.steps import at, booked, found, versions

DAY = (NOW + timedelta(days=7, hours=14), NOW + timedelta(days=8, hours=14))
"""The whole Tuesday in Korea."""


@pytest.fixture
def place(database: Database) -> Town:
    return town(database, supporters=1)


def conflicts(place: Town) -> list[tuple[int, Reason]]:
    with place.database.reading() as session:
        return [(each.visit_id, each.reason) for each in availability.conflicts(session, NOW)]


def test_a_day_that_is_closed_later_leaves_its_visits_to_a_person(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall)
    assert conflicts(place) == []
    with place.database.transaction() as session:
        availability.enter_day(session, TUESDAY, DayKind.CLOSED, "임시공휴일", "관보", NOW)
    assert conflicts(place) == [(visit_id, Reason.HOLIDAY)]
    offer = at(place, stall, 900, TUESDAY + timedelta(days=1), moving=visit_id)
    with place.database.transaction() as session:
        change(place.office(session, "move"), visit_id, offer)
    assert conflicts(place) == []
    assert versions(place)[DayKey(1, TUESDAY)][1] == 0
    with place.database.transaction() as session:
        availability.drop_day(session, TUESDAY)
    assert len(found(place, stall, day=TUESDAY, only_day=True, topics=("pay",))) > 0


def test_time_off_over_a_visit(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    with place.database.transaction() as session:
        exception = availability.add_exception(session, 1, DAY, Absence.OFF, "병가")
    assert conflicts(place) == [(visit_id, Reason.DAY_OFF)]
    with place.database.transaction() as session:
        availability.drop_exception(session, exception)
    assert conflicts(place) == []
    half = (DAY[0] + timedelta(hours=15), DAY[1])
    with place.database.transaction() as session:
        availability.add_exception(session, 1, half, Absence.OFF, "치과")
    assert conflicts(place) == [(visit_id, Reason.TRAVEL)]
    with place.database.transaction() as session:
        cancel(place.office(session, "cancel"), visit_id, "supporter_away")
    assert conflicts(place) == []


def test_who_is_paused_gets_no_new_visits_and_comes_back(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall)
    with place.database.transaction() as session:
        availability.set_state(place.office(session, "p"), 1, SupporterState.PAUSED)
    assert conflicts(place) == [(visit_id, Reason.DAY_OFF)]
    assert found(place, place.stalls[1]).why_not is Reason.REGION
    with place.database.transaction() as session:
        availability.set_state(place.office(session, "q"), 1, SupporterState.ACTIVE)
    assert conflicts(place) == []
    with pytest.raises(IllegalMoveError), place.database.transaction() as session:
        availability.set_state(place.office(session, "r"), 1, SupporterState.ACTIVE)


def test_an_exception_ends_after_it_begins(place: Town) -> None:
    with pytest.raises(InvalidInputError), place.database.transaction() as session:
        availability.add_exception(session, 1, (DAY[1], DAY[0]), Absence.OFF)
