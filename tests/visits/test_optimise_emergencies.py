"""A day that went wrong, in the tables."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import InvalidInputError
from bot.services.visits.availability import conflicts
from bot.services.visits.calendar import moment_of
from bot.services.visits.optimise.emergencies import supporter_ill, visit_overruns
from models.session import Database
from models.supporter import AvailabilityException
from models.visit import Visit, VisitEvent
from tests.visits.crossing import EAST, SHORT, WEST, town_with
from tests.visits.rows import TUESDAY, Town
from tests.visits.steps import booked, kinds, versions

MIDDLE = "광장시장"


@pytest.fixture
def place(database: Database) -> Town:
    return town_with(database, (WEST, WEST, MIDDLE, EAST))


def supporter_of(place: Town, visit: int) -> int:
    with place.database.reading() as session:
        return session.get_one(Visit, visit).supporter_id


def test_visits_of_who_fell_ill_go_to_others_or_to_the_office(place: Town) -> None:
    first, second = place.supporters
    over = booked(place, place.stalls[0], 540 + 30, supporter_id=first)
    clash = booked(place, place.stalls[1], 840, supporter_id=first)
    later = booked(place, place.stalls[2], 960, supporter_id=first)
    other = booked(place, place.stalls[3], 840, supporter_id=second)
    now = moment_of(TUESDAY, 11 * 60)
    tried = supporter_ill(place.database, first, now, dry_run=True, limits=SHORT)
    assert tried.rest.homeless == (clash,)
    assert supporter_of(place, later) == first
    done = supporter_ill(place.database, first, now, limits=SHORT)
    assert (done.rest.homeless, done.changed) == ((clash,), 1)
    assert [supporter_of(place, v) for v in (over, clash, later, other)] == [
        first,
        first,
        second,
        second,
    ]
    with place.database.reading() as session:
        event = session.scalars(
            select(VisitEvent).where(VisitEvent.visit_id == later, VisitEvent.kind == "reassigned")
        ).one()
        assert event.reason == "supporter_ill"
        assert [each.visit_id for each in conflicts(session, now)] == [clash]
        off = session.scalars(select(AvailabilityException)).one()
    assert (off.supporter_id, off.starts_at, off.ends_at) == (first, now, moment_of(TUESDAY, 1440))


def test_a_visit_that_takes_longer(place: Town) -> None:
    first, second = place.supporters
    long = booked(place, place.stalls[0], 780, supporter_id=first)
    soon = booked(place, place.stalls[1], 870, supporter_id=first)
    later = booked(place, place.stalls[2], 990, supporter_id=first)
    now = moment_of(TUESDAY, 13 * 60 + 30)
    done = visit_overruns(place.database, long, moment_of(TUESDAY, 905), now, limits=SHORT)
    (delay,) = done.rest.delays
    assert (delay.visit, delay.promised, delay.start) == (soon, 870 * 60, 910 * 60)
    assert supporter_of(place, soon) == first
    assert kinds(place, soon)[-1] == "confirmed"  # the merchant has not been asked yet
    assert supporter_of(place, later) == second
    assert done.rest.homeless == ()


def test_nothing_is_written_when_nothing_has_to_change(place: Town) -> None:
    first, _ = place.supporters
    visit = booked(place, place.stalls[0], 780, supporter_id=first)
    stamps = versions(place)
    now = moment_of(TUESDAY, 13 * 60 + 30)
    done = visit_overruns(place.database, visit, moment_of(TUESDAY, 845), now, limits=SHORT)
    assert (done.changed, done.rest.told, versions(place)) == (0, (), stamps)


def test_only_visits_of_today_and_supporters_there_are(place: Town) -> None:
    visit = booked(place, place.stalls[0], 780)
    yesterday = moment_of(TUESDAY - timedelta(days=1), 600)
    for number in (visit, 999):
        with pytest.raises(InvalidInputError):
            visit_overruns(place.database, number, yesterday, yesterday, limits=SHORT)
    with pytest.raises(InvalidInputError):
        supporter_ill(place.database, 999, yesterday, limits=SHORT)
