"""Keeping a time and saying yes; on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bot.services.visits import (
    Offer,
    Reason,
    SlotTakenError,
    VisitRuleError,
    confirm,
    refresh_hold,
    release,
)
from bot.services.visits.letting_go import expire_holds
from models.session import Database
from models.states import VisitState
from models.visit import VisitRequest
from tests.visits.rows import NOW, TUESDAY, Town, town
from tests.visits.steps import LATER, at, booked, code, held, kinds, seen, state, versions


@pytest.fixture
def place(database: Database) -> Town:
    return town(database)


def test_a_time_is_kept_and_then_confirmed(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = held(place, stall, at(place, stall))
    view = seen(place, stall).held
    assert view is not None
    assert (view.id, view.market, view.supporter_phone) == (visit_id, "망원시장", "")
    assert view.local.hour == 15
    with place.database.transaction() as session:
        confirm(stall.turn(session, "yes"), visit_id)
    view = seen(place, stall).next
    assert view is not None
    assert (view.state, view.may_change) == (VisitState.CONFIRMED, True)
    assert view.supporter_name == "서포터즈1"
    assert kinds(place, visit_id) == ["held", "confirmed"]
    assert versions(place) == {(1, TUESDAY): (1, 1)}


def test_the_telephone_of_the_supporter_shows_on_the_day(place: Town) -> None:
    stall = place.stalls[0]
    booked(place, stall)
    morning = NOW + timedelta(days=8)
    view = seen(place, stall, morning).next
    assert view is not None
    assert view.supporter_phone == "01000000001"
    assert not view.may_change


def test_a_repeated_message_keeps_the_same_visit(place: Town) -> None:
    stall = place.stalls[0]
    offer = at(place, stall)
    first = held(place, stall, offer, "m1")
    assert held(place, stall, offer, "m1") == first
    with place.database.transaction() as session:
        confirm(stall.turn(session, "m2"), first)
    with place.database.transaction() as session:
        confirm(stall.turn(session, "m2"), first)
        confirm(stall.turn(session, "m3"), first)
    assert held(place, stall, offer, "m1") == first
    assert kinds(place, first) == ["held", "confirmed"]
    with place.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(VisitRequest)) == 1


def test_another_time_gives_the_first_one_up(place: Town) -> None:
    stall = place.stalls[0]
    first = held(place, stall, at(place, stall, 900), "m1")
    assert held(place, stall, at(place, stall, 600), "m2") == first
    view = seen(place, stall).held
    assert view is not None
    assert view.local.hour == 10
    assert versions(place)[1, TUESDAY][1] == 1
    other_day = date(2026, 12, 2)
    assert held(place, stall, at(place, stall, 600, other_day), "m3") == first
    assert versions(place)[1, TUESDAY][1] == 0
    assert versions(place)[1, other_day][1] == 1


def test_one_visit_of_a_sort_at_a_time(place: Town) -> None:
    stall = place.stalls[0]
    booked(place, stall)
    with pytest.raises(VisitRuleError) as refused:
        held(place, stall, at(place, stall, 600), "again")
    assert code(refused) == "already_booked"
    pay = at(place, stall, 600, topics=("pay",))
    assert held(place, stall, pay, "pay")


def test_one_merchant_is_not_in_two_talks_at_once(place: Town) -> None:
    stall = place.stalls[0]
    booked(place, stall, 900)
    with pytest.raises(SlotTakenError) as refused:
        held(place, stall, Offer.named(2, TUESDAY, 930, 40, stall.wish(topics=("pay",))), "pay")
    assert refused.value.reason is Reason.MERCHANT_BUSY


def test_who_is_taken_is_stood_in_for(place: Town) -> None:
    one, other, third = place.stalls
    offer, second = at(place, one), at(place, other)
    assert offer.supporter_id == second.supporter_id == 1
    booked(place, one)
    held(place, other, second)
    view = seen(place, other).held
    assert view is not None
    assert view.supporter_id == 2
    with pytest.raises(SlotTakenError) as refused:
        held(place, third, Offer.named(1, TUESDAY, 900, 60, third.wish()))
    assert refused.value.retryable
    assert refused.value.code == "slot_taken"
    assert seen(place, third).visits == ()


def test_a_hold_lapses_and_the_time_is_free_again(place: Town) -> None:
    one, other, _ = place.stalls
    visit_id = held(place, one, at(place, one))
    assert held(place, other, Offer.named(1, TUESDAY, 900, 60, other.wish()), now=LATER)
    assert state(place, visit_id) is VisitState.EXPIRED
    assert kinds(place, visit_id) == ["held", "expired"]
    assert seen(place, one, LATER).held is None


def test_a_hold_in_time_stands(place: Town) -> None:
    one, other, _ = place.stalls
    held(place, one, at(place, one))
    in_time = NOW + timedelta(minutes=4, seconds=59)
    held(place, other, Offer.named(1, TUESDAY, 900, 60, other.wish()), now=in_time)
    view = seen(place, other).held
    assert view is not None
    assert view.supporter_id == 2


def test_each_message_keeps_the_time_longer(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = held(place, stall, at(place, stall))
    with place.database.transaction() as session:
        assert refresh_hold(stall.turn(session, "m2", NOW + timedelta(minutes=4)), visit_id)
    view = seen(place, stall, LATER).held
    assert view is not None
    assert view.hold_expires_at == NOW + timedelta(minutes=9)
    with place.database.transaction() as session:
        late = NOW + timedelta(minutes=10)
        assert not refresh_hold(stall.turn(session, "m3", late), visit_id)


def test_a_lapsed_hold_is_confirmed_when_it_is_still_free(place: Town) -> None:
    one, other, _ = place.stalls
    visit_id = held(place, one, at(place, one))
    assert seen(place, one, LATER).visits[0].is_lapsed
    with place.database.transaction() as session:
        confirm(one.turn(session, "late", LATER), visit_id)
    assert state(place, visit_id) is VisitState.CONFIRMED
    second = held(place, other, at(place, other, 600))
    expire_holds(place.database, LATER)
    assert state(place, second) is VisitState.EXPIRED
    with place.database.transaction() as session:
        confirm(other.turn(session, "late", LATER), second)
    assert state(place, second) is VisitState.CONFIRMED
    assert seen(place, other, LATER).next is not None


def test_a_lapsed_hold_that_somebody_else_took_is_gone(place: Town) -> None:
    one, other, third = place.stalls
    visit_id = held(place, one, at(place, one))
    for stall in (other, third):
        held(place, stall, Offer.named(1, TUESDAY, 900, 60, stall.wish()), now=LATER)
    with pytest.raises(SlotTakenError), place.database.transaction() as session:
        confirm(one.turn(session, "late", LATER), visit_id)
    assert state(place, visit_id) is VisitState.EXPIRED


def test_the_sweep_gives_lapsed_times_back(place: Town) -> None:
    one, other, third = place.stalls
    ids = [held(place, stall, at(place, stall)) for stall in (one, other)]
    kept = held(place, third, at(place, third, 600), now=NOW + timedelta(minutes=3))
    assert expire_holds(place.database, NOW) == 0
    assert expire_holds(place.database, LATER) == 2
    assert expire_holds(place.database, LATER) == 0
    assert [state(place, visit_id) for visit_id in ids] == [VisitState.EXPIRED] * 2
    assert state(place, kept) is VisitState.HELD
    assert sum(count for _, count in versions(place).values()) == 1


def test_a_time_can_be_given_back(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = held(place, stall, at(place, stall))
    with place.database.transaction() as session:
        release(stall.turn(session, "no"), visit_id)
        release(stall.turn(session, "no again"), visit_id)
    assert state(place, visit_id) is VisitState.RELEASED
    assert versions(place)[1, TUESDAY] == (2, 0)
    assert held(place, stall, at(place, stall), "new") != visit_id


def test_half_an_hour_earlier_is_not_stopped_by_the_time_that_is_given_up(place: Town) -> None:
    stall = place.stalls[0]
    first = held(place, stall, at(place, stall, 840), "m1")
    assert held(place, stall, Offer.named(1, TUESDAY, 810, 60, stall.wish()), "m2") == first
    view = seen(place, stall).held
    assert view is not None
    assert (view.local.hour, view.local.minute) == (13, 30)
