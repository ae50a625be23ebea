"""The waiting list: one is asked at a time, and has half an hour."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.services.visits import Offer, book, cancel, confirm, release
from bot.services.visits.freed import ask_waiting
from bot.services.visits.letting_go import expire_holds
from bot.services.visits.waiting import stop_waiting, wait
from models.session import Database
from models.states import RequestState, VisitState, WaitState
from models.supporter import Supporter
from models.visit import Visit, VisitRequest, WaitlistEntry
from tests.visits.rows import NOW, TUESDAY, Stall, Town, town
from tests.visits.steps import booked, found, seen, state

HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def place(database: Database) -> Town:
    """One supporter who makes one visit a day."""
    made = town(database, supporters=1)
    with database.transaction() as session:
        for row in session.scalars(select(Supporter)):
            row.max_visits = 1
    return made


def enter(place: Town, stall: Stall, key: str = "wait", now: datetime = NOW, **wish: object) -> int:
    with place.database.transaction() as session:
        return wait(stall.turn(session, key, now), stall.wish(**{"day": TUESDAY, **wish}))


def entry(place: Town, entry_id: int) -> WaitlistEntry:
    with place.database.reading() as session:
        return session.get_one(WaitlistEntry, entry_id)


def free(place: Town, visit_id: int, now: datetime = NOW) -> None:
    with place.database.transaction() as session:
        cancel(place.office(session, f"free {visit_id}", now), visit_id)


def test_who_waits_is_asked_when_a_time_frees(place: Town) -> None:
    one, other, _ = place.stalls
    visit_id = booked(place, one)
    assert len(found(place, other, day=TUESDAY, only_day=True)) == 0
    entry_id = enter(place, other)
    assert enter(place, other) == entry_id
    assert ask_waiting(place.database, NOW) == 0
    free(place, visit_id)
    assert ask_waiting(place.database, NOW) == 1
    asked = entry(place, entry_id)
    assert (asked.state, asked.offer_expires_at) == (WaitState.OFFERED, NOW + HALF_AN_HOUR)
    view = seen(place, other)
    assert view.held is not None
    assert view.held.id == asked.offered_visit_id == view.waiting[0].offered_visit_id
    assert view.held.day == TUESDAY
    assert ask_waiting(place.database, NOW) == 0
    late = NOW + timedelta(minutes=29)
    with place.database.transaction() as session:
        confirm(other.turn(session, "yes", late), view.held.id)
    assert entry(place, entry_id).state is WaitState.ACCEPTED
    assert seen(place, other, late).waiting == ()
    with place.database.reading() as session:
        request = session.get_one(VisitRequest, asked.request_id)
        assert request.state is RequestState.BOOKED
        assert session.get_one(Visit, view.held.id).request_id == request.id


def test_one_at_a_time_in_the_order_of_coming(place: Town) -> None:
    one, other, third = place.stalls
    visit_id = booked(place, one)
    first, second = enter(place, other), enter(place, third)
    free(place, visit_id)
    assert ask_waiting(place.database, NOW) == 1
    assert entry(place, first).state is WaitState.OFFERED
    assert entry(place, second).state is WaitState.WAITING
    late = NOW + HALF_AN_HOUR
    expire_holds(place.database, late)
    assert ask_waiting(place.database, late) == 1
    assert entry(place, first).state is WaitState.EXPIRED
    assert entry(place, second).state is WaitState.OFFERED
    again = enter(place, other, "again", late)
    assert entry(place, again).state is WaitState.WAITING


def test_a_no_goes_to_the_next_one(place: Town) -> None:
    one, other, third = place.stalls
    visit_id = booked(place, one)
    enter(place, other)
    second = enter(place, third)
    free(place, visit_id)
    ask_waiting(place.database, NOW)
    held = seen(place, other).held
    assert held is not None
    with place.database.transaction() as session:
        release(other.turn(session, "no"), held.id)
    later = NOW + HALF_AN_HOUR
    assert ask_waiting(place.database, later) == 1
    assert entry(place, second).state is WaitState.OFFERED


def test_only_times_that_suit_are_offered(place: Town) -> None:
    one, other, third = place.stalls
    visit_id = booked(place, one)
    morning = enter(place, other, period="morning", not_weekdays=(0,))
    exact = enter(place, third, start=900)
    free(place, visit_id)
    assert ask_waiting(place.database, NOW) == 1
    view = seen(place, other).held
    assert view is not None
    assert view.local.hour < 12
    assert entry(place, morning).weekdays == [1, 2, 3, 4, 5, 6]
    assert entry(place, exact).state is WaitState.WAITING
    with place.database.transaction() as session:
        stop_waiting(other.turn(session, "stop"), morning)
        release(other.turn(session, "stop"), view.id)
    assert ask_waiting(place.database, NOW) == 1
    view = seen(place, third).held
    assert view is not None
    assert abs(view.local.hour * 60 + view.local.minute - 900) <= 60


def test_nobody_is_asked_at_night_or_about_what_is_too_near(place: Town) -> None:
    one, other, _ = place.stalls
    visit_id = booked(place, one)
    entry_id = enter(place, other)
    free(place, visit_id)
    for night in (NOW.replace(hour=12, minute=0), NOW.replace(hour=22, minute=59)):
        assert ask_waiting(place.database, night) == 0
    too_near = NOW + timedelta(days=8, hours=10)
    assert ask_waiting(place.database, too_near) == 0
    over = NOW + timedelta(days=9)
    assert ask_waiting(place.database, over) == 0
    assert entry(place, entry_id).state is WaitState.EXPIRED


def test_who_has_booked_meanwhile_is_not_asked(place: Town) -> None:
    one, other, _ = place.stalls
    visit_id = booked(place, one)
    entry_id = enter(place, other)
    wednesday = TUESDAY + timedelta(days=1)
    with place.database.transaction() as session:
        book(other.turn(session, "self"), Offer.named(1, wednesday, 900, 60, other.wish()))
    free(place, visit_id)
    assert ask_waiting(place.database, NOW) == 0
    assert entry(place, entry_id).state is WaitState.WITHDRAWN


def test_who_leaves_the_list_is_left_alone(place: Town) -> None:
    one, other, _ = place.stalls
    visit_id = booked(place, one)
    entry_id = enter(place, other)
    with place.database.transaction() as session:
        stop_waiting(other.turn(session, "stop"), entry_id)
        stop_waiting(other.turn(session, "stop again"), entry_id)
    free(place, visit_id)
    assert ask_waiting(place.database, NOW) == 0
    assert state(place, visit_id) is VisitState.CANCELLED_BY_STAFF
