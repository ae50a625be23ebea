from datetime import timedelta

from bot.outbox.keeping import SAID_KEPT, purge_said
from bot.services import privacy
from bot.services.transaction import Transaction
from models.session import Database
from models.states import ReminderState
from tests.outbox.office import Office


def erase(office: Office, whose: int) -> None:
    with office.database.transaction() as session:
        privacy.erase(Transaction(session, office.now, whose, "erase"))


def test_with_the_person_goes_what_is_planned_and_what_was_said(database: Database) -> None:
    office = Office(database)
    whose, other = office.person(), office.person()
    said, kept = office.plan(whose=whose), office.plan(whose=other)
    office.send()
    planned = office.plan(whose=whose, due=office.now + timedelta(days=1))
    erase(office, whose)
    assert office.row(said).said is None
    assert office.row(kept).said is not None
    assert (office.row(planned).state, office.row(planned).reason) == (
        ReminderState.CANCELLED,
        "erased",
    )


def test_what_is_in_hand_at_that_moment_does_not_go_out(database: Database) -> None:
    office = Office(database)
    whose = office.person()
    number = office.plan(
        whose=whose, state=ReminderState.CLAIMED, lease_owner="dead/1", lease_until=office.now
    )
    erase(office, whose)
    office.outbox().reap(office.now)
    office.send()
    assert (office.row(number).state, office.row(number).reason) == (
        ReminderState.SUPPRESSED,
        "erased",
    )
    assert office.post.calls == 0


def test_an_unclear_message_is_not_repeated_to_somebody_who_is_gone(database: Database) -> None:
    office = Office(database)
    office.post.failures = ["drop"]
    whose = office.person()
    number = office.plan(whose=whose)
    office.send()
    erase(office, whose)
    for minutes in range(1, 20):
        moment = office.now + timedelta(minutes=minutes)
        office.outbox().look_up(moment)
        office.send(moment)
    assert len(office.post.arrived) == 1
    assert office.row(number).said is None


def test_words_are_kept_for_ninety_days(database: Database) -> None:
    office = Office(database)
    number = office.plan()
    office.send()
    assert purge_said(database, office.now + SAID_KEPT) == 0
    assert office.row(number).said is not None
    assert purge_said(database, office.now + SAID_KEPT + timedelta(seconds=1)) == 1
    assert purge_said(database, office.now + SAID_KEPT + timedelta(seconds=1)) == 0
    row = office.row(number)
    assert (row.said, row.state) == (None, ReminderState.DELIVERED)
