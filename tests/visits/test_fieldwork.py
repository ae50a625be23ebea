"""The day in the market."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.services.transaction import Transaction
from bot.services.visits import VisitRuleError
from bot.services.visits.fieldwork import (
    Arrival,
    Report,
    agree,
    agree_to_old,
    check_in,
    depart,
    merchant_missing,
    object_to,
    rate,
    report,
    supporter_missing,
)
from bot.services.visits.freed import ask_waiting
from models.fieldwork import Checkin, CheckinKind, CheckinMethod, VisitOutcome, VisitReport
from models.session import Database
from models.states import RequestState, VisitState
from models.visit import Visit, VisitRequest
from tests.visits.rows import NOW, Town, town
from tests.visits.steps import at, booked, held, kinds, seen, state

STARTS = NOW + timedelta(days=8, hours=5)
"""Tuesday, three in the afternoon."""
THERE = Arrival(CheckinMethod.GPS, 37.5562, 126.9062, accuracy_m=20)
DONE = Report(VisitOutcome.DONE, ("channel_opened",), "단골 사진이 예뻐요")


@pytest.fixture
def place(database: Database) -> Town:
    return town(database)


def step(place: Town, now: datetime, work: Callable[[Transaction], object]) -> None:
    with place.database.transaction() as session:
        work(place.office(session, f"k{now:%d%H%M%S}", now))


def refused(place: Town, now: datetime, work: Callable[[Transaction], object]) -> str:
    with pytest.raises(VisitRuleError) as error:
        step(place, now, work)
    return error.value.code


def reported(place: Town) -> int:
    visit_id = booked(place, place.stalls[0])
    step(place, STARTS - timedelta(minutes=20), lambda tx: depart(tx, visit_id))
    step(place, STARTS, lambda tx: check_in(tx, visit_id, THERE))
    step(place, STARTS + timedelta(minutes=50), lambda tx: report(tx, visit_id, DONE))
    return visit_id


def test_a_visit_from_setting_off_to_the_merchants_yes(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = reported(place)
    assert kinds(place, visit_id) == ["held", "confirmed", "en_route", "arrived", "reported"]
    later = STARTS + timedelta(hours=1)
    with place.database.transaction() as session:
        agree(stall.turn(session, "yes", later), visit_id)
        agree(stall.turn(session, "yes again", later), visit_id)
        rate(stall.turn(session, "stars", later), visit_id, 5)
    with place.database.reading() as session:
        row = session.scalars(select(VisitReport)).one()
        assert (row.rating, row.merchant_confirmed_at, row.notes) == (5, later, DONE.notes)
        came, went = session.scalars(select(Checkin).order_by(Checkin.id)).all()
        assert (came.kind, came.method, went.kind) == (
            CheckinKind.ARRIVE,
            CheckinMethod.GPS,
            CheckinKind.LEAVE,
        )
        assert came.distance_m is not None
        assert came.distance_m < 50
        assert session.scalars(select(VisitRequest.state)).one() is RequestState.DONE
    assert state(place, visit_id) is VisitState.COMPLETED


def test_two_taps_on_bad_reception_are_one(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    for _ in range(2):
        step(place, STARTS, lambda tx: check_in(tx, visit_id, THERE))
    for _ in range(2):
        step(place, STARTS + timedelta(hours=1), lambda tx: report(tx, visit_id, DONE))
    assert kinds(place, visit_id) == ["held", "confirmed", "arrived", "reported"]


@pytest.mark.parametrize(
    ("arrival", "code"),
    [
        (Arrival(CheckinMethod.GPS, 37.5700, 126.9060), "too_far"),
        (Arrival(CheckinMethod.GPS), "too_far"),
        (Arrival(CheckinMethod.QR, 37.5700, 126.9060), "too_far"),
        (Arrival(CheckinMethod.MANUAL), "no_reason"),
    ],
)
def test_arriving_somewhere_else(place: Town, arrival: Arrival, code: str) -> None:
    visit_id = booked(place, place.stalls[0])
    assert refused(place, STARTS, lambda tx: check_in(tx, visit_id, arrival)) == code
    assert state(place, visit_id) is VisitState.CONFIRMED


@pytest.mark.parametrize(
    "arrival",
    [
        Arrival(CheckinMethod.QR),
        Arrival(CheckinMethod.MANUAL, 37.5700, 126.9060, reason="지하라 위치가 안 잡혀요"),
    ],
)
def test_arriving_by_code_or_by_hand(place: Town, arrival: Arrival) -> None:
    visit_id = booked(place, place.stalls[0])
    step(place, STARTS, lambda tx: check_in(tx, visit_id, arrival))
    assert state(place, visit_id) is VisitState.IN_PROGRESS


def test_not_more_than_an_hour_early(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    early = STARTS - timedelta(minutes=61)
    assert refused(place, early, lambda tx: check_in(tx, visit_id, THERE)) == "too_early"
    hour = STARTS - timedelta(minutes=60)
    step(place, hour, lambda tx: check_in(tx, visit_id, THERE))


def test_nobody_is_missing_before_a_quarter_past(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    early = STARTS + timedelta(minutes=14)
    for missing in (merchant_missing, supporter_missing):
        code = refused(place, early, lambda tx, missing=missing: missing(tx, visit_id))  # type: ignore[misc]  # bound per turn of the loop
        assert code == "too_early"
    step(place, STARTS + timedelta(minutes=15), lambda tx: merchant_missing(tx, visit_id))
    assert state(place, visit_id) is VisitState.MERCHANT_NO_SHOW


def test_after_a_missed_visit_one_more_may_be_booked(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall)
    step(place, STARTS + timedelta(hours=1), lambda tx: merchant_missing(tx, visit_id))
    again = held(place, stall, at(place, stall, 600), "again")
    assert state(place, again) is VisitState.HELD


def test_when_the_supporter_was_missing_the_merchant_goes_first(place: Town) -> None:
    one, other, _ = place.stalls
    visit_id = booked(place, one)
    missed = STARTS + timedelta(minutes=20)
    for _ in range(2):
        step(place, missed, lambda tx: supporter_missing(tx, visit_id, "bus"))
    assert state(place, visit_id) is VisitState.SUPPORTER_NO_SHOW
    (waiting,) = seen(place, one, missed).waiting
    assert waiting.offered_visit_id is None
    assert ask_waiting(place.database, missed) == 1
    offered = seen(place, one, missed).held
    assert offered is not None
    with place.database.reading() as session:
        first, second = session.scalars(select(Visit).order_by(Visit.id)).all()
        assert first.request_id == second.request_id
    assert seen(place, other, missed).waiting == ()


def test_a_report_that_nobody_objects_to_is_agreed_after_two_days(place: Town) -> None:
    visit_id = reported(place)
    told = STARTS + timedelta(minutes=50)
    assert agree_to_old(place.database, told + timedelta(hours=47)) == 0
    assert agree_to_old(place.database, told + timedelta(hours=48)) == 1
    assert agree_to_old(place.database, told + timedelta(hours=49)) == 0
    assert state(place, visit_id) is VisitState.COMPLETED


def test_an_objection_stays_until_a_person_looks(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = reported(place)
    with place.database.transaction() as session:
        object_to(stall.turn(session, "no", STARTS + timedelta(hours=2)), visit_id, "not_done")
    assert agree_to_old(place.database, STARTS + timedelta(days=9)) == 0
    assert state(place, visit_id) is VisitState.DISPUTED


def test_ratings(place: Town) -> None:
    stall = place.stalls[0]
    other = booked(place, place.stalls[1], 600)
    visit_id = reported(place)
    with place.database.transaction() as session:
        for wrong in (0, 6):
            with pytest.raises(VisitRuleError):
                rate(stall.turn(session, "r"), visit_id, wrong)
        with pytest.raises(VisitRuleError):
            rate(place.stalls[1].turn(session, "r"), other, 4)
        with pytest.raises(VisitRuleError):
            rate(place.stalls[1].turn(session, "r"), visit_id, 4)


def test_only_what_is_under_way_is_reported(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    assert refused(place, STARTS, lambda tx: report(tx, visit_id, DONE)) == "wrong_state"
    assert refused(place, STARTS, lambda tx: agree(tx, visit_id)) == "wrong_state"
    assert refused(place, STARTS, lambda tx: depart(tx, 999)) == "no_visit"
