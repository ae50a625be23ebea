"""Offers out of the tables, and what a process remembers of them; on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.services.visits import (
    Diary,
    Offer,
    Reason,
    SlotTakenError,
    availability,
    cancel,
    offers,
)
from models.session import Database
from models.supporter import Absence, DayKind
from tests.visits.rows import NOW, TUESDAY, Stall, Town, add_market, add_stall, town
from tests.visits.steps import LATER, at, booked, found, held, kinds, seen


@pytest.fixture
def place(database: Database) -> Town:
    return town(database)


def test_what_was_offered_is_checked_again(place: Town) -> None:
    stall = place.stalls[0]
    wish = stall.wish()
    wrong = {
        Reason.NOTICE: (date(2026, 11, 24), 540),
        Reason.HORIZON: (date(2026, 12, 28), 600),
        Reason.DAY_OFF: (date(2026, 12, 5), 600),
        Reason.TRAVEL: (TUESDAY, 545),
        Reason.HOLIDAY: (date(2026, 12, 25), 600),
    }
    for reason, (day, start) in wrong.items():
        now = NOW if reason is not Reason.HOLIDAY else NOW + timedelta(days=14)
        with pytest.raises(SlotTakenError) as refused:
            held(place, stall, Offer.named(1, day, start, 60, wish), now=now)
        assert refused.value.reason is reason


def test_a_store_that_is_closed_or_nowhere(place: Town) -> None:
    with place.database.transaction() as session:
        closed = add_stall(session, place.markets["망원시장"], 11, closed_days=["weekly:TUE"])
        evening = add_stall(session, place.markets["망원시장"], 12, opens="18:00", closes="02:00")
        nowhere = add_stall(session, None, 13)
    assert Reason.STORE_CLOSED in found(place, closed, day=TUESDAY).reasons
    assert found(place, evening).why_not is Reason.STORE_CLOSED
    assert found(place, nowhere).why_not is Reason.NO_PLACE
    assert len(found(place, closed, day=TUESDAY, place="office")) > 0
    with pytest.raises(SlotTakenError) as refused:
        held(place, nowhere, Offer.named(1, TUESDAY, 600, 60, nowhere.wish()))
    assert refused.value.reason is Reason.NO_PLACE


def test_a_market_without_a_point_counts_as_the_middle_of_its_city(place: Town) -> None:
    with place.database.transaction() as session:
        blank = add_market(session, "낙원시장", city="종로구", latitude=None, longitude=None)
        stall = add_stall(session, blank, 14)
    assert len(found(place, stall)) > 0


def test_a_promised_half_day_makes_room(place: Town) -> None:
    one, other, _ = place.stalls
    booked(place, one, 780, flexibility="half_day", supporter_id=1)
    offer = at(place, other, 840, supporter_id=1)
    held(place, other, offer)
    first, second = seen(place, one).next, seen(place, other).held
    assert first is not None
    assert second is not None
    assert second.local.hour == 14
    assert first.starts_at >= second.ends_at
    assert first.promise_from <= first.starts_at <= first.promise_to
    assert kinds(place, first.id) == ["held", "confirmed", "adjusted"]


def test_the_diary_notices_what_others_book(place: Town) -> None:
    one, other, _ = place.stalls
    diary = Diary()

    def first(stall: Stall, now: Any = NOW, **wish: Any) -> Offer:
        wanted = stall.wish(day=TUESDAY, start=900, **wish)
        with place.database.reading() as session:
            return offers(session, wanted, now, diary)[0]

    assert first(one).supporter_id == 1
    visit_id = booked(place, one)
    assert first(other).supporter_id == 2
    with place.database.transaction() as session:
        cancel(one.turn(session, "c"), visit_id)
    assert first(other).supporter_id == 1
    held(place, one, at(place, one), "again")
    assert first(other).supporter_id == 2
    assert first(other, supporter_id=1).start != 900
    assert first(other, LATER, supporter_id=1).start == 900


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
