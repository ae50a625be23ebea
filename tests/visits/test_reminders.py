"""What changes of visits leave in the outbox, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select

from bot.services.reminders.visits_to_come import plan_visits
from bot.services.transaction import Transaction
from bot.services.visits import book, cancel, change, confirm
from bot.services.visits.erasing import forget_visits
from bot.services.visits.fieldwork import (
    check_in,
)
from bot.services.visits.journal import Step, read_visit, take_step
from models.conversation import Conversation
from models.outbox import Reminder
from models.session import Database
from models.visit import Visit
from tests.visits.rows import NOW, Town, town
from tests.visits.steps import at, booked, held
from tests.visits.told import STARTS, THERE, THURSDAY, arrives, moves, rows, step


@pytest.fixture
def place(database: Database) -> Town:
    return town(database)


def test_who_books_in_the_chat_is_reminded_twice_and_not_told_again(place: Town) -> None:
    booked(place, place.stalls[0])
    assert rows(place) == [
        ("visit.day_before", "11-30 18:00", "scheduled"),
        ("visit.same_day", "12-01 09:00", "scheduled"),
    ]


def test_what_is_only_kept_is_not_spoken_of(place: Town) -> None:
    held(place, place.stalls[0], at(place, place.stalls[0]))
    assert rows(place) == []


def test_who_was_booked_by_the_office_is_told(place: Town) -> None:
    offer = at(place, place.stalls[0])
    for _ in range(2):
        step(place, NOW, lambda tx: book(tx, offer))
    assert [kind for kind, _, _ in rows(place)] == [
        "visit.day_before",
        "visit.same_day",
        "visit.confirmed",
    ]
    assert arrives(place, NOW) == [
        "visit.confirmed: 방문이 잡혔어요.\n12월 1일(화) 오후 3시, 가게1\n서포터즈1 서포터즈가 가요."
    ]


def test_somebody_without_a_chat_is_not_written_to(place: Town) -> None:
    offer = at(place, place.stalls[0])
    with place.database.transaction() as session:
        session.get_one(Conversation, place.stalls[0].conversation_id).merchant_id = None
    step(place, NOW, lambda tx: book(tx, offer))
    assert rows(place) == []


def test_moving_in_the_chat_calls_off_the_old_time(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall)
    offer = at(place, stall, 660, THURSDAY, moving=visit_id)
    for _ in range(2):
        with place.database.transaction() as session:
            change(stall.turn(session, "c1"), visit_id, offer)
    assert rows(place) == [
        ("visit.day_before", "11-30 18:00", "visit_moved"),
        ("visit.same_day", "12-01 09:00", "visit_moved"),
        ("visit.day_before", "12-02 18:00", "scheduled"),
        ("visit.same_day", "12-03 09:00", "scheduled"),
    ]


def test_a_time_that_comes_back_is_reminded_of_again(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall)
    moves(place, visit_id, 660, THURSDAY)
    moves(place, visit_id, 900)
    still = [row for row in rows(place) if row[2] == "scheduled"]
    assert still == [
        ("visit.day_before", "11-30 18:00", "scheduled"),
        ("visit.same_day", "12-01 09:00", "scheduled"),
    ]


def test_the_office_moves_twice_and_the_last_state_is_told(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    moves(place, visit_id, 660, THURSDAY)
    moves(place, visit_id, 840, THURSDAY, NOW + timedelta(seconds=20))
    assert [row[2] for row in rows(place, "visit.moved")] == ["moved_again", "scheduled"]
    (told,) = arrives(place, NOW + timedelta(minutes=5))
    assert "12월 1일(화) 오후 3시 방문이 바뀌었어요" in told
    assert "이제 12월 3일(목) 오후 2시" in told


def test_moved_and_moved_back_is_nothing_to_tell(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    moves(place, visit_id, 660, THURSDAY)
    moves(place, visit_id, 900)
    assert [row[2] for row in rows(place, "visit.moved")] == ["moved_again"]
    assert arrives(place, NOW + timedelta(minutes=5)) == []


def test_who_moves_after_the_office_needs_no_message_of_either(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall)
    moves(place, visit_id, 660, THURSDAY)
    offer = at(place, stall, 840, THURSDAY, moving=visit_id)
    with place.database.transaction() as session:
        change(stall.turn(session, "mine"), visit_id, offer)
    assert [row[2] for row in rows(place, "visit.moved")] == ["told_in_chat"]


def test_a_booking_that_was_not_told_yet_is_told_once_at_its_last_time(place: Town) -> None:
    night = NOW + timedelta(hours=12)
    offer = at(place, place.stalls[0])
    step(place, night, lambda tx: book(tx, offer))
    with place.database.reading() as session:
        (visit_id,) = session.scalars(select(Visit.id))
    assert arrives(place, night) == []
    moves(place, visit_id, 660, THURSDAY, night + timedelta(hours=1))
    told = arrives(place, night + timedelta(hours=12))
    assert [line.split(",")[0] for line in told] == [
        "visit.confirmed: 방문이 잡혔어요.\n12월 3일(목) 오전 11시"
    ]


def test_a_booking_that_was_not_told_yet_and_is_cancelled_is_not_told_at_all(place: Town) -> None:
    night = NOW + timedelta(hours=12)
    offer = at(place, place.stalls[0])
    step(place, night, lambda tx: book(tx, offer))
    arrives(place, night)
    with place.database.reading() as session:
        (visit_id,) = session.scalars(select(Visit.id))
    step(place, night + timedelta(hours=1), lambda tx: cancel(tx, visit_id))
    assert "visit.cancelled" not in [kind for kind, _, _ in rows(place)]
    assert arrives(place, night + timedelta(hours=12)) == []


def adjusted(place: Town, visit_id: int, now: datetime, by: int, **values: object) -> None:
    """Let a plan of the night shift a visit by minutes."""
    with place.database.transaction() as session:
        visit = read_visit(session, visit_id)
        shift = timedelta(minutes=by)
        starts = {"starts_at": visit.starts_at + shift, "ends_at": visit.ends_at + shift}
        key = f"plan:{now.isoformat()}"
        tx = Transaction(session, now, 0, key, "system")
        take_step(tx, visit, Step(kind="adjusted", key=key, values={**starts, **values}))


def test_a_shift_inside_what_was_promised_is_not_told(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = held(place, stall, at(place, stall))
    with place.database.transaction() as session:
        session.get_one(Visit, visit_id).promise_from = STARTS - timedelta(hours=2)
        session.get_one(Visit, visit_id).promise_to = STARTS + timedelta(hours=2)
    step(place, NOW, lambda tx: confirm(tx, visit_id))
    before = rows(place)
    adjusted(place, visit_id, NOW + timedelta(hours=16), 30)
    adjusted(place, visit_id, NOW + timedelta(hours=17), 30)
    assert rows(place) == before
    told = arrives(place, STARTS.replace(hour=0, minute=0))
    assert [line for line in told if "오후 1시~오후 5시 사이" in line]


def test_the_churn_of_a_night_is_told_once_in_the_morning(place: Town) -> None:
    first, second = place.supporters
    visit_id = booked(place, place.stalls[0], supporter_id=first)
    night = NOW + timedelta(hours=15)
    for number in range(5):
        other = second if number % 2 == 0 else first
        adjusted(place, visit_id, night + timedelta(minutes=number * 10), 0, supporter_id=other)
    morning = (night + timedelta(hours=7)).replace(minute=0)
    assert arrives(place, morning - timedelta(minutes=1)) == []
    told = arrives(place, morning + timedelta(minutes=15))
    assert [line.splitlines()[-1] for line in told] == ["서포터즈2 서포터즈가 가요."]
    adjusted(place, visit_id, night + timedelta(days=1), 0, supporter_id=first)
    adjusted(place, visit_id, night + timedelta(days=1, minutes=5), 0, supporter_id=second)
    assert arrives(place, morning + timedelta(days=1, minutes=15)) == []


def test_cancelled_by_the_merchant(place: Town) -> None:
    stall = place.stalls[0]
    visit_id = booked(place, stall)
    with place.database.transaction() as session:
        cancel(stall.turn(session, "c"), visit_id)
    assert {row[2] for row in rows(place)} == {"visit_cancelled_by_merchant"}


def test_cancelled_by_the_office(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    for _ in range(2):
        step(place, NOW, lambda tx: cancel(tx, visit_id, "supporter_ill"))
    assert rows(place) == [
        ("visit.day_before", "11-30 18:00", "visit_cancelled_by_staff"),
        ("visit.same_day", "12-01 09:00", "visit_cancelled_by_staff"),
        ("visit.cancelled", "11-23 10:00", "scheduled"),
    ]


def test_a_cancellation_speaks_of_the_time_that_was_told(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    moves(place, visit_id, 660, THURSDAY)
    step(place, NOW + timedelta(seconds=30), lambda tx: cancel(tx, visit_id))
    (told,) = arrives(place, NOW + timedelta(minutes=5))
    assert told.startswith("visit.cancelled: 12월 1일(화) 오후 3시 방문을 못 가게")


def test_erasure_tells_nobody(place: Town) -> None:
    stall = place.stalls[0]
    booked(place, stall)
    with place.database.transaction() as session:
        forget_visits(stall.turn(session, "erase"), stall.merchant_id)
    assert {row[2] for row in rows(place)} == {"visit_cancelled_by_merchant"}


def test_a_visit_that_began_early_is_not_announced(place: Town) -> None:
    visit_id = booked(place, place.stalls[0], 585, by_staff=True)
    early = STARTS - timedelta(hours=6, minutes=10)
    step(place, early, lambda tx: check_in(tx, visit_id, THERE))
    assert rows(place, "visit.same_day")[0][2] == "visit_in_progress"


def test_the_reminder_of_a_row_that_changed_unseen_is_held_back(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    with place.database.transaction() as session:
        visit = session.get_one(Visit, visit_id)
        visit.promise_from = visit.promise_to = visit.starts_at = STARTS + timedelta(hours=1)
    assert arrives(place, STARTS - timedelta(hours=21)) == []
    assert rows(place, "visit.day_before")[0][2] == "visit_moved"


def test_visits_of_an_older_release_are_reminded_of_too(place: Town) -> None:
    booked(place, place.stalls[0])
    with place.database.transaction() as session:
        session.execute(delete(Reminder))
    assert plan_visits(place.database, NOW) == 0
    near = STARTS - timedelta(hours=47)
    assert [plan_visits(place.database, near) for _ in range(2)] == [2, 0]
    assert [line[:16] for line in arrives(place, STARTS - timedelta(hours=21))] == [
        "visit.day_before"
    ]


def test_what_was_planned_for_once_is_left_to_the_changes(place: Town) -> None:
    visit_id = booked(place, place.stalls[0])
    moves(place, visit_id, 660, THURSDAY)
    near = STARTS - timedelta(hours=20)
    arrives(place, near)
    assert plan_visits(place.database, near) == 0


def test_the_place_is_where_it_was_agreed_to_meet(place: Town) -> None:
    stall = place.stalls[0]
    offer = at(place, stall)
    offer = offer.of(replace(offer.wish, place="elsewhere", place_note="시장 입구 약국 앞"))
    step(place, NOW, lambda tx: book(tx, offer))
    (told,) = arrives(place, STARTS - timedelta(hours=21))
    assert "12월 1일(화) 오후 3시, 시장 입구 약국 앞" in told
