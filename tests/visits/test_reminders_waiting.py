"""What standing slots and the waiting list leave in the outbox, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.services.visits import book, cancel
from bot.services.visits.freed import ask_waiting
from bot.services.visits.series import Standing, begin_series, end_series, extend_all
from bot.services.visits.waiting import stop_waiting, wait
from models.outbox import Reminder
from models.session import Database
from models.supporter import Supporter
from tests.visits.rows import NOW, TUESDAY, Town, town
from tests.visits.steps import at, booked
from tests.visits.told import STARTS, arrives, rows, step


@pytest.fixture
def place(database: Database) -> Town:
    return town(database)


def begin(place: Town, total: int = 3, **values: int) -> int:
    with place.database.transaction() as session:
        tx = place.office(session, "begin")
        return begin_series(tx, place.stalls[0].wish(), Standing(TUESDAY, 900, total, **values))


def test_a_standing_slot_is_told_once_and_reminded_of_each_week(place: Town) -> None:
    series_id = begin(place, 5)
    planned = [kind for kind, _, _ in rows(place)]
    assert planned.count("visit.series") == 1
    assert planned.count("visit.confirmed") == 0
    assert planned.count("visit.day_before") == 3
    assert extend_all(place.database, NOW + timedelta(weeks=1)) == 1
    planned = [kind for kind, _, _ in rows(place)]
    assert planned.count("visit.series") == 1
    assert planned.count("visit.confirmed") == 0
    assert planned.count("visit.day_before") == 4
    arrives(place, NOW)
    step(place, NOW + timedelta(weeks=1), lambda tx: end_series(tx, series_id))
    planned = [kind for kind, _, reason in rows(place) if reason == "scheduled"]
    assert planned == ["visit.series_ended"]


def test_a_week_at_another_hour_is_told_by_itself(place: Town) -> None:
    rival = at(place, place.stalls[1], 960, TUESDAY + timedelta(weeks=1))
    other = at(place, place.stalls[2], 960, TUESDAY + timedelta(weeks=1))
    step(place, NOW, lambda tx: book(tx, rival))
    step(place, NOW + timedelta(seconds=1), lambda tx: book(tx, other))
    before = len(rows(place, "visit.confirmed"))
    begin(place)
    assert len(rows(place, "visit.confirmed")) == before + 1


@pytest.fixture
def waiting(database: Database) -> Town:
    """One supporter who makes one visit a day, and somebody who waits for it."""
    made_ = town(database, supporters=1)
    with database.transaction() as session:
        for row in session.scalars(select(Supporter)):
            row.max_visits = 1
    visit_id = booked(made_, made_.stalls[0])
    with database.transaction() as session:
        wait(made_.stalls[1].turn(session, "wait"), made_.stalls[1].wish(day=TUESDAY))
    with database.transaction() as session:
        cancel(made_.office(session, "free"), visit_id)
    return made_


def test_who_waits_is_told_while_the_time_is_kept(waiting: Town) -> None:
    assert ask_waiting(waiting.database, NOW) == 1
    assert rows(waiting, "visit.offer") == [("visit.offer", "11-23 10:00", "scheduled")]
    with waiting.database.reading() as session:
        row = session.scalars(select(Reminder).where(Reminder.kind == "visit.offer")).one()
        assert row.expires_at == NOW + timedelta(minutes=30)
        assert row.conversation_id == waiting.stalls[1].conversation_id
    told = [line for line in arrives(waiting, NOW) if line.startswith("visit.offer")]
    assert ["오전 10시 30분까지" in line for line in told] == [True]


def test_an_offer_that_was_declined_meanwhile_is_not_told(waiting: Town) -> None:
    ask_waiting(waiting.database, NOW)
    with waiting.database.transaction() as session:
        stop_waiting(waiting.stalls[1].turn(session, "no"), 1)
    arrives(waiting, NOW + timedelta(minutes=1))
    assert rows(waiting, "visit.offer")[0][2] == "offer_answered"


def test_an_offer_that_is_over_is_not_told(waiting: Town) -> None:
    ask_waiting(waiting.database, NOW)
    assert not [line for line in arrives(waiting, NOW + timedelta(minutes=31)) if "offer" in line]
    assert rows(waiting, "visit.offer")[0][2] != "scheduled"


def test_who_waited_in_vain_is_told(waiting: Town) -> None:
    step(waiting, NOW, lambda tx: book(tx, at(waiting, waiting.stalls[2])))
    over = STARTS + timedelta(hours=6)
    ask_waiting(waiting.database, over)
    assert [row[0] for row in rows(waiting, "visit.wait_over")] == ["visit.wait_over"]
    assert arrives(waiting, over) == []
    morning = arrives(waiting, over + timedelta(hours=12))
    told = [line for line in morning if line.startswith("visit.wait_over")]
    assert ["12월 1일(화) 방문, 빈 시간이 안 났어요" in line for line in told] == [True]
