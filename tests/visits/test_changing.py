"""Moving a visit, giving it back, and who may do that; on both databases."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.services.transaction import Transaction
from bot.services.visits import (
    Diary,
    Offer,
    SlotTakenError,
    VisitRuleError,
    VisitWish,
    availability,
    book,
    cancel,
    change,
    confirm,
    offers,
    reassign,
    refresh_hold,
    release,
)
from models.events import StateEvent
from models.session import Database
from models.states import RequestState, VisitState
from models.supporter import Absence, DayKind
from models.visit import Visit, VisitEvent, VisitRequest
from tests.visits.rows import NOW, TUESDAY, Town, town
from tests.visits.steps import at, booked, code, held, kinds, seen, state, versions


@pytest.fixture
def place(database: Database) -> Town:
    return town(database)


def test_changing_to_another_day(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall)
    offer = at(place, stall, 660, date(2026, 12, 3), moving=visit_id)
    with place.database.transaction() as session:
        assert change(stall.turn(session, "c1"), visit_id, offer) == visit_id
        assert change(stall.turn(session, "c1"), visit_id, offer) == visit_id
    view = seen(place, stall).next
    assert view is not None
    assert (view.day, view.local.hour, view.revision) == (date(2026, 12, 3), 11, 2)
    assert kinds(place, visit_id) == ["held", "confirmed", "rescheduled"]
    with place.database.reading() as session:
        event = session.scalars(select(VisitEvent).where(VisitEvent.kind == "rescheduled")).one()
    assert event.payload["before"]["starts_at"] == "2026-12-01T06:00+00:00"
    assert event.payload["starts_at"] == "2026-12-03T02:00+00:00"
    assert versions(place)[1, TUESDAY][1] == 0


def test_changing_by_half_an_hour_does_not_stand_in_its_own_way(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall, 900)
    offer = at(place, stall, 930, moving=visit_id)
    with place.database.transaction() as session:
        change(stall.turn(session, "c1"), visit_id, offer)
    view = seen(place, stall).next
    assert view is not None
    assert (view.local.hour, view.local.minute) == (15, 30)


def test_a_change_that_is_not_possible_leaves_the_old_time(place: Town) -> None:
    one, other, third = place.stalls
    visit_id = booked(place, one)
    for stall in (other, third):
        booked(place, stall, 600)
    offer = Offer.named(1, TUESDAY, 600, 60, one.wish(moving=visit_id))
    with pytest.raises(SlotTakenError), place.database.transaction() as session:
        change(one.turn(session, "c1"), visit_id, offer)
    view = seen(place, one).next
    assert view is not None
    assert view.local.hour == 15


def test_the_chat_changes_until_a_day_before_and_staff_until_it_begins(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall, 900)
    late = NOW + timedelta(days=7, hours=5, minutes=1)
    offer = Offer.named(1, date(2026, 12, 2), 900, 60, stall.wish(moving=visit_id))
    steps: list[Callable[[Transaction], object]] = [
        lambda tx: change(tx, visit_id, offer),
        lambda tx: cancel(tx, visit_id),
    ]
    for step in steps:
        with pytest.raises(VisitRuleError) as refused, place.database.transaction() as session:
            step(stall.turn(session, "late", late))
        assert code(refused) == "too_late"
    with place.database.transaction() as session:
        change(place.office(session, "c1", late), visit_id, offer)
    with place.database.transaction() as session:
        cancel(place.office(session, "c2", late), visit_id, "weather")
    with place.database.reading() as session:
        visit = session.get_one(Visit, visit_id)
        assert (visit.state, visit.cancel_reason) == (VisitState.CANCELLED_BY_STAFF, "weather")


def test_the_last_moment_of_the_cut_off_counts(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall, 900)
    exactly = NOW + timedelta(days=7, hours=5)
    assert seen(place, stall, exactly).upcoming[0].may_change
    with place.database.transaction() as session:
        cancel(stall.turn(session, "c", exactly), visit_id)
        cancel(stall.turn(session, "c", exactly), visit_id)
    assert state(place, visit_id) is VisitState.CANCELLED_BY_MERCHANT
    with place.database.reading() as session:
        request = session.scalars(select(VisitRequest)).one()
        moves = session.scalars(
            select(StateEvent.to_state)
            .where(StateEvent.entity == "visit_request")
            .order_by(StateEvent.id)
        ).all()
    assert request.state is RequestState.WITHDRAWN
    assert moves == ["open", "booked", "withdrawn"]
    with pytest.raises(VisitRuleError) as refused, place.database.transaction() as session:
        cancel(stall.turn(session, "d", exactly), visit_id)
    assert code(refused) == "wrong_state"


def test_staff_gives_a_visit_to_somebody_else(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall)
    with place.database.transaction() as session:
        reassign(place.office(session, "r1"), visit_id, 2)
        reassign(place.office(session, "r1"), visit_id, 2)
    view = seen(place, stall).next
    assert view is not None
    assert (view.supporter_id, view.local.hour) == (2, 15)
    assert versions(place) == {(1, TUESDAY): (2, 0), (2, TUESDAY): (1, 1)}


def test_nobody_is_given_a_visit_who_cannot(place: Town) -> None:
    one, other, _ = place.stalls
    first = booked(place, one)
    second = booked(place, other)
    with pytest.raises(SlotTakenError), place.database.transaction() as session:
        reassign(place.office(session, "r1"), second, 1)
    assert state(place, first) is state(place, second) is VisitState.CONFIRMED


def test_visits_of_others_cannot_be_touched(place: Town) -> None:
    one, other, _ = place.stalls
    visit_id = booked(place, one)
    offer = at(place, other, 600)
    steps: list[Callable[[Transaction], object]] = [
        lambda tx: confirm(tx, visit_id),
        lambda tx: cancel(tx, visit_id),
        lambda tx: change(tx, visit_id, offer),
        lambda tx: release(tx, visit_id),
        lambda tx: refresh_hold(tx, visit_id),
    ]
    for step in steps:
        with pytest.raises(VisitRuleError) as refused, place.database.transaction() as session:
            step(other.turn(session, "other"))
        assert code(refused) == "not_yours"
    with pytest.raises(VisitRuleError) as refused:
        held(place, other, at(place, one, 600, topics=("pay",)))
    assert code(refused) == "not_yours"
    with pytest.raises(VisitRuleError) as refused:
        held(place, other, Offer.named(1, TUESDAY, 600, 60, VisitWish(market_id=1)))
    assert code(refused) == "no_store"


def test_after_two_missed_visits_the_telephone(place: Town) -> None:
    stall = place.stalls[0]
    for number, start in enumerate((600, 900), start=1):
        visit_id = held(place, stall, at(place, stall, start), f"m{number}")
        with place.database.transaction() as session:
            confirm(stall.turn(session, f"c{number}"), visit_id)
            session.get_one(Visit, visit_id).state = VisitState.MERCHANT_NO_SHOW
    with pytest.raises(VisitRuleError) as refused:
        held(place, stall, at(place, stall, 660), "m3")
    assert code(refused) == "by_phone"
    with place.database.transaction() as session:
        assert book(place.office(session, "phone"), at(place, stall, 660))


def test_the_diary_notices_changes_of_supporters_and_calendar(place: Town) -> None:
    stall, diary = place.stalls[0], Diary()

    def days() -> set[date]:
        with place.database.reading() as session:
            wish = stall.wish(day=TUESDAY, only_day=True)
            return {offer.day for offer in offers(session, wish, NOW, diary)}

    assert days() == {TUESDAY}
    with place.database.transaction() as session:
        availability.enter_day(session, TUESDAY, DayKind.CLOSED, "임시공휴일", "관보", NOW)
    assert days() == set()
    with place.database.transaction() as session:
        availability.drop_day(session, TUESDAY)
    assert days() == {TUESDAY}
    with place.database.transaction() as session:
        for supporter_id in place.supporters:
            span = (NOW + timedelta(days=7), NOW + timedelta(days=9))
            availability.add_exception(session, supporter_id, span, Absence.OFF, "휴가")
    assert days() == set()
