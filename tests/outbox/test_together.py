"""Several processes on one database, each a thread here."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from bot.outbox import claim
from models.conversation import Conversation
from models.outbox import Reminder, ReminderAttempt
from models.session import Database
from models.states import ReminderState
from tests.outbox.office import Office


def states(office: Office) -> dict[ReminderState, int]:
    with office.database.reading() as session:
        by_state = select(Reminder.state, func.count()).group_by(Reminder.state)
        return {row[0]: row[1] for row in session.execute(by_state)}


def test_three_processes_send_everything_once(database: Database) -> None:
    office = Office(database)
    people = [office.person() for _ in range(10)]
    numbers = [office.plan(whose=people[number % 10]) for number in range(60)]
    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(lambda name: office.outbox(name).send_due(office.now), "abc"))
    assert sum(sent) == 60
    assert office.post.calls == 60
    assert len({one.mark for one in office.post.arrived}) == 60
    assert states(office) == {ReminderState.DELIVERED: 60}
    with database.reading() as session:
        assert session.execute(select(func.count(ReminderAttempt.id))).scalar_one() == 60
    assert numbers == sorted(numbers)


def test_two_who_deliver_the_same_message_deliver_it_once(database: Database) -> None:
    office = Office(database)
    numbers = [office.plan() for _ in range(8)]
    begin = threading.Barrier(2)

    def deliver(name: str) -> None:
        outbox = office.outbox(name)
        begin.wait()
        for number in numbers:
            outbox.deliver(number, office.now)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deliver, "ab"))
    assert office.post.calls == 8
    assert states(office) == {ReminderState.DELIVERED: 8}


def test_two_who_decide_about_one_person_keep_to_the_limit(database: Database) -> None:
    office = Office(database)
    people = [office.person() for _ in range(6)]
    pairs = [
        (office.plan("form.unfinished", whose=whose), office.plan("activity.week", whose=whose))
        for whose in people
    ]
    begin = threading.Barrier(2)

    def deliver(which: int) -> None:
        outbox = office.outbox(f"process {which}")
        begin.wait()
        for pair in pairs:
            outbox.deliver(pair[which], office.now)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deliver, (0, 1)))
    assert office.post.calls == 6, "one nudge for each person"
    assert states(office) == {ReminderState.DELIVERED: 6, ReminderState.SCHEDULED: 6}


def test_messages_of_one_person_go_in_their_order(database: Database) -> None:
    office = Office(database)
    people = [office.person() for _ in range(3)]
    for minute in range(12):
        office.plan(whose=people[minute % 3], due=office.now - timedelta(minutes=13 - minute))
    office.send()
    with database.reading() as session:
        order = {
            str(row.public_id): (row.conversation_id, row.due_at)
            for row in session.scalars(select(Reminder))
        }
    arrived = [order[one.mark] for one in office.post.arrived]
    for whose in people:
        mine = [due for person, due in arrived if person == whose]
        assert mine == sorted(mine)
        assert len(mine) == 4


def test_a_claim_takes_the_longest_waiting_and_no_more_than_it_may(database: Database) -> None:
    office = Office(database)
    old = [office.plan(due=office.now - timedelta(minutes=5 - number)) for number in range(5)]
    future = office.plan(due=office.now + timedelta(seconds=1))
    with database.transaction() as session:
        first = claim.claim_due(session, "a/1", office.now, 3)
    with database.transaction() as session:
        second = claim.claim_due(session, "b/1", office.now, 100)
    assert [one.id for one in first] == old[:3]
    assert [one.id for one in second] == old[3:]
    assert office.row(future).state is ReminderState.SCHEDULED
    row = office.row(old[0])
    assert (row.state, row.lease_owner) == (ReminderState.CLAIMED, "a/1")
    assert row.lease_until == office.now + claim.LEASE


def test_what_was_taken_back_is_left_alone_by_its_former_owner(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    with database.transaction() as session:
        claim.claim_due(session, "a/1", office.now, 1)
    office.outbox().reap(office.now + claim.LEASE)
    with database.transaction() as session:
        assert session.scalars(claim.held(number, "a/1")).one_or_none() is None
        assert claim.settle(session, [number], "a/1", office.now) == 0
    with database.transaction() as session:
        claim.claim_due(session, "b/1", office.now + claim.LEASE, 1)
    with database.transaction() as session:
        assert session.scalars(claim.held(number, "a/1")).one_or_none() is None
        assert session.scalars(claim.held(number, "b/1")).one_or_none() is not None
        assert claim.settle(session, [number], "a/1", office.now) == 0


def test_many_are_decided_about_at_once(database: Database) -> None:
    office = Office(database)
    numbers = [office.plan() for _ in range(5)]
    with database.transaction() as session:
        claim.claim_due(session, "a/1", office.now, 5)
    with database.transaction() as session:
        done = claim.settle(
            session, numbers[:4], "a/1", office.now, state=ReminderState.EXPIRED, reason="too_late"
        )
    assert done == 4
    assert states(office) == {ReminderState.EXPIRED: 4, ReminderState.CLAIMED: 1}


def test_a_batch_that_is_all_too_late_does_not_stop_the_next(database: Database) -> None:
    office = Office(database)
    for _ in range(claim.BATCH):
        office.plan(due=office.now - timedelta(minutes=1), expires_at=office.now)
    number = office.plan()
    assert office.send() == claim.BATCH + 1
    assert office.row(number).state is ReminderState.DELIVERED
    assert len(office.world.looks) == 1


def test_an_open_turn_of_the_person_is_waited_for(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    number = office.plan(whose=whose, subject_id=5)
    started = threading.Event()

    def turn() -> None:
        with database.transaction() as session:
            session.get(Conversation, whose, with_for_update=True)
            started.set()
            threading.Event().wait(0.3)
            office.world.gone.add(5)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(turn)
        started.wait()
        office.outbox().deliver(number, office.now)
        done.result()
    assert office.row(number).reason == "visit_cancelled"
