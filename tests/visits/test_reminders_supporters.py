"""What supporters are told of their days, on both databases."""

from datetime import timedelta

import pytest

from bot.services.reminders.supporter_days import plan_supporter_days
from bot.services.transaction import Transaction
from bot.services.visits import cancel, reassign
from models.session import Database
from tests.visits.rows import NOW, Town, town
from tests.visits.steps import booked
from tests.visits.told import STARTS, arrives, rows, step


@pytest.fixture
def place(database: Database) -> Town:
    return town(database)


def test_the_mornings_of_supporters_are_planned_once(place: Town) -> None:
    first, second = place.supporters
    booked(place, place.stalls[0], 900, supporter_id=first)
    booked(place, place.stalls[1], 600, supporter_id=first)
    booked(place, place.stalls[2], 600, supporter_id=second)
    assert plan_supporter_days(place.database, NOW) == 0
    eve = STARTS - timedelta(days=1)
    assert [plan_supporter_days(place.database, eve) for _ in range(2)] == [2, 0]
    assert plan_supporter_days(place.database, eve + timedelta(hours=12)) == 0
    assert rows(place, "supporter.today") == [("supporter.today", "12-01 07:30", "scheduled")] * 2
    half_past_seven = STARTS - timedelta(hours=7, minutes=30)
    told = [line for line in arrives(place, half_past_seven) if line.startswith("supporter.today")]
    assert sorted(line.splitlines()[:2] for line in told) == [
        ["supporter.today: 오늘 방문은 1곳이에요.", "첫 방문: 오전 10시, 광장시장 가게3"],
        ["supporter.today: 오늘 방문은 2곳이에요.", "첫 방문: 오전 10시, 통인시장 가게2"],
    ]


def test_a_morning_without_visits_says_nothing(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    eve = STARTS - timedelta(days=1)
    plan_supporter_days(place.database, eve)
    step(place, eve, lambda tx: cancel(tx, visit_id))
    arrives(place, STARTS - timedelta(hours=7, minutes=30))
    assert rows(place, "supporter.today") == [("supporter.today", "12-01 07:30", "no_visits")]


def test_a_day_that_has_begun_changes(place: Town) -> None:
    first, second = place.supporters
    visit_id = booked(place, place.stalls[0], supporter_id=first)
    at_six = STARTS - timedelta(hours=9)
    step(place, at_six, lambda tx: reassign(tx, visit_id, second))
    assert rows(place, "supporter.changed") == []
    at_ten = STARTS - timedelta(hours=5)
    step(place, at_ten, lambda tx: reassign(tx, visit_id, first))
    step(place, at_ten + timedelta(seconds=10), lambda tx: cancel(tx, visit_id))
    found = rows(place, "supporter.changed")
    assert [row[2] for row in found] == ["changed_again", "scheduled", "scheduled"]
    told = arrives(place, at_ten + timedelta(minutes=5))
    assert sum(line.startswith("supporter.changed") for line in told) == 2


def test_who_changes_the_own_day_knows(place: Town) -> None:
    first, _ = place.supporters
    visit_id = booked(place, place.stalls[0], supporter_id=first)
    with place.database.transaction() as session:
        tx = Transaction(session, STARTS - timedelta(hours=5), 0, "own", f"supporter:{first}")
        cancel(tx, visit_id)
    assert rows(place, "supporter.changed") == []
