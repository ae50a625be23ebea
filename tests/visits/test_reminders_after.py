"""What is told after a visit, or after it did not take place, on both databases."""

from datetime import timedelta

import pytest

from bot.services.visits.fieldwork import (
    agree,
    check_in,
    merchant_missing,
    rate,
    report,
    supporter_missing,
)
from models.session import Database
from tests.visits.rows import Town, town
from tests.visits.steps import booked
from tests.visits.told import DONE, STARTS, THERE, arrives, rows, step


@pytest.fixture
def place(database: Database) -> Town:
    return town(database)


def test_nobody_came(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    late = STARTS + timedelta(minutes=20)
    step(place, late, lambda tx: supporter_missing(tx, visit_id))
    assert rows(place, "visit.cancelled") == [("visit.cancelled", "12-01 15:20", "scheduled")]


def test_who_says_that_nobody_came_was_answered_in_the_chat(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    with place.database.transaction() as session:
        tx = place.stalls[0].turn(session, "gone", STARTS + timedelta(minutes=20))
        supporter_missing(tx, visit_id)
    assert rows(place, "visit.cancelled") == []


def test_who_was_not_there_may_book_again(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    late = STARTS + timedelta(minutes=20)
    step(place, late, lambda tx: merchant_missing(tx, visit_id))
    told = arrives(place, late)
    assert [line.partition("\n")[0] for line in told] == [
        "visit.missed: 12월 1일(화) 오후 3시에 갔는데 못 뵈었어요."
    ]


def made(place: Town) -> int:
    visit_id = booked(place, place.stalls[0])
    step(place, STARTS, lambda tx: check_in(tx, visit_id, THERE))
    step(place, STARTS + timedelta(minutes=50), lambda tx: report(tx, visit_id, DONE))
    return visit_id


def test_after_a_visit_it_is_asked_once_how_it_was(place: Town) -> None:
    visit_id = made(place)
    agreed = STARTS + timedelta(hours=2)
    with place.database.transaction() as session:
        agree(place.stalls[0].turn(session, "agree", agreed), visit_id)
    assert rows(place, "visit.rating") == [("visit.rating", "12-02 10:00", "scheduled")]
    assert len(arrives(place, STARTS + timedelta(hours=19))) == 1


def test_who_rated_already_is_not_asked(place: Town) -> None:
    visit_id = made(place)
    with place.database.transaction() as session:
        rate(place.stalls[0].turn(session, "rate", STARTS + timedelta(hours=2)), visit_id, 5)
    assert arrives(place, STARTS + timedelta(hours=19)) == []
    assert rows(place, "visit.rating") == [("visit.rating", "12-02 10:00", "already_rated")]
