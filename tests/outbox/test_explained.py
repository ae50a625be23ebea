from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import InvalidInputError
from bot.outbox import by_hand
from bot.outbox.explain import Explained, explain
from bot.outbox.overview import due, sender_health, stopped
from bot.outbox.stop import go, stop
from models.errors import IllegalMoveError
from models.events import StateEvent
from models.outbox import Reminder
from models.session import Database
from models.states import ReminderState
from tests.outbox.office import Office, kst


def explained(office: Office, number: int) -> Explained:
    with office.database.reading() as session:
        return explain(session, number, office.now)


def test_a_message_that_waits_says_until_when_and_why(database: Database) -> None:
    office = Office(database, now=kst(23))
    number = office.plan()
    assert "is due since 2026-11-24 23:00:00 KST" in explained(office, number).sentence
    office.send()
    told = explained(office, number)
    assert told.sentence.startswith("It waits until 2026-11-25 08:0")
    assert "not an hour at which this person is written to" in told.sentence
    assert told.reason == "quiet_hours"
    assert told.attempts == ()


def test_a_message_that_arrived_says_through_whom(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    office.send()
    told = explained(office, number)
    assert told.sentence == "It arrived through recording at 2026-11-24 12:00:00 KST."
    assert told.attempts[0].outcome == "accepted"
    assert told.whose.startswith("conversation ")


def test_a_message_that_was_given_up_names_who_refused_it(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["refused"]
    number = office.plan()
    office.send()
    told = explained(office, number)
    assert told.state == "dead"
    assert told.refused_by == ("recording",)
    assert told.sentence == (
        "It was given up because none of the senders can carry it to this person"
        " (recording: refused_here)."
    )


def test_an_unclear_message_says_what_happens_to_it(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["drop"]
    number = office.plan()
    office.send()
    assert "it is looked up at 2026-11-24 12:00:10 KST" in explained(office, number).sentence


def test_there_is_no_such_message(database: Database) -> None:
    with pytest.raises(InvalidInputError, match="no message 77"):
        explained(Office(database), 77)


def test_the_oldest_message_that_is_due_tells_the_lag(database: Database) -> None:
    office = Office(database)
    office.plan()
    office.send()
    with database.reading() as session:
        assert due(session, office.now) == (0, None)
    for minutes in (3, 7, -1):
        office.plan(due=office.now - timedelta(minutes=minutes))
    with database.reading() as session:
        assert due(session, office.now) == (2, timedelta(minutes=7))


def test_how_a_sender_is_doing(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["unknown"] * 5
    for _ in range(5):
        office.outbox().deliver(office.plan(), office.now)
    with database.reading() as session:
        [health] = sender_health(session)
    assert (health.name, health.failures, health.is_probing) == ("recording", 5, False)
    assert not health.is_open(office.now)
    assert health.is_open(office.now + timedelta(minutes=1))


def test_retrying_by_hand_tries_every_sender_again_and_leaves_an_event(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["refused"]
    number = office.plan()
    office.send()
    with database.transaction() as session:
        by_hand.retry(session, number, "staff:kim", office.now)
    assert "somebody of the programme sends it again" in explained(office, number).sentence
    office.send()
    assert office.row(number).state is ReminderState.DELIVERED
    with database.reading() as session:
        event = session.scalars(select(StateEvent)).one()
    assert (event.from_state, event.to_state, event.actor) == ("dead", "scheduled", "staff:kim")


def test_what_is_too_late_gets_time_when_it_is_sent_by_hand(database: Database) -> None:
    office = Office(database)
    number = office.plan(due=office.now - timedelta(minutes=5), expires_at=office.now)
    office.send()
    assert office.row(number).state is ReminderState.EXPIRED
    with database.transaction() as session:
        by_hand.retry(session, number, "command", office.now)
    office.send()
    assert office.row(number).state is ReminderState.DELIVERED


def test_all_attempts_used_by_hand_there_is_one_more(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["not_sent"]
    number = office.plan(attempts=6, state=ReminderState.DEAD)
    for expected in (ReminderState.DEAD, ReminderState.DELIVERED):
        with database.transaction() as session:
            by_hand.retry(session, number, "command", office.now)
        office.send()
        assert office.row(number).state is expected


def test_what_arrived_can_neither_be_called_off_nor_sent_again(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    office.send()
    for step in (by_hand.retry, by_hand.cancel, by_hand.mark_sent):
        with pytest.raises(IllegalMoveError), database.transaction() as session:
            step(session, number, "command", office.now)


def test_an_unclear_one_can_be_noted_as_sent(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["unknown"]
    number = office.plan()
    office.send()
    with database.transaction() as session:
        by_hand.mark_sent(session, number, "staff:kim", office.now)
    row = office.row(number)
    assert (row.state, row.look_at) == (ReminderState.DELIVERED, None)
    assert "as somebody noted by hand" in explained(office, number).sentence


def test_a_planned_one_can_be_called_off(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    with database.transaction() as session:
        by_hand.cancel(session, number, "staff:kim", office.now)
    assert office.send() == 0
    assert "somebody of the programme decided so" in explained(office, number).sentence


@pytest.mark.parametrize("scope", ["all", "visit.day_before", "recording"])
def test_a_stop_holds_until_it_is_taken_back(database: Database, scope: str) -> None:
    office = Office(database)
    number = office.plan()
    with database.transaction() as session:
        assert stop(session, scope, "staff:kim", "wrong words", office.now)
        assert not stop(session, scope, "staff:lee", "me, too", office.now)
    assert office.send() == 0
    office.outbox().deliver(number, office.now)
    assert office.post.calls == 0
    with database.reading() as session:
        assert [one.by for one in stopped(session)] == ["staff:kim"]
    with database.transaction() as session:
        assert go(session, scope)
        assert not go(session, scope)
    office.now += timedelta(minutes=1)
    office.send()
    assert office.row(number).state is ReminderState.DELIVERED


def test_a_stopped_kind_holds_nothing_else_up(database: Database) -> None:
    office = Office(database)
    office.plan()
    other = office.plan("visit.moved")
    with database.transaction() as session:
        stop(session, "visit.day_before", "command", "", office.now)
    assert office.send() == 1
    assert office.row(other).state is ReminderState.DELIVERED
    with database.reading() as session:
        assert len(session.scalars(select(Reminder).where(Reminder.attempts == 0)).all()) == 1
