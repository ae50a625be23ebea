"""Wishes about messages: what is planned is put aside and taken up, at once, and told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from bot.clock import KST
from bot.services import consents, preferences
from bot.services.notice_overview import NoticeOverview, notice_overview
from bot.services.transaction import Transaction
from models.consent import Consent, MessagePreference, Suppression, subject_of
from models.conversation import Conversation
from models.outbox import MessageClass, Reminder
from models.session import Database
from models.states import ReminderState
from tests.use_cases.people import NOW, Person, newcomer

EVENING = datetime(2026, 11, 24, 18, 0, tzinfo=KST)
DAY = timedelta(days=1)
VISIT, ACTIVITY, RENEWAL, NEWS = "visit.day_before", "activity.week", "consent.renew", "news"
CLASSES = {
    VISIT: MessageClass.TRANSACTIONAL,
    ACTIVITY: MessageClass.EDUCATION,
    RENEWAL: MessageClass.TRANSACTIONAL,
    NEWS: MessageClass.MARKETING,
}


@pytest.fixture
def person(database: Database) -> Person:
    return newcomer(database)


def planned(
    person: Person,
    kind: str,
    at: datetime = EVENING,
    state: ReminderState = ReminderState.SCHEDULED,
) -> int:
    with person.database.transaction() as session:
        row = Reminder(
            public_id=uuid4(),
            kind=kind,
            message_class=CLASSES[kind],
            conversation_id=person.conversation_id,
            subject="visit",
            subject_id=1,
            dedup_key=uuid4().hex,
            due_at=at,
            not_before=at,
            expires_at=at + DAY,
            next_attempt_at=at,
            state=state,
            created_at=NOW,
            updated_at=NOW,
            accepted_at=at if state is ReminderState.ACCEPTED else None,
        )
        session.add(row)
        session.flush()
        return row.id


def states(person: Person) -> dict[str, tuple[ReminderState, str | None]]:
    with person.database.reading() as session:
        rows = session.scalars(select(Reminder)).all()
        return {row.kind: (row.state, row.reason) for row in rows}


def overview(person: Person) -> NoticeOverview:
    with person.database.reading() as session:
        return notice_overview(session, person.conversation_id)


def stopped(person: Person) -> set[str]:
    with person.database.reading() as session:
        return set(session.scalars(select(Suppression.message_class)))


def receipts(person: Person) -> list[tuple[str, bool]]:
    with person.database.reading() as session:
        rows = session.scalars(select(Consent).order_by(Consent.id)).all()
        return [(row.key, row.receipt_sent_at is not None) for row in rows]


@contextmanager
def helped(person: Person) -> Iterator[Transaction]:
    """Open the transaction of a message that a supporter writes for the person."""
    with person.database.transaction() as session:
        yield Transaction(session, NOW, person.conversation_id, "helped", "supporter:7")


ASIDE = (ReminderState.CANCELLED, preferences.SWITCHED_OFF)
WAITS = (ReminderState.SCHEDULED, None)


def test_all_off_puts_aside_what_is_planned_but_not_what_the_law_wants(person: Person) -> None:
    for kind in (VISIT, ACTIVITY, RENEWAL):
        planned(person, kind)
    with person.turn("stop") as tx:
        consents.opt_out(tx, everything=True)
    assert states(person) == {VISIT: ASIDE, ACTIVITY: ASIDE, RENEWAL: WAITS}


def test_on_again_takes_up_what_is_still_to_come(person: Person) -> None:
    planned(person, VISIT)
    with person.turn("stop") as tx:
        consents.opt_out(tx, everything=True)
    with person.turn("start", EVENING - DAY) as tx:
        consents.switch_on(tx)
    assert states(person) == {VISIT: WAITS}
    assert stopped(person) == {"marketing"}


def test_what_fell_due_meanwhile_stays_aside(person: Person) -> None:
    planned(person, VISIT)
    with person.turn("stop") as tx:
        consents.opt_out(tx, everything=True)
    with person.turn("start", EVENING + timedelta(hours=1)) as tx:
        consents.switch_on(tx)
    assert states(person) == {VISIT: ASIDE}


def test_what_was_cancelled_for_another_reason_is_never_taken_up(person: Person) -> None:
    number = planned(person, VISIT)
    with person.database.transaction() as session:
        row = session.get_one(Reminder, number)
        row.state, row.reason = ReminderState.CANCELLED, "visit_cancelled"
    with person.turn("start") as tx:
        consents.switch_on(tx)
    assert states(person) == {VISIT: (ReminderState.CANCELLED, "visit_cancelled")}


def test_what_somebody_has_in_hand_is_left_to_the_one_who_sends(person: Person) -> None:
    planned(person, VISIT, state=ReminderState.CLAIMED)
    with person.turn("stop") as tx:
        consents.opt_out(tx, everything=True)
    assert states(person) == {VISIT: (ReminderState.CLAIMED, None)}


def test_another_persons_messages_stay(person: Person, database: Database) -> None:
    planned(newcomer(database, "user-2"), VISIT)
    with person.turn("stop") as tx:
        consents.opt_out(tx, everything=True)
    assert states(person) == {VISIT: WAITS}


def test_one_class_goes_off_and_on_alone(person: Person) -> None:
    planned(person, VISIT)
    planned(person, ACTIVITY)
    with person.turn("off") as tx:
        consents.switch_off(tx, ("education",))
    assert states(person) == {VISIT: WAITS, ACTIVITY: ASIDE}
    assert overview(person).off == {"education", "marketing"}
    with person.turn("on") as tx:
        consents.switch_on(tx, ("education",))
    assert states(person) == {VISIT: WAITS, ACTIVITY: WAITS}


def test_on_again_is_no_consent_to_advertising(person: Person) -> None:
    with person.turn("yes") as tx:
        consents.record(tx, "marketing", decision=True)
    planned(person, NEWS)
    with person.turn("stop") as tx:
        consents.opt_out(tx, everything=True)
    with person.turn("start") as tx:
        consents.switch_on(tx)
    assert states(person) == {NEWS: ASIDE}
    assert overview(person).off == {"marketing"}
    with person.turn("ads") as tx:
        consents.opt_in(tx)
    assert states(person) == {NEWS: WAITS}
    assert overview(person).off == frozenset()


def test_a_renewed_consent_switches_nothing_else_on(person: Person) -> None:
    with person.turn("off") as tx:
        consents.switch_off(tx, ("education",))
    with person.turn("renew") as tx:
        consents.opt_in(tx)
    assert overview(person).off == {"education"}


def test_hours_hold_for_every_class_and_can_be_given_up(person: Person) -> None:
    with person.turn("hours") as tx:
        preferences.set_window(tx, ("10:00", "11:00"))
    with person.database.reading() as session:
        rows = session.scalars(select(MessagePreference)).all()
        kept = {row.message_class: (row.window_from, row.window_to) for row in rows}
        enabled = {row.message_class: row.enabled for row in rows}
    assert kept == dict.fromkeys(preferences.CLASSES, ("10:00", "11:00"))
    assert enabled == {"transactional": True, "education": True, "marketing": False}
    assert overview(person).window == ("10:00", "11:00")
    with person.turn("any") as tx:
        preferences.set_window(tx, None)
    assert overview(person).window is None


def test_quiet_nights_are_hours_of_their_own(person: Person) -> None:
    with person.turn("night") as tx:
        consents.quiet_nights(tx)
    assert overview(person).window == preferences.DAY


def test_quiet_nights_leave_hours_that_were_chosen(person: Person) -> None:
    with person.turn("hours") as tx:
        preferences.set_window(tx, ("12:00", "18:00"))
    with person.turn("night") as tx:
        consents.quiet_nights(tx)
    assert overview(person).window == ("12:00", "18:00")


def test_quiet_nights_take_the_consent_for_nights_back(person: Person) -> None:
    with person.turn("yes") as tx:
        consents.record(tx, "marketing", decision=True)
        consents.record(tx, "night", decision=True)
    with person.turn("night") as tx:
        consents.quiet_nights(tx)
    assert receipts(person) == [("marketing", False), ("night", False), ("night", True)]
    with person.database.reading() as session:
        assert consents.standing(session, person.conversation_id, "night") is False
        assert consents.standing(session, person.conversation_id, "marketing") is True


def test_the_answer_to_an_opt_out_is_its_receipt(person: Person) -> None:
    with person.turn("stop") as tx:
        consents.opt_out(tx)
    with person.turn("start") as tx:
        consents.opt_in(tx)
    assert receipts(person) == [("marketing", True), ("marketing", True)]


def test_what_a_supporter_reads_is_no_receipt_for_the_person(person: Person) -> None:
    with helped(person) as tx:
        consents.record(tx, "marketing", decision=True, told=True)
    assert receipts(person) == [("marketing", False)]


def test_somebody_new_gets_everything_but_advertising(person: Person) -> None:
    assert overview(person) == NoticeOverview(off=frozenset({"marketing"}))


def test_what_comes_is_told_with_the_persons_own_hours(person: Person) -> None:
    planned(person, VISIT)
    planned(person, ACTIVITY, EVENING + 3 * DAY)
    planned(person, VISIT, EVENING - 5 * DAY, ReminderState.ACCEPTED)
    with person.turn("hours") as tx:
        preferences.set_window(tx, ("19:00", "21:00"))
    known = overview(person)
    told = [(one.kind, one.at.astimezone(KST)) for one in known.coming]
    hour = timedelta(hours=1)
    assert told == [(VISIT, EVENING + hour), (ACTIVITY, EVENING + 3 * DAY + hour)]
    assert all(one.title for one in known.coming)
    assert known.last is not None
    assert known.last.at == EVENING - 5 * DAY


def test_what_is_switched_off_is_not_announced(person: Person) -> None:
    with person.turn("off") as tx:
        consents.switch_off(tx, ("education",))
    planned(person, ACTIVITY)
    assert overview(person).coming == ()


def test_somebody_erased_gets_nothing(person: Person) -> None:
    with person.database.transaction() as session:
        row = session.get_one(Conversation, person.conversation_id)
        consents.suppress(session, subject_of(row), consents.ALL, "erased", NOW)
    assert overview(person).off == set(preferences.CLASSES)
