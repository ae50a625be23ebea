"""What a plan may not move, however much better the day would be."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.services.visits import confirm
from bot.services.visits.board import SUPPORTERS, touch
from bot.services.visits.calendar import moment_of
from models.session import Database
from models.supporter import SupporterArea
from models.visit import Visit
from tests.visits.crossing import (
    EAST,
    WEST,
    crossed,
    planned,
    standing_slots,
    town_with,
)
from tests.visits.rows import TUESDAY, Town
from tests.visits.steps import at, booked, held


@pytest.fixture
def place(database: Database) -> Town:
    """Two supporters who live in the middle, and four stalls: west, east, west, east."""
    return town_with(database, (WEST, EAST, WEST, EAST))


Bind = Callable[[Town, list[int]], None]


def _pin(place: Town, visits: list[int]) -> None:
    with place.database.transaction() as session:
        for visit in visits:
            session.get_one(Visit, visit).pinned = True


def _leave_the_areas(place: Town, _visits: list[int]) -> None:
    with place.database.transaction() as session:
        for area in session.scalars(select(SupporterArea)):
            area.city = "중구"
        touch(session, SUPPORTERS)


def _one_merchant(place: Town, visits: list[int]) -> None:
    with place.database.transaction() as session:
        one = session.get_one(Visit, visits[0]).merchant_id
        for visit in visits:
            row = session.get_one(Visit, visit)
            row.merchant_id, row.type_code = one, ("channel", "content", "pay", "kit")[visit - 1]


@pytest.mark.parametrize("bind", [standing_slots, _pin, _leave_the_areas, _one_merchant])
def test_what_may_not_be_moved_stays(place: Town, bind: Bind) -> None:
    visits = crossed(place)
    bind(place, visits)
    outcome = planned(place)
    assert (outcome.reason, outcome.changed) == ("not_better", 0)


def test_a_time_that_is_kept_for_an_answer_is_not_moved(place: Town) -> None:
    first, second = place.supporters
    _pin(place, [booked(place, place.stalls[0], 600, supporter_id=first)])
    hold = held(place, place.stalls[2], at(place, place.stalls[2], 840, supporter_id=second))
    assert planned(place).changed == 0
    with place.database.transaction() as session:
        confirm(place.stalls[2].turn(session, "yes"), hold)
    assert planned(place).changed == 1


def test_today_what_begins_within_two_hours_stays(place: Town) -> None:
    crossed(place)
    soon = moment_of(TUESDAY, 13 * 60)
    assert planned(place, now=soon).changed == 0
    earlier = moment_of(TUESDAY, 11 * 60 + 59)
    assert planned(place, now=earlier).changed == 2
